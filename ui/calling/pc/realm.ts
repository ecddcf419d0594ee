/** What the implementation objects of one page share. */
import type { Capabilities } from "../wire/contract";
import type { Client } from "../wire/client";
import type { MediaPort } from "./media-port";

export interface Realm {
  readonly client: Client;
  readonly media: MediaPort;
  /** What the engine can send and receive. */
  readonly capabilities: Capabilities;
}

let current: Realm | undefined;

/** Sets what objects made from now on use. To be called before the page makes any. */
export function enterRealm(realm: Realm): void {
  current = realm;
}

/** The page's realm. */
export function realm(): Realm {
  if (!current) {
    throw new Error("no engine is connected");
  }
  return current;
}
