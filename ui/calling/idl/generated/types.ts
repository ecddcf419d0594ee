// Made by `npm run idl` from @webref/idl 3.68.2. Not to be edited.
export type RTCBundlePolicy = "balanced" | "max-compat" | "max-bundle";
export type RTCIceTransportPolicy = "relay" | "all";
export type RTCRtcpMuxPolicy = "negotiate" | "require";
export type RTCSignalingState = "stable" | "have-local-offer" | "have-remote-offer" | "have-local-pranswer" | "have-remote-pranswer" | "closed";
export type RTCIceGatheringState = "new" | "gathering" | "complete";
export type RTCIceConnectionState = "closed" | "failed" | "disconnected" | "new" | "checking" | "completed" | "connected";
export type RTCPeerConnectionState = "closed" | "failed" | "disconnected" | "new" | "connecting" | "connected";
export type RTCSdpType = "offer" | "pranswer" | "answer" | "rollback";
export type RTCRtpTransceiverDirection = "sendrecv" | "sendonly" | "recvonly" | "inactive" | "stopped";
export type RTCPriorityType = "very-low" | "low" | "medium" | "high";
export type RTCIceServerTransportProtocol = "udp" | "tcp" | "tls";
export type RTCIceComponent = "rtp" | "rtcp";
export type RTCIceProtocol = "udp" | "tcp";
export type RTCIceCandidateType = "host" | "srflx" | "prflx" | "relay";
export type RTCIceTcpCandidateType = "active" | "passive" | "so";
export type RTCDegradationPreference = "maintain-framerate" | "maintain-resolution" | "balanced" | "maintain-framerate-and-resolution";
export type RTCDtlsTransportState = "new" | "connecting" | "connected" | "closed" | "failed";
export type RTCIceRole = "unknown" | "controlling" | "controlled";
export type RTCIceTransportState = "closed" | "failed" | "disconnected" | "new" | "checking" | "completed" | "connected";
export type RTCIceGathererState = "new" | "gathering" | "complete";
export type RTCSctpTransportState = "connecting" | "connected" | "closed";
export type RTCDataChannelState = "connecting" | "open" | "closing" | "closed";
export type BinaryType = "blob" | "arraybuffer";
export type RTCErrorDetailType = "data-channel-failure" | "dtls-failure" | "fingerprint-failure" | "sctp-failure" | "sdp-syntax-error" | "hardware-encoder-not-available" | "hardware-encoder-error";
export type MediaDeviceKind = "audioinput" | "audiooutput" | "videoinput";
export type CaptureStartFocusBehavior = "focus-capturing-application" | "focus-captured-surface" | "no-focus-change";
export type MediaStreamTrackState = "live" | "ended";
export type MonitorTypeSurfacesEnum = "include" | "exclude";
export type SelfCapturePreferenceEnum = "include" | "exclude";
export type SurfaceSwitchingPreferenceEnum = "include" | "exclude";
export type SystemAudioPreferenceEnum = "include" | "exclude";
export type WindowAudioPreferenceEnum = "system" | "window" | "exclude";

