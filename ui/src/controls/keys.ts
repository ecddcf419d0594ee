/** Ctrl+Shift+letter, ⌘ on macOS. */
export const KEYS = { mic: "M", camera: "O", share: "E", leave: "H", chat: "C", people: "P" } as const;

export type KeyAction = keyof typeof KEYS;

export function keyAction(event: KeyboardEvent): KeyAction | null {
  if (!(event.ctrlKey || event.metaKey) || !event.shiftKey || event.altKey) return null;
  const code = event.code.replace(/^Key/, "");
  const entry = Object.entries(KEYS).find(([, letter]) => letter === code);
  return (entry?.[0] as KeyAction | undefined) ?? null;
}

export function keyHint(action: KeyAction, platform: string): string {
  return (platform === "macos" ? "⌘⇧" : "Ctrl+Shift+") + KEYS[action];
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
