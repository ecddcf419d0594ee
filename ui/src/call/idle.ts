import type { DeviceLists } from "../contract/DeviceLists";
import type { MeView } from "../contract/MeView";

/** Before devices are listed. */
export const NO_DEVICES: DeviceLists = { cameras: [], microphones: [], speakers: [], screens: [] };

/** Our own side while there is no call. */
export const IDLE_ME: MeView = {
  name: "",
  microphone: { state: "off" },
  mutedByHost: false,
  camera: { state: "off" },
  speaker: { state: "off" },
  share: { state: "off" },
  cameraFeed: null,
  sentFeed: null,
  sentShareFeed: null,
  shareFeed: null,
  speaking: false,
  cameraId: null,
  microphoneId: null,
  speakerId: null,
  hand: null,
  background: { chosen: "none", hasOwn: false, state: { state: "idle" } },
  soundCheck: { state: "idle" },
};