export interface RTCIceServer {
  credential?: string;
  urls: string | string[];
  username?: string;
}
export interface RTCConfiguration {
  bundlePolicy: RTCBundlePolicy;
  certificates: RTCCertificateImpl[];
  iceCandidatePoolSize: number;
  iceServers: RTCIceServer[];
  iceTransportPolicy: RTCIceTransportPolicy;
  rtcpMuxPolicy: RTCRtcpMuxPolicy;
}
export type RTCOfferAnswerOptions = object;
export interface RTCOfferOptions extends RTCOfferAnswerOptions {
  iceRestart: boolean;
  offerToReceiveAudio?: boolean;
  offerToReceiveVideo?: boolean;
}
export interface RTCSessionDescriptionInit {
  sdp: string;
  type: RTCSdpType;
}
export type RTCAnswerOptions = RTCOfferAnswerOptions;
export interface RTCLocalSessionDescriptionInit {
  sdp: string;
  type?: RTCSdpType;
}
export interface RTCIceCandidateInit {
  candidate: string;
  sdpMLineIndex: number | null;
  sdpMid: string | null;
  usernameFragment: string | null;
}
export interface RTCRtpCodingParameters {
  rid?: string;
}
export interface RTCRtpCodec {
  channels?: number;
  clockRate: number;
  mimeType: string;
  sdpFmtpLine?: string;
}
export interface RTCResolutionRestriction {
  maxHeight?: number;
  maxWidth?: number;
}
export interface RTCRtpEncodingParameters extends RTCRtpCodingParameters {
  active: boolean;
  codec?: RTCRtpCodec;
  maxBitrate?: number;
  maxFramerate?: number;
  networkPriority?: RTCPriorityType;
  priority: RTCPriorityType;
  scalabilityMode?: string;
  scaleResolutionDownBy?: number;
  scaleResolutionDownTo?: RTCResolutionRestriction;
}
export interface RTCRtpTransceiverInit {
  direction: RTCRtpTransceiverDirection;
  sendEncodings: RTCRtpEncodingParameters[];
  streams: MediaStream[];
}
export interface RTCDataChannelInit {
  id?: number;
  maxPacketLifeTime?: number;
  maxRetransmits?: number;
  negotiated: boolean;
  ordered: boolean;
  priority: RTCPriorityType;
  protocol: string;
}
export interface RTCLocalIceCandidateInit extends RTCIceCandidateInit {
  relayProtocol: RTCIceServerTransportProtocol | null;
  url: string | null;
}
export interface EventInit {
  bubbles: boolean;
  cancelable: boolean;
  composed: boolean;
}
export interface RTCPeerConnectionIceEventInit extends EventInit {
  candidate?: RTCIceCandidateImpl | null;
  url?: string | null;
}
export interface RTCPeerConnectionIceErrorEventInit extends EventInit {
  address?: string | null;
  errorCode: number;
  errorText?: string;
  port?: number | null;
  url?: string;
}
export interface RTCDtlsFingerprint {
  algorithm?: string;
  value?: string;
}
export interface RTCRtpCodecParameters extends RTCRtpCodec {
  payloadType: number;
}
export interface RTCRtpHeaderExtensionParameters {
  encrypted: boolean;
  id: number;
  uri: string;
}
export interface RTCRtcpParameters {
  cname?: string;
  reducedSize?: boolean;
}
export interface RTCRtpParameters {
  codecs: RTCRtpCodecParameters[];
  headerExtensions: RTCRtpHeaderExtensionParameters[];
  rtcp: RTCRtcpParameters;
}
export interface RTCRtpSendParameters extends RTCRtpParameters {
  degradationPreference?: RTCDegradationPreference;
  encodings: RTCRtpEncodingParameters[];
  transactionId: string;
}
export type RTCSetParameterOptions = object;
export interface RTCRtpHeaderExtensionCapability {
  uri: string;
}
export interface RTCRtpCapabilities {
  codecs: RTCRtpCodec[];
  headerExtensions: RTCRtpHeaderExtensionCapability[];
}
export type RTCRtpReceiveParameters = RTCRtpParameters;
export interface RTCRtpContributingSource {
  audioLevel?: number;
  rtpTimestamp: number;
  source: number;
  timestamp: number;
}
export type RTCRtpSynchronizationSource = RTCRtpContributingSource;
export interface RTCIceParameters {
  password?: string;
  usernameFragment?: string;
}
export interface RTCTrackEventInit extends EventInit {
  receiver: RTCRtpReceiverImpl;
  streams: MediaStream[];
  track: MediaStreamTrack;
  transceiver: RTCRtpTransceiverImpl;
}
export interface RTCDataChannelEventInit extends EventInit {
  channel: RTCDataChannelImpl;
}
export interface RTCDTMFToneChangeEventInit extends EventInit {
  tone: string;
}
export interface RTCErrorInit {
  errorDetail: RTCErrorDetailType;
  receivedAlert?: number;
  sctpCauseCode?: number;
  sdpLineNumber?: number;
  sentAlert?: number;
}
export interface RTCErrorEventInit extends EventInit {
  error: RTCErrorImpl;
}
export interface DoubleRange {
  max?: number;
  min?: number;
}
export interface ULongRange {
  max?: number;
  min?: number;
}
export interface MediaTrackCapabilities {
  aspectRatio?: DoubleRange;
  autoGainControl?: boolean[];
  backgroundBlur?: boolean[];
  channelCount?: ULongRange;
  cursor?: string[];
  deviceId?: string;
  displaySurface?: string;
  echoCancellation?: (boolean | string)[];
  facingMode?: string[];
  frameRate?: DoubleRange;
  groupId?: string;
  height?: ULongRange;
  latency?: DoubleRange;
  logicalSurface?: boolean;
  noiseSuppression?: boolean[];
  resizeMode?: string[];
  sampleRate?: ULongRange;
  sampleSize?: ULongRange;
  width?: ULongRange;
}
export interface DeviceChangeEventInit extends EventInit {
  devices: MediaDeviceInfoImpl[];
}
export interface ConstrainDoubleRange extends DoubleRange {
  exact?: number;
  ideal?: number;
}
export interface ConstrainBooleanParameters {
  exact?: boolean;
  ideal?: boolean;
}
export interface ConstrainULongRange extends ULongRange {
  exact?: number;
  ideal?: number;
}
export interface ConstrainDOMStringParameters {
  exact?: string | string[];
  ideal?: string | string[];
}
export interface ConstrainBooleanOrDOMStringParameters {
  exact?: boolean | string;
  ideal?: boolean | string;
}
export interface MediaTrackConstraintSet {
  aspectRatio?: number | ConstrainDoubleRange;
  autoGainControl?: boolean | ConstrainBooleanParameters;
  backgroundBlur?: boolean | ConstrainBooleanParameters;
  channelCount?: number | ConstrainULongRange;
  cursor?: string | string[] | ConstrainDOMStringParameters;
  deviceId?: string | string[] | ConstrainDOMStringParameters;
  displaySurface?: string | string[] | ConstrainDOMStringParameters;
  echoCancellation?: boolean | string | ConstrainBooleanOrDOMStringParameters;
  facingMode?: string | string[] | ConstrainDOMStringParameters;
  frameRate?: number | ConstrainDoubleRange;
  groupId?: string | string[] | ConstrainDOMStringParameters;
  height?: number | ConstrainULongRange;
  latency?: number | ConstrainDoubleRange;
  logicalSurface?: boolean | ConstrainBooleanParameters;
  noiseSuppression?: boolean | ConstrainBooleanParameters;
  resizeMode?: string | string[] | ConstrainDOMStringParameters;
  restrictOwnAudio?: boolean | ConstrainBooleanParameters;
  sampleRate?: number | ConstrainULongRange;
  sampleSize?: number | ConstrainULongRange;
  suppressLocalAudioPlayback?: boolean | ConstrainBooleanParameters;
  width?: number | ConstrainULongRange;
}
export interface MediaTrackConstraints extends MediaTrackConstraintSet {
  advanced?: MediaTrackConstraintSet[];
}
export interface MediaTrackSettings {
  aspectRatio?: number;
  autoGainControl?: boolean;
  backgroundBlur?: boolean;
  channelCount?: number;
  cursor?: string;
  deviceId?: string;
  displaySurface?: string;
  echoCancellation?: boolean | string;
  facingMode?: string;
  frameRate?: number;
  groupId?: string;
  height?: number;
  latency?: number;
  logicalSurface?: boolean;
  noiseSuppression?: boolean;
  resizeMode?: string;
  restrictOwnAudio?: boolean;
  sampleRate?: number;
  sampleSize?: number;
  screenPixelRatio?: number;
  suppressLocalAudioPlayback?: boolean;
  width?: number;
}
export interface MediaTrackSupportedConstraints {
  aspectRatio?: boolean;
  autoGainControl?: boolean;
  backgroundBlur?: boolean;
  channelCount?: boolean;
  cursor?: boolean;
  deviceId?: boolean;
  displaySurface?: boolean;
  echoCancellation?: boolean;
  facingMode?: boolean;
  frameRate?: boolean;
  groupId?: boolean;
  height?: boolean;
  latency?: boolean;
  logicalSurface?: boolean;
  noiseSuppression?: boolean;
  resizeMode?: boolean;
  restrictOwnAudio?: boolean;
  sampleRate?: boolean;
  sampleSize?: boolean;
  suppressLocalAudioPlayback?: boolean;
  width?: boolean;
}
export interface MediaStreamConstraints {
  audio: boolean | MediaTrackConstraints;
  video: boolean | MediaTrackConstraints;
}
export interface DisplayMediaStreamOptions {
  audio: boolean | MediaTrackConstraints;
  controller?: CaptureControllerImpl;
  monitorTypeSurfaces?: MonitorTypeSurfacesEnum;
  selfBrowserSurface?: SelfCapturePreferenceEnum;
  surfaceSwitching?: SurfaceSwitchingPreferenceEnum;
  systemAudio?: SystemAudioPreferenceEnum;
  video: boolean | MediaTrackConstraints;
  windowAudio?: WindowAudioPreferenceEnum;
}
export interface AudioOutputOptions {
  deviceId: string;
}

