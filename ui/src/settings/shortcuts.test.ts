import { afterEach, describe, expect, test, vi } from "vitest";
import { keyAction, keyHint } from "../controls/keys";
import { DEFAULT_PREFERENCES, setPreferences } from "../controls/preferences.svelte";
import { find, get, render, textOf } from "../testing/render";
import ShortcutSheet from "./ShortcutSheet.svelte";
import { KEY_ACTIONS, actionOf, chordOf, chordText, conflictsOf, isFree } from "./shortcuts";

const pressed = (code: string, init: KeyboardEventInit = {}) => new KeyboardEvent("keydown", { code, ...init });
const CTRL_SHIFT = { ctrlKey: true, shiftKey: true };

afterEach(() => setPreferences(DEFAULT_PREFERENCES));

describe("shortcuts", () => {
  test("are named by the keys' places", () => {
    expect(chordOf(pressed("KeyM", CTRL_SHIFT))).toBe("Ctrl+Shift+M");
    expect(chordOf(pressed("Slash", { metaKey: true }))).toBe("Ctrl+/");
    expect(chordOf(pressed("Digit1", { altKey: true }))).toBe("Alt+1");
    expect(chordOf(pressed("ShiftLeft", { shiftKey: true }))).toBeNull();
  });

  test("can be on other keys, and then not on the old ones", () => {
    const own = { mic: "Alt+1" };
    expect(actionOf(pressed("Digit1", { altKey: true }), own, false)).toBe("mic");
    expect(actionOf(pressed("KeyM", CTRL_SHIFT), own, false)).toBeNull();
    expect(actionOf(pressed("KeyM", CTRL_SHIFT), {}, false)).toBe("mic");
  });

  test("tell who is on the same keys", () => {
    expect(conflictsOf("mic", { mic: "Ctrl+Shift+O" })).toEqual(["camera"]);
    for (const action of KEY_ACTIONS) expect(conflictsOf(action, {})).toEqual([]);
  });

  test("need a modifier, and leave fixed keys alone", () => {
    expect(["Ctrl+B", "Alt+Shift+9", "F9", "Shift+F9"].map(isFree)).toEqual([true, true, true, true]);
    expect(["M", "Shift+M", "F6", "Shift+F6", "Space"].map(isFree)).toEqual([false, false, false, false, false]);
  });

  test("of one key work only if wanted, and not where letters are typed", () => {
    expect(actionOf(pressed("KeyV"), {}, false)).toBeNull();
    expect(actionOf(pressed("KeyV"), {}, true)).toBe("camera");
    const field = document.body.appendChild(document.createElement("input"));
    let seen: ReturnType<typeof actionOf> = "mic";
    field.addEventListener("keydown", (event) => (seen = actionOf(event, {}, true)));
    field.dispatchEvent(pressed("KeyV"));
    expect(seen).toBeNull();
  });

  test("are called as the system calls them", () => {
    expect(chordText("Ctrl+Shift+M", "linux")).toBe("Ctrl+Shift+M");
    expect(chordText("Ctrl+Shift+M", "macos")).toBe("⌘⇧M");
  });

  test("follow what the guest has set", () => {
    setPreferences({ ...DEFAULT_PREFERENCES, shortcuts: { chat: "Ctrl+J" } });
    expect(keyAction(pressed("KeyJ", { ctrlKey: true }))).toBe("chat");
    expect(keyHint("chat", "windows")).toBe("Ctrl+J");
  });
});

describe("the sheet", () => {
  test("lists the keys in force and leads to where they are changed", () => {
    setPreferences({ ...DEFAULT_PREFERENCES, shortcuts: { mic: "Alt+1" } });
    const calls = { onClose: vi.fn(), onEdit: vi.fn() };
    render(ShortcutSheet, { platform: "linux", ...calls });
    expect(document.querySelector("[data-action=mic]")?.textContent).toContain("Alt");
    expect(document.querySelectorAll("[data-action]")).toHaveLength(KEY_ACTIONS.length);
    expect(find("single-keys")).toBeNull();
    get("shortcuts-edit").click();
    get("dialog-close").click();
    expect(calls.onEdit).toHaveBeenCalledOnce();
    expect(calls.onClose).toHaveBeenCalledOnce();
  });

  test("lists single keys only while they work", () => {
    setPreferences({ ...DEFAULT_PREFERENCES, singleKeys: true });
    render(ShortcutSheet, { platform: "linux", onClose: vi.fn() });
    expect(textOf("single-keys")).toContain("V");
    expect(find("shortcuts-edit")).toBeNull();
  });

  test("closes with Esc", () => {
    const onClose = vi.fn();
    render(ShortcutSheet, { platform: "linux", onClose });
    get("shortcut-sheet").dispatchEvent(new Event("cancel", { cancelable: true }));
    expect(onClose).toHaveBeenCalledOnce();
  });
});
