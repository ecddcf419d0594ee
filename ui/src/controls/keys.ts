import { actionOf, chordFor, chordText, isTyping, type KeyAction } from "../settings/shortcuts";
import { preferences } from "./preferences.svelte";

export { isTyping, type KeyAction };

/** What the pressed keys mean, by the guest's own shortcuts. */
export function keyAction(event: KeyboardEvent): KeyAction | null {
  const { shortcuts, singleKeys } = preferences();
  return actionOf(event, shortcuts, singleKeys);
}

export function keyHint(action: KeyAction, platform: string): string {
  return chordText(chordFor(action, preferences().shortcuts), platform);
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
