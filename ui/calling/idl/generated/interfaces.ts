// Made by `npm run idl` from @webref/idl 3.68.2. Not to be edited.
import { callback, dictionary, frozenArray, nullable, sequence, union } from "../runtime/compound";
import { native } from "../runtime/native";
import { double, long, octet, unrestrictedDouble, unsignedLong, unsignedLongLong, unsignedShort } from "../runtime/numbers";
import { platform } from "../runtime/slots";
import { any, arrayBuffer, arrayBufferView, boolean, DOMString, enumeration, nothing, object, USVString } from "../runtime/types";
import type { InterfaceDefinition } from "../runtime/interface";
import type { NativeDefinition } from "../runtime/native";

const RTCBundlePolicy = enumeration("RTCBundlePolicy", ["balanced","max-compat","max-bundle"]);
const RTCIceTransportPolicy = enumeration("RTCIceTransportPolicy", ["relay","all"]);
const RTCRtcpMuxPolicy = enumeration("RTCRtcpMuxPolicy", ["negotiate","require"]);
const RTCSignalingState = enumeration("RTCSignalingState", ["stable","have-local-offer","have-remote-offer","have-local-pranswer","have-remote-pranswer","closed"]);
const RTCIceGatheringState = enumeration("RTCIceGatheringState", ["new","gathering","complete"]);
const RTCIceConnectionState = enumeration("RTCIceConnectionState", ["closed","failed","disconnected","new","checking","completed","connected"]);
const RTCPeerConnectionState = enumeration("RTCPeerConnectionState", ["closed","failed","disconnected","new","connecting","connected"]);
const RTCSdpType = enumeration("RTCSdpType", ["offer","pranswer","answer","rollback"]);
const RTCRtpTransceiverDirection = enumeration("RTCRtpTransceiverDirection", ["sendrecv","sendonly","recvonly","inactive","stopped"]);
const RTCPriorityType = enumeration("RTCPriorityType", ["very-low","low","medium","high"]);
const RTCIceServerTransportProtocol = enumeration("RTCIceServerTransportProtocol", ["udp","tcp","tls"]);
const RTCIceComponent = enumeration("RTCIceComponent", ["rtp","rtcp"]);
const RTCIceProtocol = enumeration("RTCIceProtocol", ["udp","tcp"]);
const RTCIceCandidateType = enumeration("RTCIceCandidateType", ["host","srflx","prflx","relay"]);
const RTCIceTcpCandidateType = enumeration("RTCIceTcpCandidateType", ["active","passive","so"]);
const RTCDegradationPreference = enumeration("RTCDegradationPreference", ["maintain-framerate","maintain-resolution","balanced","maintain-framerate-and-resolution"]);
const RTCDtlsTransportState = enumeration("RTCDtlsTransportState", ["new","connecting","connected","closed","failed"]);
const RTCIceRole = enumeration("RTCIceRole", ["unknown","controlling","controlled"]);
const RTCIceTransportState = enumeration("RTCIceTransportState", ["closed","failed","disconnected","new","checking","completed","connected"]);
const RTCIceGathererState = enumeration("RTCIceGathererState", ["new","gathering","complete"]);
const RTCSctpTransportState = enumeration("RTCSctpTransportState", ["connecting","connected","closed"]);
const RTCDataChannelState = enumeration("RTCDataChannelState", ["connecting","open","closing","closed"]);
const BinaryType = enumeration("BinaryType", ["blob","arraybuffer"]);
const RTCErrorDetailType = enumeration("RTCErrorDetailType", ["data-channel-failure","dtls-failure","fingerprint-failure","sctp-failure","sdp-syntax-error","hardware-encoder-not-available","hardware-encoder-error"]);
const MediaDeviceKind = enumeration("MediaDeviceKind", ["audioinput","audiooutput","videoinput"]);
const CaptureStartFocusBehavior = enumeration("CaptureStartFocusBehavior", ["focus-capturing-application","focus-captured-surface","no-focus-change"]);
const MediaStreamTrackState = enumeration("MediaStreamTrackState", ["live","ended"]);
const MonitorTypeSurfacesEnum = enumeration("MonitorTypeSurfacesEnum", ["include","exclude"]);
const SelfCapturePreferenceEnum = enumeration("SelfCapturePreferenceEnum", ["include","exclude"]);
const SurfaceSwitchingPreferenceEnum = enumeration("SurfaceSwitchingPreferenceEnum", ["include","exclude"]);
const SystemAudioPreferenceEnum = enumeration("SystemAudioPreferenceEnum", ["include","exclude"]);
const WindowAudioPreferenceEnum = enumeration("WindowAudioPreferenceEnum", ["system","window","exclude"]);

