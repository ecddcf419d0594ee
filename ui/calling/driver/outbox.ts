// Events on their way to Rust: in order, in batches, one batch under way at a time, because two invocations may
// overtake each other.

import type { CallingBatch, CallingEvent } from "../wire/contract";

export type Tell = (event: CallingEvent) => void;

/** Events in one batch at most. */
const BATCH = 256;

export class Outbox {
  readonly #send: (batch: CallingBatch) => Promise<void>;
  #waiting: CallingEvent[] = [];
  #next = 1;
  #draining: Promise<void> | null = null;

  constructor(send: (batch: CallingBatch) => Promise<void>) {
    this.#send = send;
  }

  readonly tell: Tell = (event) => {
    this.#waiting.push(event);
    // Begins after this task, so that what it tells goes together.
    this.#draining ??= Promise.resolve().then(() => this.#drain());
  };

  /** Resolves when everything told so far has been taken. */
  async empty(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  async #drain(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const events = this.#waiting.splice(0, BATCH);
        const first = this.#next;
        this.#next += events.length;
        await this.#send({ first, events });
      }
    } catch {
      // Nobody takes events any more: the window is being closed.
      this.#waiting = [];
    } finally {
      this.#draining = null;
    }
  }
}
