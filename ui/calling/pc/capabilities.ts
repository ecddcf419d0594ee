/** `getCapabilities()` of senders and receivers, which pages ask for synchronously. */
import type { RTCRtpCapabilities } from "../idl/generated/types";
import type { TrackKind } from "../wire/contract";
import { capabilitiesFromWire } from "./codecs";
import { realm } from "./realm";

/** What the engine can send and receive of a kind. */
export function capabilitiesOf(kind: TrackKind): RTCRtpCapabilities {
  return capabilitiesFromWire(realm().capabilities[kind]);
}

/** As pages ask: null for what is no kind. */
export function getCapabilities(kind: string): RTCRtpCapabilities | null {
  return kind === "audio" || kind === "video" ? capabilitiesOf(kind) : null;
}
