// The real SDK. It is a chunk of its own, loaded when a Teams meeting is joined, after the W3C bridge stands.

import type { Sdk } from "./sdk";

/** Null in a build without the SDK. */
export const load: (() => Promise<Sdk>) | null = import.meta.env.FOYER_SDK ? async () => {
  const { sdk } = await import("./real-sdk");
  return sdk;
} : null;
