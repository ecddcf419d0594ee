/** RTCPeerConnection (webrtc-pc § 4.4). */
import type {
  RTCAnswerOptions,
  RTCConfiguration,
  RTCDataChannelInit,
  RTCIceCandidateInit,
  RTCLocalSessionDescriptionInit,
  RTCOfferOptions,
  RTCPeerConnectionImpl,
  RTCRtpSenderImpl,
  RTCRtpTransceiverInit,
  RTCSessionDescriptionInit,
} from "../idl/generated/types";
import type { SessionDescription, StatsReport } from "../idl/values";
import type { TrackKind } from "../wire/contract";
import { addIceCandidate } from "./candidates";
import { capabilitiesOf } from "./capabilities";
import { generateCertificate } from "./certificate";
import type { ChannelImpl } from "./channel";
import { toWire, validateChange, validateServers } from "./configuration";
import { ConnectionState } from "./connection-state";
import { applyLegacyOptions, createAnswer, createOffer, setLocal, setRemote } from "./describe";
import { defaultEncodings, validateSendEncodings } from "./encodings";
import { handleEvent } from "./engine-events";
import { closedError, domError, invalidAccess } from "./errors";
import { realm } from "./realm";
import type { ReceiverImpl } from "./receiver";
import type { SctpTransportImpl } from "./sctp";
import { SenderImpl } from "./sender";
import { askStats } from "./stats";
import { TransceiverImpl } from "./transceiver";

/** What pages reach of a connection. */
export class ConnectionImpl extends ConnectionState implements RTCPeerConnectionImpl {
  #configuration: RTCConfiguration;

  constructor(_wrapper: object, configuration: RTCConfiguration) {
    const now = Date.now();
    if (configuration.certificates.some(({ expires }) => expires <= now)) {
      throw invalidAccess("a certificate has expired");
    }
    if (configuration.rtcpMuxPolicy === "negotiate") {
      throw domError("NotSupportedError", "RTCP always shares the port of RTP");
    }
    const valid = { ...configuration, iceServers: validateServers(configuration.iceServers) };
    super(handleEvent);
    this.#configuration = valid;
    realm().client.send({ op: "pcNew", pc: this.handle, configuration: toWire(valid) });
  }

  static readonly generateCertificate = generateCertificate;

  get currentLocalDescription(): SessionDescription | null {
    return this.descriptions.currentLocal;
  }
  get pendingLocalDescription(): SessionDescription | null {
    return this.descriptions.pendingLocal;
  }
  get currentRemoteDescription(): SessionDescription | null {
    return this.descriptions.currentRemote;
  }
  get pendingRemoteDescription(): SessionDescription | null {
    return this.descriptions.pendingRemote;
  }
  get sctp(): SctpTransportImpl | null {
    return this.data.sctp;
  }

  async createOffer(options: RTCOfferOptions): Promise<RTCSessionDescriptionInit> {
    if (!this.closed) {
      applyLegacyOptions(this, options);
    }
    return this.chain(() => createOffer(this, options));
  }

  async createAnswer(_options: RTCAnswerOptions): Promise<RTCSessionDescriptionInit> {
    return this.chain(() => createAnswer(this));
  }

