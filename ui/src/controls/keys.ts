import { preferences } from "./preferences.svelte";

/** What a key does, unless the guest has chosen another. On macOS ⌘ stands for Ctrl. */
export const DEFAULT_SHORTCUTS = {
  mic: "Ctrl+Shift+M",
  camera: "Ctrl+Shift+O",
  share: "Ctrl+Shift+E",
  hand: "Ctrl+Shift+K",
  leave: "Ctrl+Shift+H",
  chat: "Ctrl+Shift+C",
  people: "Ctrl+Shift+P",
  layout: "Ctrl+Shift+L",
  stats: "Ctrl+Shift+D",
  sheet: "Ctrl+/",
} as const;

export type KeyAction = keyof typeof DEFAULT_SHORTCUTS;

export const KEY_ACTIONS = Object.keys(DEFAULT_SHORTCUTS) as KeyAction[];

/** Single keys, for those who switch them on: they get in the way of speech input and of slips. */
export const SINGLE_KEYS = { mic: "M", camera: "V", hand: "H" } as const;

export function shortcutOf(action: KeyAction): string {
  return preferences().shortcuts[action] ?? DEFAULT_SHORTCUTS[action];
}

/** The keys of an event as they are written, such as `Ctrl+Shift+M`, whatever the keyboard's layout. */
export function comboOf(event: KeyboardEvent): string {
  const modifiers = [
    event.ctrlKey || event.metaKey ? "Ctrl" : "",
    event.altKey ? "Alt" : "",
    event.shiftKey ? "Shift" : "",
  ];
  return [...modifiers, keyName(event)].filter(Boolean).join("+");
}

function keyName({ code, key }: KeyboardEvent): string {
  if (code === "Slash" || key === "/") return "/";
  const plain = /^(?:Key|Digit)(.)$/u.exec(code);
  return plain?.[1] ?? (code || key);
}

export function keyAction(event: KeyboardEvent): KeyAction | null {
  const combo = comboOf(event);
  const found = KEY_ACTIONS.find((action) => shortcutOf(action) === combo);
  if (found) return found;
  if (!preferences().singleKeys || isTyping(event.target)) return null;
  return (Object.keys(SINGLE_KEYS) as (keyof typeof SINGLE_KEYS)[]).find((key) => SINGLE_KEYS[key] === combo) ?? null;
}

/** Whether keys make text where they go. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

export function keyHint(action: KeyAction, platform: string): string {
  return comboText(shortcutOf(action), platform);
}

/** How a combination is written on this system. */
export function comboText(combo: string, platform: string): string {
  if (platform !== "macos") return combo;
  return combo.replace("Ctrl+", "⌘").replace("Alt+", "⌥").replace("Shift+", "⇧");
}

/** F6 goes to the next region of the window, Shift+F6 to the one before. */
export function nextRegion(root: ParentNode, backwards: boolean): HTMLElement | null {
  const regions = [...root.querySelectorAll<HTMLElement>("[data-region]")];
  if (regions.length === 0) return null;
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const step = backwards ? -1 : 1;
  const next = at === -1 ? (backwards ? regions.length - 1 : 0) : (at + step + regions.length) % regions.length;
  return regions[next] ?? null;
}
