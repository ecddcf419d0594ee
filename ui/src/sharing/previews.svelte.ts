import { onDestroy } from "svelte";
import { SvelteMap } from "svelte/reactivity";
import type { ShareSources } from "../contract/ShareSources";

/** What the picker asks of the shell. */
export interface ShareOffer {
  list(): Promise<ShareSources>;
  /** A picture no larger than this as an address; `null` if there is none now. */
  preview(id: string, width: number, height: number): Promise<string | null>;
}

export interface Wanted {
  id: string;
  width: number;
  height: number;
}

const EVERY_MS = 1000;

/** What can be shared and how it looks, looked at about once a second for as long as the component is there. */
export class Previews {
  sources: ShareSources | null = $state.raw(null);
  /** By id; what had a picture keeps its last. */
  readonly pictures = new SvelteMap<string, string>();
  #stopped = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wake: (() => void) | undefined;

  constructor(
    private readonly offer: ShareOffer,
    private readonly wanted: () => readonly Wanted[],
  ) {
    void this.#run();
    onDestroy(() => {
      this.#stopped = true;
      this.hurry();
    });
  }

  /** Something else is looked at now: its pictures are not to wait. */
  hurry(): void {
    clearTimeout(this.#timer);
    this.#wake?.();
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const sources = await this.offer.list().catch(() => null);
      if (this.#stopped) return;
      // What was there before is better than nothing.
      this.sources = sources ?? this.sources ?? { screens: [], windows: [], pointer: false, sound: false };
      for (const { id, width, height } of this.wanted()) {
        const picture = await this.offer.preview(id, width, height).catch(() => null);
        if (this.#stopped) return;
        if (picture) this.pictures.set(id, picture);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        this.#timer = setTimeout(resolve, EVERY_MS);
      });
    }
  }
}
