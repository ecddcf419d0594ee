import type { Answer } from "../wire/contract";
import type { Handle, Wire } from "../wire/wire";
import type { MediaWorker } from "./media-worker";

/** What media needs of the rest. */
export interface Engine {
  readonly wire: Wire;
  /** `ws://127.0.0.1:PORT`. */
  readonly url: string;
  readonly worker: MediaWorker;
}

/** Where a media socket is, and the token that opens it. */
export interface SocketAddress {
  url: string;
  token: string;
}

/** A socket with the pictures or samples of a track. */
export async function watchTrack(engine: Engine, track: Handle): Promise<SocketAddress> {
  return addressOf(engine, await engine.wire.request({ op: "trackWatch", track }));
}

/** Where the socket of a `media` answer is. */
export function addressOf(engine: Engine, answer: Answer): SocketAddress {
  if (typeof answer !== "object" || !("media" in answer)) {
    throw new TypeError("the engine answered with something else than a media socket");
  }
  return { url: engine.url + answer.media.path, token: answer.media.token };
}
