import { describe, expect, test } from "vitest";

const files: Record<string, string> = import.meta.glob(
  ["../{home,join,lobby,ended,settings,controls}/*.svelte", "./*.css"],
  { query: "?raw", import: "default", eager: true },
);

/** Left and right by name. What is centred or the same on both sides needs none of them. */
const PHYSICAL =
  /(?:^|[\s;{])(text-align:\s*(?:left|right)|(?:(?:margin|padding|border)-(?:left|right)[\w-]*|left|right|border-(?:top|bottom)-(?:left|right)-radius|float)(?=\s*:))/gmu;

function physical(source: string): string[] {
  const css = /<style>([\s\S]*)<\/style>/u.exec(source)?.[1] ?? (source.includes("<script") ? "" : source);
  return [...css.matchAll(PHYSICAL)].map(([, property]) => property ?? "");
}

describe("the styles", () => {
  test("would be caught naming a side", () => {
    expect(physical("a { margin-left: 4px; text-align: right; }")).toEqual(["margin-left", "text-align: right"]);
    expect(physical("a { margin-inline-start: 4px; inset: 0; border-left: 0 }")).toEqual(["border-left"]);
  });

  test("turn round with a language that is written from right to left", () => {
    expect(Object.keys(files).length).toBeGreaterThan(20);
    const found = Object.entries(files).flatMap(([file, source]) => physical(source).map((property) => `${file}: ${property}`));
    expect(found).toEqual([]);
  });
});