const RTCIceServer = dictionary("RTCIceServer", null, [
  { name: "credential", type: DOMString },
  { name: "urls", type: union(USVString, sequence(USVString)), required: true },
  { name: "username", type: DOMString },
]);
const RTCConfiguration = dictionary("RTCConfiguration", null, [
  { name: "bundlePolicy", type: RTCBundlePolicy, initial: () => "balanced" },
  { name: "certificates", type: sequence(platform("RTCCertificate")), initial: () => [] },
  { name: "iceCandidatePoolSize", type: octet("enforce"), initial: () => 0 },
  { name: "iceServers", type: sequence(RTCIceServer), initial: () => [] },
  { name: "iceTransportPolicy", type: RTCIceTransportPolicy, initial: () => "all" },
  { name: "rtcpMuxPolicy", type: RTCRtcpMuxPolicy, initial: () => "require" },
]);
const RTCOfferAnswerOptions = dictionary("RTCOfferAnswerOptions", null, [
]);
const RTCOfferOptions = dictionary("RTCOfferOptions", RTCOfferAnswerOptions, [
  { name: "iceRestart", type: boolean, initial: () => false },
  { name: "offerToReceiveAudio", type: boolean },
  { name: "offerToReceiveVideo", type: boolean },
]);
const RTCSessionDescriptionInit = dictionary("RTCSessionDescriptionInit", null, [
  { name: "sdp", type: DOMString, initial: () => "" },
  { name: "type", type: RTCSdpType, required: true },
]);
const RTCAnswerOptions = dictionary("RTCAnswerOptions", RTCOfferAnswerOptions, [
]);
const RTCLocalSessionDescriptionInit = dictionary("RTCLocalSessionDescriptionInit", null, [
  { name: "sdp", type: DOMString, initial: () => "" },
  { name: "type", type: RTCSdpType },
]);
const RTCIceCandidateInit = dictionary("RTCIceCandidateInit", null, [
  { name: "candidate", type: DOMString, initial: () => "" },
  { name: "sdpMLineIndex", type: nullable(unsignedShort()), initial: () => null },
  { name: "sdpMid", type: nullable(DOMString), initial: () => null },
  { name: "usernameFragment", type: nullable(DOMString), initial: () => null },
]);
const RTCRtpCodingParameters = dictionary("RTCRtpCodingParameters", null, [
  { name: "rid", type: DOMString },
]);
const RTCRtpCodec = dictionary("RTCRtpCodec", null, [
  { name: "channels", type: unsignedShort() },
  { name: "clockRate", type: unsignedLong(), required: true },
  { name: "mimeType", type: DOMString, required: true },
  { name: "sdpFmtpLine", type: DOMString },
]);
const RTCResolutionRestriction = dictionary("RTCResolutionRestriction", null, [
  { name: "maxHeight", type: unsignedLong() },
  { name: "maxWidth", type: unsignedLong() },
]);
const RTCRtpEncodingParameters = dictionary("RTCRtpEncodingParameters", RTCRtpCodingParameters, [
  { name: "active", type: boolean, initial: () => true },
  { name: "codec", type: RTCRtpCodec },
  { name: "maxBitrate", type: unsignedLong() },
  { name: "maxFramerate", type: double },
  { name: "networkPriority", type: RTCPriorityType },
  { name: "priority", type: RTCPriorityType, initial: () => "low" },
  { name: "scalabilityMode", type: DOMString },
  { name: "scaleResolutionDownBy", type: double },
  { name: "scaleResolutionDownTo", type: RTCResolutionRestriction },
]);
const RTCRtpTransceiverInit = dictionary("RTCRtpTransceiverInit", null, [
  { name: "direction", type: RTCRtpTransceiverDirection, initial: () => "sendrecv" },
  { name: "sendEncodings", type: sequence(RTCRtpEncodingParameters), initial: () => [] },
  { name: "streams", type: sequence(native("MediaStream", "active")), initial: () => [] },
]);
const RTCDataChannelInit = dictionary("RTCDataChannelInit", null, [
  { name: "id", type: unsignedShort("enforce") },
  { name: "maxPacketLifeTime", type: unsignedShort("enforce") },
  { name: "maxRetransmits", type: unsignedShort("enforce") },
  { name: "negotiated", type: boolean, initial: () => false },
  { name: "ordered", type: boolean, initial: () => true },
  { name: "priority", type: RTCPriorityType, initial: () => "low" },
  { name: "protocol", type: USVString, initial: () => "" },
]);
const RTCLocalIceCandidateInit = dictionary("RTCLocalIceCandidateInit", RTCIceCandidateInit, [
  { name: "relayProtocol", type: nullable(RTCIceServerTransportProtocol), initial: () => null },
  { name: "url", type: nullable(USVString), initial: () => null },
]);
const EventInit = dictionary("EventInit", null, [
  { name: "bubbles", type: boolean, initial: () => false },
  { name: "cancelable", type: boolean, initial: () => false },
  { name: "composed", type: boolean, initial: () => false },
]);
const RTCPeerConnectionIceEventInit = dictionary("RTCPeerConnectionIceEventInit", EventInit, [
  { name: "candidate", type: nullable(platform("RTCIceCandidate")) },
  { name: "url", type: nullable(USVString) },
]);
const RTCPeerConnectionIceErrorEventInit = dictionary("RTCPeerConnectionIceErrorEventInit", EventInit, [
  { name: "address", type: nullable(DOMString) },
  { name: "errorCode", type: unsignedShort(), required: true },
  { name: "errorText", type: USVString },
  { name: "port", type: nullable(unsignedShort()) },
  { name: "url", type: USVString },
]);
const RTCDtlsFingerprint = dictionary("RTCDtlsFingerprint", null, [
  { name: "algorithm", type: DOMString },
  { name: "value", type: DOMString },
]);
const RTCRtpCodecParameters = dictionary("RTCRtpCodecParameters", RTCRtpCodec, [
  { name: "payloadType", type: octet(), required: true },
]);
const RTCRtpHeaderExtensionParameters = dictionary("RTCRtpHeaderExtensionParameters", null, [
  { name: "encrypted", type: boolean, initial: () => false },
  { name: "id", type: unsignedShort(), required: true },
  { name: "uri", type: DOMString, required: true },
]);
const RTCRtcpParameters = dictionary("RTCRtcpParameters", null, [
  { name: "cname", type: DOMString },
  { name: "reducedSize", type: boolean },
]);
const RTCRtpParameters = dictionary("RTCRtpParameters", null, [
  { name: "codecs", type: sequence(RTCRtpCodecParameters), required: true },
  { name: "headerExtensions", type: sequence(RTCRtpHeaderExtensionParameters), required: true },
  { name: "rtcp", type: RTCRtcpParameters, required: true },
]);
const RTCRtpSendParameters = dictionary("RTCRtpSendParameters", RTCRtpParameters, [
  { name: "degradationPreference", type: RTCDegradationPreference },
  { name: "encodings", type: sequence(RTCRtpEncodingParameters), required: true },
  { name: "transactionId", type: DOMString, required: true },
]);
const RTCSetParameterOptions = dictionary("RTCSetParameterOptions", null, [
]);
const RTCRtpHeaderExtensionCapability = dictionary("RTCRtpHeaderExtensionCapability", null, [
  { name: "uri", type: DOMString, required: true },
]);
const RTCRtpCapabilities = dictionary("RTCRtpCapabilities", null, [
  { name: "codecs", type: sequence(RTCRtpCodec), required: true },
  { name: "headerExtensions", type: sequence(RTCRtpHeaderExtensionCapability), required: true },
]);
const RTCRtpReceiveParameters = dictionary("RTCRtpReceiveParameters", RTCRtpParameters, [
]);
const RTCRtpContributingSource = dictionary("RTCRtpContributingSource", null, [
  { name: "audioLevel", type: double },
  { name: "rtpTimestamp", type: unsignedLong(), required: true },
  { name: "source", type: unsignedLong(), required: true },
  { name: "timestamp", type: double, required: true },
]);
const RTCRtpSynchronizationSource = dictionary("RTCRtpSynchronizationSource", RTCRtpContributingSource, [
]);
const RTCIceParameters = dictionary("RTCIceParameters", null, [
  { name: "password", type: DOMString },
  { name: "usernameFragment", type: DOMString },
]);
const RTCTrackEventInit = dictionary("RTCTrackEventInit", EventInit, [
  { name: "receiver", type: platform("RTCRtpReceiver"), required: true },
  { name: "streams", type: sequence(native("MediaStream", "active")), initial: () => [] },
  { name: "track", type: native("MediaStreamTrack", "kind"), required: true },
  { name: "transceiver", type: platform("RTCRtpTransceiver"), required: true },
]);
const RTCDataChannelEventInit = dictionary("RTCDataChannelEventInit", EventInit, [
  { name: "channel", type: platform("RTCDataChannel"), required: true },
]);
const RTCDTMFToneChangeEventInit = dictionary("RTCDTMFToneChangeEventInit", EventInit, [
  { name: "tone", type: DOMString, initial: () => "" },
]);
const RTCErrorInit = dictionary("RTCErrorInit", null, [
  { name: "errorDetail", type: RTCErrorDetailType, required: true },
  { name: "receivedAlert", type: unsignedLong() },
  { name: "sctpCauseCode", type: long() },
  { name: "sdpLineNumber", type: long() },
  { name: "sentAlert", type: unsignedLong() },
]);
const RTCErrorEventInit = dictionary("RTCErrorEventInit", EventInit, [
  { name: "error", type: platform("RTCError"), required: true },
]);
const DoubleRange = dictionary("DoubleRange", null, [
  { name: "max", type: double },
  { name: "min", type: double },
]);
const ULongRange = dictionary("ULongRange", null, [
  { name: "max", type: unsignedLong("clamp") },
  { name: "min", type: unsignedLong("clamp") },
]);
const MediaTrackCapabilities = dictionary("MediaTrackCapabilities", null, [
  { name: "aspectRatio", type: DoubleRange },
  { name: "autoGainControl", type: sequence(boolean) },
  { name: "backgroundBlur", type: sequence(boolean) },
  { name: "channelCount", type: ULongRange },
  { name: "cursor", type: sequence(DOMString) },
  { name: "deviceId", type: DOMString },
  { name: "displaySurface", type: DOMString },
  { name: "echoCancellation", type: sequence(union(boolean, DOMString)) },
  { name: "facingMode", type: sequence(DOMString) },
  { name: "frameRate", type: DoubleRange },
  { name: "groupId", type: DOMString },
  { name: "height", type: ULongRange },
  { name: "latency", type: DoubleRange },
  { name: "logicalSurface", type: boolean },
  { name: "noiseSuppression", type: sequence(boolean) },
  { name: "resizeMode", type: sequence(DOMString) },
  { name: "sampleRate", type: ULongRange },
  { name: "sampleSize", type: ULongRange },
  { name: "width", type: ULongRange },
]);
const DeviceChangeEventInit = dictionary("DeviceChangeEventInit", EventInit, [
  { name: "devices", type: sequence(platform("MediaDeviceInfo")), initial: () => [] },
]);
const ConstrainDoubleRange = dictionary("ConstrainDoubleRange", DoubleRange, [
  { name: "exact", type: double },
  { name: "ideal", type: double },
]);
const ConstrainBooleanParameters = dictionary("ConstrainBooleanParameters", null, [
  { name: "exact", type: boolean },
  { name: "ideal", type: boolean },
]);
const ConstrainULongRange = dictionary("ConstrainULongRange", ULongRange, [
  { name: "exact", type: unsignedLong("clamp") },
  { name: "ideal", type: unsignedLong("clamp") },
]);
const ConstrainDOMStringParameters = dictionary("ConstrainDOMStringParameters", null, [
  { name: "exact", type: union(DOMString, sequence(DOMString)) },
  { name: "ideal", type: union(DOMString, sequence(DOMString)) },
]);
const ConstrainBooleanOrDOMStringParameters = dictionary("ConstrainBooleanOrDOMStringParameters", null, [
  { name: "exact", type: union(boolean, DOMString) },
  { name: "ideal", type: union(boolean, DOMString) },
]);
const MediaTrackConstraintSet = dictionary("MediaTrackConstraintSet", null, [
  { name: "aspectRatio", type: union(double, ConstrainDoubleRange) },
  { name: "autoGainControl", type: union(boolean, ConstrainBooleanParameters) },
  { name: "backgroundBlur", type: union(boolean, ConstrainBooleanParameters) },
  { name: "channelCount", type: union(unsignedLong("clamp"), ConstrainULongRange) },
  { name: "cursor", type: union(DOMString, sequence(DOMString), ConstrainDOMStringParameters) },
  { name: "deviceId", type: union(DOMString, sequence(DOMString), ConstrainDOMStringParameters) },
  { name: "displaySurface", type: union(DOMString, sequence(DOMString), ConstrainDOMStringParameters) },
  { name: "echoCancellation", type: union(boolean, DOMString, ConstrainBooleanOrDOMStringParameters) },
  { name: "facingMode", type: union(DOMString, sequence(DOMString), ConstrainDOMStringParameters) },
  { name: "frameRate", type: union(double, ConstrainDoubleRange) },
  { name: "groupId", type: union(DOMString, sequence(DOMString), ConstrainDOMStringParameters) },
  { name: "height", type: union(unsignedLong("clamp"), ConstrainULongRange) },
  { name: "latency", type: union(double, ConstrainDoubleRange) },
  { name: "logicalSurface", type: union(boolean, ConstrainBooleanParameters) },
  { name: "noiseSuppression", type: union(boolean, ConstrainBooleanParameters) },
  { name: "resizeMode", type: union(DOMString, sequence(DOMString), ConstrainDOMStringParameters) },
  { name: "restrictOwnAudio", type: union(boolean, ConstrainBooleanParameters) },
  { name: "sampleRate", type: union(unsignedLong("clamp"), ConstrainULongRange) },
  { name: "sampleSize", type: union(unsignedLong("clamp"), ConstrainULongRange) },
  { name: "suppressLocalAudioPlayback", type: union(boolean, ConstrainBooleanParameters) },
  { name: "width", type: union(unsignedLong("clamp"), ConstrainULongRange) },
]);
const MediaTrackConstraints = dictionary("MediaTrackConstraints", MediaTrackConstraintSet, [
  { name: "advanced", type: sequence(MediaTrackConstraintSet) },
]);
const MediaTrackSettings = dictionary("MediaTrackSettings", null, [
  { name: "aspectRatio", type: double },
  { name: "autoGainControl", type: boolean },
  { name: "backgroundBlur", type: boolean },
  { name: "channelCount", type: unsignedLong() },
  { name: "cursor", type: DOMString },
  { name: "deviceId", type: DOMString },
  { name: "displaySurface", type: DOMString },
  { name: "echoCancellation", type: union(boolean, DOMString) },
  { name: "facingMode", type: DOMString },
  { name: "frameRate", type: double },
  { name: "groupId", type: DOMString },
  { name: "height", type: unsignedLong() },
  { name: "latency", type: double },
  { name: "logicalSurface", type: boolean },
  { name: "noiseSuppression", type: boolean },
  { name: "resizeMode", type: DOMString },
  { name: "restrictOwnAudio", type: boolean },
  { name: "sampleRate", type: unsignedLong() },
  { name: "sampleSize", type: unsignedLong() },
  { name: "screenPixelRatio", type: double },
  { name: "suppressLocalAudioPlayback", type: boolean },
  { name: "width", type: unsignedLong() },
]);
const MediaTrackSupportedConstraints = dictionary("MediaTrackSupportedConstraints", null, [
  { name: "aspectRatio", type: boolean, initial: () => true },
  { name: "autoGainControl", type: boolean, initial: () => true },
  { name: "backgroundBlur", type: boolean, initial: () => true },
  { name: "channelCount", type: boolean, initial: () => true },
  { name: "cursor", type: boolean, initial: () => true },
  { name: "deviceId", type: boolean, initial: () => true },
  { name: "displaySurface", type: boolean, initial: () => true },
  { name: "echoCancellation", type: boolean, initial: () => true },
  { name: "facingMode", type: boolean, initial: () => true },
  { name: "frameRate", type: boolean, initial: () => true },
  { name: "groupId", type: boolean, initial: () => true },
  { name: "height", type: boolean, initial: () => true },
  { name: "latency", type: boolean, initial: () => true },
  { name: "logicalSurface", type: boolean, initial: () => true },
  { name: "noiseSuppression", type: boolean, initial: () => true },
  { name: "resizeMode", type: boolean, initial: () => true },
  { name: "restrictOwnAudio", type: boolean, initial: () => true },
  { name: "sampleRate", type: boolean, initial: () => true },
  { name: "sampleSize", type: boolean, initial: () => true },
  { name: "suppressLocalAudioPlayback", type: boolean, initial: () => true },
  { name: "width", type: boolean, initial: () => true },
]);
const MediaStreamConstraints = dictionary("MediaStreamConstraints", null, [
  { name: "audio", type: union(boolean, MediaTrackConstraints), initial: () => false },
  { name: "video", type: union(boolean, MediaTrackConstraints), initial: () => false },
]);
const DisplayMediaStreamOptions = dictionary("DisplayMediaStreamOptions", null, [
  { name: "audio", type: union(boolean, MediaTrackConstraints), initial: () => false },
  { name: "controller", type: platform("CaptureController") },
  { name: "monitorTypeSurfaces", type: MonitorTypeSurfacesEnum },
  { name: "selfBrowserSurface", type: SelfCapturePreferenceEnum },
  { name: "surfaceSwitching", type: SurfaceSwitchingPreferenceEnum },
  { name: "systemAudio", type: SystemAudioPreferenceEnum },
  { name: "video", type: union(boolean, MediaTrackConstraints), initial: () => true },
  { name: "windowAudio", type: WindowAudioPreferenceEnum },
]);
const AudioOutputOptions = dictionary("AudioOutputOptions", null, [
  { name: "deviceId", type: DOMString, initial: () => "" },
]);

