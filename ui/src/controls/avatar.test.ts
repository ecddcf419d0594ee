import { expect, test } from "vitest";
import { initials } from "./avatar";

test("initials are letters of the first and last word, without remarks in brackets", () => {
  expect(initials("Ada Lovelace")).toBe("AL");
  expect(initials("Ada King Lovelace")).toBe("AL");
  expect(initials("Ada (bot)")).toBe("A");
  expect(initials("ёлка (гость) [внешний]")).toBe("Ё");
  expect(initials("(Guest)")).toBe("G");
  expect(initials("  — 🙂 ")).toBe("");
  expect(initials("")).toBe("");
});
