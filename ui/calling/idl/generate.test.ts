// @vitest-environment node
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { generate } from "./generate.mjs";

test("the generated files are those that npm run idl makes", () => {
  for (const [name, text] of Object.entries(generate())) {
    expect(readFileSync(new URL(`generated/${name}`, import.meta.url), "utf8"), name).toBe(text);
  }
});
