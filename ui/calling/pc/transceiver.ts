/** RTCRtpTransceiver (webrtc-pc § 5.4). */
import type {
  RTCRtpCodec,
  RTCRtpEncodingParameters,
  RTCRtpTransceiverDirection,
  RTCRtpTransceiverImpl,
} from "../idl/generated/types";
import type { Sent } from "../wire/client";
import type { Negotiated, TrackKind, WireDirection } from "../wire/contract";
import { capabilitiesOf } from "./capabilities";
import { codecToWire, validatePreferences } from "./codecs";
import type { ConnectionState } from "./connection-state";
import { encodingToWire } from "./encodings";
import { closedError, invalidState } from "./errors";
import { realm } from "./realm";
import { ReceiverImpl } from "./receiver";
import { SenderImpl } from "./sender";

/** What a transceiver is made of. */
export interface TransceiverParts {
  readonly kind: TrackKind;
  readonly direction: WireDirection;
  readonly encodings: RTCRtpEncodingParameters[];
  readonly track?: MediaStreamTrack | null;
  readonly streams?: readonly MediaStream[];
  readonly byAddTrack?: boolean;
  /** Of one that the engine made. */
  readonly engine?: { readonly handle: number; readonly track: number; readonly trackId: string | undefined };
}

/** Whether this direction includes receiving. */
export const receives = (direction: WireDirection | null): boolean =>
  direction === "sendrecv" || direction === "recvonly";

/** Whether this direction includes sending. */
export const sends = (direction: WireDirection | null): boolean =>
  direction === "sendrecv" || direction === "sendonly";

/** A sender and a receiver that share an m-line. */
export class TransceiverImpl implements RTCRtpTransceiverImpl {
  readonly connection: ConnectionState;
  readonly handle: number;
  readonly kind: TrackKind;
  readonly sender: SenderImpl;
  readonly receiver: ReceiverImpl;
  mid: string | null = null;
  directionSlot: WireDirection;
  currentDirectionSlot: WireDirection | null = null;
  /** What `track` events have told of. */
  firedDirection: WireDirection | null = null;
  stopping = false;
  stopped = false;
  receptive = false;
  /** `currentDirection` once included sending. */
  hasSent = false;
  negotiated: Negotiated | null = null;
  /** When the engine learnt of it; null for those that it made. */
  readonly made: Sent | null;
  /** Remote offers may use it (RFC 9429, 5.10), or, if the engine made it, must leave it once `addTrack()` uses it. */
  readonly attachable: boolean;

  constructor(connection: ConnectionState, parts: TransceiverParts) {
    const { client } = realm();
    this.connection = connection;
    this.kind = parts.kind;
    this.directionSlot = parts.direction;
    this.handle = parts.engine?.handle ?? client.handle();
    const trackHandle = parts.engine?.track ?? client.handle();
    this.sender = new SenderImpl(this, parts.track ?? null, parts.streams ?? [], parts.encodings);
    this.receiver = new ReceiverImpl(this, trackHandle, parts.engine?.trackId);
    this.attachable = parts.engine !== undefined || parts.byAddTrack === true;
    this.made = parts.engine ? null : this.#tell(trackHandle, parts.byAddTrack ?? false);
  }

  #tell(receiverTrack: number, byAddTrack: boolean): Sent {
    const { sender } = this;
    const sent = realm().client.send({
      op: "transceiverNew",
      pc: this.connection.handle,
      transceiver: this.handle,
      receiverTrack,
      kind: this.kind,
      direction: this.directionSlot,
      streamIds: sender.streamIds,
      trackId: sender.track?.id ?? null,
      encodings: sender.sendEncodings.map(encodingToWire),
      byAddTrack,
    });
    this.connection.noteChange(sent, byAddTrack);
    if (sender.track) {
      sender.tellTrack();
    }
    return sent;
  }

  get direction(): RTCRtpTransceiverDirection {
    return this.stopping || this.stopped ? "stopped" : this.directionSlot;
  }

  set direction(direction: RTCRtpTransceiverDirection) {
    if (this.stopping || this.stopped) {
      throw invalidState("the transceiver is stopped");
    }
    if (direction === this.directionSlot) {
      return;
    }
    if (direction === "stopped") {
      throw new TypeError("stop() stops a transceiver");
    }
    this.direct(direction);
    this.connection.updateNegotiationNeeded();
  }

  get currentDirection(): RTCRtpTransceiverDirection | null {
    return this.stopped ? "stopped" : this.currentDirectionSlot;
  }

  stop(): void {
    if (this.connection.closed) {
      throw closedError();
    }
    if (this.stopping || this.stopped) {
      return;
    }
    this.#stopSendingAndReceiving();
    this.connection.noteChange(realm().client.send({ op: "transceiverStop", transceiver: this.handle }), false);
    this.connection.updateNegotiationNeeded();
  }

  setCodecPreferences(codecs: RTCRtpCodec[]): void {
    const kept = validatePreferences(codecs, capabilitiesOf(this.kind));
    const command = { op: "transceiverCodecs", transceiver: this.handle, codecs: kept.map(codecToWire) } as const;
    this.connection.noteChange(realm().client.send(command), false);
  }

  /** Sets the wanted direction and tells the engine. */
  direct(direction: WireDirection): void {
    this.directionSlot = direction;
    const sent = realm().client.send({ op: "transceiverDirect", transceiver: this.handle, direction });
    this.connection.noteChange(sent, false);
  }

  /** Sets what was agreed on. */
  agree(direction: WireDirection | null): void {
    this.currentDirectionSlot = direction;
    this.hasSent ||= sends(direction);
  }

  #stopSendingAndReceiving(): void {
    this.directionSlot = "inactive";
    this.stopping = true;
    this.receiver.end();
  }

  /** Stops for good, without telling the engine: it knows. */
  stopForGood(): void {
    if (!this.stopping) {
      this.#stopSendingAndReceiving();
    }
    this.stopped = true;
    this.receptive = false;
    this.currentDirectionSlot = null;
    this.receiver.streams = [];
    this.receiver.lastStableStreams = [];
  }
}
