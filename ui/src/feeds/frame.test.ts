import { describe, expect, test } from "vitest";
import { HEADER_LENGTH, parseFrame, splitBatch } from "./frame";
import { avcCodecString } from "./h264";

function message(change: (view: DataView) => void = () => undefined, payload = [1, 2, 3]): Uint8Array {
  const bytes = new Uint8Array(HEADER_LENGTH + payload.length);
  bytes.set(payload, HEADER_LENGTH);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, 1);
  view.setUint8(1, 2);
  view.setUint8(2, 1);
  view.setUint32(4, 0xdeadbeef, true);
  view.setBigInt64(8, -5n, true);
  view.setUint16(16, 1280, true);
  view.setUint16(18, 720, true);
  change(view);
  return bytes;
}

function batch(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = parts.flatMap((part) => {
    const length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, part.byteLength, true);
    return [...length, ...part];
  });
  return Uint8Array.from(all);
}

describe("a frame of the channel", () => {
  test("is read as the Rust side writes it", () => {
    expect(parseFrame(message())).toEqual({
      codec: "vp8",
      key: true,
      feed: 0xdeadbeef,
      timestampUs: -5,
      width: 1280,
      height: 720,
      payload: new Uint8Array([1, 2, 3]),
    });
  });

  test("is refused when it is short, empty, from another version or of an unknown codec", () => {
    expect(parseFrame(message().subarray(0, 19))).toBeNull();
    expect(parseFrame(message(undefined, []))).toBeNull();
    expect(parseFrame(message((view) => view.setUint8(0, 2)))).toBeNull();
    expect(parseFrame(message((view) => view.setUint8(1, 0)))).toBeNull();
    expect(parseFrame(message((view) => view.setUint8(1, 77)))).toBeNull();
  });

  test("is refused when it is absurdly large", () => {
    expect(parseFrame(message(undefined, new Array<number>(8 * 1024 * 1024 + 1).fill(0)))).toBeNull();
  });
});

describe("a batch", () => {
  test("is cut into its frames, in order", () => {
    const parts = splitBatch(batch(new Uint8Array([1]), new Uint8Array([2, 3])).buffer);
    expect(parts.map((part) => [...part])).toEqual([[1], [2, 3]]);
  });

  test("loses a rest that was cut off, and nothing before it", () => {
    const whole = batch(new Uint8Array([1]), new Uint8Array([2, 3]));
    expect(splitBatch(whole.slice(0, -1).buffer).map((part) => [...part])).toEqual([[1]]);
    expect(splitBatch(new ArrayBuffer(3))).toEqual([]);
  });

  test("with a hostile length is no reason to read beyond its end", () => {
    const hostile = new Uint8Array([0xff, 0xff, 0xff, 0xff, 1, 2]);
    expect(splitBatch(hostile.buffer)).toEqual([]);
  });
});

describe("the codec string of H.264", () => {
  test("is read from the sequence parameter set, behind start codes of either length", () => {
    expect(avcCodecString(new Uint8Array([0, 0, 0, 1, 0x67, 0x42, 0xe0, 0x1f, 0xaa]))).toBe("avc1.42e01f");
    expect(avcCodecString(new Uint8Array([0, 0, 1, 9, 0xf0, 0, 0, 1, 0x67, 0x42, 0x0c, 0x0a, 0]))).toBe("avc1.420c0a");
  });

  test("is missing without one", () => {
    expect(avcCodecString(new Uint8Array([0, 0, 1, 0x65, 1, 2, 3, 4]))).toBeNull();
    expect(avcCodecString(new Uint8Array([]))).toBeNull();
  });
});
