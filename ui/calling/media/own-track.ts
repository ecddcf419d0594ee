import type { OpenTrack, TrackKind, TrackSettings } from "../wire/contract";
import { queueTask } from "../wire/tasks";
import { carryHandle } from "../wire/track-handle";
import type { Handle } from "../wire/wire";
import type { Engine } from "./engine";
import { natives } from "./natives";
import { placeholder } from "./placeholder";
import { VideoFeed } from "./video-feed";

export type Origin = "camera" | "microphone" | "screen" | "remote";

/** What a track is made of. */
export interface Birth {
  handle: Handle;
  kind: TrackKind;
  origin: Origin;
  id: string;
  label: string;
  muted: boolean;
  settings: MediaTrackSettings;
  constraints: MediaTrackConstraints;
  capabilities: MediaTrackCapabilities;
}

/** A track of the engine: what pages see of the native track that stands for it. */
export class OwnTrack {
  readonly handle: Handle;
  readonly kind: TrackKind;
  readonly origin: Origin;
  readonly id: string;
  readonly label: string;
  readonly track: MediaStreamTrack;
  readonly capabilities: MediaTrackCapabilities;
  settings: MediaTrackSettings;
  constraints: MediaTrackConstraints;
  /** For pictures. */
  readonly feed: VideoFeed | null;
  /** Called when the track has ended. */
  readonly onEnd = new Set<() => void>();
  #engine: Engine;
  #muted: boolean;
  #ended = false;

  constructor(engine: Engine, birth: Birth) {
    this.#engine = engine;
    this.handle = birth.handle;
    this.kind = birth.kind;
    this.origin = birth.origin;
    this.id = birth.id;
    this.label = birth.label;
    this.settings = birth.settings;
    this.constraints = birth.constraints;
    this.capabilities = birth.capabilities;
    this.#muted = birth.muted;
    this.track = placeholder(birth.kind);
    carryHandle(this.track, this.handle);
    this.feed = birth.kind === "video" ? new VideoFeed(engine, birth.handle) : null;
    own.set(this.track, this);
    live.set(this.handle, this);
  }

  get ended(): boolean {
    return this.#ended;
  }

  get muted(): boolean {
    return this.#muted;
  }

  get enabled(): boolean {
    return natives.track.enabled.get(this.track);
  }

  set enabled(enabled: boolean) {
    if (enabled === this.enabled) return;
    natives.track.enabled.set(this.track, enabled);
    if (this.#ended) return;
    if (this.feed) this.feed.enabled = enabled;
    this.#engine.wire.send({ op: "trackEnable", track: this.handle, enabled });
  }

  /** Sets `muted` and fires `mute` or `unmute`, if it changes. */
  setMuted(muted: boolean): void {
    if (this.#ended || muted === this.#muted) return;
    this.#muted = muted;
    this.track.dispatchEvent(new Event(muted ? "mute" : "unmute"));
  }

  /** `stop()`: no event. */
  stop(): void {
    if (this.#ended) return;
    this.#finish();
    this.#engine.wire.send({ op: "trackStop", track: this.handle });
  }

  /** Its source is gone: `ended` is fired in a task of its own. */
  end(): void {
    if (this.#ended) return;
    queueTask(() => {
      if (this.#ended) return;
      this.#finish();
      this.track.dispatchEvent(new Event("ended"));
    });
  }

  clone(): OwnTrack {
    const handle = this.#engine.wire.handle();
    const twin = new OwnTrack(this.#engine, {
      handle,
      kind: this.kind,
      origin: this.origin,
      id: newId(),
      label: this.label,
      muted: this.#muted,
      settings: { ...this.settings },
      constraints: structuredClone(this.constraints),
      capabilities: this.capabilities,
    });
    twin.track.contentHint = this.track.contentHint;
    if (this.#ended) {
      twin.#finish();
      return twin;
    }
    this.#engine.wire.send({ op: "trackClone", track: handle, of: this.handle });
    twin.enabled = this.enabled;
    return twin;
  }

  #finish(): void {
    this.#ended = true;
    natives.track.stop.call(this.track);
    this.feed?.end();
    live.delete(this.handle);
    for (const listener of [...this.onEnd]) listener();
    this.onEnd.clear();
  }
}

const own = new WeakMap<object, OwnTrack>();

/** Every live track, held strongly: the webview may drop the object that pages see while only its stream holds the track. */
const live = new Map<Handle, OwnTrack>();

/** The engine's track that this one stands for. */
export function ownTrack(track: unknown): OwnTrack | undefined {
  return typeof track === "object" && track !== null ? own.get(track) : undefined;
}

/** A live track by its handle. */
export function liveTrack(handle: Handle): OwnTrack | undefined {
  return live.get(handle);
}

export function liveTracks(): OwnTrack[] {
  return [...live.values()];
}

/** A track identifier as browsers make them. */
export function newId(): string {
  return crypto.randomUUID();
}

/** What `getSettings()` says of a track that the engine has opened. */
export function settingsOf(origin: Origin, opened: OpenTrack, groupId: string | undefined): MediaTrackSettings {
  const said = opened.settings;
  const settings: MediaTrackSettings & { displaySurface?: string; resizeMode?: string } = {};
  if (said.deviceId !== null) settings.deviceId = said.deviceId;
  if (groupId !== undefined) settings.groupId = groupId;
  if (origin === "microphone") {
    settings.autoGainControl = said.autoGainControl ?? false;
    settings.channelCount = 1;
    settings.echoCancellation = said.echoCancellation ?? false;
    settings.noiseSuppression = said.noiseSuppression ?? false;
    settings.sampleRate = 48_000;
    settings.sampleSize = 16;
    return { ...settings, latency: 0.01 } as MediaTrackSettings;
  }
  setSize(settings, said);
  if (said.frameRate !== null) settings.frameRate = said.frameRate;
  settings.resizeMode = "crop-and-scale";
  if (opened.displaySurface !== null) {
    Object.assign(settings, { displaySurface: opened.displaySurface, logicalSurface: true, cursor: "always" });
  }
  return settings;
}

function setSize(settings: MediaTrackSettings, { width, height }: TrackSettings): void {
  if (width === null || height === null) return;
  settings.width = width;
  settings.height = height;
  settings.aspectRatio = width / height;
}

/** Follows the engine's news of tracks. */
export function followTracks(engine: Engine): void {
  const { wire } = engine;
  wire.on("trackFlows", ({ track, flows }) => {
    const one = liveTrack(track);
    // Connections say when remote tracks mute: that is part of applying a description.
    if (one && one.origin !== "remote") one.setMuted(!flows);
  });
  wire.on("trackEnded", ({ track }) => {
    const one = liveTrack(track);
    if (one && one.origin !== "remote") one.end();
  });
  wire.on("trackSized", ({ track, width, height }) => {
    const one = liveTrack(track);
    if (one) one.settings = { ...one.settings, width, height, aspectRatio: width / height };
  });
}
