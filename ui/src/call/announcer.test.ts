import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { inMeeting, me, person } from "../testing/views";
import { setLanguage } from "../text/text.svelte";
import { Announcer } from "./announcer.svelte";

beforeEach(() => {
  vi.useFakeTimers();
  setLanguage("en");
});
afterEach(() => vi.useRealTimers());

const people = (count: number) => Array.from({ length: count }, (_, index) => person(String(index + 1)));

test("those who come in a burst are told together", () => {
  const announcer = new Announcer();
  announcer.see({ ...inMeeting(), phase: { state: "lobby" } });
  announcer.see(inMeeting({ people: people(2) }));
  expect(announcer.polite).toBe("You are in. Your microphone is off");
  announcer.see(inMeeting({ people: people(3) }));
  expect(announcer.polite).toBe("Person 3 joined");
  for (let count = 4; count <= 20; count += 1) announcer.see(inMeeting({ people: people(count) }));
  expect(announcer.polite).toBe("Person 3 joined");
  vi.advanceTimersByTime(2000);
  expect(announcer.polite).toBe("Person 4 and 16 others joined");
  announcer.see(inMeeting({ people: people(19) }));
  vi.advanceTimersByTime(2000);
  expect(announcer.polite).toBe("Person 20 left");
  announcer.stop();
});

test("what happens to ourselves is told at once, also in a burst", () => {
  const announcer = new Announcer();
  announcer.see(inMeeting());
  announcer.see(inMeeting({ people: people(1) }));
  announcer.see(inMeeting({ people: people(1), me: me({ microphone: { state: "live" } }) }));
  expect(announcer.polite).toBe("Your microphone is on");
  announcer.see(inMeeting({ people: people(1), me: me({ mutedByHost: true }) }));
  expect(announcer.assertive).toBe("Your microphone is off");
  announcer.stop();
});

test("the same sentence twice is read twice", () => {
  const announcer = new Announcer();
  announcer.say(["Mira: yes"]);
  const first = announcer.polite;
  announcer.say(["Mira: yes"]);
  expect(announcer.polite).not.toBe(first);
  expect(announcer.polite.trim()).toBe(first);
});
