import type { Answer, Command, WireEvent } from "./contract";

/** An object of the page or the engine on the wire. */
export type Handle = number;

/** The events that are not answers. */
export type Happening = Exclude<WireEvent, { event: "reply" }>;

export type HappeningOf<Name extends Happening["event"]> = Extract<Happening, { event: Name }>;

/** The control socket, as the rest of the page's side sees it. */
export interface Wire {
  /** A new handle of the page's. */
  handle(): Handle;
  /** For commands without an answer. */
  send(command: Command): void;
  /** For commands with one. Rejects with the engine's `WireError`. */
  request(command: Command): Promise<Answer>;
  /** Calls `listener` for each such event, in a task of its own. The returned function ends that. */
  on<Name extends Happening["event"]>(name: Name, listener: (event: HappeningOf<Name>) => void): () => void;
}