const RTCSessionDescriptionCallback = callback("RTCSessionDescriptionCallback", RTCSessionDescriptionInit);
const RTCPeerConnectionErrorCallback = callback("RTCPeerConnectionErrorCallback", any);
const VoidFunction = callback("VoidFunction");

/** The interfaces that are ours, parents first. */
export const interfaces: readonly InterfaceDefinition[] = [
  {
    name: "RTCPeerConnection",
    parent: "EventTarget",
    construct: [
      { parameters: [{ name: "configuration", type: RTCConfiguration, optional: true, initial: () => RTCConfiguration.from(undefined, "default") }] },
    ],
    attributes: [
      { name: "localDescription", type: nullable(platform("RTCSessionDescription")), readonly: true },
      { name: "currentLocalDescription", type: nullable(platform("RTCSessionDescription")), readonly: true },
      { name: "pendingLocalDescription", type: nullable(platform("RTCSessionDescription")), readonly: true },
      { name: "remoteDescription", type: nullable(platform("RTCSessionDescription")), readonly: true },
      { name: "currentRemoteDescription", type: nullable(platform("RTCSessionDescription")), readonly: true },
      { name: "pendingRemoteDescription", type: nullable(platform("RTCSessionDescription")), readonly: true },
      { name: "signalingState", type: RTCSignalingState, readonly: true },
      { name: "iceGatheringState", type: RTCIceGatheringState, readonly: true },
      { name: "iceConnectionState", type: RTCIceConnectionState, readonly: true },
      { name: "connectionState", type: RTCPeerConnectionState, readonly: true },
      { name: "canTrickleIceCandidates", type: nullable(boolean), readonly: true },
      { name: "sctp", type: nullable(platform("RTCSctpTransport")), readonly: true },
    ],
    handlers: [
      "onnegotiationneeded",
      "onicecandidate",
      "onicecandidateerror",
      "onsignalingstatechange",
      "oniceconnectionstatechange",
      "onicegatheringstatechange",
      "onconnectionstatechange",
      "ontrack",
      "ondatachannel",
    ],
    operations: [
      { name: "createOffer", overloads: [{ parameters: [{ name: "options", type: RTCOfferOptions, optional: true, initial: () => RTCOfferOptions.from(undefined, "default") }] }, { parameters: [{ name: "successCallback", type: RTCSessionDescriptionCallback }, { name: "failureCallback", type: RTCPeerConnectionErrorCallback }, { name: "options", type: RTCOfferOptions, optional: true, initial: () => RTCOfferOptions.from(undefined, "default") }], legacy: true }], returns: RTCSessionDescriptionInit, promise: true },
      { name: "createAnswer", overloads: [{ parameters: [{ name: "options", type: RTCAnswerOptions, optional: true, initial: () => RTCAnswerOptions.from(undefined, "default") }] }, { parameters: [{ name: "successCallback", type: RTCSessionDescriptionCallback }, { name: "failureCallback", type: RTCPeerConnectionErrorCallback }], legacy: true }], returns: RTCSessionDescriptionInit, promise: true },
      { name: "setLocalDescription", overloads: [{ parameters: [{ name: "description", type: RTCLocalSessionDescriptionInit, optional: true, initial: () => RTCLocalSessionDescriptionInit.from(undefined, "default") }] }, { parameters: [{ name: "description", type: RTCLocalSessionDescriptionInit }, { name: "successCallback", type: VoidFunction }, { name: "failureCallback", type: RTCPeerConnectionErrorCallback }], legacy: true }], returns: nothing, promise: true },
      { name: "setRemoteDescription", overloads: [{ parameters: [{ name: "description", type: RTCSessionDescriptionInit }] }, { parameters: [{ name: "description", type: RTCSessionDescriptionInit }, { name: "successCallback", type: VoidFunction }, { name: "failureCallback", type: RTCPeerConnectionErrorCallback }], legacy: true }], returns: nothing, promise: true },
      { name: "addIceCandidate", overloads: [{ parameters: [{ name: "candidate", type: RTCIceCandidateInit, optional: true, initial: () => RTCIceCandidateInit.from(undefined, "default") }] }, { parameters: [{ name: "candidate", type: RTCIceCandidateInit }, { name: "successCallback", type: VoidFunction }, { name: "failureCallback", type: RTCPeerConnectionErrorCallback }], legacy: true }], returns: nothing, promise: true },
      { name: "restartIce", overloads: [{ parameters: [] }], returns: nothing },
      { name: "getConfiguration", overloads: [{ parameters: [] }], returns: RTCConfiguration },
      { name: "setConfiguration", overloads: [{ parameters: [{ name: "configuration", type: RTCConfiguration, optional: true, initial: () => RTCConfiguration.from(undefined, "default") }] }], returns: nothing },
      { name: "close", overloads: [{ parameters: [] }], returns: nothing },
      { name: "getSenders", overloads: [{ parameters: [] }], returns: sequence(platform("RTCRtpSender")) },
      { name: "getReceivers", overloads: [{ parameters: [] }], returns: sequence(platform("RTCRtpReceiver")) },
      { name: "getTransceivers", overloads: [{ parameters: [] }], returns: sequence(platform("RTCRtpTransceiver")) },
      { name: "addTrack", overloads: [{ parameters: [{ name: "track", type: native("MediaStreamTrack", "kind") }, { name: "streams", type: native("MediaStream", "active"), variadic: true }] }], returns: platform("RTCRtpSender") },
      { name: "removeTrack", overloads: [{ parameters: [{ name: "sender", type: platform("RTCRtpSender") }] }], returns: nothing },
      { name: "addTransceiver", overloads: [{ parameters: [{ name: "trackOrKind", type: union(native("MediaStreamTrack", "kind"), DOMString) }, { name: "init", type: RTCRtpTransceiverInit, optional: true, initial: () => RTCRtpTransceiverInit.from(undefined, "default") }] }], returns: platform("RTCRtpTransceiver") },
      { name: "createDataChannel", overloads: [{ parameters: [{ name: "label", type: USVString }, { name: "dataChannelDict", type: RTCDataChannelInit, optional: true, initial: () => RTCDataChannelInit.from(undefined, "default") }] }], returns: platform("RTCDataChannel") },
      { name: "getStats", overloads: [{ parameters: [{ name: "selector", type: nullable(native("MediaStreamTrack", "kind")), optional: true, initial: () => null }] }], returns: platform("RTCStatsReport"), promise: true },
    ],
    statics: [
      { name: "generateCertificate", overloads: [{ parameters: [{ name: "keygenAlgorithm", type: union(object, DOMString) }] }], returns: platform("RTCCertificate"), promise: true },
    ],
  },
  {
    name: "RTCSessionDescription",
    construct: [
      { parameters: [{ name: "descriptionInitDict", type: RTCSessionDescriptionInit }] },
    ],
    attributes: [
      { name: "type", type: RTCSdpType, readonly: true },
      { name: "sdp", type: DOMString, readonly: true },
    ],
    operations: [
      { name: "toJSON", overloads: [{ parameters: [] }], returns: RTCSessionDescriptionInit, json: ["type","sdp"] },
    ],
  },
  {
    name: "RTCIceCandidate",
    construct: [
      { parameters: [{ name: "candidateInitDict", type: RTCLocalIceCandidateInit, optional: true, initial: () => RTCLocalIceCandidateInit.from(undefined, "default") }] },
    ],
    attributes: [
      { name: "candidate", type: DOMString, readonly: true },
      { name: "sdpMid", type: nullable(DOMString), readonly: true },
      { name: "sdpMLineIndex", type: nullable(unsignedShort()), readonly: true },
      { name: "foundation", type: nullable(DOMString), readonly: true },
      { name: "component", type: nullable(RTCIceComponent), readonly: true },
      { name: "priority", type: nullable(unsignedLong()), readonly: true },
      { name: "address", type: nullable(DOMString), readonly: true },
      { name: "protocol", type: nullable(RTCIceProtocol), readonly: true },
      { name: "port", type: nullable(unsignedShort()), readonly: true },
      { name: "type", type: nullable(RTCIceCandidateType), readonly: true },
      { name: "tcpType", type: nullable(RTCIceTcpCandidateType), readonly: true },
      { name: "relatedAddress", type: nullable(DOMString), readonly: true },
      { name: "relatedPort", type: nullable(unsignedShort()), readonly: true },
      { name: "usernameFragment", type: nullable(DOMString), readonly: true },
      { name: "relayProtocol", type: nullable(RTCIceServerTransportProtocol), readonly: true },
      { name: "url", type: nullable(USVString), readonly: true },
    ],
    operations: [
      { name: "toJSON", overloads: [{ parameters: [] }], returns: RTCIceCandidateInit },
    ],
  },
  {
    name: "RTCPeerConnectionIceEvent",
    parent: "Event",
    event: RTCPeerConnectionIceEventInit,
    construct: [
      { parameters: [{ name: "type", type: DOMString }, { name: "eventInitDict", type: RTCPeerConnectionIceEventInit, optional: true, initial: () => RTCPeerConnectionIceEventInit.from(undefined, "default") }] },
    ],
    attributes: [
      { name: "candidate", type: nullable(platform("RTCIceCandidate")), readonly: true },
      { name: "url", type: nullable(USVString), readonly: true },
    ],
  },
  {
    name: "RTCPeerConnectionIceErrorEvent",
    parent: "Event",
    event: RTCPeerConnectionIceErrorEventInit,
    construct: [
      { parameters: [{ name: "type", type: DOMString }, { name: "eventInitDict", type: RTCPeerConnectionIceErrorEventInit }] },
    ],
    attributes: [
      { name: "address", type: nullable(DOMString), readonly: true },
      { name: "port", type: nullable(unsignedShort()), readonly: true },
      { name: "url", type: USVString, readonly: true },
      { name: "errorCode", type: unsignedShort(), readonly: true },
      { name: "errorText", type: USVString, readonly: true },
    ],
  },
  {
    name: "RTCCertificate",
    attributes: [
      { name: "expires", type: unsignedLongLong(), readonly: true },
    ],
    operations: [
      { name: "getFingerprints", overloads: [{ parameters: [] }], returns: sequence(RTCDtlsFingerprint) },
    ],
  },
  {
    name: "RTCRtpSender",
    attributes: [
      { name: "track", type: nullable(native("MediaStreamTrack", "kind")), readonly: true },
      { name: "transport", type: nullable(platform("RTCDtlsTransport")), readonly: true },
      { name: "dtmf", type: nullable(platform("RTCDTMFSender")), readonly: true },
    ],
    operations: [
      { name: "setParameters", overloads: [{ parameters: [{ name: "parameters", type: RTCRtpSendParameters }, { name: "setParameterOptions", type: RTCSetParameterOptions, optional: true, initial: () => RTCSetParameterOptions.from(undefined, "default") }] }], returns: nothing, promise: true },
      { name: "getParameters", overloads: [{ parameters: [] }], returns: RTCRtpSendParameters },
      { name: "replaceTrack", overloads: [{ parameters: [{ name: "withTrack", type: nullable(native("MediaStreamTrack", "kind")) }] }], returns: nothing, promise: true },
      { name: "setStreams", overloads: [{ parameters: [{ name: "streams", type: native("MediaStream", "active"), variadic: true }] }], returns: nothing },
      { name: "getStats", overloads: [{ parameters: [] }], returns: platform("RTCStatsReport"), promise: true },
    ],
    statics: [
      { name: "getCapabilities", overloads: [{ parameters: [{ name: "kind", type: DOMString }] }], returns: nullable(RTCRtpCapabilities) },
    ],
  },
  {
    name: "RTCRtpReceiver",
    attributes: [
      { name: "track", type: native("MediaStreamTrack", "kind"), readonly: true },
      { name: "transport", type: nullable(platform("RTCDtlsTransport")), readonly: true },
      { name: "jitterBufferTarget", type: nullable(double) },
    ],
    operations: [
      { name: "getParameters", overloads: [{ parameters: [] }], returns: RTCRtpReceiveParameters },
      { name: "getContributingSources", overloads: [{ parameters: [] }], returns: sequence(RTCRtpContributingSource) },
      { name: "getSynchronizationSources", overloads: [{ parameters: [] }], returns: sequence(RTCRtpSynchronizationSource) },
      { name: "getStats", overloads: [{ parameters: [] }], returns: platform("RTCStatsReport"), promise: true },
    ],
    statics: [
      { name: "getCapabilities", overloads: [{ parameters: [{ name: "kind", type: DOMString }] }], returns: nullable(RTCRtpCapabilities) },
    ],
  },
  {
    name: "RTCRtpTransceiver",
    attributes: [
      { name: "mid", type: nullable(DOMString), readonly: true },
      { name: "sender", type: platform("RTCRtpSender"), readonly: true },
      { name: "receiver", type: platform("RTCRtpReceiver"), readonly: true },
      { name: "direction", type: RTCRtpTransceiverDirection },
      { name: "currentDirection", type: nullable(RTCRtpTransceiverDirection), readonly: true },
      { name: "stopped", type: boolean, readonly: true },
    ],
    operations: [
      { name: "stop", overloads: [{ parameters: [] }], returns: nothing },
      { name: "setCodecPreferences", overloads: [{ parameters: [{ name: "codecs", type: sequence(RTCRtpCodec) }] }], returns: nothing },
    ],
  },
  {
    name: "RTCDtlsTransport",
    parent: "EventTarget",
    attributes: [
      { name: "iceTransport", type: platform("RTCIceTransport"), readonly: true },
      { name: "state", type: RTCDtlsTransportState, readonly: true },
    ],
    handlers: [
      "onstatechange",
      "onerror",
    ],
    operations: [
      { name: "getRemoteCertificates", overloads: [{ parameters: [] }], returns: sequence(arrayBuffer) },
    ],
  },
  {
    name: "RTCIceTransport",
    parent: "EventTarget",
    attributes: [
      { name: "role", type: RTCIceRole, readonly: true },
      { name: "component", type: RTCIceComponent, readonly: true },
      { name: "state", type: RTCIceTransportState, readonly: true },
      { name: "gatheringState", type: RTCIceGathererState, readonly: true },
    ],
    handlers: [
      "onstatechange",
      "ongatheringstatechange",
      "onselectedcandidatepairchange",
    ],
    operations: [
      { name: "getLocalCandidates", overloads: [{ parameters: [] }], returns: sequence(platform("RTCIceCandidate")) },
      { name: "getRemoteCandidates", overloads: [{ parameters: [] }], returns: sequence(platform("RTCIceCandidate")) },
      { name: "getSelectedCandidatePair", overloads: [{ parameters: [] }], returns: nullable(platform("RTCIceCandidatePair")) },
      { name: "getLocalParameters", overloads: [{ parameters: [] }], returns: nullable(RTCIceParameters) },
      { name: "getRemoteParameters", overloads: [{ parameters: [] }], returns: nullable(RTCIceParameters) },
    ],
  },
  {
    name: "RTCIceCandidatePair",
    attributes: [
      { name: "local", type: platform("RTCIceCandidate"), readonly: true },
      { name: "remote", type: platform("RTCIceCandidate"), readonly: true },
    ],
  },
  {
    name: "RTCTrackEvent",
    parent: "Event",
    event: RTCTrackEventInit,
    construct: [
      { parameters: [{ name: "type", type: DOMString }, { name: "eventInitDict", type: RTCTrackEventInit }] },
    ],
    attributes: [
      { name: "receiver", type: platform("RTCRtpReceiver"), readonly: true },
      { name: "track", type: native("MediaStreamTrack", "kind"), readonly: true },
      { name: "streams", type: frozenArray(native("MediaStream", "active")), readonly: true },
      { name: "transceiver", type: platform("RTCRtpTransceiver"), readonly: true },
    ],
  },
  {
    name: "RTCSctpTransport",
    parent: "EventTarget",
    attributes: [
      { name: "transport", type: platform("RTCDtlsTransport"), readonly: true },
      { name: "state", type: RTCSctpTransportState, readonly: true },
      { name: "maxMessageSize", type: unrestrictedDouble, readonly: true },
      { name: "maxChannels", type: nullable(unsignedShort()), readonly: true },
    ],
    handlers: [
      "onstatechange",
    ],
  },
  {
    name: "RTCDataChannel",
    parent: "EventTarget",
    attributes: [
      { name: "label", type: USVString, readonly: true },
      { name: "ordered", type: boolean, readonly: true },
      { name: "maxPacketLifeTime", type: nullable(unsignedShort()), readonly: true },
      { name: "maxRetransmits", type: nullable(unsignedShort()), readonly: true },
      { name: "protocol", type: USVString, readonly: true },
      { name: "negotiated", type: boolean, readonly: true },
      { name: "id", type: nullable(unsignedShort()), readonly: true },
      { name: "readyState", type: RTCDataChannelState, readonly: true },
      { name: "bufferedAmount", type: unsignedLong(), readonly: true },
      { name: "bufferedAmountLowThreshold", type: unsignedLong("enforce") },
      { name: "binaryType", type: BinaryType },
      { name: "priority", type: RTCPriorityType, readonly: true },
    ],
    handlers: [
      "onopen",
      "onbufferedamountlow",
      "onerror",
      "onclosing",
      "onclose",
      "onmessage",
    ],
    operations: [
      { name: "close", overloads: [{ parameters: [] }], returns: nothing },
      { name: "send", overloads: [{ parameters: [{ name: "data", type: USVString }] }, { parameters: [{ name: "data", type: native("Blob", "size") }] }, { parameters: [{ name: "data", type: arrayBuffer }] }, { parameters: [{ name: "data", type: arrayBufferView }] }], returns: nothing },
    ],
  },
  {
    name: "RTCDataChannelEvent",
    parent: "Event",
    event: RTCDataChannelEventInit,
    construct: [
      { parameters: [{ name: "type", type: DOMString }, { name: "eventInitDict", type: RTCDataChannelEventInit }] },
    ],
    attributes: [
      { name: "channel", type: platform("RTCDataChannel"), readonly: true },
    ],
  },
  {
    name: "RTCDTMFSender",
    parent: "EventTarget",
    attributes: [
      { name: "canInsertDTMF", type: boolean, readonly: true },
      { name: "toneBuffer", type: DOMString, readonly: true },
    ],
    handlers: [
      "ontonechange",
    ],
    operations: [
      { name: "insertDTMF", overloads: [{ parameters: [{ name: "tones", type: DOMString }, { name: "duration", type: unsignedLong(), optional: true, initial: () => 100 }, { name: "interToneGap", type: unsignedLong(), optional: true, initial: () => 70 }] }], returns: nothing },
    ],
  },
  {
    name: "RTCDTMFToneChangeEvent",
    parent: "Event",
    event: RTCDTMFToneChangeEventInit,
    construct: [
      { parameters: [{ name: "type", type: DOMString }, { name: "eventInitDict", type: RTCDTMFToneChangeEventInit, optional: true, initial: () => RTCDTMFToneChangeEventInit.from(undefined, "default") }] },
    ],
    attributes: [
      { name: "tone", type: DOMString, readonly: true },
    ],
  },
  {
    name: "RTCStatsReport",
    maplike: DOMString,
  },
  {
    name: "RTCError",
    parent: "DOMException",
    construct: [
      { parameters: [{ name: "init", type: RTCErrorInit }, { name: "message", type: DOMString, optional: true, initial: () => "" }] },
    ],
    attributes: [
      { name: "errorDetail", type: RTCErrorDetailType, readonly: true },
      { name: "sdpLineNumber", type: nullable(long()), readonly: true },
      { name: "sctpCauseCode", type: nullable(long()), readonly: true },
      { name: "receivedAlert", type: nullable(unsignedLong()), readonly: true },
      { name: "sentAlert", type: nullable(unsignedLong()), readonly: true },
    ],
  },
  {
    name: "RTCErrorEvent",
    parent: "Event",
    event: RTCErrorEventInit,
    construct: [
      { parameters: [{ name: "type", type: DOMString }, { name: "eventInitDict", type: RTCErrorEventInit }] },
    ],
    attributes: [
      { name: "error", type: platform("RTCError"), readonly: true },
    ],
  },
  {
    name: "OverconstrainedError",
    parent: "DOMException",
    construct: [
      { parameters: [{ name: "constraint", type: DOMString }, { name: "message", type: DOMString, optional: true, initial: () => "" }] },
    ],
    attributes: [
      { name: "constraint", type: DOMString, readonly: true },
    ],
  },
  {
    name: "MediaDeviceInfo",
    secureContext: true,
    attributes: [
      { name: "deviceId", type: DOMString, readonly: true },
      { name: "kind", type: MediaDeviceKind, readonly: true },
      { name: "label", type: DOMString, readonly: true },
      { name: "groupId", type: DOMString, readonly: true },
    ],
    operations: [
      { name: "toJSON", overloads: [{ parameters: [] }], returns: object, json: ["deviceId","kind","label","groupId"] },
    ],
  },
  {
    name: "InputDeviceInfo",
    parent: "MediaDeviceInfo",
    secureContext: true,
    operations: [
      { name: "getCapabilities", overloads: [{ parameters: [] }], returns: MediaTrackCapabilities },
    ],
  },
  {
    name: "DeviceChangeEvent",
    parent: "Event",
    event: DeviceChangeEventInit,
    construct: [
      { parameters: [{ name: "type", type: DOMString }, { name: "eventInitDict", type: DeviceChangeEventInit, optional: true, initial: () => DeviceChangeEventInit.from(undefined, "default") }] },
    ],
    attributes: [
      { name: "devices", type: frozenArray(platform("MediaDeviceInfo")), readonly: true },
      { name: "userInsertedDevices", type: frozenArray(platform("MediaDeviceInfo")), readonly: true },
    ],
  },
  {
    name: "CaptureController",
    parent: "EventTarget",
    secureContext: true,
    construct: [
      { parameters: [] },
    ],
    operations: [
      { name: "setFocusBehavior", overloads: [{ parameters: [{ name: "focusBehavior", type: CaptureStartFocusBehavior }] }], returns: nothing },
    ],
  },
];

