import type { WatchedFeed } from "../contract/WatchedFeed";

/** Resizes and page turns come in bursts. */
const GATHER_MS = 150;
/** No picture has more; a screen that is zoomed may be laid out larger. */
const MOST_PX = 3840;

/** Which feeds are on the screen and how large, told to the call whenever that changed. */
export class Watching {
  #send: (feeds: WatchedFeed[]) => void;
  #tiles = new Map<Element, { feed: number; visible: boolean }>();
  #refresh = new Set<number>();
  #sent = "[]";
  #timer: ReturnType<typeof setTimeout> | undefined;
  #resizes: ResizeObserver | undefined;
  #visibility: IntersectionObserver | undefined;

  constructor(send: (feeds: WatchedFeed[]) => void) {
    this.#send = send;
    if (typeof ResizeObserver !== "undefined") this.#resizes = new ResizeObserver(() => this.#schedule());
    if (typeof IntersectionObserver !== "undefined") {
      this.#visibility = new IntersectionObserver((entries) => {
        for (const entry of entries) {
          const tile = this.#tiles.get(entry.target);
          if (tile) tile.visible = entry.isIntersecting;
        }
        this.#schedule();
      });
    }
  }

  add(feed: number, element: Element): () => void {
    this.#tiles.set(element, { feed, visible: true });
    this.#resizes?.observe(element);
    this.#visibility?.observe(element);
    this.#schedule();
    return () => {
      this.#tiles.delete(element);
      this.#resizes?.unobserve(element);
      this.#visibility?.unobserve(element);
      this.#schedule();
    };
  }

  /** Asks for a key frame of a feed that is being shown. */
  refresh(feed: number): void {
    this.#refresh.add(feed);
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#resizes?.disconnect();
    this.#visibility?.disconnect();
    this.#tiles.clear();
  }

  /** Counted from the first change: changes that keep coming must not put off what is told. */
  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#flush(), GATHER_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    const feeds = this.#visible();
    const told = JSON.stringify(feeds.map(({ feed, width, height }) => [feed, width, height]));
    const refresh = feeds.some((feed) => feed.refresh);
    this.#refresh.clear();
    if (told === this.#sent && !refresh) return;
    this.#sent = told;
    this.#send(feeds);
  }

  #visible(): WatchedFeed[] {
    const scale = globalThis.devicePixelRatio || 1;
    const feeds = new Map<number, WatchedFeed>();
    for (const [element, { feed, visible }] of this.#tiles) {
      if (!visible) continue;
      const longest = Math.max(1, element.clientWidth, element.clientHeight);
      const asked = Math.min(scale, MOST_PX / longest);
      const width = Math.round(element.clientWidth * asked);
      const height = Math.round(element.clientHeight * asked);
      const known = feeds.get(feed);
      feeds.set(feed, {
        feed,
        width: Math.max(width, known?.width ?? 0),
        height: Math.max(height, known?.height ?? 0),
        refresh: this.#refresh.has(feed),
      });
    }
    return [...feeds.values()].sort((a, b) => a.feed - b.feed);
  }
}
