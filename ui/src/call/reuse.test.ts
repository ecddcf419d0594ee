import { expect, test } from "vitest";
import { inMeeting, me, person } from "../testing/views";
import { reuse } from "./reuse";

const copy = <T>(value: T): T => structuredClone(value);

test("a snapshot that says the same is the same object", () => {
  const view = inMeeting({ people: [person("1"), person("2", { hand: 1 })] });
  expect(reuse(view, copy(view))).toBe(view);
});

test("only what changed is new", () => {
  const before = inMeeting({ people: [person("1"), person("2")], me: me({ microphone: { state: "live" } }) });
  const after = copy(before);
  const speaking = { ...after, people: [...after.people.map((each) => (each.id === "2" ? { ...each, speaking: true } : each))] };
  const kept = reuse(before, speaking);
  expect(kept).toEqual(speaking);
  expect(kept.people[0]).toBe(before.people[0]);
  expect(kept.people[1]).not.toBe(before.people[1]);
  expect(kept.me).toBe(before.me);
  expect(kept.captions).toBe(before.captions);
});

test("people are found again wherever they stand", () => {
  const before = inMeeting({ people: [person("1"), person("2"), person("3")] });
  const after = { ...copy(before), people: copy([person("2"), person("3"), person("4")]) };
  const kept = reuse(before, after);
  expect(kept.people[0]).toBe(before.people[1]);
  expect(kept.people[1]).toBe(before.people[2]);
  expect(kept.people).toEqual(after.people);
});

test("what is gone is gone, and null is not an object", () => {
  expect(reuse({ a: 1, b: 2 } as object, { a: 1 })).toEqual({ a: 1 });
  expect(reuse<unknown>({ share: { feed: 1 } }, { share: null })).toEqual({ share: null });
  expect(reuse<unknown>({ a: undefined }, { b: undefined })).toEqual({ b: undefined });
  expect(reuse<unknown>([1, 2], [1])).toEqual([1]);
});
