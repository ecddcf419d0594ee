/** `getDisplayMedia()` and `CaptureController` of screen-capture. What is shown the guest chooses outside of the page. */
import { pictureAbility } from "./constraints/ability";
import { readConstraints, type Constraints } from "./constraints/dictionary";
import { selectSettings } from "./constraints/select";
import type { Devices } from "./devices";
import type { Engine } from "./engine";
import { exceptionOf } from "./errors";
import { openTrack, plainConstraints } from "./open-track";
import type { OwnTrack } from "./own-track";
import { defineGlobal, defineMethod } from "./patch";

const MAX_RATE = 60;

export const screenAbility = () => pictureAbility(null, MAX_RATE);

/** The track that each controller captures; null before it does. */
const captures = new WeakMap<object, Capture>();

interface Capture {
  track: OwnTrack | null;
  bound: boolean;
  failed: boolean;
}

export async function getDisplayMedia(engine: Engine, devices: Devices, value: unknown): Promise<MediaStream> {
  if (value !== undefined && value !== null && typeof value !== "object") {
    throw new TypeError("the options are not a dictionary");
  }
  const options = (value ?? {}) as Record<string, unknown>;
  readChoices(options);
  const { constraints, given, tooSmall } = readVideo(options["video"]);
  const capture = readController(options["controller"]);
  if (navigator.userActivation && !navigator.userActivation.isActive) {
    throw new DOMException("getDisplayMedia() needs a gesture of the user", "InvalidStateError");
  }
  if (capture?.bound) throw new DOMException("the controller has been used", "InvalidStateError");
  if (capture) capture.bound = true;
  const ability = screenAbility();
  try {
    if (tooSmall !== null) throw new OverconstrainedError(tooSmall, "nothing is that small");
    const { settings } = selectSettings([{ source: null, ability }], constraints);
    Object.assign(settings, { width: null, height: null });
    const track = await openTrack(engine, devices, { origin: "screen", settings, ability, constraints, given });
    if (capture) capture.track = track;
    return new MediaStream([track.track]);
  } catch (error) {
    if (capture) capture.failed = true;
    throw exceptionOf(error);
  }
}

/** Members that are enumerations. They are wishes: what is shown the guest chooses. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  monitorTypeSurfaces: ["include", "exclude"],
  selfBrowserSurface: ["include", "exclude"],
  surfaceSwitching: ["include", "exclude"],
  systemAudio: ["include", "exclude"],
  windowAudio: ["system", "window", "exclude"],
};

function readChoices(options: Record<string, unknown>): void {
  for (const [name, values] of Object.entries(CHOICES)) {
    const value = options[name];
    if (value !== undefined && !values.includes(String(value))) {
      throw new TypeError(`${name} cannot be ${String(value)}`);
    }
  }
  const { video, monitorTypeSurfaces } = options;
  const surface = typeof video === "object" && video !== null && "displaySurface" in video ? video.displaySurface : null;
  if (monitorTypeSurfaces === "exclude" && surface === "monitor") {
    throw new TypeError("monitors are wanted and excluded");
  }
}

function readVideo(video: unknown): {
  constraints: Constraints;
  given: MediaTrackConstraints;
  tooSmall: string | null;
} {
  if (video !== undefined && typeof video !== "object" && !video) throw new TypeError("video must be requested");
  const given = typeof video === "object" ? video : {};
  const constraints = readConstraints(given);
  if (constraints.advanced.length > 0) throw new TypeError("advanced constraints are not allowed");
  let tooSmall: string | null = null;
  for (const [name, constraint] of constraints.basic) {
    if (constraint.exact !== undefined || (constraint.type === "range" && constraint.min !== undefined)) {
      throw new TypeError(`${name}: min and exact are not allowed`);
    }
    if (constraint.type === "range" && constraint.max !== undefined && constraint.max <= 0) {
      tooSmall ??= name;
    }
  }
  return { constraints, given: plainConstraints(given), tooSmall };
}

function readController(controller: unknown): Capture | null {
  if (controller === undefined) return null;
  const capture = typeof controller === "object" && controller !== null ? captures.get(controller) : undefined;
  if (!capture) throw new TypeError("controller is not a CaptureController");
  return capture;
}

const FOCUS = ["focus-capturing-application", "focus-captured-surface", "no-focus-change"];

export function installCaptureController(): void {
  class CaptureController extends EventTarget {
    constructor() {
      super();
      captures.set(this, { track: null, bound: false, failed: false });
    }
  }
  defineMethod<CaptureController>(CaptureController.prototype, "setFocusBehavior", 1, function (behaviour: unknown) {
    const capture = captures.get(this);
    if (!capture) throw new TypeError("Illegal invocation");
    if (!FOCUS.includes(String(behaviour))) throw new TypeError("no such focus behaviour");
    if (capture.failed || capture.track?.ended) throw new DOMException("the capture has ended", "InvalidStateError");
    const surface = (capture.track?.settings as { displaySurface?: string } | undefined)?.displaySurface;
    if (capture.track && surface === "monitor") throw new DOMException("a monitor has no focus", "InvalidStateError");
  });
  // A minifier has shortened it.
  Object.defineProperty(CaptureController, "name", { value: "CaptureController", configurable: true });
  Object.defineProperty(CaptureController.prototype, Symbol.toStringTag, {
    value: "CaptureController",
    configurable: true,
  });
  defineGlobal("CaptureController", CaptureController);
}
