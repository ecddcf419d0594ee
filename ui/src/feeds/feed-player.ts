import { getContext, setContext } from "svelte";
import type { FeedProblem, FromWorker, Painted, ToWorker } from "./messages";
import type { FrameSourceSpec } from "./source";
import { Watching } from "./watching";

/** What a tile needs to show a feed. */
export interface Feeds {
  /** Shows `feed` on `canvas` until the returned function is called. A canvas can be used once. */
  show(feed: number, canvas: HTMLCanvasElement, onPainted: (painted: Painted) => void): () => void;
}

export interface FeedPlayerOptions {
  source: FrameSourceSpec;
  watching: Watching;
  onProblem: (problem: FeedProblem) => void;
}

/** The page's side of the worker that decodes and paints. One per call. */
export class FeedPlayer implements Feeds {
  #worker: Worker | null = null;
  #options: FeedPlayerOptions;
  #listeners = new Map<number, { feed: number; onPainted: (painted: Painted) => void }>();
  #nextTile = 1;

  constructor(options: FeedPlayerOptions) {
    this.#options = options;
    if (typeof Worker === "undefined" || !("transferControlToOffscreen" in HTMLCanvasElement.prototype)) {
      options.onProblem("feeds.noWebCodecs");
      return;
    }
    initialiseMediaStack();
    this.#worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "feeds" });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#receive(data);
    const transfer = options.source.kind === "port" ? [options.source.port] : [];
    this.#post({ type: "open", source: options.source }, transfer);
  }

  show(feed: number, canvas: HTMLCanvasElement, onPainted: (painted: Painted) => void): () => void {
    const tile = this.#nextTile;
    this.#nextTile += 1;
    const unwatch = this.#options.watching.add(feed, canvas);
    if (this.#worker) {
      this.#listeners.set(tile, { feed, onPainted });
      const offscreen = canvas.transferControlToOffscreen();
      this.#post({ type: "show", tile, feed, canvas: offscreen }, [offscreen]);
    }
    return () => {
      unwatch();
      this.#listeners.delete(tile);
      this.#post({ type: "hide", tile });
    };
  }

  stop(): void {
    this.#options.watching.stop();
    this.#post({ type: "stop" });
    this.#worker = null;
    this.#listeners.clear();
  }

  #post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case "painted":
        for (const painted of message.feeds) {
          for (const listener of this.#listeners.values()) {
            if (listener.feed === painted.feed) listener.onPainted(painted);
          }
        }
        break;
      case "refresh":
        this.#options.watching.refresh(message.feed);
        break;
      case "problem":
        this.#options.onProblem(message.problem);
        break;
    }
  }
}

/** WebKitGTK aborts when its first use of GStreamer is a decoder in a worker, so the page uses it first. */
function initialiseMediaStack(): void {
  document.createElement("video").canPlayType('video/mp4; codecs="avc1.42e01f"');
}

/** Where components find them. */
export const FEEDS = Symbol("feeds");

export function provideFeeds(feeds: Feeds): void {
  setContext(FEEDS, feeds);
}

export function useFeeds(): Feeds | undefined {
  return getContext<Feeds | undefined>(FEEDS);
}
