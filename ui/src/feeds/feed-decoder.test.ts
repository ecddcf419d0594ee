import { beforeEach, describe, expect, test } from "vitest";
import { FeedDecoder, type Decoder, type DecoderCallbacks } from "./feed-decoder";
import type { Frame } from "./frame";

class RecordedDecoder implements Decoder {
  state: "unconfigured" | "configured" | "closed" = "unconfigured";
  decodeQueueSize = 0;
  readonly configs: string[] = [];
  readonly chunks: string[] = [];
  readonly callbacks: DecoderCallbacks;

  constructor(callbacks: DecoderCallbacks) {
    this.callbacks = callbacks;
  }

  configure(config: VideoDecoderConfig): void {
    this.state = "configured";
    this.configs.push(config.codec);
  }

  decode(chunk: EncodedVideoChunk): void {
    this.chunks.push(`${chunk.type} ${chunk.timestamp}`);
  }

  close(): void {
    this.state = "closed";
  }
}

const frame = (key: boolean, timestampUs: number, change: Partial<Frame> = {}): Frame => ({
  codec: "vp8",
  key,
  feed: 1,
  timestampUs,
  width: 0,
  height: 0,
  payload: new Uint8Array([1]),
  ...change,
});

describe("the decoder of a feed", () => {
  let decoders: RecordedDecoder[];
  let refreshes: number;
  let unsupported: string[];
  let now: number;
  let feed: FeedDecoder;

  beforeEach(() => {
    decoders = [];
    refreshes = 0;
    unsupported = [];
    now = 0;
    feed = new FeedDecoder({
      createDecoder: (callbacks) => {
        const decoder = new RecordedDecoder(callbacks);
        decoders.push(decoder);
        return decoder;
      },
      createChunk: (init) => init as unknown as EncodedVideoChunk,
      onPicture: () => undefined,
      onRefresh: () => (refreshes += 1),
      onUnsupported: (codec) => unsupported.push(codec),
      nowMs: () => now,
    });
  });

  test("waits for a key frame and asks for one, at most once a second", () => {
    feed.push(frame(false, 1));
    feed.push(frame(false, 2));
    expect(decoders).toHaveLength(0);
    expect(refreshes).toBe(1);
    now = 1000;
    feed.tick();
    expect(refreshes).toBe(2);
    feed.push(frame(true, 3));
    feed.push(frame(false, 4));
    expect(decoders[0]?.chunks).toEqual(["key 3", "delta 4"]);
    now = 5000;
    feed.tick();
    expect(refreshes).toBe(2);
  });

  test("takes the codec from each key frame and configures again only when it changed", () => {
    const sps = (level: number) => new Uint8Array([0, 0, 1, 0x67, 0x42, 0xe0, level, 0]);
    feed.push(frame(true, 1, { codec: "h264", payload: sps(0x1f) }));
    feed.push(frame(true, 2, { codec: "h264", payload: sps(0x1f) }));
    feed.push(frame(true, 3, { codec: "h264", payload: sps(0x28) }));
    expect(decoders).toHaveLength(1);
    expect(decoders[0]?.configs).toEqual(["avc1.42e01f", "avc1.42e028"]);
  });

  test("starts again with a new decoder after an error", () => {
    feed.push(frame(true, 1));
    decoders[0]?.callbacks.error(new Error("broken"));
    expect(refreshes).toBe(1);
    feed.push(frame(false, 2));
    feed.push(frame(true, 3));
    expect(decoders).toHaveLength(2);
    expect(decoders[1]?.chunks).toEqual(["key 3"]);
    decoders[0]?.callbacks.error(new Error("late news of the old one"));
    feed.push(frame(false, 4));
    expect(decoders[1]?.chunks).toEqual(["key 3", "delta 4"]);
  });

  test("skips to the next key frame when it falls behind", () => {
    feed.push(frame(true, 1));
    const [decoder] = decoders;
    if (decoder) decoder.decodeQueueSize = 9;
    feed.push(frame(false, 2));
    expect(refreshes).toBe(1);
    if (decoder) decoder.decodeQueueSize = 0;
    feed.push(frame(false, 3));
    feed.push(frame(true, 4));
    expect(decoder?.chunks).toEqual(["key 1", "key 4"]);
  });

  test("starts again with a new decoder when the old one has got stuck", () => {
    feed.push(frame(true, 0));
    decoders[0]?.callbacks.output({} as VideoFrame);
    for (let at = 1; at <= 15; at += 1) feed.push(frame(false, at));
    now = 2999;
    feed.tick();
    expect(refreshes).toBe(0);
    now = 3000;
    feed.tick();
    expect(decoders[0]?.state).toBe("closed");
    expect(refreshes).toBe(1);
    feed.push(frame(true, 16));
    expect(decoders[1]?.chunks).toEqual(["key 16"]);
  });

  test("leaves a decoder alone that has had little to do", () => {
    feed.push(frame(true, 0));
    now = 60_000;
    feed.tick();
    expect(decoders[0]?.state).toBe("configured");
    expect(refreshes).toBe(0);
  });

  test("gives up on a codec that never works, and says so once", () => {
    for (let at = 0; at < 8; at += 1) feed.push(frame(true, at, { codec: "h264", payload: new Uint8Array([9]) }));
    expect(unsupported).toEqual(["h264"]);
  });

  test("does not give up while pictures come between the errors", () => {
    for (let at = 0; at < 20; at += 1) {
      feed.push(frame(true, at));
      const decoder = decoders.at(-1);
      decoder?.callbacks.output({} as VideoFrame);
      decoder?.callbacks.error(new Error("now and then"));
    }
    expect(unsupported).toEqual([]);
  });
});
