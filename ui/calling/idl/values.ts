/** Interfaces that only carry values: nothing of theirs depends on the engine. */
import type {
  OverconstrainedErrorImpl,
  RTCErrorDetailType,
  RTCErrorImpl,
  RTCErrorInit,
  RTCSdpType,
  RTCSessionDescriptionImpl,
  RTCSessionDescriptionInit,
  RTCStatsReportImpl,
} from "./generated/types";
import { implement, wrap } from "./runtime/slots";

/** webrtc-pc § 4.6.2. */
export class SessionDescription implements RTCSessionDescriptionImpl {
  readonly type: RTCSdpType;
  readonly sdp: string;

  constructor(_wrapper: object | null, init: RTCSessionDescriptionInit) {
    this.type = init.type;
    this.sdp = init.sdp;
  }
}

/** webrtc-pc § 8.3: what `getStats` gives. Values are the statistics as JavaScript objects. */
export class StatsReport implements RTCStatsReportImpl {
  constructor(readonly map: ReadonlyMap<string, object>) {}
}

/** webrtc-pc § 11.2. */
export class RtcError implements RTCErrorImpl {
  readonly errorDetail: RTCErrorDetailType;
  readonly sdpLineNumber: number | null;
  readonly sctpCauseCode: number | null;
  readonly receivedAlert: number | null;
  readonly sentAlert: number | null;

  constructor(_wrapper: object | null, init: RTCErrorInit) {
    this.errorDetail = init.errorDetail;
    this.sdpLineNumber = init.sdpLineNumber ?? null;
    this.sctpCauseCode = init.sctpCauseCode ?? null;
    this.receivedAlert = init.receivedAlert ?? null;
    this.sentAlert = init.sentAlert ?? null;
  }
}

/** An RTCError: fire it in an RTCErrorEvent, or throw its wrapper (`throw wrap(error)`). */
export function rtcError(init: RTCErrorInit, message: string): RtcError {
  const error = new RtcError(null, init);
  wrap(error, [message, "OperationError"]);
  return error;
}

/** mediacapture-main § 8.1. */
export class OverconstrainedError implements OverconstrainedErrorImpl {
  constructor(
    _wrapper: object | null,
    readonly constraint: string,
  ) {}
}

/** An OverconstrainedError to throw. */
export function overconstrained(constraint: string, message: string): object {
  return wrap(new OverconstrainedError(null, constraint), [message, "OverconstrainedError"]);
}

implement("RTCSessionDescription", SessionDescription);
implement("RTCStatsReport", StatsReport);
implement("RTCError", RtcError);
implement("OverconstrainedError", OverconstrainedError);
