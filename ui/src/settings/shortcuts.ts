/** What keys do: actions, the chords that start them, and what the guest made of them. */

/** Actions that the guest can put on other keys. */
export const DEFAULT_CHORDS = {
  mic: "Ctrl+Shift+M",
  camera: "Ctrl+Shift+O",
  hand: "Ctrl+Shift+K",
  share: "Ctrl+Shift+E",
  leave: "Ctrl+Shift+H",
  chat: "Ctrl+Shift+C",
  people: "Ctrl+Shift+P",
  layout: "Ctrl+Shift+L",
  stats: "Ctrl+Shift+D",
  settings: "Ctrl+,",
  sheet: "Ctrl+/",
} as const;

export type KeyAction = keyof typeof DEFAULT_CHORDS;

export const KEY_ACTIONS = Object.keys(DEFAULT_CHORDS) as KeyAction[];

/** Keys without a modifier, while the guest wants them. */
export const SINGLE_KEYS: Partial<Record<KeyAction, string>> = { mic: "M", camera: "V", hand: "H" };

/** Keys that always do the same. */
export const FIXED_CHORDS = {
  talk: "Ctrl+Space",
  tileMenu: "Shift+F10",
  nextRegion: "F6",
  previousRegion: "Shift+F6",
  close: "Esc",
  send: "Enter",
  newLine: "Shift+Enter",
} as const;

export type FixedAction = keyof typeof FIXED_CHORDS;

/** Chords by action, where they differ from the defaults. */
export type OwnChords = Readonly<Record<string, string>>;

const NAMED_KEYS: Record<string, string> = {
  Slash: "/",
  Comma: ",",
  Period: ".",
  Semicolon: ";",
  Minus: "-",
  Equal: "=",
  BracketLeft: "[",
  BracketRight: "]",
  Backquote: "`",
  Space: "Space",
};

/** The key by its place on the keyboard, so that a chord stays where it is on every layout. */
function keyOf(code: string): string | null {
  const plain = /^(?:Key([A-Z])|Digit(\d)|(F\d{1,2}))$/u.exec(code);
  return plain?.[1] ?? plain?.[2] ?? plain?.[3] ?? NAMED_KEYS[code] ?? null;
}

/** What is pressed, such as `Ctrl+Shift+M`; `null` for what cannot be a shortcut. ⌘ counts as Ctrl. */
export function chordOf(event: KeyboardEvent): string | null {
  const key = keyOf(event.code);
  if (key === null) return null;
  const modifiers = [
    event.ctrlKey || event.metaKey ? "Ctrl" : "",
    event.altKey ? "Alt" : "",
    event.shiftKey ? "Shift" : "",
  ];
  return [...modifiers.filter(Boolean), key].join("+");
}

/** Whether a chord can be given to an action: letters alone belong to text fields. */
export function isFree(chord: string): boolean {
  const fixed: readonly string[] = Object.values(FIXED_CHORDS);
  return !fixed.includes(chord) && (/^(?:Ctrl|Alt)\+/u.test(chord) || /(?:^|\+)F\d{1,2}$/u.test(chord));
}

export function chordFor(action: KeyAction, own: OwnChords): string {
  return own[action] ?? DEFAULT_CHORDS[action];
}

/** The others that are on the same keys. */
export function conflictsOf(action: KeyAction, own: OwnChords): KeyAction[] {
  const chord = chordFor(action, own);
  return KEY_ACTIONS.filter((other) => other !== action && chordFor(other, own) === chord);
}

/** Where letters are typed, or chosen by their first one. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

export function actionOf(event: KeyboardEvent, own: OwnChords, singleKeys: boolean): KeyAction | null {
  const chord = chordOf(event);
  if (chord === null) return null;
  const action = KEY_ACTIONS.find((known) => chordFor(known, own) === chord);
  if (action) return action;
  if (!singleKeys || event.repeat || isTyping(event.target)) return null;
  return KEY_ACTIONS.find((known) => SINGLE_KEYS[known] === chord) ?? null;
}

const APPLE: Record<string, string> = { Ctrl: "⌘", Alt: "⌥", Shift: "⇧" };

/** The keys as they are called on that system. */
export function chordKeys(chord: string, platform: string): string[] {
  const keys = chord.split("+");
  return platform === "macos" ? keys.map((key) => APPLE[key] ?? key) : keys;
}

export function chordText(chord: string, platform: string): string {
  return chordKeys(chord, platform).join(platform === "macos" ? "" : "+");
}
