import { flushSync } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { firstPicks } from "../call/picks";
import type { CallView } from "../contract/CallView";
import type { ChatMessage } from "../contract/ChatMessage";
import type { Intent } from "../contract/Intent";
import { CTRL_SHIFT, click, find, get, press, render, submit, textOf, type } from "../testing/render";
import { DEVICES, inMeeting, me, message, person, shareOffer } from "../testing/views";
import { bestGrid, pageOf } from "./grid";
import Meeting from "./Meeting.svelte";

function meeting(change: Partial<CallView> = {}, chat: ChatMessage[] = []) {
  const view = inMeeting(change);
  const onIntent = vi.fn<(intent: Intent) => void>();
  render(Meeting, {
    view,
    chat,
    link: "http://127.0.0.1:1/meet/abc",
    elapsed: 3661,
    platform: "linux",
    mirror: true,
    pickers: {
      devices: DEVICES,
      picks: firstPicks("Ada"),
      me: view.me,
      microphoneDbfs: -40,
      onPick: vi.fn(),
      onOpen: vi.fn(),
      onTestSpeaker: vi.fn(),
    },
    offer: shareOffer(),
    onIntent,
  });
  return onIntent;
}

const people = (count: number) => Array.from({ length: count }, (_, index) => person(String(index + 1)));
const tiles = () => [...document.querySelectorAll("[data-testid^='tile-']")].map((tile) => tile.getAttribute("data-testid"));
const live = { state: "live" } as const;

describe("the top strip", () => {
  test("tells title, time and how many are here", () => {
    meeting({ people: people(2) });
    expect(textOf("meeting-title")).toBe("Rehearsal");
    expect(textOf("meeting-time")).toBe("1:01:01");
    expect(textOf("people-count")).toBe("3 people");
  });
});

describe("a meeting that is kept", () => {
  const kept = { recording: true, transcription: true, waitsForConsent: false };

  test("says so for as long as it is", () => {
    meeting({ keeping: kept });
    expect(textOf("kept")).toBe("Recording and transcript");
    click("kept");
    expect(textOf("menu")).toContain("This meeting is recorded and transcribed.");
    expect(find("consent")).toBeNull();
  });

  test("asks before anything of ours is sent", () => {
    const onIntent = meeting({ keeping: { ...kept, transcription: false, waitsForConsent: true } });
    expect(textOf("consent")).toContain("This meeting is recorded.");
    expect(get("consent").getAttribute("role")).toBe("alert");
    click("consent-agree");
    click("consent-leave");
    expect(onIntent.mock.calls).toEqual([[{ intent: "agreeToRecording" }], [{ intent: "leave" }]]);
  });

  test("says nothing where nothing is kept", () => {
    meeting();
    expect(find("kept") ?? find("consent")).toBeNull();
  });
});

describe("the stage", () => {
  test("marks who is muted and who speaks", () => {
    meeting({ people: [person("1", { muted: true }), person("2", { speaking: true, cameraFeed: 7 })] });
    expect(get("tile-1").getAttribute("aria-label")).toBe("Person 1, microphone off");
    expect(get("tile-2").dataset.speaking).toBe("true");
    expect(get("tile-2").querySelector("[data-feed='7'] canvas")).not.toBeNull();
    expect(get("tile-1").querySelector("canvas")).toBeNull();
  });

  test("shows names as they are, never as markup", () => {
    meeting({ people: [person("1", { name: "<img src=x onerror=alert(1)>" })] });
    expect(get("tile-1").querySelector("img")).toBeNull();
    expect(textOf("tile-1")).toContain("<img src=x");
  });

  test("says so when nobody else is there, with the self view", () => {
    meeting();
    expect(textOf("stage")).toContain("You are the first one here");
    expect(get("self-view")).not.toBeNull();
  });

  test("puts nine on a page and the rest behind", () => {
    meeting({ people: people(11) });
    expect(tiles()).toHaveLength(9);
    expect(get("page-previous")).toHaveProperty("disabled", true);
    click("page-next");
    expect(tiles()).toEqual(["tile-10", "tile-11"]);
    expect(get("page-next")).toHaveProperty("disabled", true);
  });

  test("has no pages up to nine", () => {
    meeting({ people: people(9) });
    expect(tiles()).toHaveLength(9);
    expect(find("page-next")).toBeNull();
  });

  test("shows somebody's screen large, with everybody in the strip", () => {
    meeting({ people: people(3), share: { personId: "1", name: "Mira", feed: 42 } });
    expect(get("share-view").querySelector("[data-feed='42']")).not.toBeNull();
    expect(textOf("share-view")).toContain("Mira is sharing a screen");
    expect(tiles()).toHaveLength(3);
    expect(find("self-view")).not.toBeNull();
  });

  test("makes the tiles as large as they can be", () => {
    expect(bestGrid(1280, 640, 4)).toMatchObject({ columns: 2 });
    expect(bestGrid(1280, 640, 9)).toMatchObject({ columns: 3 });
    expect(bestGrid(360, 600, 2)).toMatchObject({ columns: 1 });
    for (let count = 1; count <= 10; count += 1) {
      const { columns, width, height } = bestGrid(1000, 500, count);
      const rows = Math.ceil(count / columns);
      expect(columns * width + 8 * (columns - 1)).toBeLessThanOrEqual(1000);
      expect(rows * height + 8 * (rows - 1)).toBeLessThanOrEqual(500);
    }
    expect(pageOf([1, 2, 3], 5)).toEqual({ page: 0, people: [1, 2, 3] });
  });
});

