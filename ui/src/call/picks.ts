import type { CallView } from "../contract/CallView";
import type { Choices } from "../contract/Choices";
import type { Device } from "../contract/Device";

/** What a picker may hold besides a device id: the system's default, or no device at all. */
export const DEFAULT_DEVICE = "";
export const NO_DEVICE = "none";
/** The speaker that plays to nowhere. */
export const SILENT_SPEAKER = "test:silence";

/** What pre-join and the devices pane edit. Like `Choices`, but a picker can also say "none". */
export interface Picks {
  name: string;
  camera: string;
  microphone: string;
  speaker: string;
  cameraOn: boolean;
  microphoneOn: boolean;
}

export function firstPicks(name: string): Picks {
  return {
    name,
    camera: DEFAULT_DEVICE,
    microphone: DEFAULT_DEVICE,
    speaker: DEFAULT_DEVICE,
    cameraOn: true,
    microphoneOn: true,
  };
}

/** A camera or microphone picked as "none" is off. */
export function choicesOf(picks: Picks): Choices {
  return {
    name: picks.name.trim(),
    cameraId: idOf(picks.camera),
    microphoneId: idOf(picks.microphone),
    speakerId: idOf(picks.speaker),
    cameraOn: picks.cameraOn && picks.camera !== NO_DEVICE,
    microphoneOn: picks.microphoneOn && picks.microphone !== NO_DEVICE,
  };
}

function idOf(pick: string): string | null {
  return pick === DEFAULT_DEVICE || pick === NO_DEVICE ? null : pick;
}

/** Turning on what was picked as "none" takes the default device. */
export function withCamera(picks: Picks, on: boolean): Picks {
  return { ...picks, cameraOn: on, camera: on && picks.camera === NO_DEVICE ? DEFAULT_DEVICE : picks.camera };
}

export function withMicrophone(picks: Picks, on: boolean): Picks {
  const microphone = on && picks.microphone === NO_DEVICE ? DEFAULT_DEVICE : picks.microphone;
  return { ...picks, microphoneOn: on, microphone };
}

/** Once joined, the switches follow what the call says, not what was picked before. */
export function livePicks(picks: Picks, { phase, me }: CallView): Picks {
  if (phase.state === "preJoin" || phase.state === "ended") return picks;
  return { ...picks, cameraOn: me.camera.state !== "off", microphoneOn: me.microphone.state !== "off" };
}

export const MAX_NAME_LENGTH = 256;

export function isName(name: string): boolean {
  const { length } = [...name.trim()];
  return length >= 1 && length <= MAX_NAME_LENGTH;
}

/** The default first, synthetic devices last. */
export function inPickerOrder(devices: readonly Device[]): Device[] {
  const rank = (device: Device) => (device.isDefault ? 0 : 1) + (device.synthetic ? 2 : 0);
  return [...devices].sort((a, b) => rank(a) - rank(b));
}
