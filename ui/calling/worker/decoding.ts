import { avcCodecString } from "../../src/feeds/h264";
import { KIND, type MediaRecord } from "./record";

/** Beyond this many undecoded pictures no more are asked for. */
const MAX_QUEUE = 4;

export interface DecodingOptions {
  /** Takes the picture and closes it. */
  onPicture: (picture: VideoFrame) => void;
  /** Nothing more can be decoded before a key frame. */
  onBroken: () => void;
  /** So many records have been dealt with since the last call: as many more may come. */
  onCredit: (records: number) => void;
}

/** Decodes the records of one socket: begins at a key frame, and gives credit no faster than it decodes. */
export class Decoding {
  #options: DecodingOptions;
  #decoder: VideoDecoder | null = null;
  #configured = "";
  #needsKey = true;
  #owed = 0;

  constructor(options: DecodingOptions) {
    this.#options = options;
  }

  push(record: MediaRecord): void {
    this.#owed += 1;
    if (record.key || !this.#needsKey) this.#decode(record);
    this.#pay();
  }

  close(): void {
    if (this.#decoder && this.#decoder.state !== "closed") this.#decoder.close();
    this.#decoder = null;
    this.#configured = "";
    this.#needsKey = true;
  }

  #decode(record: MediaRecord): void {
    try {
      if (record.key) this.#configureFor(record);
      this.#decoder?.decode(
        new EncodedVideoChunk({
          type: record.key ? "key" : "delta",
          timestamp: record.timestampUs,
          data: record.payload,
        }),
      );
      this.#needsKey = false;
    } catch {
      this.#fail();
    }
  }

  #configureFor(record: MediaRecord): void {
    const codec = codecString(record);
    if (!codec) throw new TypeError("a key frame without a sequence parameter set");
    if (this.#decoder?.state === "configured" && this.#configured === codec) return;
    if (!this.#decoder || this.#decoder.state === "closed") {
      const decoder: VideoDecoder = new VideoDecoder({
        output: (picture) => {
          this.#options.onPicture(picture);
          this.#pay();
        },
        error: () => {
          if (this.#decoder === decoder) this.#fail();
        },
      });
      this.#decoder = decoder;
    }
    this.#decoder.configure({ codec, optimizeForLatency: true });
    this.#configured = codec;
  }

  #fail(): void {
    this.close();
    this.#options.onBroken();
  }

  #pay(): void {
    if (this.#owed === 0 || (this.#decoder && this.#decoder.decodeQueueSize > MAX_QUEUE)) return;
    this.#options.onCredit(this.#owed);
    this.#owed = 0;
  }
}

/** What `VideoDecoder` wants to hear. The parameters of AV1 are in the stream; any string of its profile will do. */
function codecString(record: MediaRecord): string | null {
  switch (record.kind) {
    case KIND.h264:
      return avcCodecString(record.payload);
    case KIND.vp8:
      return "vp8";
    case KIND.av1:
      return "av01.0.08M.08";
    default:
      return null;
  }
}
