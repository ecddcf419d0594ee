import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { applyEvent, NO_CALL } from "../call/call-state";
import { click, find, get, pressIn, textOf, type } from "../testing/render";
import { showMeeting } from "../testing/meeting.svelte";
import { inMeeting, me, person } from "../testing/views";
import { peopleRows } from "./rows";

const people = (count: number) => Array.from({ length: count }, (_, index) => person(String(index + 1)));
const rows = () => [...document.querySelectorAll<HTMLElement>("[data-testid='people-list'] .person")];
const ids = () => rows().map(({ dataset }) => dataset.testid);
const marks = (testid: string) =>
  [...get(testid).querySelectorAll("[role='img']")].map((mark) => mark.getAttribute("aria-label"));

function showPeople(view: Parameters<typeof showMeeting>[0]) {
  const shown = showMeeting(view);
  click("people");
  return shown;
}

describe("the list of people", () => {
  test("groups who presents, whose hand is up in order, and the rest", () => {
    showPeople({
      me: me({ hand: 2 }),
      people: [person("1"), person("2", { hand: 3 }), person("3", { hand: 1 }), person("4", { role: "organizer" })],
      share: { personId: "4", name: "Person 4", feed: 9 },
    });
    expect([...document.querySelectorAll("[data-testid='people-list'] h3")].map(({ textContent }) => textContent)).toEqual([
      "Presenting · 1",
      "Hands raised, in order · 3",
      "In the meeting · 1",
    ]);
    expect(ids()).toEqual(["person-4", "person-3", "person-me", "person-2", "person-1"]);
    expect(textOf("person-4")).toContain("Organiser");
    expect(marks("person-3")).toEqual(["Hand raised, number 1", "Microphone on"]);
  });

  test("shows what the host did to us, and whom we muted for ourselves", () => {
    showPeople({ me: me({ mutedByHost: true }), people: [person("1", { volume: 0, spotlit: true })] });
    expect(marks("person-me")).toEqual(["Muted by the host", "Microphone off"]);
    expect(marks("person-1")).toEqual(["Shown large to everybody", "muted for you", "Microphone on"]);
  });

  test("is searched once there are more than eight", () => {
    const { change } = showPeople({ people: people(7) });
    expect(find("people-search")).toBeNull();
    change({ people: [...people(8), person("x", { name: "Ёлка" })] });
    type("people-search", "ёЛ");
    expect(ids()).toEqual(["person-x"]);
    expect(textOf("people-pane")).toContain("1 person found");
    type("people-search", "nobody at all");
    expect(rows()).toEqual([]);
    expect(textOf("people-pane")).toContain("Nobody of that name");
    pressIn(get("people-search"), "Escape");
    expect(rows().length).toBeGreaterThan(8);
    expect(find("people-pane")).not.toBeNull();
  });

  test("has a menu for everybody but us", () => {
    const { intents } = showPeople({ people: people(2) });
    expect(get("person-me").querySelector("button")).toBeNull();
    get("person-2").querySelector("button")?.click();
    flushSync();
    click("menu-mute");
    expect(intents("setVolume")).toEqual([{ intent: "setVolume", personId: "2", volume: 0 }]);
  });

  test("is walked by arrows, Home and End", async () => {
    showPeople({ people: people(4) });
    const button = (id: string) => get(id).querySelector("button") as HTMLElement;
    const goes = async (from: string, key: string, to: string) => {
      pressIn(button(from), key);
      await vi.waitFor(() => expect(document.activeElement).toBe(button(to)));
    };
    button("person-1").focus();
    await goes("person-1", "ArrowDown", "person-2");
    await goes("person-2", "End", "person-4");
    await goes("person-4", "ArrowUp", "person-3");
    await goes("person-3", "Home", "person-1");
    await goes("person-1", "ArrowUp", "person-1");
  });

  test("has everybody once", () => {
    const view = inMeeting({
      me: me({ hand: 1, share: { state: "live" } }),
      people: [person("1", { hand: 2 }), person("2")],
      share: { personId: "1", name: "Person 1", feed: 1 },
    });
    const keys = peopleRows(view, "").flatMap(({ kind, key }) => (kind === "heading" ? [] : [key]));
    expect(keys.sort()).toEqual(["me", "person 1", "person 2"]);
  });
});

describe("a storm of newcomers", () => {
  test("on a thousand people draws only what can be seen, and changes hardly anything of it", () => {
    const crowd = people(1000);
    const { change } = showPeople({ people: crowd });
    expect(rows().length).toBeLessThan(40);
    expect(rows()[0]?.getAttribute("aria-setsize")).toBe("1002");
    let state = applyEvent(NO_CALL, { event: "view", view: inMeeting({ people: crowd }) }, 0);
    const records: MutationRecord[] = [];
    const observer = new MutationObserver(() => undefined);
    observer.observe(document.body, { childList: true, subtree: true, attributes: true, characterData: true });
    const STORM = 50;
    for (let count = 1; count <= STORM; count += 1) {
      const everybody = structuredClone([...crowd, ...Array.from({ length: count }, (_, index) => person(`new${index}`))]);
      state = applyEvent(state, { event: "view", view: inMeeting({ people: everybody }) }, count);
      change({ people: state.view?.people ?? [] });
      records.push(...observer.takeRecords());
    }
    observer.disconnect();
    expect(textOf("people-count")).toBe("1,051 people");
    const nodes = records.reduce((sum, { addedNodes }) => sum + addedNodes.length, 0);
    expect(nodes / STORM).toBeLessThan(5);
    // The count in three places, the pages, and `aria-setsize` of the rows that are drawn.
    expect(records.length / STORM).toBeLessThan(60);
  });

  test("keeps the rows of those who stay", () => {
    const crowd = people(1000);
    const before = peopleRows(inMeeting({ people: crowd }), "");
    const after = peopleRows(inMeeting({ people: [...crowd, person("new")] }), "");
    expect(after[500]).toBe(before[500]);
  });
});
