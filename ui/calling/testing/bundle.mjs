/** Builds one classic script of a test entry, as the app's own build does. */
import { fileURLToPath } from "node:url";
import { build } from "vite";

/** The text of the script. */
export async function bundle(entry) {
  const result = await build({
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      target: "safari16",
      minify: false,
      lib: { entry: fileURLToPath(new URL(entry, import.meta.url)), formats: ["iife"], name: "page" },
    },
    worker: { format: "iife" },
  });
  const [{ output }] = Array.isArray(result) ? result : [result];
  return output.find(({ type }) => type === "chunk").code;
}
