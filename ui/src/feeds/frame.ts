/** The header before each encoded picture, as crates/contract/src/frame.rs writes it. Little endian. */

export const HEADER_LENGTH = 20;
const VERSION = 1;
const MAX_PAYLOAD = 8 * 1024 * 1024;

export type Codec = "h264" | "vp8";

export interface Frame {
  codec: Codec;
  /** Can be decoded by itself. */
  key: boolean;
  feed: number;
  timestampUs: number;
  /** Pixels; 0 where only the decoder knows. */
  width: number;
  height: number;
  payload: Uint8Array;
}

/** `null` for what is no frame: a broken message must not stop the pictures that follow. */
export function parseFrame(message: Uint8Array): Frame | null {
  if (message.byteLength <= HEADER_LENGTH || message.byteLength > HEADER_LENGTH + MAX_PAYLOAD) return null;
  const head = new DataView(message.buffer, message.byteOffset, HEADER_LENGTH);
  const codec = ([null, "h264", "vp8"] as const)[head.getUint8(1)];
  if (head.getUint8(0) !== VERSION || !codec) return null;
  return {
    codec,
    key: (head.getUint8(2) & 1) === 1,
    feed: head.getUint32(4, true),
    timestampUs: Number(head.getBigInt64(8, true)),
    width: head.getUint16(16, true),
    height: head.getUint16(18, true),
    payload: message.subarray(HEADER_LENGTH),
  };
}

/** A transport message holds one or more frames, each after its length (u32). A cut-off rest is dropped. */
export function splitBatch(message: ArrayBuffer): Uint8Array[] {
  const view = new DataView(message);
  const parts: Uint8Array[] = [];
  let at = 0;
  while (at + 4 <= message.byteLength) {
    const length = view.getUint32(at, true);
    at += 4;
    if (at + length > message.byteLength) break;
    parts.push(new Uint8Array(message, at, length));
    at += length;
  }
  return parts;
}
