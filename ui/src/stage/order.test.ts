import { describe, expect, test } from "vitest";
import { NO_ORDER, SPEAKS_MS, reorder, speakerOf } from "./order";

const ids = Array.from({ length: 12 }, (_, index) => String(index + 1));
const PLACES = 9;

describe("the order of tiles", () => {
  test("begins with those who speak on the first page", () => {
    const { order } = reorder(NO_ORDER, ids, ["11"], PLACES, 0);
    expect(order.ids.indexOf("11")).toBeLessThan(PLACES);
    expect([...order.ids].sort()).toEqual([...ids].sort());
  });

  test("changes only for who speaks for two seconds, and then two tiles change places", () => {
    const start = reorder(NO_ORDER, ids, [], PLACES, 0).order;
    const soon = reorder(start, ids, ["12"], PLACES, 1000);
    expect(soon.order.ids).toEqual(ids);
    expect(soon.dueMs).toBe(SPEAKS_MS);
    const later = reorder(soon.order, ids, ["12"], PLACES, 1000 + SPEAKS_MS);
    expect(later.order.ids).toEqual(["1", "2", "3", "4", "5", "6", "7", "8", "12", "10", "11", "9"]);
    expect(later.dueMs).toBeNull();
  });

  test("forgets how long somebody spoke as soon as they pause", () => {
    const start = reorder(NO_ORDER, ids, [], PLACES, 0).order;
    const spoke = reorder(start, ids, ["12"], PLACES, 0).order;
    const paused = reorder(spoke, ids, [], PLACES, 1500).order;
    expect(reorder(paused, ids, ["12"], PLACES, 1600).dueMs).toBe(SPEAKS_MS);
  });

  test("moves nobody who is on the first page already, and never a speaker out of it", () => {
    const start = reorder(NO_ORDER, ids, [], PLACES, 0).order;
    expect(reorder(start, ids, ["3"], PLACES, 9000).order.ids).toEqual(ids);
    const all = ids.slice(0, PLACES);
    const full = reorder(start, ids, [...all, "12"], PLACES, 0).order;
    expect(reorder(full, ids, [...all, "12"], PLACES, SPEAKS_MS).order.ids).toEqual(ids);
  });

  test("keeps those who stay where they are when others come and go", () => {
    const start = reorder(NO_ORDER, ids, [], PLACES, 0).order;
    const next = reorder(start, ["13", ...ids.filter((id) => id !== "12")], [], PLACES, 1).order;
    expect(next.ids).toEqual([...ids.slice(0, 11), "13"]);
  });

  test("knows who is to be shown large", () => {
    expect(speakerOf(["1", "2"], ["9", "2"], "1")).toBe("2");
    expect(speakerOf(["1", "2"], [], "2")).toBe("2");
    expect(speakerOf(["1", "2"], [], "9")).toBe("1");
    expect(speakerOf([], [], null)).toBeNull();
  });
});
