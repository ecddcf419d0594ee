/** RTCDataChannel (webrtc-pc § 6.2). */
import type { BinaryType, RTCDataChannelImpl, RTCDataChannelState, RTCPriorityType } from "../idl/generated/types";
import { dispatch, fire } from "../idl/runtime";
import type { ChannelInit, WireError } from "../wire/contract";
import type { ChannelMessage } from "../wire/records";
import { queueTask } from "../wire/tasks";
import type { ConnectionState } from "./connection-state";
import { errorWith, invalidState, operationError } from "./errors";
import { realm } from "./realm";

/** Bytes that may wait; more is refused, as other engines do. */
const LARGEST_QUEUE = 16 * 1024 * 1024;

const utf8 = new TextEncoder();
const fromUtf8 = new TextDecoder("utf-8", { ignoreBOM: true });

type Data = string | Blob | ArrayBuffer | ArrayBufferView;

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === "string") {
    return utf8.encode(data);
  }
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

/** A data channel. */
export class ChannelImpl implements RTCDataChannelImpl {
  readonly handle: number;
  readonly #connection: ConnectionState;
  readonly #init: ChannelInit;
  readonly #stopListening: (() => void)[];
  #id: number | null;
  #state: RTCDataChannelState = "connecting";
  #announced = false;
  #buffered = 0;
  /** Blobs whose bytes are being read, in order; what comes after them waits. */
  #reading: Promise<void> | null = null;
  bufferedAmountLowThreshold = 0;
  binaryType: BinaryType = "arraybuffer";

  constructor(connection: ConnectionState, handle: number, init: ChannelInit) {
    const { client } = realm();
    this.#connection = connection;
    this.handle = handle;
    this.#init = init;
    this.#id = init.id;
    this.#stopListening = [
      client.receive(handle, (message) => this.#receive(message)),
      client.listen(handle, (event) => {
        switch (event.event) {
          case "channelOpen":
            this.#id = event.id;
            this.#open();
            break;
          case "channelSent":
            this.#reduce(event.bytes);
            break;
          case "channelClosing":
            this.#closing();
            break;
          case "channelClosed":
            this.#closed(event.error);
            break;
          default:
        }
      }),
    ];
  }

  get label(): string {
    return this.#init.label;
  }
  get ordered(): boolean {
    return this.#init.ordered;
  }
  get maxPacketLifeTime(): number | null {
    return this.#init.maxPacketLifeTime;
  }
  get maxRetransmits(): number | null {
    return this.#init.maxRetransmits;
  }
  get protocol(): string {
    return this.#init.protocol;
  }
  get negotiated(): boolean {
    return this.#init.negotiated;
  }
  get priority(): RTCPriorityType {
    return this.#init.priority as RTCPriorityType;
  }
  get id(): number | null {
    return this.#id;
  }
  get readyState(): RTCDataChannelState {
    return this.#state;
  }
  get bufferedAmount(): number {
    return this.#buffered;
  }

  send(data: Data): void {
    if (this.#state !== "open") {
      throw invalidState(`the channel is ${this.#state}`);
    }
    const bytes = data instanceof Blob ? null : bytesOf(data);
    const size = bytes?.length ?? (data as Blob).size;
    if (size > this.#connection.maxMessageSize) {
      throw new TypeError(`the message is larger than ${this.#connection.maxMessageSize} bytes`);
    }
    if (this.#buffered + size > LARGEST_QUEUE) {
      throw operationError("too much waits to be sent");
    }
    this.#buffered += size;
    if (bytes && !this.#reading) {
      realm().client.sendMessage(this.handle, typeof data === "string" ? "text" : "bytes", bytes);
    } else {
      this.#sendLater(typeof data === "string" ? "text" : "bytes", bytes?.slice() ?? (data as Blob));
    }
  }

  /** Sends in the order of the calls, although the bytes of a blob come later. */
  #sendLater(kind: "text" | "bytes", data: Uint8Array | Blob): void {
    const before = this.#reading ?? Promise.resolve();
    const reading: Promise<void> = Promise.all([data instanceof Blob ? data.arrayBuffer() : data, before]).then(
      ([bytes]) => {
        if (this.#reading === reading) {
          this.#reading = null;
        }
        if (this.#state !== "closed") {
          realm().client.sendMessage(this.handle, kind, bytes instanceof ArrayBuffer ? new Uint8Array(bytes) : bytes);
        }
      },
      () => this.#closed(null),
    );
    this.#reading = reading;
  }

  close(): void {
    if (this.#state === "closing" || this.#state === "closed") {
      return;
    }
    this.#state = "closing";
    this.#connection.forgetChannel(this);
    const tell = (): unknown => realm().client.send({ op: "channelClose", channel: this.handle });
    if (this.#reading) {
      void this.#reading.then(tell);
    } else {
      tell();
    }
  }

  /** Takes the identifier that the engine will choose too, once the DTLS role is known. */
  number(id: number): void {
    this.#id ??= id;
  }

  /** One that the far side opened: usable at once, and `open` follows. */
  announce(): void {
    this.#state = "open";
    queueTask(() => {
      if (this.#state === "open" && !this.#connection.closed) {
        this.#announced = true;
        fire(this, "open");
      }
    });
  }

  /** Closes without events, as closing the connection does. */
  abandon(): void {
    this.#state = "closed";
    this.#release();
  }

  /** Closes with events, as losing the transport does. */
  fail(message: string): void {
    this.#closed({ name: "RTCError", message, detail: "sctp-failure", sdpLine: null, sctpCause: null, constraint: null });
  }

  #open(): void {
    if (this.#state === "connecting") {
      this.#state = "open";
      this.#announced = true;
      fire(this, "open");
    }
  }

  #reduce(bytes: number): void {
    const before = this.#buffered;
    this.#buffered = Math.max(0, before - bytes);
    const threshold = this.bufferedAmountLowThreshold;
    if (before > threshold && this.#buffered <= threshold && this.#state !== "closed") {
      fire(this, "bufferedamountlow");
    }
  }

  #closing(): void {
    if (this.#state === "connecting" || this.#state === "open") {
      this.#state = "closing";
      this.#connection.forgetChannel(this);
      fire(this, "closing");
    }
  }

  #closed(error: WireError | null): void {
    if (this.#state === "closed") {
      return;
    }
    this.#state = "closed";
    this.#connection.forgetChannel(this);
    this.#release();
    if (error) {
      const cause = error.sctpCause === null ? {} : { sctpCauseCode: error.sctpCause };
      const given = errorWith(error.detail ?? "sctp-failure", error.message, cause);
      fire(this, "error", "RTCErrorEvent", { error: given });
    }
    fire(this, "close");
  }

  #release(): void {
    this.#stopListening.forEach((stop) => stop());
    this.#stopListening.length = 0;
  }

  #receive(message: ChannelMessage): void {
    if (this.#state === "open" && !this.#announced) {
      queueTask(() => this.#receive(message));
      return;
    }
    if (this.#state !== "open") {
      return;
    }
    const { kind, payload } = message;
    const bytes = (): ArrayBuffer => payload.buffer.slice(payload.byteOffset, payload.byteOffset + payload.length);
    let data: string | Blob | ArrayBuffer;
    if (kind === "text") {
      data = fromUtf8.decode(payload);
    } else {
      data = this.binaryType === "blob" ? new Blob([bytes()]) : bytes();
    }
    dispatch(this, new MessageEvent("message", { data, origin: globalThis.location.origin }));
  }
}
