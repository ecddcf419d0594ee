import { flushSync, type ComponentProps } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { IDLE_ME } from "../call/idle";
import { firstPicks } from "../call/picks";
import { DEFAULT_PREFERENCES, setManaged } from "../controls/preferences.svelte";
import { click, find, get, pressIn, render, textOf, type } from "../testing/render";
import { DEVICES } from "../testing/views";
import { en } from "../text/en";
import { ru } from "../text/ru";
import { setLanguage } from "../text/text.svelte";
import { matching, rows } from "./rows";
import SettingsDialog from "./SettingsDialog.svelte";

const DESKTOP = { tray: false, globalKeys: true, above: true };

function settings(change: Partial<ComponentProps<typeof SettingsDialog>> = {}) {
  const calls = { onChange: vi.fn(), onForget: vi.fn(), onName: vi.fn(), onClose: vi.fn() };
  render(SettingsDialog, {
    preferences: DEFAULT_PREFERENCES,
    desktop: DESKTOP,
    about: { version: "1.2.3", platform: "linux" },
    problem: null,
    pickers: {
      devices: DEVICES,
      picks: firstPicks("Ada"),
      me: IDLE_ME,
      microphoneDbfs: -100,
      onPick: vi.fn(),
      onOpen: vi.fn(),
      onTestSpeaker: null,
    },
    recents: [],
    ...calls,
    ...change,
  });
  return calls;
}

const shown = () => [...document.querySelectorAll<HTMLElement>("[data-setting]")].map(({ dataset }) => dataset.setting);

function pressed(code: string, init: KeyboardEventInit = {}): void {
  get("settings").dispatchEvent(new KeyboardEvent("keydown", { code, bubbles: true, cancelable: true, ...init }));
  flushSync();
}

function pick(testid: string, value: string): void {
  const field = get(testid) as HTMLInputElement;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  flushSync();
}

