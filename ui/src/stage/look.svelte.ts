import { getContext, setContext } from "svelte";
import type { CallView } from "../contract/CallView";
import type { Intent } from "../contract/Intent";
import type { Menus } from "../controls/menus.svelte";
import { preferences } from "../controls/preferences.svelte";
import type { PaneName } from "./panes";

export type Layout = "gallery" | "speaker" | "focus";
export const LAYOUTS: readonly Layout[] = ["gallery", "speaker", "focus"];

export type Corner = "topLeft" | "topRight" | "bottomLeft" | "bottomRight";
export const CORNERS: readonly Corner[] = ["topLeft", "topRight", "bottomLeft", "bottomRight"];

const MOST_PINS = 4;

/** How this guest looks at the meeting. Nobody else sees any of it. */
export class Look {
  layout: Layout = $state("gallery");
  pinned: readonly string[] = $state.raw([]);
  selfHidden = $state(false);
  selfCorner: Corner = $state("bottomRight");
  /** Ids of those whose picture is shown whole instead of filling the tile. */
  #whole: readonly string[] = $state.raw([]);
  #mirrored: boolean | null = $state(null);
  /** How loud somebody was before being muted for us. */
  #volumes = new Map<string, number>();

  /** The oldest pin gives way. */
  togglePin(id: string): void {
    this.pinned = this.pinned.includes(id)
      ? this.pinned.filter((pinned) => pinned !== id)
      : [...this.pinned, id].slice(-MOST_PINS);
  }

  isWhole(id: string): boolean {
    return this.#whole.includes(id);
  }

  toggleWhole(id: string): void {
    this.#whole = this.isWhole(id) ? this.#whole.filter((whole) => whole !== id) : [...this.#whole, id];
  }

  get mirrored(): boolean {
    return this.#mirrored ?? preferences().mirror;
  }

  toggleMirror(): void {
    this.#mirrored = !this.mirrored;
  }

  /** The volume that muting or unmuting somebody for us leads to. */
  toggledVolume(id: string, volume: number): number {
    if (volume === 0) return this.#volumes.get(id) ?? 100;
    this.#volumes.set(id, volume);
    return 0;
  }
}

/** What the parts of the meeting screen share. */
export interface StageContext {
  readonly view: CallView;
  /** Whether our picture is of a camera, which may be shown as in a mirror. */
  readonly mirrors: boolean;
  readonly look: Look;
  readonly menus: Menus;
  /** The received share is in a window of its own. */
  readonly apart: boolean;
  setApart: (apart: boolean) => void;
  send: (intent: Intent) => void;
  showPane: (pane: PaneName) => void;
}

const KEY = Symbol("stage");

export function provideStage(context: StageContext): void {
  setContext(KEY, context);
}

export function useStage(): StageContext {
  return getContext<StageContext>(KEY);
}
