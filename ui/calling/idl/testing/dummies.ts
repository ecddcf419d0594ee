/** Implementations that do next to nothing, to test the bindings alone: no engine stands behind them. */
import type * as idl from "../generated/types";
import { StatsReport } from "../values";
import { implement } from "../runtime/slots";
import { fire } from "../runtime/events";

export class DummyIceTransport implements idl.RTCIceTransportImpl {
  readonly role = "controlling";
  readonly component = "rtp";
  readonly state = "connected";
  readonly gatheringState = "complete";
  readonly #pair = new DummyPair();
  getLocalCandidates(): DummyCandidate[] {
    return [this.#pair.local];
  }
  getRemoteCandidates(): DummyCandidate[] {
    return [this.#pair.remote];
  }
  getSelectedCandidatePair(): DummyPair {
    return this.#pair;
  }
  getLocalParameters(): null {
    return null;
  }
  getRemoteParameters(): null {
    return null;
  }
}

export class DummyCandidate implements idl.RTCIceCandidateImpl {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly usernameFragment: string | null;
  readonly foundation = null;
  readonly component = null;
  readonly priority = null;
  readonly address = null;
  readonly protocol = null;
  readonly port = null;
  readonly type = null;
  readonly tcpType = null;
  readonly relatedAddress = null;
  readonly relatedPort = null;
  readonly relayProtocol = null;
  readonly url = null;
  constructor(_wrapper: object | null, init: idl.RTCLocalIceCandidateInit) {
    this.candidate = init.candidate;
    this.sdpMid = init.sdpMid;
    this.sdpMLineIndex = init.sdpMLineIndex;
    this.usernameFragment = init.usernameFragment;
  }
  toJSON(): idl.RTCIceCandidateInit {
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = this;
    return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
  }
}

const emptyCandidate: idl.RTCLocalIceCandidateInit = {
  candidate: "",
  sdpMid: "0",
  sdpMLineIndex: 0,
  usernameFragment: null,
  relayProtocol: null,
  url: null,
};

export class DummyPair implements idl.RTCIceCandidatePairImpl {
  readonly local = new DummyCandidate(null, emptyCandidate);
  readonly remote = new DummyCandidate(null, emptyCandidate);
}

export class DummyDtlsTransport implements idl.RTCDtlsTransportImpl {
  readonly iceTransport = new DummyIceTransport();
  readonly state = "connected";
  getRemoteCertificates(): ArrayBuffer[] {
    return [];
  }
}

export class DummySctpTransport implements idl.RTCSctpTransportImpl {
  readonly transport = new DummyDtlsTransport();
  readonly state = "connected";
  readonly maxMessageSize = Infinity;
  readonly maxChannels = null;
}

export class DummyDataChannel implements idl.RTCDataChannelImpl {
  readonly ordered: boolean;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly protocol: string;
  readonly negotiated: boolean;
  readonly id: number | null;
  readonly priority: idl.RTCPriorityType;
  readonly readyState = "connecting";
  readonly bufferedAmount = 0;
  bufferedAmountLowThreshold = 0;
  binaryType: idl.BinaryType = "arraybuffer";
  /** What was given to `send`. */
  readonly sent: unknown[] = [];
  constructor(
    readonly label: string,
    init: idl.RTCDataChannelInit,
  ) {
    this.ordered = init.ordered;
    this.maxPacketLifeTime = init.maxPacketLifeTime ?? null;
    this.maxRetransmits = init.maxRetransmits ?? null;
    this.protocol = init.protocol;
    this.negotiated = init.negotiated;
    this.id = init.id ?? null;
    this.priority = init.priority;
  }
  close(): void {
    fire(this, "close");
  }
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void {
    this.sent.push(data);
  }
}

const parameters: idl.RTCRtpReceiveParameters = { headerExtensions: [], rtcp: {}, codecs: [] };

export class DummyDtmf implements idl.RTCDTMFSenderImpl {
  readonly canInsertDTMF = false;
  readonly toneBuffer = "";
  insertDTMF(): void {
    fire(this, "tonechange", "RTCDTMFToneChangeEvent", { tone: "" });
  }
}

export class DummySender implements idl.RTCRtpSenderImpl {
  readonly transport = null;
  readonly dtmf = new DummyDtmf();
  constructor(public track: MediaStreamTrack | null) {}
  static getCapabilities(kind: string): idl.RTCRtpCapabilities | null {
    return kind === "audio" ? { codecs: [], headerExtensions: [] } : null;
  }
  async setParameters(): Promise<void> {}
  getParameters(): idl.RTCRtpSendParameters {
    return { ...parameters, transactionId: "1", encodings: [] };
  }
  async replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
  }
  setStreams(): void {}
  async getStats(): Promise<StatsReport> {
    return new StatsReport(new Map());
  }
}

export class DummyReceiver implements idl.RTCRtpReceiverImpl {
  readonly transport = null;
  jitterBufferTarget: number | null = null;
  constructor(readonly track: MediaStreamTrack) {}
  static getCapabilities(): null {
    return null;
  }
  getParameters(): idl.RTCRtpReceiveParameters {
    return parameters;
  }
  getContributingSources(): idl.RTCRtpContributingSource[] {
    return [];
  }
  getSynchronizationSources(): idl.RTCRtpSynchronizationSource[] {
    return [];
  }
  async getStats(): Promise<StatsReport> {
    return new StatsReport(new Map());
  }
}

export class DummyTransceiver implements idl.RTCRtpTransceiverImpl {
  readonly mid = null;
  readonly currentDirection = null;
  readonly stopped = false;
  direction: idl.RTCRtpTransceiverDirection = "sendrecv";
  /** What was given to `setCodecPreferences`. */
  codecs: idl.RTCRtpCodec[] = [];
  constructor(
    readonly sender: DummySender,
    readonly receiver: DummyReceiver,
  ) {}
  stop(): void {}
  setCodecPreferences(codecs: idl.RTCRtpCodec[]): void {
    this.codecs = codecs;
  }
}

export class DummyCertificate implements idl.RTCCertificateImpl {
  readonly expires = 0;
  getFingerprints(): idl.RTCDtlsFingerprint[] {
    return [{ algorithm: "sha-256", value: "00" }];
  }
}

/** Where the dummy connection takes the track of a receiver from. */
export const tracks = { make: (): MediaStreamTrack => new MediaStreamTrack() };

export class DummyConnection implements idl.RTCPeerConnectionImpl {
  localDescription = null;
  readonly currentLocalDescription = null;
  readonly pendingLocalDescription = null;
  readonly remoteDescription = null;
  readonly currentRemoteDescription = null;
  readonly pendingRemoteDescription = null;
  readonly signalingState = "stable";
  readonly iceGatheringState = "new";
  readonly iceConnectionState = "new";
  readonly connectionState = "new";
  readonly canTrickleIceCandidates = null;
  readonly sctp = new DummySctpTransport();
  readonly transceivers: DummyTransceiver[] = [];
  /** Arguments of the last call, by method. */
  readonly calls: Record<string, unknown[]> = {};
  constructor(
    readonly wrapper: EventTarget,
    public configuration: idl.RTCConfiguration,
  ) {}
  static async generateCertificate(): Promise<DummyCertificate> {
    return new DummyCertificate();
  }
  async createOffer(...args: unknown[]): Promise<idl.RTCSessionDescriptionInit> {
    this.calls["createOffer"] = args;
    return { type: "offer", sdp: "v=0" };
  }
  async createAnswer(): Promise<idl.RTCSessionDescriptionInit> {
    throw new DOMException("no offer", "InvalidStateError");
  }
  async setLocalDescription(...args: unknown[]): Promise<void> {
    this.calls["setLocalDescription"] = args;
  }
  async setRemoteDescription(): Promise<void> {}
  async addIceCandidate(...args: unknown[]): Promise<void> {
    this.calls["addIceCandidate"] = args;
  }
  restartIce(): void {
    fire(this, "negotiationneeded");
  }
  getConfiguration(): idl.RTCConfiguration {
    return this.configuration;
  }
  setConfiguration(configuration: idl.RTCConfiguration): void {
    this.configuration = configuration;
  }
  close(): void {
    this.calls["close"] = [];
  }
  getSenders(): DummySender[] {
    return this.transceivers.map((transceiver) => transceiver.sender);
  }
  getReceivers(): DummyReceiver[] {
    return this.transceivers.map((transceiver) => transceiver.receiver);
  }
  getTransceivers(): DummyTransceiver[] {
    return this.transceivers;
  }
  addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): DummySender {
    this.calls["addTrack"] = [track, ...streams];
    return this.addTransceiver(track).sender;
  }
  removeTrack(sender: DummySender): void {
    this.calls["removeTrack"] = [sender];
  }
  addTransceiver(trackOrKind: MediaStreamTrack | string, init?: idl.RTCRtpTransceiverInit): DummyTransceiver {
    this.calls["addTransceiver"] = [trackOrKind, init];
    const track = typeof trackOrKind === "string" ? null : trackOrKind;
    const transceiver = new DummyTransceiver(new DummySender(track), new DummyReceiver(tracks.make()));
    this.transceivers.push(transceiver);
    return transceiver;
  }
  createDataChannel(label: string, init: idl.RTCDataChannelInit): DummyDataChannel {
    return new DummyDataChannel(label, init);
  }
  async getStats(): Promise<StatsReport> {
    return new StatsReport(new Map([["a", { id: "a" }]]));
  }
}

