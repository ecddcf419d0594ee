import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { WatchedFeed } from "../contract/WatchedFeed";
import { Watching } from "./watching";

function tile(width: number, height: number): HTMLElement {
  const element = document.createElement("div");
  Object.defineProperty(element, "clientWidth", { get: () => width });
  Object.defineProperty(element, "clientHeight", { get: () => height });
  return element;
}

describe("what is being watched", () => {
  let sent: WatchedFeed[][];
  let watching: Watching;

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("devicePixelRatio", 2);
    sent = [];
    watching = new Watching((feeds) => sent.push(feeds));
  });

  afterEach(() => {
    watching.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  test("is told once for a burst of changes, in device pixels", () => {
    watching.add(2, tile(100, 50));
    watching.add(1, tile(200, 100));
    vi.advanceTimersByTime(149);
    expect(sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(sent).toEqual([
      [
        { feed: 1, width: 400, height: 200, refresh: false },
        { feed: 2, width: 200, height: 100, refresh: false },
      ],
    ]);
  });

  test("never asks for more than any picture has, in its shape", () => {
    watching.add(1, tile(8000, 4500));
    vi.advanceTimersByTime(150);
    expect(sent[0]?.[0]).toMatchObject({ width: 3840, height: 2160 });
  });

  test("is told in time while changes keep coming", () => {
    watching.add(1, tile(10, 10));
    for (let change = 0; change < 3; change += 1) {
      vi.advanceTimersByTime(100);
      watching.refresh(1);
    }
    expect(sent).toHaveLength(1);
    expect(sent[0]?.[0]?.refresh).toBe(true);
  });

  test("is not told again while nothing changed", () => {
    watching.add(1, tile(10, 10));
    vi.advanceTimersByTime(200);
    const remove = watching.add(2, tile(10, 10));
    remove();
    vi.advanceTimersByTime(200);
    expect(sent).toHaveLength(1);
  });

  test("goes with the tile", () => {
    const remove = watching.add(1, tile(10, 10));
    vi.advanceTimersByTime(200);
    remove();
    vi.advanceTimersByTime(200);
    expect(sent.at(-1)).toEqual([]);
  });

  test("asks for a key frame once", () => {
    watching.add(1, tile(10, 10));
    vi.advanceTimersByTime(200);
    watching.refresh(1);
    vi.advanceTimersByTime(200);
    expect(sent.at(-1)).toEqual([{ feed: 1, width: 20, height: 20, refresh: true }]);
    watching.add(2, tile(10, 10));
    vi.advanceTimersByTime(200);
    expect(sent.at(-1)?.some(({ refresh }) => refresh)).toBe(false);
  });

  test("counts a feed on two tiles once, at its largest", () => {
    watching.add(1, tile(10, 80));
    watching.add(1, tile(40, 20));
    vi.advanceTimersByTime(200);
    expect(sent).toEqual([[{ feed: 1, width: 80, height: 160, refresh: false }]]);
  });
});
