import type { Handle } from "./wire";

/** Polyfill and driver are scripts of their own: tracks carry the engine's name from one to the other. */
const HANDLE = Symbol.for("foyer.handle");

/** Lets the engine's name be read off a track of its own. */
export function carryHandle(track: MediaStreamTrack, handle: Handle): void {
  Object.defineProperty(track, HANDLE, { value: handle });
}

/** The engine's name of a track; null for one of the webview's own. */
export function carriedHandle(track: MediaStreamTrack): Handle | null {
  const handle: unknown = Reflect.get(track, HANDLE);
  return typeof handle === "number" ? handle : null;
}
