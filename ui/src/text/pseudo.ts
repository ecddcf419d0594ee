import type { Text } from "./en";

const ACCENTED: Record<string, string> = {
  a: "á", b: "ƀ", c: "ç", d: "ð", e: "é", f: "ƒ", g: "ğ", h: "ĥ", i: "í", j: "ĵ", k: "ķ", l: "ł", m: "ɱ",
  n: "ñ", o: "ó", p: "þ", q: "ɋ", r: "ř", s: "š", t: "ť", u: "ú", v: "ṽ", w: "ŵ", x: "ẋ", y: "ý", z: "ž",
  A: "Á", B: "Ɓ", C: "Ç", D: "Ð", E: "É", F: "Ƒ", G: "Ğ", H: "Ĥ", I: "Í", J: "Ĵ", K: "Ķ", L: "Ł", M: "Ṁ",
  N: "Ñ", O: "Ó", P: "Þ", Q: "Ɋ", R: "Ř", S: "Š", T: "Ť", U: "Ú", V: "Ṽ", W: "Ŵ", X: "Ẋ", Y: "Ý", Z: "Ž",
};

/** Longer than English, as most languages are. */
const GROWTH = 0.4;

/** Foreign letters, more of them, between marks that show where a text is cut off. */
function foreign(text: string): string {
  const letters = [...text].map((letter) => ACCENTED[letter] ?? letter).join("");
  const more = Math.ceil(text.length * GROWTH);
  return `⟦${letters}${more > 2 ? ` ${"·".repeat(Math.min(more, 40) - 1)}` : ""}⟧`;
}

/** The catalogue in no language: what stays plain on the screen was not translated. `language` stays, for dates. */
export function pseudo(texts: Text): Text {
  return { ...(changed(texts) as Text), language: texts.language };
}

function changed(value: unknown): unknown {
  if (typeof value === "string") return foreign(value);
  if (typeof value === "function") return (...args: unknown[]) => changed((value as (...of: unknown[]) => unknown)(...args));
  if (Array.isArray(value)) return value.map(changed);
  return Object.fromEntries(Object.entries(value as object).map(([key, inner]) => [key, changed(inner)]));
}