/** Implements RTCPeerConnection. */
export interface RTCPeerConnectionImpl {
  readonly localDescription: RTCSessionDescriptionImpl | null;
  readonly currentLocalDescription: RTCSessionDescriptionImpl | null;
  readonly pendingLocalDescription: RTCSessionDescriptionImpl | null;
  readonly remoteDescription: RTCSessionDescriptionImpl | null;
  readonly currentRemoteDescription: RTCSessionDescriptionImpl | null;
  readonly pendingRemoteDescription: RTCSessionDescriptionImpl | null;
  readonly signalingState: RTCSignalingState;
  readonly iceGatheringState: RTCIceGatheringState;
  readonly iceConnectionState: RTCIceConnectionState;
  readonly connectionState: RTCPeerConnectionState;
  readonly canTrickleIceCandidates: boolean | null;
  readonly sctp: RTCSctpTransportImpl | null;
  createOffer(options: RTCOfferOptions): Promise<RTCSessionDescriptionInit>;
  createAnswer(options: RTCAnswerOptions): Promise<RTCSessionDescriptionInit>;
  setLocalDescription(description: RTCLocalSessionDescriptionInit): Promise<void>;
  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void>;
  addIceCandidate(candidate: RTCIceCandidateInit): Promise<void>;
  restartIce(): void;
  getConfiguration(): RTCConfiguration;
  setConfiguration(configuration: RTCConfiguration): void;
  close(): void;
  getSenders(): RTCRtpSenderImpl[];
  getReceivers(): RTCRtpReceiverImpl[];
  getTransceivers(): RTCRtpTransceiverImpl[];
  addTrack(track: MediaStreamTrack, ...streams: MediaStream[]): RTCRtpSenderImpl;
  removeTrack(sender: RTCRtpSenderImpl): void;
  addTransceiver(trackOrKind: MediaStreamTrack | string, init: RTCRtpTransceiverInit): RTCRtpTransceiverImpl;
  createDataChannel(label: string, dataChannelDict: RTCDataChannelInit): RTCDataChannelImpl;
  getStats(selector: MediaStreamTrack | null): Promise<RTCStatsReportImpl>;
}
/** Implements RTCSessionDescription. */
export interface RTCSessionDescriptionImpl {
  readonly type: RTCSdpType;
  readonly sdp: string;
}
/** Implements RTCIceCandidate. */
export interface RTCIceCandidateImpl {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number | null;
  readonly foundation: string | null;
  readonly component: RTCIceComponent | null;
  readonly priority: number | null;
  readonly address: string | null;
  readonly protocol: RTCIceProtocol | null;
  readonly port: number | null;
  readonly type: RTCIceCandidateType | null;
  readonly tcpType: RTCIceTcpCandidateType | null;
  readonly relatedAddress: string | null;
  readonly relatedPort: number | null;
  readonly usernameFragment: string | null;
  readonly relayProtocol: RTCIceServerTransportProtocol | null;
  readonly url: string | null;
  toJSON(): RTCIceCandidateInit;
}
/** Implements RTCCertificate. */
export interface RTCCertificateImpl {
  readonly expires: number;
  getFingerprints(): RTCDtlsFingerprint[];
}
/** Implements RTCRtpSender. */
export interface RTCRtpSenderImpl {
  readonly track: MediaStreamTrack | null;
  readonly transport: RTCDtlsTransportImpl | null;
  readonly dtmf: RTCDTMFSenderImpl | null;
  setParameters(parameters: RTCRtpSendParameters, setParameterOptions: RTCSetParameterOptions): Promise<void>;
  getParameters(): RTCRtpSendParameters;
  replaceTrack(withTrack: MediaStreamTrack | null): Promise<void>;
  setStreams(...streams: MediaStream[]): void;
  getStats(): Promise<RTCStatsReportImpl>;
}
/** Implements RTCRtpReceiver. */
export interface RTCRtpReceiverImpl {
  readonly track: MediaStreamTrack;
  readonly transport: RTCDtlsTransportImpl | null;
  jitterBufferTarget: number | null;
  getParameters(): RTCRtpReceiveParameters;
  getContributingSources(): RTCRtpContributingSource[];
  getSynchronizationSources(): RTCRtpSynchronizationSource[];
  getStats(): Promise<RTCStatsReportImpl>;
}
/** Implements RTCRtpTransceiver. */
export interface RTCRtpTransceiverImpl {
  readonly mid: string | null;
  readonly sender: RTCRtpSenderImpl;
  readonly receiver: RTCRtpReceiverImpl;
  direction: RTCRtpTransceiverDirection;
  readonly currentDirection: RTCRtpTransceiverDirection | null;
  readonly stopped: boolean;
  stop(): void;
  setCodecPreferences(codecs: RTCRtpCodec[]): void;
}
/** Implements RTCDtlsTransport. */
export interface RTCDtlsTransportImpl {
  readonly iceTransport: RTCIceTransportImpl;
  readonly state: RTCDtlsTransportState;
  getRemoteCertificates(): ArrayBuffer[];
}
/** Implements RTCIceTransport. */
export interface RTCIceTransportImpl {
  readonly role: RTCIceRole;
  readonly component: RTCIceComponent;
  readonly state: RTCIceTransportState;
  readonly gatheringState: RTCIceGathererState;
  getLocalCandidates(): RTCIceCandidateImpl[];
  getRemoteCandidates(): RTCIceCandidateImpl[];
  getSelectedCandidatePair(): RTCIceCandidatePairImpl | null;
  getLocalParameters(): RTCIceParameters | null;
  getRemoteParameters(): RTCIceParameters | null;
}
/** Implements RTCIceCandidatePair. */
export interface RTCIceCandidatePairImpl {
  readonly local: RTCIceCandidateImpl;
  readonly remote: RTCIceCandidateImpl;
}
/** Implements RTCSctpTransport. */
export interface RTCSctpTransportImpl {
  readonly transport: RTCDtlsTransportImpl;
  readonly state: RTCSctpTransportState;
  readonly maxMessageSize: number;
  readonly maxChannels: number | null;
}
/** Implements RTCDataChannel. */
export interface RTCDataChannelImpl {
  readonly label: string;
  readonly ordered: boolean;
  readonly maxPacketLifeTime: number | null;
  readonly maxRetransmits: number | null;
  readonly protocol: string;
  readonly negotiated: boolean;
  readonly id: number | null;
  readonly readyState: RTCDataChannelState;
  readonly bufferedAmount: number;
  bufferedAmountLowThreshold: number;
  binaryType: BinaryType;
  readonly priority: RTCPriorityType;
  close(): void;
  send(data: string | Blob | ArrayBuffer | ArrayBufferView): void;
}
/** Implements RTCDTMFSender. */
export interface RTCDTMFSenderImpl {
  readonly canInsertDTMF: boolean;
  readonly toneBuffer: string;
  insertDTMF(tones: string, duration: number, interToneGap: number): void;
}
/** Implements RTCStatsReport. */
export interface RTCStatsReportImpl {
  readonly map: ReadonlyMap<string, object>;
}
/** Implements RTCError. */
export interface RTCErrorImpl {
  readonly errorDetail: RTCErrorDetailType;
  readonly sdpLineNumber: number | null;
  readonly sctpCauseCode: number | null;
  readonly receivedAlert: number | null;
  readonly sentAlert: number | null;
}
/** Implements OverconstrainedError. */
export interface OverconstrainedErrorImpl {
  readonly constraint: string;
}
/** Implements MediaDeviceInfo. */
export interface MediaDeviceInfoImpl {
  readonly deviceId: string;
  readonly kind: MediaDeviceKind;
  readonly label: string;
  readonly groupId: string;
}
/** Implements InputDeviceInfo. */
export interface InputDeviceInfoImpl extends MediaDeviceInfoImpl {
  getCapabilities(): MediaTrackCapabilities;
}
/** Implements CaptureController. */
export interface CaptureControllerImpl {
  setFocusBehavior(focusBehavior: CaptureStartFocusBehavior): void;
}