/** What can be replaced of the webview's interfaces. */
export const natives: readonly NativeDefinition[] = [
  {
    name: "MediaStream",
    attributes: [
      { name: "id", type: DOMString, readonly: true },
      { name: "active", type: boolean, readonly: true },
    ],
    operations: [
      { name: "getAudioTracks", overloads: [{ parameters: [] }], returns: sequence(native("MediaStreamTrack", "kind")) },
      { name: "getVideoTracks", overloads: [{ parameters: [] }], returns: sequence(native("MediaStreamTrack", "kind")) },
      { name: "getTracks", overloads: [{ parameters: [] }], returns: sequence(native("MediaStreamTrack", "kind")) },
      { name: "getTrackById", overloads: [{ parameters: [{ name: "trackId", type: DOMString }] }], returns: nullable(native("MediaStreamTrack", "kind")) },
      { name: "addTrack", overloads: [{ parameters: [{ name: "track", type: native("MediaStreamTrack", "kind") }] }], returns: nothing },
      { name: "removeTrack", overloads: [{ parameters: [{ name: "track", type: native("MediaStreamTrack", "kind") }] }], returns: nothing },
      { name: "clone", overloads: [{ parameters: [] }], returns: native("MediaStream", "active") },
    ],
  },
  {
    name: "MediaStreamTrack",
    attributes: [
      { name: "kind", type: DOMString, readonly: true },
      { name: "id", type: DOMString, readonly: true },
      { name: "label", type: DOMString, readonly: true },
      { name: "enabled", type: boolean },
      { name: "muted", type: boolean, readonly: true },
      { name: "readyState", type: MediaStreamTrackState, readonly: true },
      { name: "contentHint", type: DOMString },
    ],
    operations: [
      { name: "clone", overloads: [{ parameters: [] }], returns: native("MediaStreamTrack", "kind") },
      { name: "stop", overloads: [{ parameters: [] }], returns: nothing },
      { name: "getCapabilities", overloads: [{ parameters: [] }], returns: MediaTrackCapabilities },
      { name: "getConstraints", overloads: [{ parameters: [] }], returns: MediaTrackConstraints },
      { name: "getSettings", overloads: [{ parameters: [] }], returns: MediaTrackSettings },
      { name: "applyConstraints", overloads: [{ parameters: [{ name: "constraints", type: MediaTrackConstraints, optional: true, initial: () => MediaTrackConstraints.from(undefined, "default") }] }], returns: nothing, promise: true },
    ],
  },
  {
    name: "MediaDevices",
    attributes: [
    ],
    operations: [
      { name: "enumerateDevices", overloads: [{ parameters: [] }], returns: sequence(platform("MediaDeviceInfo")), promise: true },
      { name: "getSupportedConstraints", overloads: [{ parameters: [] }], returns: MediaTrackSupportedConstraints },
      { name: "getUserMedia", overloads: [{ parameters: [{ name: "constraints", type: MediaStreamConstraints, optional: true, initial: () => MediaStreamConstraints.from(undefined, "default") }] }], returns: native("MediaStream", "active"), promise: true },
      { name: "getDisplayMedia", overloads: [{ parameters: [{ name: "options", type: DisplayMediaStreamOptions, optional: true, initial: () => DisplayMediaStreamOptions.from(undefined, "default") }] }], returns: native("MediaStream", "active"), promise: true },
      { name: "selectAudioOutput", overloads: [{ parameters: [{ name: "options", type: AudioOutputOptions, optional: true, initial: () => AudioOutputOptions.from(undefined, "default") }] }], returns: platform("MediaDeviceInfo"), promise: true },
    ],
  },
  {
    name: "HTMLMediaElement",
    attributes: [
      { name: "sinkId", type: DOMString, readonly: true },
    ],
    operations: [
      { name: "captureStream", overloads: [{ parameters: [] }], returns: native("MediaStream", "active") },
      { name: "setSinkId", overloads: [{ parameters: [{ name: "sinkId", type: DOMString }] }], returns: nothing, promise: true },
    ],
  },
];
