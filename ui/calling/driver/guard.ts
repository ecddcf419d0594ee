// The SDK is not ours: whatever it does not have or throws becomes a plain event, and nothing else stops.

import type { CallingFailure } from "../wire/contract";
import type { Tell } from "./outbox";
import type { Emitter, FeatureName, Sdk } from "./sdk";

interface Featured {
  feature(factory: never): unknown;
}

export class Guard {
  readonly #tell: Tell;
  readonly #unsupported = new Set<string>();
  readonly #undo: (() => void)[] = [];

  constructor(tell: Tell) {
    this.#tell = tell;
  }

  /** A feature of a call or client; null, and told once, where there is none. */
  feature<T extends object>(sdk: Sdk, from: Featured, name: FeatureName): T | null {
    const factory = sdk.features[name];
    if (factory === undefined || factory === null) return this.#missing(name, "not in this SDK");
    try {
      const feature = from.feature(factory as never);
      if (typeof feature === "object" && feature !== null) return feature as T;
      return this.#missing(name, "not there");
    } catch (error) {
      return this.#missing(name, reason(error));
    }
  }

  /** Reads something; what throws is told once by the name of what was read. */
  look(name: string, read: () => void): void {
    try {
      read();
    } catch (error) {
      this.#missing(name, reason(error));
    }
  }

  /** Listens until `release`. */
  listen<T>(name: string, from: Emitter | undefined, event: string, listener: (args: T) => void): void {
    if (!from) return;
    const guarded = (args: T): void => this.look(name, () => listener(args));
    this.look(name, () => {
      from.on(event as never, guarded as never);
      this.#undo.push(() => from.off(event as never, guarded as never));
    });
  }

  /** Something to be undone by `release`. */
  later(undo: () => void): void {
    this.#undo.push(undo);
  }

  release(): void {
    for (const undo of this.#undo.splice(0)) {
      try {
        undo();
      } catch {
        // It goes away with the call in any case.
      }
    }
  }

  /** Carries a request out; what goes wrong is told. */
  async attempt(request: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      this.#tell({ event: "failed", request, failure: failure(error) });
      return false;
    }
  }

  #missing(name: string, why: string): null {
    if (!this.#unsupported.has(name)) {
      this.#unsupported.add(name);
      this.#tell({ event: "unsupported", feature: name, reason: why });
    }
    return null;
  }
}

/** Whatever was thrown, as a plain value. */
export function failure(error: unknown): CallingFailure {
  const thrown = typeof error === "object" && error !== null ? (error as Record<string, unknown>) : {};
  return {
    code: whole(thrown["code"]),
    subCode: whole(thrown["subCode"]),
    name: typeof thrown["name"] === "string" ? thrown["name"] : "",
    message: reason(error),
  };
}

function reason(error: unknown): string {
  if (typeof error === "object" && error !== null && "message" in error) return String(error.message);
  return String(error);
}

function whole(value: unknown): number | null {
  return typeof value === "number" ? count(value) : null;
}

/** A number that Rust takes as a u32. */
export function count(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < 0) return 0;
  return Math.min(Math.floor(value), 0xffff_ffff);
}

export function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
