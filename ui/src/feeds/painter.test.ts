import { describe, expect, test, vi } from "vitest";
import { Painter, paintsInMemory } from "./painter";

class RecordedCanvas {
  width = 300;
  height = 150;
  readonly drawn: unknown[] = [];

  getContext(): unknown {
    return { drawImage: (image: unknown) => this.drawn.push(image) };
  }
}

const canvas = () => new RecordedCanvas();
const asOffscreen = (recorded: RecordedCanvas) => recorded as unknown as OffscreenCanvas;
const picture = (width: number, height: number) =>
  ({ displayWidth: width, displayHeight: height, close: vi.fn() }) as unknown as VideoFrame;

describe("the painter", () => {
  test("paints each canvas of the feed in the picture's size, and counts", () => {
    const painter = new Painter();
    const [one, two, other] = [canvas(), canvas(), canvas()];
    painter.show(1, 7, asOffscreen(one));
    painter.show(2, 7, asOffscreen(two));
    painter.show(3, 8, asOffscreen(other));
    painter.takeReport();
    const first = [painter.paint(7, picture(640, 360)), painter.paint(7, picture(1280, 720))];
    expect(first).toEqual([true, false]);
    expect([one.width, two.height]).toEqual([1280, 720]);
    expect(other.drawn).toEqual([]);
    expect(painter.takeReport()).toEqual([{ feed: 7, frames: 2, width: 1280, height: 720 }]);
    expect(painter.takeReport()).toEqual([]);
  });

  test("shows the last picture at once when a tile moves", () => {
    const painter = new Painter();
    const [before, after] = [canvas(), canvas()];
    painter.show(1, 7, asOffscreen(before));
    painter.paint(7, picture(640, 360));
    painter.show(2, 7, asOffscreen(after));
    expect(after.drawn).toEqual([before]);
    expect(after.width).toBe(640);
    expect(painter.takeReport()).toEqual([{ feed: 7, frames: 1, width: 640, height: 360 }]);
  });

  test("counts nothing that nobody sees", () => {
    const painter = new Painter();
    painter.show(1, 7, asOffscreen(canvas()));
    painter.hide(1);
    expect(painter.isShown(7)).toBe(false);
    painter.paint(7, picture(640, 360));
    expect(painter.takeReport()).toEqual([]);
  });

  test("avoids OpenGL in WebKitGTK alone", () => {
    const webKitGtk = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/60.5 Safari/605.1.15";
    const chromium = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36";
    const macOs = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)";
    expect([webKitGtk, chromium, macOs].map(paintsInMemory)).toEqual([true, false, false]);
  });
});
