import { flushSync } from "svelte";
import { afterEach, describe, expect, test } from "vitest";
import { DEFAULT_PREFERENCES, setPreferences } from "../controls/preferences.svelte";
import { CTRL_SHIFT, click, find, get, press, pressIn, textOf } from "../testing/render";
import { showMeeting } from "../testing/meeting.svelte";
import { inMeeting, me, person } from "../testing/views";
import { setLanguage } from "../text/text.svelte";
import { barRoom } from "./collapse";
import { muteTruth } from "./mute-truth";

afterEach(() => setPreferences(DEFAULT_PREFERENCES));

const NONE = { ...inMeeting().abilities, hand: false, react: false, captions: false, editChat: false, volume: false };
const stops = () => [...document.querySelectorAll<HTMLElement>("[data-testid='menu'] [data-stop]")].map(({ dataset }) => dataset.stop);
const live = { state: "live" } as const;

describe("the bar", () => {
  test("has no control for what the meeting does not let us do", () => {
    showMeeting({ abilities: NONE, captions: { state: "on", language: null, languages: [] } });
    expect(find("hand") ?? find("react") ?? find("captions")).toBeNull();
    click("more");
    expect(find("menu-captions")).toBeNull();
    press("KeyK", CTRL_SHIFT);
  });

  test("does not raise a hand by keys where there are no hands", () => {
    const { intents } = showMeeting({ abilities: NONE });
    press("KeyK", CTRL_SHIFT);
    expect(intents("raiseHand")).toEqual([]);
  });

  test("raises and lowers the hand and shows its place", () => {
    const { intents, change } = showMeeting();
    click("hand");
    expect(intents("raiseHand")).toEqual([{ intent: "raiseHand", up: true }]);
    change({ me: me({ hand: 3 }) });
    expect(get("hand").getAttribute("aria-pressed")).toBe("true");
    expect(textOf("hand-chip")).toBe("3");
    press("KeyK", CTRL_SHIFT);
    expect(intents("raiseHand").at(-1)).toEqual({ intent: "raiseHand", up: false });
  });

  test("sends one of five reactions", () => {
    const { intents } = showMeeting();
    click("react");
    expect(stops()).toEqual(["Like", "Heart", "Applause", "Laugh", "Surprised"]);
    pressIn(document.activeElement as Element, "ArrowRight");
    expect(document.activeElement?.getAttribute("aria-label")).toBe("Heart");
    (document.activeElement as HTMLElement).click();
    expect(intents("react")).toEqual([{ intent: "react", reaction: "heart" }]);
  });

  test("offers the devices beside microphone and camera", () => {
    const { onPick } = showMeeting();
    click("mic-menu");
    expect(stops()).toEqual(["System default (Headset)", "Headset", "System default (Monitor)", "Monitor", "Silent speaker (nothing is played)", "All devices…"]);
    click("menu-speaker-1");
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ speaker: "cpal:2" }));
    click("camera-menu");
    click("menu-camera-1");
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ camera: "v4l:1" }));
    click("camera-menu");
    click("menu-devices");
    expect(find("devices-pane")).not.toBeNull();
  });

  test("closes its menu by Escape before it closes the pane", () => {
    showMeeting();
    click("people");
    click("more");
    press("Escape");
    expect(find("menu")).toBeNull();
    expect(find("people-pane")).not.toBeNull();
    press("Escape");
    expect(find("people-pane")).toBeNull();
  });

  test("closes its menu by a press elsewhere, and by its own button", () => {
    showMeeting();
    click("more");
    click("more");
    expect(find("menu")).toBeNull();
    click("more");
    document.body.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
    flushSync();
    expect(find("menu")).toBeNull();
  });

  test("goes from control to control by arrows", () => {
    showMeeting();
    get("mic").focus();
    pressIn(get("mic"), "ArrowRight");
    expect(document.activeElement).toBe(get("mic-menu"));
    pressIn(get("mic-menu"), "ArrowLeft");
    pressIn(get("mic"), "ArrowLeft");
    expect(document.activeElement).toBe(get("chat"));
  });

  test.each(["en", "ru"] as const)("names each control by what stands under it (%s)", (language) => {
    setLanguage(language);
    for (const on of [false, true]) {
      const state = on ? live : ({ state: "off" } as const);
      showMeeting({ me: me({ microphone: state, camera: state, share: state, hand: on ? 1 : null }) });
    }
    showMeeting({ me: me({ microphone: { state: "failed", code: "device.lost" } }) });
    for (const button of document.querySelectorAll("[role='toolbar'] button:has(.caption)")) {
      const caption = button.querySelector(".caption")?.textContent ?? "";
      expect(button.getAttribute("aria-label")?.toLowerCase()).toContain(caption.toLowerCase());
    }
    setLanguage("en");
  });

  test("gives up controls in their order when it becomes narrow", () => {
    expect(barRoom(1280)).toEqual({ captions: true, status: true, split: true, collapsed: [] });
    expect(barRoom(900)).toMatchObject({ captions: false, split: true, collapsed: [] });
    expect([590, 540, 360].map((width) => barRoom(width).collapsed)).toEqual([
      ["react"],
      ["react", "hand"],
      ["react", "hand", "people"],
    ]);
    expect(barRoom(320).split).toBe(false);
  });
});

describe("the truth about our microphone", () => {
  test("is one sentence in the bar", () => {
    const { change } = showMeeting({ me: me({ microphone: live }) });
    expect(textOf("mute-truth")).toBe("Your microphone is open.");
    change({ me: me({ mutedByHost: true }) });
    expect(textOf("mute-truth")).toBe("The host muted you. The microphone is closed.");
    expect(muteTruth(me())).toBe("You are muted. The microphone is closed.");
    expect(muteTruth(me({ microphone: { state: "failed", code: "device.lost" } }))).toContain("Nobody hears you");
  });

  test("is all of it in the menu: app, device, host", () => {
    showMeeting({ me: me({ mutedByHost: true }) });
    click("mic-menu");
    const lines = [...get("menu").querySelectorAll("p")].map(({ textContent }) => textContent);
    expect(lines).toEqual(["In Foyer: muted", "Device: closed, it cannot record", "Host: has muted you"]);
  });
});

describe("the keyboard", () => {
  const space = (type: string, init: KeyboardEventInit = {}) => {
    window.dispatchEvent(new KeyboardEvent(type, { code: "Space", key: " ", bubbles: true, cancelable: true, ...init }));
    flushSync();
  };

  test("opens the microphone while Ctrl+Space is held, and closes it however that ends", () => {
    const { intents } = showMeeting();
    space("keydown", { ctrlKey: true });
    space("keydown", { ctrlKey: true, repeat: true });
    expect(intents("setMuted")).toEqual([{ intent: "setMuted", muted: false }]);
    space("keyup");
    expect(intents("setMuted").at(-1)).toEqual({ intent: "setMuted", muted: true });
    space("keydown", { ctrlKey: true });
    window.dispatchEvent(new Event("blur"));
    expect(intents("setMuted")).toHaveLength(4);
  });

  test("leaves an open microphone open", () => {
    const { intents } = showMeeting({ me: me({ microphone: live }) });
    space("keydown", { ctrlKey: true });
    space("keyup");
    expect(intents("setMuted")).toEqual([]);
  });
});

describe("the theme", () => {
  test("is dark in a meeting unless somebody chose another", () => {
    showMeeting({ people: [person("1")] });
    expect(get("meeting").dataset.theme).toBe("dark");
    setPreferences({ ...DEFAULT_PREFERENCES, theme: "light" });
    flushSync();
    expect(get("meeting").dataset.theme).toBe("light");
  });
});
