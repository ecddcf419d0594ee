// Whether Microsoft's servers answer pages of this origin at all. A browser tells a page nothing of why a request
// failed; but a server that can be reached without being read from refuses the page, not the network.

import type { Tell } from "./outbox";

/** The part of the page that requests go through. */
export interface Network {
  fetch: typeof fetch;
  readonly XMLHttpRequest: typeof XMLHttpRequest;
  readonly location: { readonly origin: string };
}

/**
 * Watches until the first request is answered, or refused because of the origin, which is told. What the page asks and
 * gets is the same as without it, and afterwards nothing of it is left.
 */
export function watchOrigin(page: Network, tell: Tell): void {
  new Watch(page, tell).begin();
}

class Watch {
  readonly #page: Network;
  readonly #tell: Tell;
  readonly #fetch: typeof fetch;
  readonly #open: XMLHttpRequest["open"];
  readonly #asked = new Set<string>();
  #over = false;

  constructor(page: Network, tell: Tell) {
    this.#page = page;
    this.#tell = tell;
    this.#fetch = page.fetch;
    this.#open = page.XMLHttpRequest.prototype.open;
  }

  begin(): void {
    const ask = (...given: Parameters<typeof fetch>): Promise<Response> => this.#ask(given);
    this.#page.fetch = ask;
    const { prototype } = this.#page.XMLHttpRequest;
    const open = this.#open;
    const follow = (request: XMLHttpRequest, url: unknown): void => this.#follow(request, url);
    prototype.open = function (this: XMLHttpRequest, ...given: [string, string | URL]): void {
      Reflect.apply(open, this, given);
      follow(this, given[1]);
    } as XMLHttpRequest["open"];
  }

  #ask(given: Parameters<typeof fetch>): Promise<Response> {
    const answer = Reflect.apply(this.#fetch, this.#page, given);
    const [input] = given;
    const host = this.#foreign(input instanceof Request ? input.url : input);
    if (host) {
      answer.then(
        ({ type }) => type === "cors" && this.#end(),
        (error: unknown) => error instanceof TypeError && void this.#judge(host),
      );
    }
    return answer;
  }

  #follow(request: XMLHttpRequest, url: unknown): void {
    const host = this.#foreign(url);
    if (this.#over || !host) return;
    request.addEventListener("load", () => this.#end(), { once: true });
    request.addEventListener("error", () => void this.#judge(host), { once: true });
  }

  /** The server of another origin; what is the app's own is not by https. */
  #foreign(url: unknown): URL | null {
    try {
      const { origin, protocol } = new URL(String(url), this.#page.location.origin);
      return protocol === "https:" && origin !== this.#page.location.origin ? new URL(origin) : null;
    } catch {
      return null;
    }
  }

  /** Asks for nothing that could be read, which a server that is there answers whoever asks. */
  async #judge(server: URL): Promise<void> {
    if (this.#over || this.#asked.has(server.host)) return;
    this.#asked.add(server.host);
    try {
      const blind = { mode: "no-cors", method: "HEAD", credentials: "omit", cache: "no-store" } as const;
      await Reflect.apply(this.#fetch, this.#page, [server, blind]);
    } catch {
      // Not reached: the next failure may find it there.
      this.#asked.delete(server.host);
      return;
    }
    // Another server may have answered meanwhile.
    if (this.#over) return;
    this.#end();
    this.#tell({ event: "originRefused", host: server.host });
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    this.#page.fetch = this.#fetch;
    this.#page.XMLHttpRequest.prototype.open = this.#open;
  }
}
