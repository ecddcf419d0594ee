type Plain = { readonly [key: string]: unknown };

/**
 * `after`, with every part that is as it was in `before` being the same object. Snapshots come whole: without this,
 * each of them would redraw everything.
 */
export function reuse<T>(before: T, after: T): T {
  if (Object.is(before, after)) return before;
  if (Array.isArray(before) && Array.isArray(after)) return reuseList(before, after) as T;
  if (!isPlain(before) || !isPlain(after)) return after;
  const keys = Object.keys(after);
  let same = keys.length === Object.keys(before).length;
  const parts: Record<string, unknown> = {};
  for (const key of keys) {
    parts[key] = reuse(before[key], after[key]);
    if (!Object.is(parts[key], before[key])) same = false;
  }
  return same ? before : (parts as T);
}

function reuseList(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const known = new Map(before.flatMap((item) => (isPlain(item) && "id" in item ? [[item.id, item] as const] : [])));
  let same = before.length === after.length;
  const items = after.map((item, index) => {
    const old = isPlain(item) && "id" in item ? known.get(item.id) : before[index];
    const kept = reuse<unknown>(old, item);
    if (!Object.is(kept, before[index])) same = false;
    return kept;
  });
  return same ? before : items;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
