import type { Preferences } from "../contract/Preferences";

export const DEFAULT_PREFERENCES: Preferences = {
  theme: "system",
  language: null,
  scale: 100,
  mirror: true,
  rememberName: true,
  keepRecents: false,
  chimes: true,
  notifications: true,
  reducedMotion: false,
  singleKeys: false,
  shortcuts: {},
};

let chosen: Preferences = $state.raw(DEFAULT_PREFERENCES);

/** What the guest has chosen for good. Read it where it takes effect, so that it follows a change. */
export function preferences(): Preferences {
  return chosen;
}

export function setPreferences(next: Preferences): void {
  chosen = next;
}

/** Whether the guest or the system asks for stillness. */
export function stillness(): boolean {
  return chosen.reducedMotion || (globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false);
}
