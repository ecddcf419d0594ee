/** The negotiation-needed flag (webrtc-pc § 4.7). */
import type { WireDirection } from "../wire/contract";
import { receives, sends, type TransceiverImpl } from "./transceiver";

/** What the check looks at. */
export interface NegotiableState {
  /** Descriptions with these credentials must be replaced. */
  readonly credentialsToReplace: ReadonlySet<string>;
  readonly hasMadeChannels: boolean;
  /** The current local description has a data m-line. */
  readonly dataDescribed: boolean;
  readonly transceivers: readonly TransceiverImpl[];
}

const directionOf = (send: boolean, receive: boolean): WireDirection =>
  send ? (receive ? "sendrecv" : "sendonly") : receive ? "recvonly" : "inactive";

const reversed = (direction: WireDirection): WireDirection => directionOf(receives(direction), sends(direction));

const intersection = (first: WireDirection, second: WireDirection): WireDirection =>
  directionOf(sends(first) && sends(second), receives(first) && receives(second));

const sameMembers = (first: readonly string[], second: readonly string[]): boolean =>
  first.length === second.length && first.every((each) => second.includes(each));

function transceiverNeedsNegotiation(transceiver: TransceiverImpl): boolean {
  const { stopping, stopped, negotiated, directionSlot, sender } = transceiver;
  if (stopped) {
    return false;
  }
  if (stopping || !negotiated) {
    return true;
  }
  if (sends(directionSlot) && !sameMembers(sender.streamIds, negotiated.localStreamIds)) {
    return true;
  }
  const { localDirection, remoteDirection, localOffered } = negotiated;
  return localOffered
    ? localDirection !== directionSlot && reversed(remoteDirection) !== directionSlot
    : localDirection !== intersection(directionSlot, reversed(remoteDirection));
}

/** Check if negotiation is needed. */
export function isNegotiationNeeded(state: NegotiableState): boolean {
  return (
    state.credentialsToReplace.size > 0 ||
    (state.hasMadeChannels && !state.dataDescribed) ||
    state.transceivers.some(transceiverNeedsNegotiation)
  );
}
