// A headless Chromium, driven over its debugging protocol.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { WebSocket } from "ws";

const PROGRAM = process.env.FOYER_CHROMIUM ?? "chromium";

/** Opens one page. `send(method, params)` asks it something; `close()` ends the browser. */
export async function openPage() {
  const profile = await mkdtemp(join(tmpdir(), "foyer-gallery-"));
  const browser = spawn(PROGRAM, [
    "--headless=new",
    "--no-sandbox",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--remote-debugging-port=0",
    `--user-data-dir=${profile}`,
    "about:blank",
  ]);
  const port = await debuggingPort(browser);
  const targets = await (await fetch(`http://127.0.0.1:${port}/json`)).json();
  const page = targets.find(({ type }) => type === "page");
  const socket = new WebSocket(page.webSocketDebuggerUrl, { perMessageDeflate: false, maxPayload: 256 * 1024 * 1024 });
  await new Promise((open, fail) => socket.once("open", open).once("error", fail));
  const waiting = new Map();
  let last = 0;
  socket.on("message", (data) => {
    const { id, result, error } = JSON.parse(data.toString());
    if (id === undefined) return;
    const { resolve, reject } = waiting.get(id);
    waiting.delete(id);
    if (error) reject(new Error(error.message));
    else resolve(result);
  });
  const send = (method, params = {}) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  const evaluate = async (expression) => {
    const { result, exceptionDetails } = await send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      userGesture: true,
    });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  };
  const close = async () => {
    const ended = new Promise((end) => browser.once("exit", end));
    await send("Browser.close").catch(() => browser.kill());
    await ended;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { send, evaluate, close };
}

function debuggingPort(browser) {
  return new Promise((resolve, reject) => {
    let said = "";
    browser.once("error", (error) => reject(new Error(`${PROGRAM} could not be started: ${error.message}. Set FOYER_CHROMIUM.`)));
    browser.once("exit", () => reject(new Error(`${PROGRAM} ended at once:\n${said}`)));
    browser.stderr.on("data", (chunk) => {
      said += chunk;
      const port = /DevTools listening on ws:\/\/[^:]+:(\d+)\//u.exec(said)?.[1];
      if (port) resolve(Number(port));
    });
  });
}
