export const SEGMENTS = 12;
const QUIETEST_DBFS = -60;

/** How many segments of the meter are lit: one for each 5 dB above -60 dBFS. */
export function litSegments(dbfs: number): number {
  const share = (dbfs - QUIETEST_DBFS) / -QUIETEST_DBFS;
  return Math.max(0, Math.min(SEGMENTS, Math.round(share * SEGMENTS)));
}

export const SILENT_AFTER_MS = 4000;
