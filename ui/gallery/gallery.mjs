// Renders every screen in every state, theme, language and size, and checks each with axe-core and for what is cut off.
// npm run gallery -- [--out FOLDER] [--only PREFIX,…] [--themes light,dark] [--locales en,ru] [--sizes desktop,phone]
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { createServer } from "vite";
import { openPage } from "./chromium.mjs";

const SIZES = {
  desktop: { width: 1280, height: 800, deviceScaleFactor: 1 },
  phone: { width: 360, height: 640, deviceScaleFactor: 1 },
  // 1280 × 800 at 400 %.
  zoomed: { width: 320, height: 200, deviceScaleFactor: 4 },
};
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "dist-gallery" },
    only: { type: "string", default: "" },
    themes: { type: "string", default: "light,dark,contrast" },
    locales: { type: "string", default: "en,ru,pseudo,mirrored" },
    sizes: { type: "string", default: Object.keys(SIZES).join(",") },
  },
});
const list = (text) => text.split(",").filter(Boolean);
const [themes, locales, sizes] = [list(values.themes), list(values.locales), list(values.sizes)];

const unknown = sizes.filter((size) => !(size in SIZES));
if (unknown.length > 0) {
  console.error(`There is no size ${unknown.join(", ")}; there are ${Object.keys(SIZES).join(", ")}.`);
  process.exit(2);
}

const root = fileURLToPath(new URL("..", import.meta.url));
const server = await createServer({
  root,
  configFile: join(root, "vite.config.ts"),
  logLevel: "error",
  // Work on the sources goes on meanwhile; the page stays as it was loaded.
  server: { port: 0, strictPort: false, hmr: false, watch: null },
});
await server.listen();
const page = await openPage();
const problems = [];
let taken = 0;
try {
  const axe = await readFile(join(root, "node_modules/axe-core/axe.min.js"), "utf8");
  await page.send("Page.enable");
  await page.send("Page.navigate", { url: `http://localhost:${server.config.server.port}/src/gallery/index.html` });
  await ready();
  await page.evaluate(axe);
  const scenes = (await page.evaluate("gallery.scenes")).filter(({ name }) =>
    values.only.split(",").some((prefix) => name.startsWith(prefix)),
  );
  for (const size of sizes) {
    await page.send("Emulation.setDeviceMetricsOverride", { ...SIZES[size], mobile: false });
    for (const scene of scenes) {
      for (const theme of scene.wordsOnly ? themes.slice(0, 1) : themes) {
        for (const locale of locales) await picture(scene.name, theme, locale, size);
      }
    }
  }
} finally {
  await page.close();
  await server.close();
}
await writeFile(resolve(root, values.out, "problems.json"), JSON.stringify(problems, null, 2));
for (const { where, what } of problems) console.error(`${where}: ${what}`);
console.error(`${taken} pictures in ${values.out}, ${problems.length} problems`);
process.exitCode = problems.length > 0 || taken === 0 ? 1 : 0;

/** The page is there once its script has run. */
async function ready() {
  const limit = Date.now() + 60_000;
  while (!(await page.evaluate("'gallery' in window"))) {
    if (Date.now() > limit) throw new Error("the gallery's page did not load");
    await new Promise((next) => setTimeout(next, 100));
  }
}

/** One scene that cannot be shown is a problem as well, and does not keep the others from being shown. */
async function picture(scene, theme, locale, size) {
  const where = `${scene} ${theme} ${locale} ${size}`;
  try {
    await draw(scene, theme, locale, size, where);
  } catch (error) {
    problems.push({ where, what: `not shown: ${error.message}` });
  }
}

async function draw(scene, theme, locale, size, where) {
  await page.evaluate(`gallery.show(${JSON.stringify(scene)}, ${JSON.stringify(theme)}, ${JSON.stringify(locale)})`);
  const { data } = await page.send("Page.captureScreenshot", { format: "png", optimizeForSpeed: true });
  const folder = resolve(root, values.out, scene);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${theme}-${locale}-${size}.png`), Buffer.from(data, "base64"));
  taken += 1;
  for (const what of await page.evaluate("gallery.overflows()")) problems.push({ where, what });
  const found = await page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)}, resultTypes: ["violations"] }).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + ": " + target.join(" ") + ": " + failureSummary)))`,
  );
  for (const what of found) problems.push({ where, what });
}
