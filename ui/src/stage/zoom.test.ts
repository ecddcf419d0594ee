import { describe, expect, test } from "vitest";
import { FITTED, MOST, actualScale, fitted, within, zoomAt } from "./zoom";

const view = { width: 1000, height: 500 };
const picture = { width: 1920, height: 1080 };

describe("the zoom of a shared screen", () => {
  test("begins with all of the picture in the view", () => {
    const { width, height } = fitted(view, picture);
    expect(height).toBe(500);
    expect(width).toBeCloseTo(888.9, 1);
    expect(fitted(view, { width: 0, height: 0 })).toEqual({ width: 0, height: 0 });
  });

  test("keeps what is under the pointer there", () => {
    const zoomed = zoomAt(FITTED, 4, 100, 50, view, picture);
    expect(zoomed.scale).toBe(4);
    expect((100 - zoomed.x) / 4).toBeCloseTo(100);
    expect((50 - zoomed.y) / 4).toBeCloseTo(50);
  });

  test("stops at eight times and at the whole picture", () => {
    expect(zoomAt(FITTED, 100, 0, 0, view, picture).scale).toBe(MOST);
    expect(zoomAt({ scale: 2, x: 0, y: 0 }, 0.1, 0, 0, view, picture)).toEqual(FITTED);
  });

  test("may be smaller than the view where the picture is", () => {
    const small = { width: 320, height: 180 };
    const actual = actualScale(view, small, 1);
    expect(actual).toBeLessThan(1);
    expect(within({ scale: actual, x: 0, y: 0 }, view, small, actual).scale).toBeCloseTo(actual);
  });

  test("never shows more beside the picture than there has to be", () => {
    const { x, y } = within({ scale: 2, x: 9999, y: -9999 }, view, picture);
    expect(x).toBeCloseTo((888.9 * 2 - 1000) / 2, 0);
    expect(y).toBeCloseTo(-250, 0);
    expect(within({ scale: 1, x: 50, y: 50 }, view, picture)).toEqual(FITTED);
  });

  test("counts the points of a screen with more of them", () => {
    expect(actualScale(view, picture, 2)).toBeCloseTo(actualScale(view, picture, 1) / 2);
  });
});