/** Implementation objects by interface. */
export interface Implementations {
  RTCPeerConnection: RTCPeerConnectionImpl;
  RTCSessionDescription: RTCSessionDescriptionImpl;
  RTCIceCandidate: RTCIceCandidateImpl;
  RTCCertificate: RTCCertificateImpl;
  RTCRtpSender: RTCRtpSenderImpl;
  RTCRtpReceiver: RTCRtpReceiverImpl;
  RTCRtpTransceiver: RTCRtpTransceiverImpl;
  RTCDtlsTransport: RTCDtlsTransportImpl;
  RTCIceTransport: RTCIceTransportImpl;
  RTCIceCandidatePair: RTCIceCandidatePairImpl;
  RTCSctpTransport: RTCSctpTransportImpl;
  RTCDataChannel: RTCDataChannelImpl;
  RTCDTMFSender: RTCDTMFSenderImpl;
  RTCStatsReport: RTCStatsReportImpl;
  RTCError: RTCErrorImpl;
  OverconstrainedError: OverconstrainedErrorImpl;
  MediaDeviceInfo: MediaDeviceInfoImpl;
  InputDeviceInfo: InputDeviceInfoImpl;
  CaptureController: CaptureControllerImpl;
}

/** What `implement` takes: the class, with a constructor where pages may construct it, and its static operations. */
export interface Classes {
  RTCPeerConnection: {
    new (wrapper: EventTarget, configuration: RTCConfiguration): RTCPeerConnectionImpl;
    generateCertificate(keygenAlgorithm: object | string): Promise<RTCCertificateImpl>;
  };
  RTCSessionDescription: {
    new (wrapper: object, descriptionInitDict: RTCSessionDescriptionInit): RTCSessionDescriptionImpl;
  };
  RTCIceCandidate: {
    new (wrapper: object, candidateInitDict: RTCLocalIceCandidateInit): RTCIceCandidateImpl;
  };
  RTCCertificate: {
    readonly prototype: RTCCertificateImpl;
  };
  RTCRtpSender: {
    readonly prototype: RTCRtpSenderImpl;
    getCapabilities(kind: string): RTCRtpCapabilities | null;
  };
  RTCRtpReceiver: {
    readonly prototype: RTCRtpReceiverImpl;
    getCapabilities(kind: string): RTCRtpCapabilities | null;
  };
  RTCRtpTransceiver: {
    readonly prototype: RTCRtpTransceiverImpl;
  };
  RTCDtlsTransport: {
    readonly prototype: RTCDtlsTransportImpl;
  };
  RTCIceTransport: {
    readonly prototype: RTCIceTransportImpl;
  };
  RTCIceCandidatePair: {
    readonly prototype: RTCIceCandidatePairImpl;
  };
  RTCSctpTransport: {
    readonly prototype: RTCSctpTransportImpl;
  };
  RTCDataChannel: {
    readonly prototype: RTCDataChannelImpl;
  };
  RTCDTMFSender: {
    readonly prototype: RTCDTMFSenderImpl;
  };
  RTCStatsReport: {
    readonly prototype: RTCStatsReportImpl;
  };
  RTCError: {
    new (wrapper: object, init: RTCErrorInit, message: string): RTCErrorImpl;
  };
  OverconstrainedError: {
    new (wrapper: object, constraint: string, message: string): OverconstrainedErrorImpl;
  };
  MediaDeviceInfo: {
    readonly prototype: MediaDeviceInfoImpl;
  };
  InputDeviceInfo: {
    readonly prototype: InputDeviceInfoImpl;
  };
  CaptureController: {
    new (wrapper: EventTarget): CaptureControllerImpl;
  };
}

