import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

// The pages run under a content security policy that allows scripts, styles and workers from the app alone:
// nothing may be inlined into the HTML, and no asset may become a data: URL.
export default defineConfig({
  base: "./",
  plugins: [svelte()],
  build: {
    target: "safari16",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
    rollupOptions: { input: ["index.html", "share.html"] },
  },
  worker: { format: "es" },
  server: { port: 1420, strictPort: true },
  clearScreen: false,
  resolve: process.env.VITEST ? { conditions: ["browser"] } : {},
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "calling/**/*.test.ts"],
    setupFiles: ["src/testing/patience.ts"],
    restoreMocks: true,
    // Parsing every component takes longer than the default five seconds while a build goes on.
    testTimeout: 60_000,
  },
});
