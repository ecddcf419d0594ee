/** Records of media sockets, as the contract lays them out. */

export const HEADER_BYTES = 20;

export const KIND = { h264: 1, vp8: 2, av1: 3, i420: 4, samples: 5 } as const;

export interface MediaRecord {
  kind: number;
  key: boolean;
  width: number;
  height: number;
  timestampUs: number;
  payload: Uint8Array<ArrayBuffer>;
}

const FLAG_KEY = 1;

/** `null` for anything that is not a whole record. */
export function readRecord(message: ArrayBuffer): MediaRecord | null {
  if (message.byteLength <= HEADER_BYTES) return null;
  const view = new DataView(message);
  const kind = view.getUint8(0);
  if (kind < KIND.h264 || kind > KIND.samples) return null;
  return {
    kind,
    key: (view.getUint8(1) & FLAG_KEY) !== 0,
    width: view.getUint32(4, true),
    height: view.getUint32(8, true),
    timestampUs: Number(view.getBigInt64(12, true)),
    payload: new Uint8Array(message, HEADER_BYTES),
  };
}

/** Writes the header of a record whose payload follows it in `message`. */
export function writeHeader(message: ArrayBuffer, record: Omit<MediaRecord, "payload">): void {
  const view = new DataView(message);
  view.setUint8(0, record.kind);
  view.setUint8(1, record.key ? FLAG_KEY : 0);
  view.setUint16(2, 0, true);
  view.setUint32(4, record.width, true);
  view.setUint32(8, record.height, true);
  view.setBigInt64(12, BigInt(Math.round(record.timestampUs)), true);
}

/** Bytes of a packed I420 picture; odd sizes round the chroma planes up. */
export function i420Bytes(width: number, height: number): number {
  return width * height + 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
}