/** What the events of ours are made of. */
export interface EventInits {
  RTCPeerConnectionIceEvent: {
    bubbles?: boolean;
    cancelable?: boolean;
    composed?: boolean;
    candidate?: RTCIceCandidateImpl | null;
    url?: string | null;
  };
  RTCPeerConnectionIceErrorEvent: {
    bubbles?: boolean;
    cancelable?: boolean;
    composed?: boolean;
    address?: string | null;
    errorCode: number;
    errorText?: string;
    port?: number | null;
    url?: string;
  };
  RTCTrackEvent: {
    bubbles?: boolean;
    cancelable?: boolean;
    composed?: boolean;
    receiver: RTCRtpReceiverImpl;
    streams?: MediaStream[];
    track: MediaStreamTrack;
    transceiver: RTCRtpTransceiverImpl;
  };
  RTCDataChannelEvent: {
    bubbles?: boolean;
    cancelable?: boolean;
    composed?: boolean;
    channel: RTCDataChannelImpl;
  };
  RTCDTMFToneChangeEvent: {
    bubbles?: boolean;
    cancelable?: boolean;
    composed?: boolean;
    tone?: string;
  };
  RTCErrorEvent: {
    bubbles?: boolean;
    cancelable?: boolean;
    composed?: boolean;
    error: RTCErrorImpl;
  };
  DeviceChangeEvent: {
    bubbles?: boolean;
    cancelable?: boolean;
    composed?: boolean;
    devices?: MediaDeviceInfoImpl[];
  };
}

