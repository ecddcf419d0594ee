/** RTCSctpTransport (webrtc-pc § 6.1.1). */
import type { RTCSctpTransportImpl, RTCSctpTransportState } from "../idl/generated/types";
import { fire } from "../idl/runtime";
import type { DtlsTransportImpl } from "./transport";

/** What may be sent before the far side has said what it takes: the engine's own limit. */
const OWN_LIMIT = 262_144;

/** The SCTP association of a connection. */
export class SctpTransportImpl implements RTCSctpTransportImpl {
  readonly transport: DtlsTransportImpl;
  state: RTCSctpTransportState = "connecting";
  maxMessageSize = OWN_LIMIT;
  maxChannels: number | null = null;

  constructor(transport: DtlsTransportImpl) {
    this.transport = transport;
  }

  change(state: RTCSctpTransportState, maxChannels: number | null): void {
    if (state === "connected") {
      this.maxChannels = maxChannels;
    }
    if (state !== this.state) {
      this.state = state;
      fire(this, "statechange");
    }
  }
}
