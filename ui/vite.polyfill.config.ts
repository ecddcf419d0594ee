import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

// One classic script: it is injected before the page's own scripts, where modules and further files cannot be loaded.
export default defineConfig({
  publicDir: false,
  build: {
    target: "safari16",
    outDir: "dist-calling",
    sourcemap: false,
    lib: {
      entry: fileURLToPath(new URL("calling/polyfill.ts", import.meta.url)),
      formats: ["iife"],
      name: "foyerPolyfill",
      fileName: () => "polyfill.js",
    },
  },
  worker: { format: "iife" },
});
