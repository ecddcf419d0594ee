import { describe, expect, test } from "vitest";
import { CORNERS, firstArea, LEAST, moved, resized, snapped, within } from "./area";

const SCREEN = { width: 1920, height: 1080 };
const area = (x: number, y: number, width: number, height: number) => ({ x, y, width, height });

describe("a region", () => {
  test("begins in the middle of its display, 16:9", () => {
    expect(firstArea(SCREEN)).toEqual(area(384, 216, 1152, 648));
    const ultrawide = firstArea({ width: 3440, height: 1440 });
    expect(ultrawide.width / ultrawide.height).toBeCloseTo(16 / 9, 2);
    expect(ultrawide.x + ultrawide.width / 2).toBe(1720);
    const tall = firstArea({ width: 1080, height: 1921 });
    expect(tall.width / tall.height).toBeCloseTo(16 / 9, 2);
  });

  test("stays on its display and has even sides", () => {
    expect(within(area(-5, 2000, 301, 201), SCREEN)).toEqual(area(0, 880, 300, 200));
    expect(within(area(0, 0, 5, 5), SCREEN)).toEqual(area(0, 0, LEAST, LEAST));
    expect(within(area(0, 0, 9999, 9999), { width: 801, height: 601 })).toEqual(area(0, 0, 800, 600));
    expect(within(area(3, 3, 9, 9), { width: 20, height: 20 })).toEqual(area(0, 0, 20, 20));
  });

  test("moves up to the edge and keeps its size", () => {
    expect(moved(area(100, 100, 640, 360), -1, 10, SCREEN)).toEqual(area(99, 110, 640, 360));
    expect(moved(area(100, 100, 640, 360), 5000, -5000, SCREEN)).toEqual(area(1280, 0, 640, 360));
  });

  test("grows from a corner while the one across stays", () => {
    const start = area(400, 300, 640, 360);
    expect(resized(start, "se", 100, 50, SCREEN, false)).toEqual(area(400, 300, 740, 410));
    expect(resized(start, "nw", -100, -50, SCREEN, false)).toEqual(area(300, 250, 740, 410));
    expect(resized(start, "ne", 100, 50, SCREEN, false)).toEqual(area(400, 350, 740, 310));
    expect(resized(start, "sw", 100, 50, SCREEN, false)).toEqual(area(500, 300, 540, 410));
  });

  test("keeps 16:9 if that is wanted, by the side that was dragged further", () => {
    const start = area(400, 300, 640, 360);
    expect(resized(start, "se", 160, 0, SCREEN, true)).toEqual(area(400, 300, 800, 450));
    expect(resized(start, "se", 0, 90, SCREEN, true)).toEqual(area(400, 300, 800, 450));
    expect(resized(start, "nw", -160, 0, SCREEN, true)).toEqual(area(240, 210, 800, 450));
    const full = resized(start, "se", 5000, 5000, SCREEN, true);
    expect(full.y + full.height).toBeLessThanOrEqual(1080);
    expect(full.width / full.height).toBeCloseTo(16 / 9, 1);
  });

  test("never leaves the display whatever is dragged", () => {
    for (const corner of CORNERS) {
      for (const snap of [true, false]) {
        for (const [right, down] of [
          [9999, 9999],
          [-9999, -9999],
          [9999, -9999],
          [-9999, 9999],
          [1, 1],
        ] as const) {
          const end = resized(area(400, 300, 640, 360), corner, right, down, SCREEN, snap);
          expect(end.x).toBeGreaterThanOrEqual(0);
          expect(end.y).toBeGreaterThanOrEqual(0);
          expect(end.x + end.width).toBeLessThanOrEqual(1920);
          expect(end.y + end.height).toBeLessThanOrEqual(1080);
          expect(Math.min(end.width, end.height)).toBeGreaterThanOrEqual(LEAST);
          expect([end.width % 2, end.height % 2]).toEqual([0, 0]);
        }
      }
    }
  });

  test("becomes 16:9 without leaving the display", () => {
    expect(snapped(area(100, 100, 640, 640), SCREEN)).toEqual(area(100, 100, 640, 360));
    expect(snapped(area(0, 1000, 1920, 80), SCREEN)).toEqual(area(0, 0, 1920, 1080));
    const tall = snapped(area(0, 0, 500, 900), { width: 1080, height: 500 });
    expect(tall.height).toBeLessThanOrEqual(500);
  });
});
