import type { ShareArea } from "../contract/ShareArea";

/** In pixels of the display. */
export interface Size {
  width: number;
  height: number;
}

export const CORNERS = ["nw", "ne", "sw", "se"] as const;
export type Corner = (typeof CORNERS)[number];

/** No region is smaller, so that it can still be got hold of. */
export const LEAST = 64;
const WIDE = 16 / 9;

const between = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value));
/** Encoders take pictures with even sides alone. */
const even = (value: number) => Math.floor(value / 2) * 2;

/** The largest that is as wide as 16:9 and no larger than this. */
function wide({ width, height }: Size): Size {
  const fitting = Math.min(width, height * WIDE);
  return { width: even(Math.round(fitting)), height: even(Math.round(fitting / WIDE)) };
}

/** Where a region begins: in the middle, three fifths of the display. */
export function firstArea(screen: Size): ShareArea {
  const size = wide({ width: screen.width * 0.6, height: screen.height * 0.6 });
  return within({ x: Math.round((screen.width - size.width) / 2), y: Math.round((screen.height - size.height) / 2), ...size }, screen);
}

/** The nearest that is on the display: as large as it may be, then moved. */
export function within(area: ShareArea, screen: Size): ShareArea {
  const width = even(between(Math.round(area.width), Math.min(LEAST, screen.width), screen.width));
  const height = even(between(Math.round(area.height), Math.min(LEAST, screen.height), screen.height));
  return {
    x: between(Math.round(area.x), 0, screen.width - width),
    y: between(Math.round(area.y), 0, screen.height - height),
    width,
    height,
  };
}

export function moved(area: ShareArea, right: number, down: number, screen: Size): ShareArea {
  return within({ ...area, x: area.x + right, y: area.y + down }, screen);
}

/** A corner was dragged; the one across stays where it is. With `snap` the sides stay 16:9. */
export function resized(area: ShareArea, corner: Corner, right: number, down: number, screen: Size, snap: boolean): ShareArea {
  const fromEast = corner.endsWith("w");
  const fromSouth = corner.startsWith("n");
  const fixed = { x: fromEast ? area.x + area.width : area.x, y: fromSouth ? area.y + area.height : area.y };
  const room = { width: fromEast ? fixed.x : screen.width - fixed.x, height: fromSouth ? fixed.y : screen.height - fixed.y };
  let width = between(area.width + (fromEast ? -right : right), Math.min(LEAST, room.width), room.width);
  let height = between(area.height + (fromSouth ? -down : down), Math.min(LEAST, room.height), room.height);
  if (snap) {
    // Whichever side was dragged further leads.
    const leading = Math.abs(right) >= Math.abs(down) * WIDE ? width : height * WIDE;
    const most = wide(room);
    const least = Math.min(LEAST * WIDE, most.width);
    ({ width, height } = wide({ width: between(leading, least, most.width), height: Infinity }));
  }
  width = even(Math.round(width));
  height = even(Math.round(height));
  return { x: fromEast ? fixed.x - width : fixed.x, y: fromSouth ? fixed.y - height : fixed.y, width, height };
}

/** The same region with sides of 16:9: as wide as before if that has room. */
export function snapped(area: ShareArea, screen: Size): ShareArea {
  const most = wide(screen);
  const size = wide({ width: between(area.width, Math.min(LEAST * WIDE, most.width), most.width), height: Infinity });
  return within({ ...area, ...size }, screen);
}
