type Plain = { readonly [key: string]: unknown };

/**
 * `after`, with every part that is as it was in `before` being the same object. Snapshots come whole: without this,
 * each of them would redraw everything.
 */
export function reuse<T>(before: T, after: T): T {
  if (Object.is(before, after)) return before;
  if (Array.isArray(before) && Array.isArray(after)) return reuseList(before, after) as T;
  if (!isPlain(before) || !isPlain(after)) return after;
  let parts: Record<string, unknown> | null = null;
  let keys = 0;
  for (const key in after) {
    keys += 1;
    const old = before[key];
    const part = after[key];
    const kept = typeof part === "object" && part !== null ? reuse(old, part) : part;
    if (Object.is(kept, old) && (kept !== undefined || key in before)) {
      if (parts) parts[key] = kept;
      continue;
    }
    parts ??= earlier(after, before, key);
    parts[key] = kept;
  }
  if (parts) return parts as T;
  return keys === Object.keys(before).length ? before : after;
}

/** The parts that come before `until`, all of which were found to be the same. */
function earlier(after: Plain, before: Plain, until: string): Record<string, unknown> {
  const parts: Record<string, unknown> = {};
  for (const key in after) {
    if (key === until) break;
    parts[key] = before[key];
  }
  return parts;
}

/** Items with an `id` are the same item wherever they stand. */
function reuseList(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  let known: Map<unknown, unknown> | null = null;
  let same = before.length === after.length;
  const items = after.map((item, index) => {
    let old = before[index];
    if (isPlain(item) && "id" in item && !(isPlain(old) && old.id === item.id)) {
      known ??= new Map(before.map((other) => [isPlain(other) ? other.id : undefined, other]));
      old = known.get(item.id);
    }
    const kept = reuse<unknown>(old, item);
    if (!Object.is(kept, before[index])) same = false;
    return kept;
  });
  return same ? before : items;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
