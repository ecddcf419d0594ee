import { describe, expect, test } from "vitest";
import type { ChatMessage } from "../contract/ChatMessage";
import { en } from "../text/en";
import { inMeeting, me, message, person } from "../testing/views";
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

  test("follows a message of ours from sending to sent, also when it had failed", () => {
    const sending = message("1", { mine: true, state: "sending" });
    const after = (states: ChatMessage["state"][]) =>
      states.reduce(
        (state, each) => applyEvent(state, { event: "chat", message: { ...sending, state: each } }, 0),
        applyEvent(NO_CALL, { event: "chat", message: sending }, 0),
      ).chat.map(({ state }) => state);
    expect(after(["new"])).toEqual(["new"]);
    expect(after(["failed"])).toEqual(["failed"]);
    expect(after(["failed", "sending", "new"])).toEqual(["new"]);
    expect(after(["new", "deleted"])).toEqual(["deleted"]);
  });

  test("puts captions with the same id in place, and keeps a minute of statistics", () => {
    const caption = (id: number, text: string) => ({ event: "caption" as const, caption: { id, name: "Mira", text, done: false } });
    const twice = [caption(1, "Good"), caption(2, "Yes"), caption(1, "Good morning")].reduce(
      (state, event) => applyEvent(state, event, 0),
      NO_CALL,
    );
    expect(twice.captions.map(({ text }) => text)).toEqual(["Good morning", "Yes"]);
    let state = NO_CALL;
    for (let rttMs = 0; rttMs < 100; rttMs += 1) {
      const stats = { rttMs, sentKbps: 0, receivedKbps: 0, relayed: null, streams: [] };
      state = applyEvent(state, { event: "stats", stats }, 0);
    }
    expect([state.stats.length, state.stats[0]?.rttMs, state.stats.at(-1)?.rttMs]).toEqual([60, 40, 99]);
  });

  test("numbers reactions and forgets old ones", () => {
    let state = NO_CALL;
    for (let count = 0; count < 100; count += 1) {
      state = applyEvent(state, { event: "reaction", personId: "1", name: "Mira", reaction: "like" }, 0);
    }
    expect(state.reactions.at(-1)?.key).toBe(100);
    expect(state.reactions.length).toBeLessThan(30);
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

  test("tell whose hand goes up, and about ours with its place", () => {
    const before = inMeeting({ people: [person("1"), person("2", { hand: 1 })] });
    const after = inMeeting({ people: [person("1", { hand: 2 }), person("2", { hand: 1 })], me: me({ hand: 3 }) });
    expect(announcements(before, after, en).polite).toEqual(["Person 1 raised a hand", "Your hand is raised, number 3"]);
    expect(announcements(after, before, en).polite).toEqual(["Your hand is lowered"]);
  });

  test("interrupt when a recording begins, unless it asks for consent", () => {
    const keeping = { recording: true, transcription: false, waitsForConsent: false };
    const kept = inMeeting({ keeping });
    expect(announcements(inMeeting(), kept, en).assertive).toEqual(["This meeting is recorded."]);
    expect(announcements(inMeeting(), inMeeting({ keeping: { ...keeping, waitsForConsent: true } }), en).assertive).toEqual([]);
    expect(announcements(kept, inMeeting(), en).assertive).toEqual(["The meeting is no longer recorded or transcribed."]);
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
