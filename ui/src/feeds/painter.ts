import type { Painted } from "./messages";

interface Shown {
  feed: number;
  canvas: OffscreenCanvas;
  context: OffscreenCanvasRenderingContext2D | null;
}

/**
 * WebKitGTK paints canvases with OpenGL. Where that is done in software, four 360p feeds stall within seconds and the
 * page may crash (2.50.6); canvases in plain memory go on at the rate of the feeds, and cost little with a GPU.
 */
export function paintsInMemory(userAgent: string): boolean {
  return /Linux/u.test(userAgent) && /AppleWebKit/u.test(userAgent) && !/Chrome|Chromium/u.test(userAgent);
}

/** The canvases of the tiles, by feed, and how many pictures each feed has put on them. */
export class Painter {
  #tiles = new Map<number, Shown>();
  #painted = new Map<number, Painted>();
  #changed = new Set<number>();

  /** A feed that is on the screen already shows its last picture on the new canvas at once. */
  show(tile: number, feed: number, canvas: OffscreenCanvas): void {
    const context = canvas.getContext("2d", {
      alpha: false,
      willReadFrequently: paintsInMemory(navigator.userAgent),
    });
    const twin = [...this.#tiles.values()].find((shown) => shown.feed === feed);
    if (twin && context) {
      canvas.width = twin.canvas.width;
      canvas.height = twin.canvas.height;
      context.drawImage(twin.canvas, 0, 0);
    }
    this.#tiles.set(tile, { feed, canvas, context });
    if (this.#painted.has(feed)) this.#changed.add(feed);
  }

  hide(tile: number): void {
    this.#tiles.delete(tile);
  }

  isShown(feed: number): boolean {
    return [...this.#tiles.values()].some((shown) => shown.feed === feed);
  }

  /** True for the first picture of a feed: the page waits for that one. */
  paint(feed: number, picture: VideoFrame): boolean {
    const { displayWidth: width, displayHeight: height } = picture;
    let painted = false;
    for (const shown of this.#tiles.values()) {
      if (shown.feed !== feed || !shown.context) continue;
      if (shown.canvas.width !== width || shown.canvas.height !== height) {
        shown.canvas.width = width;
        shown.canvas.height = height;
      }
      shown.context.drawImage(picture, 0, 0);
      painted = true;
    }
    if (!painted) return false;
    const frames = (this.#painted.get(feed)?.frames ?? 0) + 1;
    this.#painted.set(feed, { feed, frames, width, height });
    this.#changed.add(feed);
    return frames === 1;
  }

  /** What changed since the last call. */
  takeReport(): Painted[] {
    const report = [...this.#changed].flatMap((feed) => this.#painted.get(feed) ?? []);
    this.#changed.clear();
    return report;
  }
}
