import type { FromWorker } from "../worker/messages";
import type { Handle } from "../wire/wire";
import { watchTrack, type Engine } from "./engine";
import { natives } from "./natives";
import { MediaWorker } from "./media-worker";
import { onlyTrack } from "./placeholder";

type OnTrack = (track: MediaStreamTrack) => void;

/** How long a feed goes on that nobody reads: tiles move from one element to another. */
const LINGER_MS = 1000;
const RETRY_MS = 1000;

/** The pictures of one track, as long as something reads them. */
export class VideoFeed {
  #engine: Engine;
  #handle: Handle;
  /** One each, so that no feed waits for another one. */
  #worker = new MediaWorker();
  #feed: number | null = null;
  #track: MediaStreamTrack | null = null;
  #canvas: HTMLCanvasElement | null = null;
  #readers = new Set<OnTrack>();
  #enabled = true;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  constructor(engine: Engine, handle: Handle) {
    this.#engine = engine;
    this.#handle = handle;
  }

  /** Calls `onTrack` with the native track that shows the pictures: now, or when it is there. */
  read(onTrack: OnTrack): () => void {
    this.#readers.add(onTrack);
    clearTimeout(this.#timer);
    if (this.#track) onTrack(this.#track);
    else if (this.#feed === null && !this.#ended) this.#begin();
    return () => {
      if (!this.#readers.delete(onTrack) || this.#readers.size > 0) return;
      this.#timer = setTimeout(() => this.#stop(), LINGER_MS);
    };
  }

  /** Black while false. */
  set enabled(enabled: boolean) {
    this.#enabled = enabled;
    if (this.#track) natives.track.enabled.set(this.#track, enabled);
  }

  /** Ends the native track. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#stop();
    this.#readers.clear();
  }

  #begin(): void {
    const feed = this.#worker.feed((message) => this.#receive(message));
    this.#feed = feed;
    let sink: WritableStream<VideoFrame> | undefined;
    if (typeof MediaStreamTrackGenerator === "function") {
      const generator = new MediaStreamTrackGenerator({ kind: "video" });
      sink = generator.writable;
      this.#show(generator);
    }
    void this.#open(feed, sink);
  }

  async #open(feed: number, sink?: WritableStream<VideoFrame>): Promise<void> {
    try {
      const socket = await watchTrack(this.#engine, this.#handle);
      if (this.#feed !== feed) return;
      if (sink) this.#worker.post({ type: "watch", feed, ...socket, sink }, [sink]);
      else this.#worker.post({ type: "watch", feed, ...socket });
    } catch {
      if (this.#feed === feed) this.#timer = setTimeout(() => this.#again(feed, sink), RETRY_MS);
    }
  }

  #again(feed: number, sink?: WritableStream<VideoFrame>): void {
    if (this.#feed === feed && this.#readers.size > 0) void this.#open(feed, sink);
    else this.#stop();
  }

  #receive(message: FromWorker): void {
    const feed = this.#feed;
    if (feed === null) return;
    switch (message.type) {
      case "track":
        this.#show(message.track);
        break;
      case "picture":
        this.#paint(message.picture);
        break;
      case "broken":
        this.#timer = setTimeout(() => this.#again(feed), RETRY_MS);
        break;
    }
  }

  #show(track: MediaStreamTrack): void {
    this.#track = track;
    natives.track.enabled.set(track, this.#enabled);
    for (const reader of [...this.#readers]) reader(track);
  }

  /** Where neither page nor worker can make tracks of pictures. */
  #paint(picture: VideoFrame): void {
    const { displayWidth: width, displayHeight: height } = picture;
    const canvas = this.#canvas ?? document.createElement("canvas");
    if (canvas.width !== width || canvas.height !== height) {
      canvas.width = width;
      canvas.height = height;
    }
    canvas.getContext("2d", { alpha: false })?.drawImage(picture, 0, 0);
    picture.close();
    if (this.#canvas) return;
    this.#canvas = canvas;
    this.#show(onlyTrack(canvas.captureStream()));
  }

  #stop(): void {
    if (this.#feed !== null) {
      this.#worker.post({ type: "unwatch", feed: this.#feed });
      this.#worker.forget(this.#feed);
      this.#worker.stop();
    }
    if (this.#track) natives.track.stop.call(this.#track);
    this.#feed = null;
    this.#track = null;
    this.#canvas = null;
  }
}
