export interface Size {
  width: number;
  height: number;
}

/** `scale` 1 shows all of the picture; `x`, `y` move its middle away from the middle of the view. */
export interface Zoom {
  scale: number;
  x: number;
  y: number;
}

export const FITTED: Zoom = { scale: 1, x: 0, y: 0 };
export const MOST = 8;
export const STEP = 1.25;

export function fitted(view: Size, picture: Size): Size {
  if (picture.width === 0 || picture.height === 0) return { width: 0, height: 0 };
  const scale = Math.min(view.width / picture.width, view.height / picture.height);
  return { width: picture.width * scale, height: picture.height * scale };
}

/** The scale at which each point of the picture is one point of the screen. */
export function actualScale(view: Size, picture: Size, pixelRatio: number): number {
  const { width } = fitted(view, picture);
  return width === 0 ? 1 : picture.width / pixelRatio / width;
}

/** Keeps the scale within its limits and the picture over the view. */
export function within(zoom: Zoom, view: Size, picture: Size, least = 1): Zoom {
  const scale = Math.max(Math.min(1, least), Math.min(MOST, zoom.scale));
  const { width, height } = fitted(view, picture);
  const room = (size: number, limit: number) => Math.max(0, (size * scale - limit) / 2);
  const clamp = (value: number, limit: number) => Math.max(-limit, Math.min(limit, value)) + 0;
  return { scale, x: clamp(zoom.x, room(width, view.width)), y: clamp(zoom.y, room(height, view.height)) };
}

/** Zooms so that what lies at `x`, `y` (from the middle of the view) stays there. */
export function zoomAt(zoom: Zoom, scale: number, x: number, y: number, view: Size, picture: Size, least = 1): Zoom {
  const limited = Math.max(Math.min(1, least), Math.min(MOST, scale));
  const factor = limited / zoom.scale;
  return within({ scale: limited, x: x - (x - zoom.x) * factor, y: y - (y - zoom.y) * factor }, view, picture, least);
}
