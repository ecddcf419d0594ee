/** A row of a long list of which only the visible part is drawn. */
export interface VirtualRow {
  key: string;
}

/** Where each row begins, and at the end where the last one ends. */
export function layOut<R extends VirtualRow>(rows: readonly R[], heightOf: (row: R) => number): Float64Array {
  const tops = new Float64Array(rows.length + 1);
  let top = 0;
  for (let index = 0; index < rows.length; index += 1) {
    tops[index] = top;
    top += heightOf(rows[index] as R);
  }
  tops[rows.length] = top;
  return tops;
}

/** The row at a height; the last one below all, 0 in an empty list. */
export function rowAt(tops: Float64Array, y: number): number {
  let low = 0;
  let high = Math.max(0, tops.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((tops[middle] ?? 0) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}
