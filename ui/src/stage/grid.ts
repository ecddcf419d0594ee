export const TILES_PER_PAGE = 9;
export const GAP = 8;
const RATIO = 16 / 9;
/** Below this width tiles may be as high as 4:3, or a phone-sized window would be mostly empty. */
const NARROW = 480;
const NARROW_RATIO = 4 / 3;

export interface Grid {
  columns: number;
  /** Pixels of one tile. */
  width: number;
  height: number;
}

/** The number of columns that makes equal tiles largest. */
export function bestGrid(stageWidth: number, stageHeight: number, count: number): Grid {
  const tiles = Math.max(1, count);
  const ratio = stageWidth < NARROW ? NARROW_RATIO : RATIO;
  let best: Grid = { columns: 1, width: 0, height: 0 };
  for (let columns = 1; columns <= tiles; columns += 1) {
    const rows = Math.ceil(tiles / columns);
    const widest = (stageWidth - GAP * (columns - 1)) / columns;
    const highest = (stageHeight - GAP * (rows - 1)) / rows;
    const width = Math.floor(Math.max(0, Math.min(widest, highest * ratio)));
    if (width > best.width) best = { columns, width, height: Math.floor(width / ratio) };
  }
  return best;
}

export function pageCount(people: number): number {
  return Math.max(1, Math.ceil(people / TILES_PER_PAGE));
}

/** The people of one page; a page that no longer exists falls back to the last. */
export function pageOf<T>(people: readonly T[], page: number): { page: number; people: readonly T[] } {
  const last = pageCount(people.length) - 1;
  const shown = Math.min(Math.max(0, page), last);
  return { page: shown, people: people.slice(shown * TILES_PER_PAGE, (shown + 1) * TILES_PER_PAGE) };
}