export class DummyDevice implements idl.MediaDeviceInfoImpl {
  readonly deviceId: string = "";
  readonly kind: idl.MediaDeviceKind = "audiooutput";
  readonly label: string = "Speakers";
  readonly groupId: string = "";
}

export class DummyInputDevice extends DummyDevice implements idl.InputDeviceInfoImpl {
  override readonly kind = "audioinput";
  getCapabilities(): idl.MediaTrackCapabilities {
    return {};
  }
}

export class DummyController implements idl.CaptureControllerImpl {
  setFocusBehavior(): void {}
}

implement("RTCPeerConnection", DummyConnection);
implement("RTCIceCandidate", DummyCandidate);
implement("RTCIceCandidatePair", DummyPair);
implement("RTCIceTransport", DummyIceTransport);
implement("RTCDtlsTransport", DummyDtlsTransport);
implement("RTCSctpTransport", DummySctpTransport);
implement("RTCDataChannel", DummyDataChannel);
implement("RTCDTMFSender", DummyDtmf);
implement("RTCRtpSender", DummySender);
implement("RTCRtpReceiver", DummyReceiver);
implement("RTCRtpTransceiver", DummyTransceiver);
implement("RTCCertificate", DummyCertificate);
implement("MediaDeviceInfo", DummyDevice);
implement("InputDeviceInfo", DummyInputDevice);
implement("CaptureController", DummyController);
