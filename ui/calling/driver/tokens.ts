// Tokens come from Rust, one question at a time each with its number.

import type { CallingToken } from "../wire/contract";
import type { Tell } from "./outbox";
import type { Token } from "./sdk";

export class Tokens {
  readonly #tell: Tell;
  readonly #waiting = new Map<number, { resolve: (token: Token) => void; reject: (error: Error) => void }>();
  #asked = 0;

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  readonly fetch = (): Promise<Token> => {
    this.#asked += 1;
    const ask = this.#asked;
    return new Promise((resolve, reject) => {
      this.#waiting.set(ask, { resolve, reject });
      this.#tell({ event: "tokenWanted", ask });
    });
  };

  answer(ask: number, token: CallingToken | null): void {
    const waiting = this.#waiting.get(ask);
    this.#waiting.delete(ask);
    if (token) waiting?.resolve({ token: token.token, expiresOnTimestamp: token.expiresMs });
    else waiting?.reject(new Error("there is no token"));
  }
}
