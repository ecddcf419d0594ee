/** Somebody who speaks for less than this is not moved to the first page. */
export const SPEAKS_MS = 2000;

/** The order of the tiles, and since when those have spoken who speak most. */
export interface Order {
  ids: readonly string[];
  since: ReadonlyMap<string, number>;
}

export const NO_ORDER: Order = { ids: [], since: new Map() };

/**
 * The next order. Tiles stay where they are: a speaker who is not among the first `places` changes places with the
 * last of those who do not speak. `dueMs` is how long until somebody has spoken long enough for that.
 */
export function reorder(
  order: Order,
  present: readonly string[],
  dominant: readonly string[],
  places: number,
  nowMs: number,
): { order: Order; dueMs: number | null } {
  const here = new Set(present);
  const known = new Set(order.ids);
  const speakers = dominant.filter((id) => here.has(id));
  const newcomers = present.filter((id) => !known.has(id));
  const ids = [...order.ids.filter((id) => here.has(id)), ...newcomers];
  const first = order.ids.length === 0;
  const since = new Map(speakers.map((id) => [id, order.since.get(id) ?? (first ? nowMs - SPEAKS_MS : nowMs)]));
  let dueMs: number | null = null;
  for (const speaker of speakers) {
    const at = ids.indexOf(speaker);
    if (at < places) continue;
    const left = (since.get(speaker) ?? nowMs) + SPEAKS_MS - nowMs;
    if (left > 0) {
      dueMs = Math.min(dueMs ?? left, left);
      continue;
    }
    const gives = ids.slice(0, places).findLastIndex((id) => !speakers.includes(id));
    if (gives === -1) continue;
    ids[at] = ids[gives] as string;
    ids[gives] = speaker;
  }
  return { order: { ids, since }, dueMs };
}

/** Who is shown large while the speaker is: the one heard most, else whoever it was, else the first. */
export function speakerOf(present: readonly string[], dominant: readonly string[], before: string | null): string | null {
  return (
    dominant.find((id) => present.includes(id)) ??
    (before !== null && present.includes(before) ? before : (present[0] ?? null))
  );
}
