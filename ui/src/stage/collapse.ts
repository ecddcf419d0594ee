/** Controls that go into the “More” menu when the bar is too narrow for them, in this order. */
export const COLLAPSING = ["react", "hand", "people"] as const;

export type Collapsing = (typeof COLLAPSING)[number];

export interface BarRoom {
  /** Words under the icons. */
  captions: boolean;
  /** What is in the menu instead. */
  collapsed: readonly Collapsing[];
  /** Device menus beside microphone and camera. */
  split: boolean;
  /** What our microphone does, in words. */
  status: boolean;
}

const CAPTIONS_FROM_PX = 1100;
const SPLIT_FROM_PX = 350;
const COLLAPSE_BELOW_PX = [600, 550, 500];

/** What a bar of this width has room for; one that was not laid out yet has room for all. */
export function barRoom(width: number): BarRoom {
  const wide = width === 0 || width >= CAPTIONS_FROM_PX;
  return {
    captions: wide,
    status: wide,
    split: width === 0 || width >= SPLIT_FROM_PX,
    collapsed: width === 0 ? [] : COLLAPSING.filter((_, index) => width < (COLLAPSE_BELOW_PX[index] ?? 0)),
  };
}
