/** A plain control socket for tests of the media part alone. */
import type { Answer, Command, Opening, WireError, WireEvent } from "../wire/contract";
import type { Happening, HappeningOf, Wire } from "../wire/wire";

export class SocketWire implements Wire {
  #socket: WebSocket;
  #waiting: string[] = [];
  #seq = 0;
  #handle = -1;
  #replies = new Map<number, { resolve: (answer: Answer) => void; reject: (error: WireError) => void }>();
  #listeners = new Map<string, Set<(event: never) => void>>();

  constructor({ url, token }: Pick<Opening, "url" | "token">) {
    this.#socket = new WebSocket(`${url}/control`, ["foyer-bridge.v1", `token.${token}`]);
    this.#socket.onopen = () => {
      for (const message of this.#waiting.splice(0)) this.#socket.send(message);
    };
    this.#socket.onmessage = ({ data }: MessageEvent<string>) => {
      for (const event of JSON.parse(data) as WireEvent[]) this.#receive(event);
    };
  }

  handle(): number {
    this.#handle += 2;
    return this.#handle;
  }

  send(command: Command): void {
    this.#post(command);
  }

  request(command: Command): Promise<Answer> {
    return new Promise((resolve, reject) => this.#replies.set(this.#post(command), { resolve, reject }));
  }

  on<Name extends Happening["event"]>(name: Name, listener: (event: HappeningOf<Name>) => void): () => void {
    const those = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, those);
    those.add(listener);
    return () => those.delete(listener);
  }

  #post(command: Command): number {
    this.#seq += 1;
    const message = JSON.stringify([{ seq: this.#seq, command }]);
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(message);
    else this.#waiting.push(message);
    return this.#seq;
  }

  #receive(event: WireEvent): void {
    if (event.event !== "reply") {
      for (const listener of this.#listeners.get(event.event) ?? []) listener(event as never);
      return;
    }
    const reply = this.#replies.get(event.seq);
    this.#replies.delete(event.seq);
    if ("ok" in event.outcome) reply?.resolve(event.outcome.ok);
    else reply?.reject(event.outcome.error);
  }
}
