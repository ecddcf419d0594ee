import type { OpenTrack, Source, TrackSettings } from "../wire/contract";
import type { Handle } from "../wire/wire";
import { capabilitiesOf, type Ability } from "./constraints/ability";
import { unmetBy, Unmet } from "./constraints/select";
import { readConstraints, type Constraints } from "./constraints/dictionary";
import { selectSettings } from "./constraints/select";
import type { Devices } from "./devices";
import type { Engine } from "./engine";
import { newId, OwnTrack, settingsOf, type Origin } from "./own-track";

/** What to open, and under what constraints. */
export interface Wanted {
  origin: Exclude<Origin, "remote">;
  settings: TrackSettings;
  ability: Ability;
  constraints: Constraints;
  /** As the page gave them, for `getConstraints()`. */
  given: MediaTrackConstraints;
}

/** Opens a device or screen. Rejects with the engine's error, or {@link Unmet}. */
export async function openTrack(engine: Engine, devices: Devices, wanted: Wanted): Promise<OwnTrack> {
  const handle = engine.wire.handle();
  const source: Source = { from: wanted.origin, ...wanted.settings };
  let opened = trackOf(await engine.wire.request({ op: "trackOpen", track: handle, source }));
  if (wanted.origin === "screen") opened = await fitScreen(engine, handle, opened, wanted);
  const { deviceId } = opened.settings;
  const settings = settingsOf(wanted.origin, opened, devices.find(deviceId)?.groupId);
  const unmet = wanted.origin === "screen" ? null : unmetBy(settings, wanted.constraints);
  if (unmet !== null) {
    engine.wire.send({ op: "trackStop", track: handle });
    throw new Unmet(unmet);
  }
  return new OwnTrack(engine, {
    handle,
    kind: wanted.origin === "microphone" ? "audio" : "video",
    origin: wanted.origin,
    id: newId(),
    label: opened.label,
    muted: false,
    settings,
    constraints: wanted.given,
    capabilities: { ...capabilitiesOf(wanted.ability), ...identity(settings), ...surface(opened) },
  });
}

/** `applyConstraints()`: rejects with {@link Unmet} or the engine's error, and then nothing has changed. */
export async function applyConstraints(
  engine: Engine,
  devices: Devices,
  abilityOfTrack: (track: OwnTrack) => Ability,
  track: OwnTrack,
  value: unknown,
): Promise<void> {
  const constraints = readConstraints(value);
  if (track.ended) return;
  const given = plainConstraints(value);
  if (track.origin === "remote") {
    track.constraints = given;
    return;
  }
  const ability = abilityOfTrack(track);
  const { settings } = selectSettings([{ source: null, ability }], constraints);
  if (track.origin === "screen") Object.assign(settings, { width: null, height: null });
  const before = track.settings;
  let opened = trackOf(await engine.wire.request({ op: "trackApply", track: track.handle, settings }));
  const limits = { origin: track.origin, settings, ability, constraints, given } as Wanted;
  if (track.origin === "screen") opened = await fitScreen(engine, track.handle, opened, limits);
  const next = settingsOf(track.origin, opened, devices.find(opened.settings.deviceId)?.groupId);
  const unmet = unmetBy(next, constraints);
  if (unmet !== null) {
    await engine.wire.request({ op: "trackApply", track: track.handle, settings: wireSettings(before) });
    throw new Unmet(unmet);
  }
  track.settings = next;
  track.constraints = given;
}

/** A copy of the members of the page's dictionary that are constraints. */
export function plainConstraints(value: unknown): MediaTrackConstraints {
  if (typeof value !== "object" || value === null) return {};
  try {
    return structuredClone(value) as MediaTrackConstraints;
  } catch {
    return {};
  }
}

function trackOf(answer: unknown): OpenTrack {
  const { track } = answer as { track?: OpenTrack };
  if (!track) throw new TypeError("the engine answered with something else than a track");
  return track;
}

function identity({ deviceId, groupId }: MediaTrackSettings): MediaTrackCapabilities {
  return { ...(deviceId === undefined ? {} : { deviceId }), ...(groupId === undefined ? {} : { groupId }) };
}

function surface({ displaySurface }: OpenTrack): object {
  return displaySurface === null ? {} : { displaySurface, logicalSurface: true, cursor: ["always"] };
}

function wireSettings(settings: MediaTrackSettings): TrackSettings {
  return {
    deviceId: settings.deviceId ?? null,
    width: settings.width ?? null,
    height: settings.height ?? null,
    frameRate: settings.frameRate ?? null,
    echoCancellation: settings.echoCancellation === undefined ? null : Boolean(settings.echoCancellation),
    noiseSuppression: settings.noiseSuppression ?? null,
    autoGainControl: settings.autoGainControl ?? null,
  };
}

/** A screen keeps its shape: it is scaled down to what was asked for, never cropped or enlarged. */
async function fitScreen(engine: Engine, track: Handle, opened: OpenTrack, wanted: Wanted): Promise<OpenTrack> {
  const { width, height } = opened.settings;
  if (width === null || height === null) return opened;
  const limit = (name: "width" | "height"): number => {
    const constraint = wanted.constraints.basic.get(name);
    if (constraint?.type !== "range") return Infinity;
    return Math.min(constraint.exact ?? Infinity, constraint.max ?? Infinity, constraint.ideal ?? Infinity);
  };
  const scale = Math.min(1, limit("width") / width, limit("height") / height);
  if (scale >= 1 || scale <= 0) return opened;
  const settings = {
    ...wanted.settings,
    deviceId: opened.settings.deviceId,
    frameRate: wanted.settings.frameRate ?? opened.settings.frameRate,
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  return trackOf(await engine.wire.request({ op: "trackApply", track, settings }));
}
