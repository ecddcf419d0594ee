import { expect, test } from "vitest";
import { layOut, rowAt } from "./virtual";

test("a row is found at every height", () => {
  const rows = [{ key: "a" }, { key: "b" }, { key: "c" }];
  const heights: Record<string, number> = { a: 10, b: 30, c: 20 };
  const tops = layOut(rows, ({ key }) => heights[key] ?? 0);
  expect([...tops]).toEqual([0, 10, 40, 60]);
  expect([-5, 0, 9, 10, 39, 40, 59, 500].map((y) => rowAt(tops, y))).toEqual([0, 0, 0, 1, 1, 2, 2, 2]);
  expect(rowAt(layOut([], () => 1), 100)).toBe(0);
});
