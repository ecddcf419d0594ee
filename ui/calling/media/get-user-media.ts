/** `getUserMedia()`. */
import { readConstraints, type Constraints } from "./constraints/dictionary";
import { selectSettings } from "./constraints/select";
import type { Devices } from "./devices";
import type { Engine } from "./engine";
import { exceptionOf } from "./errors";
import { openTrack, plainConstraints, type Wanted } from "./open-track";
import type { OwnTrack } from "./own-track";
import type { Grants } from "./permissions";

interface Request {
  origin: "camera" | "microphone";
  constraints: Constraints;
  given: MediaTrackConstraints;
}

export async function getUserMedia(
  engine: Engine,
  devices: Devices,
  grants: Grants,
  value: unknown,
): Promise<MediaStream> {
  const requests = readRequests(value);
  try {
    const wanted = await Promise.all(requests.map((request) => choose(devices, request)));
    const tracks = await openAll(engine, devices, wanted);
    for (const { origin } of tracks) if (origin === "camera" || origin === "microphone") grants.grant(origin);
    return new MediaStream(tracks.map(({ track }) => track));
  } catch (error) {
    throw exceptionOf(error);
  }
}

/** Opens all, or none. */
async function openAll(engine: Engine, devices: Devices, wanted: Wanted[]): Promise<OwnTrack[]> {
  const results = await Promise.allSettled(wanted.map((one) => openTrack(engine, devices, one)));
  const failed = results.find((result) => result.status === "rejected");
  const opened = results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
  if (!failed) return opened;
  for (const track of opened) track.stop();
  throw failed.reason;
}

async function choose(devices: Devices, { origin, constraints, given }: Request): Promise<Wanted> {
  const sources = await devices.inputs(origin === "camera" ? "videoinput" : "audioinput", constraints);
  if (sources.length === 0) throw new DOMException(`There is no ${origin}`, "NotFoundError");
  const { source, settings } = selectSettings(sources, constraints);
  const chosen = sources.find((one) => one.source === source);
  if (!chosen) throw new TypeError("the chosen device is not among those to choose from");
  return { origin, settings, ability: chosen.ability, constraints, given };
}

function readRequests(value: unknown): Request[] {
  if (value !== undefined && value !== null && typeof value !== "object" && typeof value !== "function") {
    throw new TypeError("the constraints are not a dictionary");
  }
  const { audio, video } = (value ?? {}) as { audio?: unknown; video?: unknown };
  const requests: Request[] = [];
  for (const [origin, member] of [
    ["microphone", audio],
    ["camera", video],
  ] as const) {
    if (member === undefined || (typeof member !== "object" && !member)) continue;
    const dictionary = typeof member === "object" ? member : {};
    requests.push({ origin, constraints: readConstraints(dictionary), given: plainConstraints(dictionary) });
  }
  if (requests.length === 0) throw new TypeError("At least one of audio and video must be requested");
  return requests;
}