  async setLocalDescription(description: RTCLocalSessionDescriptionInit): Promise<void> {
    return this.chain(() => setLocal(this, description));
  }

  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    return this.chain(() => setRemote(this, description));
  }

  async addIceCandidate(candidate: RTCIceCandidateInit): Promise<void> {
    const { sdpMid, sdpMLineIndex } = candidate;
    if (candidate.candidate !== "" && sdpMid === null && sdpMLineIndex === null) {
      throw new TypeError("the candidate needs sdpMid or sdpMLineIndex");
    }
    return this.chain(() => addIceCandidate(this, candidate));
  }

  restartIce(): void {
    if (this.closed) {
      return;
    }
    this.descriptions.replaceCredentials();
    realm().client.send({ op: "pcRestartIce", pc: this.handle });
    this.updateNegotiationNeeded();
  }

  getConfiguration(): RTCConfiguration {
    return this.#configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    if (this.closed) {
      throw closedError();
    }
    validateChange(this.#configuration, configuration, this.described);
    this.#configuration = { ...configuration, iceServers: validateServers(configuration.iceServers) };
    realm().client.send({ op: "pcConfigure", pc: this.handle, configuration: toWire(this.#configuration) });
  }

  getSenders(): SenderImpl[] {
    return this.#live().map(({ sender }) => sender);
  }

  getReceivers(): ReceiverImpl[] {
    return this.#live().map(({ receiver }) => receiver);
  }

  getTransceivers(): TransceiverImpl[] {
    return [...this.transceivers];
  }

  #live(): TransceiverImpl[] {
    return this.transceivers.filter(({ stopped }) => !stopped);
  }

  addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): SenderImpl {
    if (this.closed) {
      throw closedError();
    }
    const live = this.#live();
    if (live.some(({ sender }) => sender.track === track)) {
      throw invalidAccess("the track is sent already");
    }
    const free = live.find(
      ({ sender, kind, stopping, hasSent }) => !sender.track && kind === track.kind && !stopping && !hasSent,
    );
    if (free) {
      free.sender.use(track, streams);
      if (free.directionSlot === "recvonly" || free.directionSlot === "inactive") {
        free.direct(free.directionSlot === "recvonly" ? "sendrecv" : "sendonly");
      }
    }
    const { sender } = free ?? this.#addSending(track, streams);
    this.updateNegotiationNeeded();
    return sender;
  }

  removeTrack(sender: RTCRtpSenderImpl): void {
    if (this.closed) {
      throw closedError();
    }
    if (!(sender instanceof SenderImpl) || sender.transceiver.connection !== this) {
      throw invalidAccess("the sender belongs to another connection");
    }
    const { transceiver } = sender;
    if (transceiver.stopping || !this.#live().includes(transceiver) || !sender.track) {
      return;
    }
    sender.track = null;
    sender.tellTrack();
    if (transceiver.directionSlot === "sendrecv" || transceiver.directionSlot === "sendonly") {
      transceiver.direct(transceiver.directionSlot === "sendrecv" ? "recvonly" : "inactive");
    }
    this.updateNegotiationNeeded();
  }

  addTransceiver(trackOrKind: MediaStreamTrack | string, init: RTCRtpTransceiverInit): TransceiverImpl {
    const track = typeof trackOrKind === "string" ? null : trackOrKind;
    const kind = typeof trackOrKind === "string" ? trackOrKind : trackOrKind.kind;
    if (kind !== "audio" && kind !== "video") {
      throw new TypeError(`"${kind}" is not a kind of track`);
    }
    const { direction, streams } = init;
    if (direction === "stopped") {
      throw new TypeError("a transceiver cannot begin as stopped");
    }
    if (this.closed) {
      throw closedError();
    }
    const encodings = validateSendEncodings(kind, init.sendEncodings, capabilitiesOf(kind).codecs);
    const transceiver = new TransceiverImpl(this, { kind, direction, encodings, track, streams });
    this.transceivers.push(transceiver);
    this.updateNegotiationNeeded();
    return transceiver;
  }

  #addSending(track: MediaStreamTrack, streams: readonly MediaStream[]): TransceiverImpl {
    const kind = track.kind as TrackKind;
    const encodings = defaultEncodings(kind);
    const parts = { kind, direction: "sendrecv", encodings, track, streams, byAddTrack: true } as const;
    const transceiver = new TransceiverImpl(this, parts);
    this.transceivers.push(transceiver);
    return transceiver;
  }

  createDataChannel(label: string, options: RTCDataChannelInit): ChannelImpl {
    if (this.closed) {
      throw closedError();
    }
    return this.data.create(label, options);
  }

  async getStats(selector: MediaStreamTrack | null): Promise<StatsReport> {
    if (!selector) {
      return askStats(this, null);
    }
    const live = this.transceivers;
    const found = [
      ...live.filter(({ sender }) => sender.track === selector).map((each) => ({ each, sender: true })),
      ...live.filter(({ receiver }) => receiver.track === selector).map((each) => ({ each, sender: false })),
    ];
    const [only] = found;
    if (!only || found.length > 1) {
      throw invalidAccess(only ? "several senders or receivers have the track" : "no sender or receiver has the track");
    }
    return askStats(this, { transceiver: only.each.handle, sender: only.sender });
  }
}
