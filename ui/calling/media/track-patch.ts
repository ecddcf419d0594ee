/** `MediaStreamTrack` and `MediaStream` for tracks of the engine; all others stay as the webview has them. */
import { natives } from "./natives";
import { OwnTrack, ownTrack } from "./own-track";
import { pageTrackEnabled, pageTrackStopped } from "./page-tracks";
import { defineAttribute, defineMethod, definePromiseMethod } from "./patch";

/** Applies constraints to a track of the engine. */
export type ApplyConstraints = (track: OwnTrack, constraints: unknown) => Promise<void>;

export function patchTracks(apply: ApplyConstraints): void {
  const prototype = MediaStreamTrack.prototype;
  const attribute = <Value>(name: "id" | "label" | "muted", of: (track: OwnTrack) => Value): void =>
    defineAttribute<MediaStreamTrack, unknown>(prototype, name, (self) => {
      const own = ownTrack(self);
      return own ? of(own) : natives.track[name].get(self);
    });
  attribute("id", (own) => own.id);
  attribute("label", (own) => own.label);
  attribute("muted", (own) => own.muted);
  defineAttribute<MediaStreamTrack, MediaStreamTrackState>(prototype, "readyState", (self) => {
    const own = ownTrack(self);
    if (!own) return natives.track.readyState.get(self);
    return own.ended ? "ended" : "live";
  });
  defineAttribute<MediaStreamTrack, boolean>(
    prototype,
    "enabled",
    (self) => natives.track.enabled.get(self),
    (self, value) => {
      const own = ownTrack(self);
      if (own) own.enabled = Boolean(value);
      else {
        natives.track.enabled.set(self, value);
        pageTrackEnabled(self, natives.track.enabled.get(self));
      }
    },
  );
  defineMethod<MediaStreamTrack>(prototype, "stop", 0, function () {
    const own = ownTrack(this);
    if (own) own.stop();
    else {
      natives.track.stop.call(this);
      pageTrackStopped(this);
    }
  });
  defineMethod<MediaStreamTrack>(prototype, "clone", 0, function () {
    const own = ownTrack(this);
    return own ? own.clone().track : natives.track.clone.call(this);
  });
  defineMethod<MediaStreamTrack>(prototype, "getSettings", 0, function () {
    const own = ownTrack(this);
    return own ? { ...own.settings } : natives.track.getSettings.call(this);
  });
  defineMethod<MediaStreamTrack>(prototype, "getCapabilities", 0, function () {
    const own = ownTrack(this);
    return own ? structuredClone(own.capabilities) : natives.track.getCapabilities.call(this);
  });
  defineMethod<MediaStreamTrack>(prototype, "getConstraints", 0, function () {
    const own = ownTrack(this);
    return own ? structuredClone(own.constraints) : natives.track.getConstraints.call(this);
  });
  definePromiseMethod<MediaStreamTrack>(prototype, "applyConstraints", 0, async function (constraints?: unknown) {
    const own = ownTrack(this);
    if (!own) return natives.track.applyConstraints.call(this, constraints as MediaTrackConstraints | undefined);
    return apply(own, constraints);
  });
}

const streamIds = new WeakMap<MediaStream, string>();
const listeners = new WeakMap<MediaStream, Set<() => void>>();

/** A stream with an identifier of our choice. */
export function streamWithId(id: string): MediaStream {
  const stream = new MediaStream();
  streamIds.set(stream, id);
  return stream;
}

/** Calls `listener` whenever tracks of the stream come or go, until the returned function is called. */
export function onTracks(stream: MediaStream, listener: () => void): () => void {
  const those = listeners.get(stream) ?? new Set();
  listeners.set(stream, those);
  those.add(listener);
  return () => those.delete(listener);
}

export function patchStreams(): void {
  const prototype = MediaStream.prototype;
  const changed = (stream: MediaStream): void => {
    for (const listener of [...(listeners.get(stream) ?? [])]) listener();
  };
  defineAttribute<MediaStream, string>(prototype, "id", (self) => streamIds.get(self) ?? natives.stream.id.get(self));
  defineMethod<MediaStream>(prototype, "getTrackById", 1, function (id: unknown) {
    const wanted = String(id);
    return natives.stream.getTracks.call(this).find((track) => track.id === wanted) ?? null;
  });
  defineMethod<MediaStream>(prototype, "addTrack", 1, function (track: MediaStreamTrack) {
    natives.stream.addTrack.call(this, track);
    changed(this);
  });
  defineMethod<MediaStream>(prototype, "removeTrack", 1, function (track: MediaStreamTrack) {
    natives.stream.removeTrack.call(this, track);
    changed(this);
  });
  defineMethod<MediaStream>(prototype, "clone", 0, function () {
    const tracks = natives.stream.getTracks.call(this);
    if (!tracks.some(ownTrack)) return natives.stream.clone.call(this);
    return new MediaStream(tracks.map((track) => track.clone()));
  });
}
