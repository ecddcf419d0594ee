import { deviceInfo } from "./device-info";
import type { Devices } from "./devices";
import type { Grants } from "./permissions";

/** `selectAudioOutput()`: the named device if the page knew it, else the first. The engine has no chooser of its own. */
export async function selectAudioOutput(devices: Devices, grants: Grants, options: unknown): Promise<MediaDeviceInfo> {
  if (navigator.userActivation && !navigator.userActivation.isActive) {
    throw new DOMException("selectAudioOutput() needs a gesture of the user", "InvalidStateError");
  }
  const wanted = (options as { deviceId?: unknown } | null | undefined)?.deviceId;
  const speakers = await devices.speakers();
  const device = speakers.find(({ deviceId }) => deviceId === wanted) ?? speakers.find(({ synthetic }) => !synthetic);
  if (!device) throw new DOMException("There is no audio output device", "NotFoundError");
  grants.grant("speaker-selection");
  return deviceInfo(device, null);
}
