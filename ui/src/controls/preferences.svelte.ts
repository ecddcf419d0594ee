import type { ManagedSetting } from "../contract/ManagedSetting";
import type { Preferences } from "../contract/Preferences";

export const DEFAULT_PREFERENCES: Preferences = {
  theme: "system",
  language: null,
  scale: 100,
  mirror: true,
  rememberName: true,
  keepRecents: false,
  offerTranscript: false,
  survey: true,
  chimes: true,
  notifications: true,
  notifyChat: true,
  notifyHost: true,
  globalMute: false,
  miniOnMinimise: true,
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

let managed: readonly ManagedSetting[] = $state.raw([]);

/** Those that whoever manages this computer has set. */
export function setManaged(next: readonly ManagedSetting[]): void {
  managed = next;
}

/** Where somebody else has set it; `null` where the guest may. */
export function managedAt(name: keyof Preferences): string | null {
  return managed.find((setting) => setting.name === name)?.place ?? null;
}

/** Whether the guest or the system asks for stillness. */
export function stillness(): boolean {
  return chosen.reducedMotion || (globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false);
}
