/**
 * The native tracks that stand for tracks of the engine. They must be there at once, while a track that a worker makes
 * comes later; so pages hold a native track that never shows anything, and what reads a track (an element, a recorder)
 * is given another one that does.
 */
import { natives } from "./natives";
import type { TrackKind } from "../wire/contract";

const bases = new Map<TrackKind, MediaStreamTrack>();

/** A live native track of this kind, without content. */
export function placeholder(kind: TrackKind): MediaStreamTrack {
  let base = bases.get(kind);
  if (!base) {
    base = kind === "video" ? stillTrack() : silentTrack();
    bases.set(kind, base);
  }
  const track = natives.track.clone.call(base);
  Object.setPrototypeOf(track, MediaStreamTrack.prototype);
  return track;
}

function stillTrack(): MediaStreamTrack {
  const canvas = document.createElement("canvas");
  canvas.width = 2;
  canvas.height = 2;
  canvas.getContext("2d");
  return onlyTrack(canvas.captureStream(0));
}

function silentTrack(): MediaStreamTrack {
  const context = new AudioContext();
  void context.suspend().catch(() => undefined);
  return onlyTrack(context.createMediaStreamDestination().stream);
}

export function onlyTrack(stream: MediaStream): MediaStreamTrack {
  const [track] = natives.stream.getTracks.call(stream);
  if (!track) throw new TypeError("the webview made a stream without a track");
  return track;
}
