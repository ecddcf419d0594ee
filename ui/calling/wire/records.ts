/** Binary messages of the control socket: one data-channel message each (contract, `bridge.rs`). */

/** Text or bytes. */
export type Kind = "text" | "bytes";

/** A data-channel message. */
export interface ChannelMessage {
  readonly channel: number;
  readonly kind: Kind;
  readonly payload: Uint8Array<ArrayBuffer>;
}

const HEAD = 5;

/** The message as it goes over the socket. The payload is copied. */
export function encode(channel: number, kind: Kind, payload: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(HEAD + payload.length);
  const view = new DataView(record.buffer);
  view.setUint8(0, kind === "text" ? 1 : 2);
  view.setUint32(1, channel, true);
  record.set(payload, HEAD);
  return record;
}

/** The message in a binary record; null for what this version does not know. */
export function decode(data: ArrayBuffer): ChannelMessage | null {
  if (data.byteLength < HEAD) {
    return null;
  }
  const view = new DataView(data);
  const kind = view.getUint8(0);
  if (kind !== 1 && kind !== 2) {
    return null;
  }
  return {
    channel: view.getUint32(1, true),
    kind: kind === 1 ? "text" : "bytes",
    payload: new Uint8Array(data, HEAD),
  };
}