describe("the bar", () => {
  test("mutes and unmutes by what the call says", () => {
    const onIntent = meeting({ me: me({ microphone: live }) });
    expect(get("mic").getAttribute("aria-pressed")).toBe("true");
    click("mic");
    expect(onIntent).toHaveBeenLastCalledWith({ intent: "setMuted", muted: true });
  });

  test("tries a broken microphone again and shows that it is broken", () => {
    const onIntent = meeting({ me: me({ microphone: { state: "failed", code: "device.lost" } }) });
    expect(get("mic").dataset.state).toBe("failed");
    expect(textOf("problem-bar")).toMatch(/^Microphone: It was unplugged/u);
    click("mic");
    expect(onIntent).toHaveBeenLastCalledWith({ intent: "setMuted", muted: false });
  });

  test("turns the camera on and off", () => {
    const onIntent = meeting();
    click("camera");
    expect(onIntent).toHaveBeenLastCalledWith({ intent: "setCamera", on: true });
  });

  test("leaves", () => {
    const onIntent = meeting();
    click("leave");
    expect(onIntent).toHaveBeenLastCalledWith({ intent: "leave" });
  });

  test("names every control and its keys", () => {
    meeting({ unread: 3, me: me({ microphone: live, camera: live }) });
    const names = [...document.querySelectorAll("[role='toolbar'] button")].map((button) => button.getAttribute("aria-label"));
    expect(names).toEqual([
      "Mute (Ctrl+Shift+M)",
      "Microphone and speaker options",
      "Turn camera off (Ctrl+Shift+O)",
      "Camera options",
      "Share your screen (Ctrl+Shift+E)",
      "React",
      "Raise your hand (Ctrl+Shift+K)",
      "More options",
      "Leave the meeting (Ctrl+Shift+H)",
      "Show people (Ctrl+Shift+P)",
      "Show chat, 3 new messages (Ctrl+Shift+C)",
    ]);
    expect(get("chat").dataset.unread).toBe("3");
  });
});

describe("sharing", () => {
  test("asks what to share, and shares it", async () => {
    const onIntent = meeting();
    click("share");
    await vi.waitFor(() => expect(find("share-screen-1")).not.toBeNull());
    submit("share-confirm");
    const share = { sourceId: "x11:1", area: null, pointer: true, sound: false };
    expect(onIntent).toHaveBeenCalledExactlyOnceWith({ intent: "startShare", share });
    await vi.waitFor(() => expect(find("share-picker")).toBeNull());
  });

  test("can be called off", () => {
    const onIntent = meeting();
    click("share");
    click("share-cancel");
    expect(find("share-picker")).toBeNull();
    expect(onIntent).not.toHaveBeenCalled();
  });

  test("shows that it goes on, with a way to stop", () => {
    const onIntent = meeting({ me: me({ share: live, shareFeed: 5 }) });
    expect(get("share-preview").querySelector("[data-feed='5']")).not.toBeNull();
    click("share-stop");
    expect(onIntent).toHaveBeenLastCalledWith({ intent: "stopShare" });
    click("share");
    expect(onIntent).toHaveBeenCalledTimes(2);
    expect(find("share-picker")).toBeNull();
  });
});

