/** The slots of a connection and what happens within them (webrtc-pc § 4.4.1). */
import type {
  RTCIceConnectionState,
  RTCIceGatheringState,
  RTCPeerConnectionState,
  RTCSignalingState,
} from "../idl/generated/types";
import { fire } from "../idl/runtime";
import type { Sent } from "../wire/client";
import type { Happening } from "../wire/wire";
import { queueTask } from "../wire/tasks";
import type { ChannelImpl } from "./channel";
import { DataChannels } from "./data";
import { DescriptionSlots, describesData } from "./descriptions";
import { closedError } from "./errors";
import { isNegotiationNeeded } from "./negotiation";
import { OperationsChain } from "./operations";
import { realm } from "./realm";
import type { TransceiverImpl } from "./transceiver";
import { DtlsTransportImpl } from "./transport";

const since = (sent: Sent | null, applied: number): boolean => sent !== null && (sent.seq === 0 || sent.seq > applied);

/** A connection. Listening to the engine keeps it alive until it is closed. */
export class ConnectionState {
  readonly handle: number;
  readonly cname: string = crypto.randomUUID();
  /** Of the stream of tracks whose far side names none. */
  readonly unnamedStreamId: string = crypto.randomUUID();
  readonly descriptions = new DescriptionSlots();
  readonly data: DataChannels;
  transceivers: TransceiverImpl[] = [];
  /** All m-lines share it. */
  transport: DtlsTransportImpl | null = null;
  canTrickleIceCandidates: boolean | null = null;
  closed = false;
  /** setLocalDescription has been called. */
  described = false;
  /** The candidate that ends this generation has been told of. */
  endOfCandidatesTold = false;
  readonly #operations: OperationsChain;
  readonly #streams = new Map<string, MediaStream>();
  readonly #stopListening: (() => void)[];
  #signaling: RTCSignalingState = "stable";
  #iceConnection: RTCIceConnectionState = "new";
  #iceGathering: RTCIceGatheringState = "new";
  #connection: RTCPeerConnectionState = "new";
  #negotiationNeeded = false;
  #updateOnEmptyChain = false;
  #lastChange: Sent | null = null;
  #lastAddedTrack: Sent | null = null;

  constructor(onEvent: (connection: ConnectionState, event: Happening) => void) {
    const { client } = realm();
    this.handle = client.handle();
    this.data = new DataChannels(this);
    this.#operations = new OperationsChain(this);
    this.#stopListening = [
      client.listen(this.handle, (event) => onEvent(this, event)),
      client.onLost(() => this.#onLost()),
    ];
  }

  get localDescription(): DescriptionSlots["local"] {
    return this.descriptions.local;
  }
  get remoteDescription(): DescriptionSlots["remote"] {
    return this.descriptions.remote;
  }
  get signalingState(): RTCSignalingState {
    return this.#signaling;
  }
  get iceGatheringState(): RTCIceGatheringState {
    return this.#iceGathering;
  }
  get iceConnectionState(): RTCIceConnectionState {
    return this.#iceConnection;
  }
  get connectionState(): RTCPeerConnectionState {
    return this.#connection;
  }

  setSignalingState(state: RTCSignalingState): void {
    this.#signaling = state;
  }

  setIceGatheringState(state: RTCIceGatheringState): void {
    this.#iceGathering = state;
  }

  setIceConnectionState(state: RTCIceConnectionState): void {
    this.#iceConnection = state;
  }

  /** Says whether it is another. */
  changeConnectionState(state: RTCPeerConnectionState): boolean {
    const changed = this.#connection !== state;
    this.#connection = state;
    return changed;
  }

  /** Bytes that a data-channel message may have. */
  get maxMessageSize(): number {
    return this.data.sctp?.maxMessageSize ?? Infinity;
  }

  /** The transport, made when a description first needs it. */
  useTransport(): DtlsTransportImpl {
    if (!this.transport) {
      this.transport = new DtlsTransportImpl(this);
      this.transport.iceTransport.gatheringState = this.#iceGathering;
    }
    return this.transport;
  }

  /** The stream of this connection with an id. */
  remoteStream(id: string): MediaStream {
    const stream = this.#streams.get(id) ?? realm().media.stream(id);
    this.#streams.set(id, stream);
    return stream;
  }

  /** Runs an operation behind those under way. */
  chain<T>(operation: () => Promise<T>): Promise<T> {
    return this.closed ? Promise.reject(closedError()) : this.#operations.chain(operation);
  }

  /** Remembers that a command changed what descriptions say. */
  noteChange(sent: Sent, byAddTrack: boolean): void {
    this.#lastChange = sent;
    if (byAddTrack) {
      this.#lastAddedTrack = sent;
    }
  }

  /** Whether the page changed what descriptions say after the command with this number. */
  changedSince(applied: number): boolean {
    return since(this.#lastChange, applied);
  }

  /** Whether the page added a track after the command with this number. */
  addedTrackSince(applied: number): boolean {
    return since(this.#lastAddedTrack, applied);
  }

  forgetChannel(channel: ChannelImpl): void {
    this.data.channels.delete(channel);
  }

  /** Updates the negotiation-needed flag, and fires `negotiationneeded` in a task. */
  updateNegotiationNeeded(): void {
    if (!this.#operations.empty) {
      this.#updateOnEmptyChain = true;
      return;
    }
    queueTask(() => this.#updateNegotiationNeeded());
  }

  #updateNegotiationNeeded(): void {
    if (this.closed) {
      return;
    }
    if (!this.#operations.empty) {
      this.#updateOnEmptyChain = true;
      return;
    }
    if (this.#signaling !== "stable") {
      return;
    }
    const { descriptions, data, transceivers } = this;
    const needed = isNegotiationNeeded({
      credentialsToReplace: descriptions.credentialsToReplace,
      hasMadeChannels: data.made,
      dataDescribed: describesData(descriptions.currentLocal?.sdp ?? ""),
      transceivers,
    });
    const known = this.#negotiationNeeded;
    this.#negotiationNeeded = needed;
    if (needed && !known) {
      fire(this, "negotiationneeded");
    }
  }

  clearNegotiationNeeded(): void {
    this.#negotiationNeeded = false;
  }

  /** The operations chain is done. */
  onEmptyChain(): void {
    if (this.#updateOnEmptyChain) {
      this.#updateOnEmptyChain = false;
      this.updateNegotiationNeeded();
    }
  }

  close(): void {
    if (this.closed) {
      return;
    }
    this.closed = true;
    this.#signaling = "closed";
    this.transceivers.filter(({ stopped }) => !stopped).forEach((transceiver) => transceiver.stopForGood());
    this.data.abandon();
    this.transport?.close();
    this.#iceConnection = "closed";
    this.#connection = "closed";
    this.#stopListening.forEach((stop) => stop());
    realm().client.send({ op: "pcClose", pc: this.handle });
  }

  /** The engine is gone: nothing will flow again, and the page must hear of it. */
  #onLost(): void {
    if (this.closed) {
      return;
    }
    this.transceivers.filter(({ stopped }) => !stopped).forEach(({ receiver }) => receiver.end());
    this.data.fail();
    if (this.transport) {
      this.transport.iceTransport.state = "failed";
      this.transport.change("failed");
    }
    this.#iceConnection = "failed";
    this.#connection = "failed";
    fire(this, "iceconnectionstatechange");
    if (!this.closed) {
      fire(this, "connectionstatechange");
    }
  }
}
