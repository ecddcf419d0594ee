/** Up to two letters for a name: of its first and last word. What stands in brackets is a remark, not a name. */
export function initials(name: string): string {
  const plain = name.replace(/\(.*?\)|\[.*?\]/gu, " ");
  const letters = (plain.match(/[\p{L}\p{N}]/u) ? plain : name)
    .split(/\s+/u)
    .flatMap((word) => word.match(/[\p{L}\p{N}]/u) ?? []);
  return [letters[0], letters.length > 1 ? letters.at(-1) : ""].join("").toLocaleUpperCase();
}

/** A hue that stays the same for a name; the lightness is fixed so that white letters stay readable. */
export function hueOf(name: string): number {
  let hash = 7;
  for (const char of name) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 3600;
  return hash % 360;
}
