/** Tracks and streams for tests of connections, where no webview is. */
import type { MediaPort } from "../pc/media-port";
import { queueTask } from "../wire/tasks";

class FakeTrack extends EventTarget {
  readonly #kind: string;
  readonly id: string;
  readonly label = "";
  muted = true;
  readyState: MediaStreamTrackState = "live";

  constructor(kind = "audio", id: string = crypto.randomUUID()) {
    super();
    this.#kind = kind;
    this.id = id;
  }
  get kind(): string {
    return this.#kind;
  }
}

class FakeStream extends EventTarget {
  readonly id: string;
  readonly tracks = new Set<FakeTrack>();
  readonly #active = true;

  constructor(id: string = crypto.randomUUID()) {
    super();
    this.id = id;
  }
  get active(): boolean {
    return this.#active;
  }
  getTracks(): FakeTrack[] {
    return [...this.tracks];
  }
}

/** Puts the classes onto the global object. To be called before interfaces are installed. */
export function defineMedia(): void {
  Object.assign(globalThis, { MediaStreamTrack: FakeTrack, MediaStream: FakeStream });
}

/** A track of the page. */
export function localTrack(kind: "audio" | "video"): MediaStreamTrack {
  return new FakeTrack(kind) as unknown as MediaStreamTrack;
}

/** A stream of the page. */
export function localStream(): MediaStream {
  return new FakeStream() as unknown as MediaStream;
}

class MembershipEvent extends Event {
  constructor(
    type: string,
    readonly track: MediaStreamTrack,
  ) {
    super(type);
  }
}

/** The port. `log` tells what it did, in order. */
export class FakeMedia implements MediaPort {
  readonly log: string[] = [];
  #handles = 10_001;
  readonly #local = new WeakMap<object, number>();

  remoteTrack(_handle: number, kind: string, id?: string): MediaStreamTrack {
    return new FakeTrack(kind, id) as unknown as MediaStreamTrack;
  }
  setMuted(track: MediaStreamTrack, muted: boolean): void {
    if (track.muted !== muted) {
      (track as { muted: boolean }).muted = muted;
      this.log.push(muted ? "mute" : "unmute");
      track.dispatchEvent(new Event(muted ? "mute" : "unmute"));
    }
  }
  end(track: MediaStreamTrack): void {
    queueTask(() => {
      (track as unknown as FakeTrack).readyState = "ended";
      track.dispatchEvent(new Event("ended"));
    });
  }
  stream(id: string): MediaStream {
    return new FakeStream(id) as unknown as MediaStream;
  }
  addTrack(stream: MediaStream, track: MediaStreamTrack): void {
    (stream as unknown as FakeStream).tracks.add(track as unknown as FakeTrack);
    this.log.push("addtrack");
    stream.dispatchEvent(new MembershipEvent("addtrack", track));
  }
  removeTrack(stream: MediaStream, track: MediaStreamTrack): void {
    (stream as unknown as FakeStream).tracks.delete(track as unknown as FakeTrack);
    this.log.push("removetrack");
    stream.dispatchEvent(new MembershipEvent("removetrack", track));
  }
  handleOf(track: MediaStreamTrack): number | null {
    if (track.readyState === "ended") {
      return null;
    }
    const handle = this.#local.get(track) ?? (this.#handles += 2);
    this.#local.set(track, handle);
    return handle;
  }
}
