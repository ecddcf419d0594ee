/** WebKitGTK's MiniBrowser and headless Chromium through WebDriver. */
import { spawn } from "node:child_process";
import { createServer } from "node:net";

const MINI_BROWSER = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser";

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const OPTIONS = {
  webkit: {
    driver: "/usr/bin/WebKitWebDriver",
    capabilities: {
      "webkitgtk:browserOptions": {
        binary: MINI_BROWSER,
        args: ["--automation", "--features=+MediaStreamTrackProcessing", "--autoplay-policy=allow"],
      },
    },
  },
  chromium: {
    driver: "/usr/bin/chromedriver",
    capabilities: {
      "goog:chromeOptions": {
        binary: "/usr/bin/chromium",
        args: ["--headless=new", "--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
      },
    },
  },
};

/** Opens a browser. WebKitGTK needs a display. */
export async function openBrowser(kind) {
  const { driver, capabilities } = OPTIONS[kind];
  const port = await freePort();
  const process = spawn(driver, [`--port=${port}`], { stdio: "ignore" });
  const call = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { method, body: body && JSON.stringify(body) });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${path}: ${value.error}: ${value.message}`.slice(0, 2000));
    return value;
  };
  for (let tries = 0; ; tries += 1) {
    try {
      await call("GET", "/status");
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  const { sessionId } = await call("POST", "/session", { capabilities: { alwaysMatch: capabilities } });
  const session = `/session/${sessionId}`;
  await call("POST", `${session}/timeouts`, { script: 60_000 });
  return {
    go: (url) => call("POST", `${session}/url`, { url }),
    /** Runs an async function in the page and gives what it resolves with. */
    async run(script, ...args) {
      const value = await call("POST", `${session}/execute/async`, {
        script: `const done = arguments[arguments.length - 1];
          (${script})(...[...arguments].slice(0, -1)).then((ok) => done({ ok }), (error) => done({ error: error.name + ": " + error.message + " " + error.stack }));`,
        args,
      });
      if (value.error) throw new Error(value.error);
      return value.ok;
    },
    click: async (selector) => {
      const found = await call("POST", `${session}/element`, { using: "css selector", value: selector });
      await call("POST", `${session}/element/${Object.values(found)[0]}/click`, {});
    },
    async close() {
      await call("DELETE", session).catch(() => undefined);
      process.kill();
    },
  };
}
