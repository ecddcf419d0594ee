import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { defineConfig, type Plugin } from "vite";

// The page of the calling window. Microsoft's SDK is in it unless it was left out on purpose or is not installed
// (`npm ci --omit=peer`); the app goes by whether its licence is there.
const PACKAGE = "node_modules/@azure/communication-calling";
const out = "dist/calling";
const withSdk = !process.env["FOYER_WITHOUT_TEAMS"] && existsSync(PACKAGE);

/** The polyfill, and the SDK's licence and notices, which have to come along with it. */
function companions(): Plugin {
  return {
    name: "companions",
    closeBundle() {
      copyFileSync("dist-calling/polyfill.js", `${out}/polyfill.js`);
      if (!withSdk) return;
      mkdirSync(`${out}/sdk`, { recursive: true });
      for (const [from, to] of [["LICENSE", "LICENSE.txt"], ["NOTICES.txt", "NOTICES.txt"]] as const) {
        copyFileSync(`${PACKAGE}/${from}`, `${out}/sdk/${to}`);
      }
    },
  };
}

export default defineConfig({
  root: "calling",
  base: "./",
  define: { "import.meta.env.FOYER_SDK": JSON.stringify(withSdk) },
  plugins: [companions()],
  clearScreen: false,
  build: {
    outDir: `../${out}`,
    emptyOutDir: true,
    target: "safari16",
    assetsInlineLimit: 0,
    modulePreload: false,
    sourcemap: false,
    // What is not ours is not rewritten further than bundling needs, and keeps its notices.
    minify: false,
    chunkSizeWarningLimit: 20_000,
    rolldownOptions: {
      output: {
        entryFileNames: "calling.js",
        chunkFileNames: "[name].js",
        codeSplitting: { groups: [{ name: "sdk", test: /node_modules\/(?!@tauri-apps\/)/ }] },
      },
    },
  },
});
