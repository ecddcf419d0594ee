import { describe, expect, test } from "vitest";
import type { ChatMessage } from "../contract/ChatMessage";
import { en } from "../text/en";
import { inMeeting, me, person } from "../testing/views";
import { announcements } from "./announcements";
import { NO_CALL, applyEvent, secondsSince } from "./call-state";
import { DEFAULT_DEVICE, NO_DEVICE, choicesOf, firstPicks, isName, withCamera, withMicrophone } from "./picks";

describe("the state of a call", () => {
  test("keeps each chat message once, in order", () => {
    const message: ChatMessage = { id: "1", from: "Mira", mine: false, text: "Hi", sentAtMs: 0, state: "new", blocks: [] };
    const once = applyEvent(NO_CALL, { event: "chat", message }, 0);
    expect(applyEvent(once, { event: "chat", message }, 0)).toBe(once);
    expect(applyEvent(once, { event: "chat", message: { ...message, id: "2" } }, 0).chat).toHaveLength(2);
  });

  test("puts what became of a message in its place, and forgets nothing of the others", () => {
    const message: ChatMessage = { id: "1", from: "Mira", mine: false, text: "Hi", sentAtMs: 0, state: "new", blocks: [] };
    const other: ChatMessage = { ...message, id: "2" };
    const both = [message, other].reduce((state, each) => applyEvent(state, { event: "chat", message: each }, 0), NO_CALL);
    const edited: ChatMessage = { ...message, text: "Hello", state: "edited" };
    expect(applyEvent(both, { event: "chat", message: edited }, 0).chat).toEqual([edited, other]);
    const deleted: ChatMessage = { ...message, id: "9", text: "", state: "deleted" };
    expect(applyEvent(both, { event: "chat", message: deleted }, 0)).toBe(both);
  });

  test("counts elapsed time on from the shell's clock", () => {
    const view = { ...inMeeting(), nowMs: 10_000, inMeetingSinceMs: 4_000 };
    const state = applyEvent(NO_CALL, { event: "view", view }, 500);
    expect(secondsSince(state, view.inMeetingSinceMs, 500)).toBe(6);
    expect(secondsSince(state, view.inMeetingSinceMs, 2_600)).toBe(8);
    expect(secondsSince(state, null, 500)).toBeNull();
    expect(secondsSince(state, 99_000, 500)).toBe(0);
  });
});

describe("the picks", () => {
  test("become choices: default is null, none is off", () => {
    const picks = { ...firstPicks("  Ada "), camera: NO_DEVICE, microphone: "cpal:1" };
    expect(choicesOf(picks)).toEqual({
      name: "Ada",
      cameraId: null,
      microphoneId: "cpal:1",
      speakerId: null,
      cameraOn: false,
      microphoneOn: true,
    });
  });

  test("take the default device when none is turned on", () => {
    const none = { ...firstPicks("Ada"), camera: NO_DEVICE, microphone: NO_DEVICE, cameraOn: false };
    expect(withCamera(none, true).camera).toBe(DEFAULT_DEVICE);
    expect(withMicrophone(none, true).microphone).toBe(DEFAULT_DEVICE);
    expect(withCamera({ ...none, camera: "v4l:1" }, false).camera).toBe("v4l:1");
  });

  test("accept names of 1 to 256 characters", () => {
    expect([" ", "", "a".repeat(257)].map(isName)).toEqual([false, false, false]);
    expect(["a", "👋".repeat(256)].map(isName)).toEqual([true, true]);
  });
});

describe("announcements", () => {
  test("tell who came and who left", () => {
    const before = inMeeting({ people: [person("1")] });
    const after = inMeeting({ people: [person("2"), person("3"), person("4")] });
    expect(announcements(before, after, en).polite).toEqual(["Person 2 and 2 others joined", "Person 1 left"]);
  });

  test("say that one is in, and whether one is heard", () => {
    const lobby = { ...inMeeting(), phase: { state: "lobby" as const } };
    expect(announcements(lobby, inMeeting(), en).polite).toEqual(["You are in. Your microphone is off"]);
  });

  test("interrupt when the host mutes", () => {
    const before = inMeeting({ me: me({ microphone: { state: "live" } }) });
    const after = inMeeting({ me: me({ mutedByHost: true }) });
    expect(announcements(before, after, en)).toEqual({ polite: [], assertive: ["Your microphone is off"] });
  });

  test("follow the screen share and the own devices", () => {
    const before = inMeeting();
    const after = inMeeting({
      share: { personId: "1", name: "Mira", feed: 4 },
      me: me({ camera: { state: "live" }, microphone: { state: "live" } }),
    });
    expect(announcements(before, after, en).polite).toEqual([
      "Mira is sharing a screen",
      "Your microphone is on",
      "Your camera is on",
    ]);
    expect(announcements(after, before, en).polite).toContain("The screen is no longer shared");
  });
});