describe("the settings", () => {
  test("offer keys of one's own only where the desktop gives them", () => {
    settings({ first: "shortcuts" });
    get("settings-globalMute");
  });

  test("say what to bind where it does not", () => {
    settings({ first: "shortcuts", desktop: { tray: false, globalKeys: false, above: false } });
    expect(find("settings-globalMute")).toBeNull();
    expect(textOf("settings-rows")).toContain("foyer ctl toggle-mute");
  });

  beforeEach(() => setLanguage("en"));

  test("show one section at a time, beginning where asked", () => {
    settings({ first: "video" });
    expect(shown()).toEqual(["video", "mirror"]);
    expect(get("settings-section-video").getAttribute("aria-current")).toBe("page");
    click("settings-section-about");
    expect(shown()).toEqual(["edition", "licences", "telemetry", "diagnosis"]);
    expect(textOf("settings-version")).toContain("1.2.3");
  });

  test("are found by any of their words, in every section", () => {
    settings();
    type("settings-search", "remember");
    expect(shown()).toEqual(["rememberName", "keepRecents"]);
    type("settings-search", "camera chat");
    expect(shown()).toEqual(["shortcuts"]);
    type("settings-search", "teleporter");
    expect(shown()).toEqual([]);
    expect(textOf("settings-rows")).toContain("No setting is called that");
    click("settings-section-you");
    expect(shown()).toEqual(["name", "rememberName"]);
  });

  test("are found in Russian too", () => {
    expect(matching(rows(ru, DESKTOP), "тёмные", ru).map(({ id }) => id)).toEqual(["theme"]);
    expect(rows(ru, DESKTOP).map(({ id }) => id)).toEqual(rows(en, DESKTOP).map(({ id }) => id));
  });

  test.each(rows(en, DESKTOP).flatMap(({ section, control }) => (control.kind === "switch" ? [[section, control.key] as const] : [])))(
    "switch %s: %s",
    (section, key) => {
      const { onChange } = settings({ first: section });
      click(`settings-${key}`);
      expect(onChange).toHaveBeenCalledExactlyOnceWith({ ...DEFAULT_PREFERENCES, [key]: !DEFAULT_PREFERENCES[key] });
    },
  );

  test("change colours, language and size", () => {
    const { onChange } = settings({ first: "appearance" });
    get("settings-theme").querySelector<HTMLElement>("[value=contrast]")?.click();
    expect(onChange).toHaveBeenLastCalledWith({ ...DEFAULT_PREFERENCES, theme: "contrast" });
    pick("settings-language", "ru");
    expect(onChange).toHaveBeenLastCalledWith({ ...DEFAULT_PREFERENCES, language: "ru" });
    pick("settings-language", "");
    expect(onChange).toHaveBeenLastCalledWith(DEFAULT_PREFERENCES);
    pick("settings-scale", "125");
    expect(onChange).toHaveBeenLastCalledWith({ ...DEFAULT_PREFERENCES, scale: 125 });
  });

  test("change the name and the devices", () => {
    const { onName } = settings();
    type("settings-name", "Grace");
    expect(onName).toHaveBeenCalledExactlyOnceWith("Grace");
    click("settings-section-audio");
    expect(find("mic-select")).not.toBeNull();
    expect(find("camera-select")).toBeNull();
    expect(find("level")).toBeNull();
    expect(find("speaker-test")).toBeNull();
  });

  test("take new keys for a shortcut", () => {
    const { onChange } = settings({ first: "shortcuts" });
    click("shortcut-change-mic");
    pressed("ControlLeft", { ctrlKey: true });
    pressed("KeyJ");
    expect(textOf("shortcut-note")).toContain("cannot be used");
    expect(onChange).not.toHaveBeenCalled();
    pressed("KeyJ", { ctrlKey: true });
    expect(onChange).toHaveBeenCalledExactlyOnceWith({ ...DEFAULT_PREFERENCES, shortcuts: { mic: "Ctrl+J" } });
    expect(find("shortcut-note")).toBeNull();
  });

  test("close on Esc, from the search field as well once it is empty", () => {
    const { onClose } = settings();
    const field = get("settings-search");
    type("settings-search", "camera");
    pressIn(field, "Escape");
    expect(onClose).not.toHaveBeenCalled();
    type("settings-search", "");
    pressIn(field, "Escape");
    expect(onClose).toHaveBeenCalledOnce();
  });

  test("keep the old keys on Esc", () => {
    const { onChange } = settings({ first: "shortcuts" });
    click("shortcut-change-mic");
    pressed("Escape");
    pressed("KeyJ", { ctrlKey: true });
    expect(onChange).not.toHaveBeenCalled();
  });

  test("say which shortcuts are in each other's way, and put them back", () => {
    const own = { mic: "Ctrl+Shift+O" };
    const { onChange } = settings({ first: "shortcuts", preferences: { ...DEFAULT_PREFERENCES, shortcuts: own } });
    expect(textOf("shortcut-conflict-mic")).toContain("Camera on or off");
    expect(textOf("shortcut-conflict-camera")).toContain("Microphone on or off");
    click("shortcut-reset-mic");
    expect(onChange).toHaveBeenLastCalledWith(DEFAULT_PREFERENCES);
    click("shortcuts-reset");
    expect(onChange).toHaveBeenLastCalledWith(DEFAULT_PREFERENCES);
  });

  test("tell what is stored and forget it", () => {
    const recents = [{ id: "1", title: "Interview", link: "http://127.0.0.1:1/meet/x", joinedAtMs: 0 }];
    const { onForget } = settings({ first: "privacy", recents });
    expect(textOf("settings-stored")).toContain("Ada");
    click("forget-all");
    expect(onForget).toHaveBeenCalledExactlyOnceWith(null);
  });

  test("tell that a change could not be kept", () => {
    settings({ problem: "app.failed" });
    expect(get("settings-problem").getAttribute("role")).toBe("alert");
  });
});

describe("a setting that somebody else has set", () => {
  beforeEach(() => setManaged([{ name: "keepRecents", place: "/etc/foyer/config.json" }, { name: "theme", place: "policy X" }]));
  afterEach(() => setManaged([]));

  test("shows a lock and who set it, and cannot be changed", () => {
    const { onChange } = settings({ first: "privacy" });
    expect(textOf("locked-keepRecents")).toBe("Set by whoever manages this computer (/etc/foyer/config.json)");
    expect(get("settings-keepRecents")).toHaveProperty("disabled", true);
    click("settings-keepRecents");
    expect(onChange).not.toHaveBeenCalled();
    click("settings-section-appearance");
    expect(textOf("locked-theme")).toContain("policy X");
    expect(get("settings-theme").closest("fieldset")).toHaveProperty("disabled", true);
    expect(find("locked-scale")).toBeNull();
    expect(get("settings-scale").closest("fieldset")).toBeNull();
  });
});
