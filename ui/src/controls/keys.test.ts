import { afterEach, describe, expect, test } from "vitest";
import { chordOf, chordText } from "../settings/shortcuts";
import { keyAction, keyHint } from "./keys";
import { DEFAULT_PREFERENCES, setPreferences } from "./preferences.svelte";

const key = (code: string, init: KeyboardEventInit = {}) => new KeyboardEvent("keydown", { code, key: code, ...init });
const CTRL_SHIFT = { ctrlKey: true, shiftKey: true };

afterEach(() => setPreferences(DEFAULT_PREFERENCES));

describe("shortcuts", () => {
  test("are read from the key, whatever its letter in the layout", () => {
    expect(chordOf(key("KeyM", { ...CTRL_SHIFT, key: "Ь" }))).toBe("Ctrl+Shift+M");
    expect(chordOf(key("KeyM", { metaKey: true, shiftKey: true }))).toBe("Ctrl+Shift+M");
    expect(chordOf(key("Slash", { ctrlKey: true, key: "." }))).toBe("Ctrl+/");
    expect(chordOf(key("F6", { shiftKey: true }))).toBe("Shift+F6");
  });

  test("do what they say, and nothing with another modifier", () => {
    expect(keyAction(key("KeyK", CTRL_SHIFT))).toBe("hand");
    expect(keyAction(key("Slash", { ctrlKey: true }))).toBe("sheet");
    expect(keyAction(key("KeyK", { ...CTRL_SHIFT, altKey: true }))).toBeNull();
    expect(keyAction(key("KeyK"))).toBeNull();
  });

  test("can be changed, and the hints follow", () => {
    setPreferences({ ...DEFAULT_PREFERENCES, shortcuts: { hand: "Ctrl+Alt+R" } });
    expect(keyAction(key("KeyK", CTRL_SHIFT))).toBeNull();
    expect(keyAction(key("KeyR", { ctrlKey: true, altKey: true }))).toBe("hand");
    expect(keyHint("hand", "linux")).toBe("Ctrl+Alt+R");
    expect(chordText("Ctrl+Shift+M", "macos")).toBe("⌘⇧M");
  });

  test("of a single key are off until they are switched on, and never while one writes", () => {
    expect(keyAction(key("KeyV"))).toBeNull();
    setPreferences({ ...DEFAULT_PREFERENCES, singleKeys: true });
    expect(keyAction(key("KeyV"))).toBe("camera");
    const field = document.body.appendChild(document.createElement("textarea"));
    let heard: ReturnType<typeof keyAction> = "sheet";
    field.addEventListener("keydown", (event) => (heard = keyAction(event)));
    field.dispatchEvent(key("KeyV"));
    expect(heard).toBeNull();
    field.remove();
  });
});
