/** What the generator takes from the specifications' IDL, and what it leaves, each with the reason. */

/** Files of @webref/idl whose every interface must be decided on below. */
export const specifications = [
  "webrtc",
  "webrtc-priority",
  "webrtc-svc",
  "webrtc-encoded-transform",
  "mediacapture-streams",
  "mediacapture-fromelement",
  "mst-content-hint",
  "screen-capture",
  "audio-output",
];

/** Files read for their enumerations, dictionaries, typedefs and callbacks alone. */
export const supporting = ["dom", "html", "hr-time", "webidl", "websockets", "webcrypto", "webrtc-stats"];

/** Interfaces the webview has and keeps; single members of them can be replaced. The value tells their objects: see `native()`. */
export const natives = {
  MediaStream: "active",
  MediaStreamTrack: "kind",
  MediaDevices: "ondevicechange",
  HTMLMediaElement: "networkState",
  Blob: "size",
};

const encoded = "encoded frames never reach the page: they stay in the engine";
const whole = "the webview has it, and nothing of it depends on our tracks";

/** Interfaces and members (`Interface.member`) that are not exposed. */
export const leftOut = {
  "RTCRtpSender.transform": encoded,
  "RTCRtpReceiver.transform": encoded,
  SFrameTransform: encoded,
  SFrameEncrypterStream: encoded,
  SFrameDecrypterStream: encoded,
  SFrameTransformErrorEvent: encoded,
  RTCEncodedVideoFrame: encoded,
  RTCEncodedAudioFrame: encoded,
  RTCTransformEvent: encoded,
  DedicatedWorkerGlobalScope: encoded,
  RTCRtpScriptTransformer: encoded,
  RTCRtpScriptTransform: encoded,
  KeyFrameRequestEvent: encoded,
  MediaStreamTrackEvent: whole,
  CanvasCaptureMediaStreamTrack: whole,
  HTMLCanvasElement: whole,
  Navigator: whole,
};

/** What the specifications no longer have and native engines keep, as IDL. */
export const legacy = `
  partial interface RTCRtpTransceiver {
    readonly attribute boolean stopped;
  };
  enum RTCRtcpMuxPolicy { "negotiate", "require" };
`;

/** Members of drafts that @webref/idl does not have and Chromium has, as IDL (webrtc-extensions). */
export const drafts = `
  dictionary RTCResolutionRestriction {
    unsigned long maxWidth;
    unsigned long maxHeight;
  };
  partial dictionary RTCRtpEncodingParameters {
    RTCResolutionRestriction scaleResolutionDownTo;
  };
`;
