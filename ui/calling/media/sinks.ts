import type { Handle } from "../wire/wire";
import type { Engine } from "./engine";

/** What the loudspeakers get of an element. */
export interface Playing {
  tracks: Handle[];
  volume: number;
  muted: boolean;
  deviceId: string;
}

/** One element's remote sound, which the engine plays. */
export class Sink {
  #engine: Engine;
  #handle: Handle | null = null;
  #said = "";

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Tells the engine, if there is news. */
  set(playing: Playing): void {
    if (this.#handle === null && playing.tracks.length === 0) return;
    const said = JSON.stringify(playing);
    if (said === this.#said) return;
    this.#said = said;
    this.#handle ??= this.#engine.wire.handle();
    this.#engine.wire.send({ op: "sinkSet", sink: this.#handle, ...playing });
  }

  close(): void {
    if (this.#handle !== null) this.#engine.wire.send({ op: "sinkClose", sink: this.#handle });
    this.#handle = null;
    this.#said = "";
  }
}
