import type { Codec, Frame } from "./frame";
import { avcCodecString } from "./h264";

/** The part of WebCodecs' `VideoDecoder` that a feed uses. */
export interface Decoder {
  readonly state: "unconfigured" | "configured" | "closed";
  readonly decodeQueueSize: number;
  configure(config: VideoDecoderConfig): void;
  decode(chunk: EncodedVideoChunk): void;
  close(): void;
}

export interface DecoderCallbacks {
  output: (picture: VideoFrame) => void;
  error: (error: unknown) => void;
}

export interface FeedDecoderOptions {
  createDecoder: (callbacks: DecoderCallbacks) => Decoder;
  createChunk: (init: EncodedVideoChunkInit) => EncodedVideoChunk;
  /** Takes the picture and closes it. */
  onPicture: (picture: VideoFrame) => void;
  /** A key frame is needed. Asked at most once a second. */
  onRefresh: () => void;
  /** This codec does not work here. Told once. */
  onUnsupported: (codec: Codec) => void;
  nowMs: () => number;
}

/** Beyond this many undecoded pictures the decoder is too slow: showing late pictures is worse than skipping. */
const MAX_QUEUE = 8;
const REFRESH_EVERY_MS = 1000;
const FAILURES_BEFORE_GIVING_UP = 5;
/** A decoder that was given this many pictures over this time, and showed none, has got stuck. */
const STUCK_AFTER_MS = 3000;
const STUCK_AFTER_PICTURES = 15;

/** Decodes one feed: starts at a key frame, starts again after errors, skips ahead when it falls behind. */
export class FeedDecoder {
  #options: FeedDecoderOptions;
  #decoder: Decoder | null = null;
  #configured = "";
  #needsKey = true;
  #askedAtMs = -Infinity;
  #failures = 0;
  #gaveUp = false;
  /** Since when, and how many pictures, the decoder has been given without showing one. */
  #silent: { sinceMs: number; pictures: number } | null = null;

  constructor(options: FeedDecoderOptions) {
    this.#options = options;
  }

  push(frame: Frame): void {
    if (this.#gaveUp) return;
    if (!frame.key && this.#decoder && this.#decoder.decodeQueueSize > MAX_QUEUE) this.#needsKey = true;
    if (this.#needsKey && !frame.key) {
      this.#askForKey();
      return;
    }
    try {
      if (frame.key) this.#configureFor(frame);
      this.#decoder?.decode(
        this.#options.createChunk({
          type: frame.key ? "key" : "delta",
          timestamp: frame.timestampUs,
          data: frame.payload as Uint8Array<ArrayBuffer>,
        }),
      );
      this.#needsKey = false;
      this.#silent ??= { sinceMs: this.#options.nowMs(), pictures: 0 };
      this.#silent.pictures += 1;
    } catch {
      this.#fail(frame.codec);
    }
  }

  /** Frames were lost on the way: what follows cannot be decoded before the next key frame. */
  restart(): void {
    this.#needsKey = true;
    this.#askForKey();
  }

  /** Asks again while a key frame is still missing, and starts again when the decoder has got stuck. */
  tick(): void {
    const silent = this.#silent;
    if (
      silent &&
      silent.pictures >= STUCK_AFTER_PICTURES &&
      this.#options.nowMs() - silent.sinceMs >= STUCK_AFTER_MS
    ) {
      this.close();
    }
    if (this.#needsKey && !this.#gaveUp) this.#askForKey();
  }

  close(): void {
    if (this.#decoder && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = null;
    this.#configured = "";
    this.#needsKey = true;
    this.#silent = null;
  }

  #configureFor(frame: Frame): void {
    const codec = frame.codec === "vp8" ? "vp8" : avcCodecString(frame.payload);
    if (!codec) throw new TypeError("a key frame without a sequence parameter set");
    if (this.#decoder?.state === "configured" && this.#configured === codec) return;
    if (!this.#decoder || this.#decoder.state === "closed") {
      const decoder: Decoder = this.#options.createDecoder({
        output: (picture) => {
          this.#failures = 0;
          if (this.#decoder === decoder) this.#silent = null;
          this.#options.onPicture(picture);
        },
        error: () => {
          if (this.#decoder === decoder) this.#fail(frame.codec);
        },
      });
      this.#decoder = decoder;
    }
    this.#decoder.configure({ codec, optimizeForLatency: true });
    this.#configured = codec;
  }

  #fail(codec: Codec): void {
    this.close();
    this.#failures += 1;
    if (this.#failures >= FAILURES_BEFORE_GIVING_UP) {
      this.#gaveUp = true;
      this.#options.onUnsupported(codec);
      return;
    }
    this.#askForKey();
  }

  #askForKey(): void {
    const now = this.#options.nowMs();
    if (now - this.#askedAtMs < REFRESH_EVERY_MS) return;
    this.#askedAtMs = now;
    this.#options.onRefresh();
  }
}
