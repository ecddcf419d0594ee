/** Stand-ins for what the webview has and Node lacks; only the accessors that tell real objects from others matter. */
class FakeTrack extends EventTarget {
  readonly #kind: string = "audio";
  get kind(): string {
    return this.#kind;
  }
  get id(): string {
    return `native of ${this.kind}`;
  }
  get enabled(): boolean {
    return this.#kind !== "";
  }
}

class FakeStream extends EventTarget {
  readonly #active: boolean = true;
  get active(): boolean {
    return this.#active;
  }
}

/** Puts them onto the global object, before anything is installed. */
export function defineNatives(): void {
  Object.assign(globalThis, { MediaStreamTrack: FakeTrack, MediaStream: FakeStream });
}
