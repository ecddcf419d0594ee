/** What sources can do. The engine crops and scales pictures to any size up to these. */
import type { MediaDevice } from "../../wire/contract";

/** What one source offers for each constrainable property. */
export interface Ability {
  ranges: ReadonlyMap<string, { min: number; max: number }>;
  flags: ReadonlySet<string>;
  texts: ReadonlyMap<string, readonly string[]>;
}

const MAX_WIDTH = 1920;
const MAX_HEIGHT = 1080;
const MAX_RATE = 30;

/** Of a camera, or of a display. */
export function pictureAbility(device: Pick<MediaDevice, "deviceId" | "groupId"> | null, maxRate = MAX_RATE): Ability {
  return {
    ranges: new Map([
      ["width", { min: 1, max: MAX_WIDTH }],
      ["height", { min: 1, max: MAX_HEIGHT }],
      ["aspectRatio", { min: 1 / MAX_HEIGHT, max: MAX_WIDTH }],
      ["frameRate", { min: 1, max: maxRate }],
    ]),
    flags: new Set(),
    texts: new Map<string, readonly string[]>([
      ["deviceId", device ? [device.deviceId] : []],
      ["groupId", device ? [device.groupId] : []],
      ...(device ? ([["facingMode", []]] as const) : []),
      ["resizeMode", ["none", "crop-and-scale"]],
    ]),
  };
}

/** Of a microphone. */
export function soundAbility(device: Pick<MediaDevice, "deviceId" | "groupId"> | null): Ability {
  return {
    ranges: new Map([
      ["channelCount", { min: 1, max: 1 }],
      ["latency", { min: 0.01, max: 0.02 }],
      ["sampleRate", { min: 48_000, max: 48_000 }],
      ["sampleSize", { min: 16, max: 16 }],
    ]),
    flags: new Set(["autoGainControl", "echoCancellation", "noiseSuppression"]),
    texts: new Map([
      ["deviceId", device ? [device.deviceId] : []],
      ["groupId", device ? [device.groupId] : []],
    ]),
  };
}

/** As `getCapabilities()` says it. */
export function capabilitiesOf(ability: Ability): MediaTrackCapabilities {
  const capabilities: Record<string, unknown> = {};
  for (const [name, range] of ability.ranges) capabilities[name] = { ...range };
  for (const name of ability.flags) capabilities[name] = [true, false];
  for (const [name, texts] of ability.texts) {
    const id = name === "deviceId" || name === "groupId";
    if (!id) capabilities[name] = [...texts];
    else if (texts[0] !== undefined) capabilities[name] = texts[0];
  }
  return capabilities;
}
