import WorkerOfMedia from "../worker/main?worker&inline";
import type { FromWorker, ToWorker } from "../worker/messages";

type Listener = (message: FromWorker) => void;

/** The page's end of the media worker. It starts when first needed. */
export class MediaWorker {
  #worker: Worker | null = null;
  #listeners = new Map<number, Listener>();
  #lastFeed = 0;
  #abilities: Promise<{ makesTracks: boolean; readsTracks: boolean }> | null = null;

  /** A new number for a feed whose messages go to `listener`. */
  feed(listener: Listener): number {
    this.#lastFeed += 1;
    this.#listeners.set(this.#lastFeed, listener);
    return this.#lastFeed;
  }

  forget(feed: number): void {
    this.#listeners.delete(feed);
  }

  post(message: ToWorker, transfer: Transferable[] = []): void {
    this.#start().postMessage(message, transfer);
  }

  /** Ends the worker; the next message starts another. */
  stop(): void {
    this.#worker?.terminate();
    this.#worker = null;
    this.#abilities = null;
  }

  /** What the worker said that it can do. */
  async abilities(): Promise<{ makesTracks: boolean; readsTracks: boolean }> {
    this.#start();
    return this.#abilities ?? { makesTracks: false, readsTracks: false };
  }

  #start(): Worker {
    if (this.#worker) return this.#worker;
    initialiseMediaStack();
    const worker = new WorkerOfMedia({ name: "media" });
    this.#worker = worker;
    this.#abilities = new Promise((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
        if (data.type === "ready") resolve(data);
        else this.#listeners.get(data.feed)?.(data);
      };
    });
    return worker;
  }
}

/** WebKitGTK aborts when its first use of GStreamer is a decoder in a worker, so the page uses it first. */
function initialiseMediaStack(): void {
  document.createElement("video").canPlayType('video/mp4; codecs="avc1.42e01f"');
}
