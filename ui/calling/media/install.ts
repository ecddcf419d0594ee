/** Puts the media part of the W3C API onto the page's global object. */
import type { MediaPort } from "../pc/media-port";
import type { Opening } from "../wire/contract";
import type { Wire } from "../wire/wire";
import { SUPPORTED } from "./constraints/dictionary";
import { patchDeviceInfo } from "./device-info";
import { abilityOf, Devices } from "./devices";
import { patchElements } from "./elements";
import type { Engine } from "./engine";
import { exceptionOf } from "./errors";
import { getDisplayMedia, installCaptureController, screenAbility } from "./get-display-media";
import { getUserMedia } from "./get-user-media";
import { MediaWorker } from "./media-worker";
import { applyConstraints } from "./open-track";
import { followTracks, type OwnTrack } from "./own-track";
import { defineMethod, definePromiseMethod } from "./patch";
import { Grants, patchPermissions } from "./permissions";
import { createPort } from "./port";
import { patchReaders } from "./readers";
import { selectAudioOutput } from "./select-audio-output";
import { patchStreams, patchTracks } from "./track-patch";

/** To be called once, before any script of the page. */
export function installMedia(wire: Wire, opening: Pick<Opening, "url" | "devices">): MediaPort {
  const engine: Engine = { wire, url: opening.url, worker: new MediaWorker() };
  const grants = new Grants();
  const devices = new Devices(engine, grants, opening.devices);
  const ability = (track: OwnTrack) => {
    const device = devices.find(track.settings.deviceId);
    return device ? abilityOf(device) : screenAbility();
  };
  patchTracks(async (track, constraints) => {
    try {
      await applyConstraints(engine, devices, ability, track, constraints);
    } catch (error) {
      throw exceptionOf(error);
    }
  });
  patchStreams();
  patchElements(engine, devices);
  patchReaders(engine);
  patchPermissions(grants);
  patchDeviceInfo();
  installCaptureController();
  patchMediaDevices(engine, devices, grants);
  followTracks(engine);
  return createPort(engine);
}

function patchMediaDevices(engine: Engine, devices: Devices, grants: Grants): void {
  if (typeof MediaDevices !== "function") return;
  const prototype = MediaDevices.prototype;
  const check = (self: unknown): void => {
    if (!(self instanceof MediaDevices)) throw new TypeError("Illegal invocation");
  };
  definePromiseMethod<MediaDevices>(prototype, "enumerateDevices", 0, async function () {
    check(this);
    return devices.enumerate();
  });
  defineMethod<MediaDevices>(prototype, "getSupportedConstraints", 0, function () {
    check(this);
    return Object.fromEntries(SUPPORTED.map((name) => [name, true]));
  });
  definePromiseMethod<MediaDevices>(prototype, "getUserMedia", 0, function (constraints?: unknown) {
    check(this);
    return getUserMedia(engine, devices, grants, constraints);
  });
  definePromiseMethod<MediaDevices>(prototype, "getDisplayMedia", 0, function (options?: unknown) {
    check(this);
    return getDisplayMedia(engine, devices, options);
  });
  definePromiseMethod<MediaDevices>(prototype, "selectAudioOutput", 0, async function (options?: unknown) {
    check(this);
    return selectAudioOutput(devices, grants, options);
  });
  patchLegacy(engine, devices, grants);
}

/** The callback form on `Navigator`, only where the webview has it. */
function patchLegacy(engine: Engine, devices: Devices, grants: Grants): void {
  for (const name of ["getUserMedia", "webkitGetUserMedia"]) {
    if (!(name in Navigator.prototype)) continue;
    defineMethod<Navigator>(Navigator.prototype, name, 3, function (
      constraints: unknown,
      success: (stream: MediaStream) => void,
      failure: (error: unknown) => void,
    ) {
      if (typeof success !== "function" || typeof failure !== "function") throw new TypeError("a callback is missing");
      getUserMedia(engine, devices, grants, constraints).then(success, failure);
    });
  }
}
