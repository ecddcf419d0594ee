import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Reaction } from "../contract/Reaction";
import { inMeeting, me, person } from "../testing/views";
import { setLanguage } from "../text/text.svelte";
import { Announcer } from "./announcer.svelte";
import type { SeenReaction } from "./call-state";

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

describe("reactions", () => {
  const reaction = (key: number, name: string, kind: Reaction = "heart", personId: string | null = name): SeenReaction => ({
    key,
    personId,
    name,
    reaction: kind,
  });

  test("are told with the name, ours as well, each once", () => {
    const announcer = new Announcer();
    const first = [reaction(1, "Mira")];
    announcer.react(first);
    expect(announcer.polite).toBe("Mira: Heart");
    announcer.say(["something else"]);
    announcer.react(first);
    vi.advanceTimersByTime(3000);
    expect(announcer.polite).toBe("something else");
    announcer.react([...first, reaction(2, "Ada", "like", null)]);
    expect(announcer.polite).toBe("You: Like");
    announcer.stop();
  });

  test("are told together when there are many", () => {
    const announcer = new Announcer();
    const all = [reaction(1, "Mira")];
    announcer.react([...all]);
    for (let key = 2; key <= 20; key += 1) {
      all.push(reaction(key, `Person ${key}`, "applause"));
      announcer.react([...all]);
    }
    expect(announcer.polite).toBe("Mira: Heart");
    vi.advanceTimersByTime(3000);
    expect(announcer.polite).toBe("Person 2 and 18 others: Applause");
    announcer.react([...all, reaction(21, "A", "like"), reaction(22, "B", "heart"), reaction(23, "C", "laugh"), reaction(24, "A", "like")]);
    vi.advanceTimersByTime(3000);
    expect(announcer.polite).toBe("4 reactions: Like, Heart, Laugh");
    announcer.stop();
  });

  test("are told again in Russian, with its own plurals", () => {
    setLanguage("ru");
    const announcer = new Announcer();
    announcer.react([reaction(1, "Мира", "like"), reaction(2, "Б", "heart"), reaction(3, "В", "laugh")]);
    expect(announcer.polite).toBe("3 реакции: Нравится, Сердце, Смех");
    announcer.stop();
  });
});