/** What `patch` takes. */
export interface Patches {
  MediaStream: {
    target: MediaStream;
    members: {
      readonly id: string;
      readonly active: boolean;
      getAudioTracks(): MediaStreamTrack[];
      getVideoTracks(): MediaStreamTrack[];
      getTracks(): MediaStreamTrack[];
      getTrackById(trackId: string): MediaStreamTrack | null;
      addTrack(track: MediaStreamTrack): void;
      removeTrack(track: MediaStreamTrack): void;
      clone(): MediaStream;
    };
  };
  MediaStreamTrack: {
    target: MediaStreamTrack;
    members: {
      readonly kind: string;
      readonly id: string;
      readonly label: string;
      enabled: boolean;
      readonly muted: boolean;
      readonly readyState: MediaStreamTrackState;
      contentHint: string;
      clone(): MediaStreamTrack;
      stop(): void;
      getCapabilities(): MediaTrackCapabilities;
      getConstraints(): MediaTrackConstraints;
      getSettings(): MediaTrackSettings;
      applyConstraints(constraints: MediaTrackConstraints): Promise<void>;
    };
  };
  MediaDevices: {
    target: MediaDevices;
    members: {
      enumerateDevices(): Promise<MediaDeviceInfoImpl[]>;
      getSupportedConstraints(): MediaTrackSupportedConstraints;
      getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>;
      getDisplayMedia(options: DisplayMediaStreamOptions): Promise<MediaStream>;
      selectAudioOutput(options: AudioOutputOptions): Promise<MediaDeviceInfoImpl>;
    };
  };
  HTMLMediaElement: {
    target: HTMLMediaElement;
    members: {
      readonly sinkId: string;
      captureStream(): MediaStream;
      setSinkId(sinkId: string): Promise<void>;
    };
  };
}