describe("the chat", () => {
  test("is empty in words", () => {
    meeting();
    click("chat");
    expect(textOf("chat-log")).toContain("disappear for you when you leave");
  });

  test("tells the call when it is opened and closed", () => {
    const onIntent = meeting();
    click("chat");
    click("pane-close");
    expect(onIntent.mock.calls).toEqual([[{ intent: "showChat", open: true }], [{ intent: "showChat", open: false }]]);
  });

  test("groups messages by author and shows markup as text", () => {
    meeting({}, [
      message("1"),
      message("2", { text: "<b>bold</b>" }),
      message("3", { mine: true, from: "Ada" }),
      message("4", { sentAtMs: 10 * 60_000, mine: true, from: "Ada" }),
    ]);
    click("chat");
    expect(document.querySelectorAll("[data-testid='chat-message']")).toHaveLength(4);
    expect(get("chat-log").querySelectorAll("article h3")).toHaveLength(3);
    expect(get("chat-log").querySelector("b")).toBeNull();
  });

  test("sends with Enter, not with Shift+Enter, and empties the field", () => {
    const onIntent = meeting();
    click("chat");
    type("chat-input", "Hello ");
    const enter = (shiftKey: boolean) =>
      get("chat-input").dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", shiftKey, bubbles: true, cancelable: true }));
    enter(true);
    expect(onIntent.mock.calls.map(([{ intent }]) => intent)).toEqual(["showChat", "typing"]);
    enter(false);
    expect(onIntent).toHaveBeenLastCalledWith({ intent: "sendChat", text: "Hello" });
    flushSync();
    expect(get("chat-send")).toHaveProperty("disabled", true);
  });

  test("keeps what was not sent while the pane is closed", () => {
    meeting();
    click("chat");
    type("chat-input", "half a thought");
    click("pane-close");
    click("chat");
    expect(get("chat-input")).toHaveProperty("value", "half a thought");
  });

  test("refuses what is too long, before it is sent", () => {
    meeting();
    click("chat");
    type("chat-input", "x".repeat(4002));
    expect(textOf("chat-pane")).toContain("2 characters too many");
    expect(get("chat-send")).toHaveProperty("disabled", true);
  });

  test("says so while it is not available", () => {
    meeting({ chatOpen: false });
    click("chat");
    expect(get("chat-input")).toHaveProperty("disabled", true);
    expect(textOf("chat-pane")).toContain("not available");
  });
});

describe("people", () => {
  test("lists everybody with role and marks, and the link to invite with", () => {
    meeting({
      me: me({ microphone: live }),
      people: [person("1", { role: "host", muted: true }), person("2", { cameraFeed: 3 })],
      share: { personId: "2", name: "Person 2", feed: 9 },
    });
    click("people");
    const marks = (testid: string) =>
      [...get(testid).querySelectorAll("[role='img']")].map((mark) => mark.getAttribute("aria-label"));
    expect(textOf("person-me")).toContain("(you)");
    expect(marks("person-me")).toEqual(["Microphone on"]);
    expect(textOf("person-1")).toContain("Host");
    expect(marks("person-1")).toEqual(["Microphone off"]);
    expect(marks("person-2")).toEqual(["Sharing", "Camera on", "Microphone on"]);
    expect(textOf("people-pane")).toContain("/meet/abc");
  });

  test("says so when there is nobody else", () => {
    meeting();
    click("people");
    expect(textOf("people-pane")).toContain("You are the first one here");
  });
});

describe("the connection", () => {
  test("tells that it comes back by itself, as an alert", () => {
    meeting({ phase: { state: "reconnecting" } });
    expect(textOf("reconnecting")).toContain("Reconnecting");
    expect(get("reconnecting").getAttribute("role")).toBe("alert");
  });
});

describe("the keyboard", () => {
  test("does what the bar does", () => {
    const onIntent = meeting();
    press("KeyM", CTRL_SHIFT);
    press("KeyO", CTRL_SHIFT);
    press("KeyC", CTRL_SHIFT);
    expect(onIntent.mock.calls.map(([{ intent }]) => intent)).toEqual(["setMuted", "setCamera", "showChat"]);
    press("KeyP", CTRL_SHIFT);
    expect(find("people-pane")).not.toBeNull();
    press("Escape");
    expect(find("people-pane")).toBeNull();
    expect(document.activeElement).toBe(get("people"));
  });

  test("does nothing for a bare letter", () => {
    const onIntent = meeting();
    press("KeyM");
    press("KeyM", { ctrlKey: true });
    expect(onIntent).not.toHaveBeenCalled();
  });

  test("leaves only when asked twice", () => {
    const onIntent = meeting();
    press("KeyH", CTRL_SHIFT);
    expect(onIntent).not.toHaveBeenCalled();
    expect(textOf("leave-armed")).toContain("again");
    press("KeyH", CTRL_SHIFT);
    expect(onIntent).toHaveBeenLastCalledWith({ intent: "leave" });
  });

  test("goes from region to region with F6", () => {
    meeting();
    press("F6");
    expect(document.activeElement?.querySelector("h1")).not.toBeNull();
    press("F6");
    expect(document.activeElement).toBe(get("stage"));
    press("F6", { shiftKey: true });
    press("F6", { shiftKey: true });
    expect(document.activeElement?.getAttribute("role")).toBe("toolbar");
  });
});
