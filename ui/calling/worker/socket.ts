/** Subprotocol of all sockets of the bridge; the second one carries the token. */
export const PROTOCOL = "foyer-bridge.v1";
