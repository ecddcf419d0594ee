/** RTCError (webrtc-pc § 11). */

import type { RTCErrorImpl, RTCErrorInit } from "../idl/generated/types";

/** What RTCError adds to DOMException. */
export class ErrorImpl implements RTCErrorImpl {
  readonly errorDetail: RTCErrorInit["errorDetail"];
  readonly sdpLineNumber: number | null;
  readonly sctpCauseCode: number | null;
  readonly receivedAlert: number | null;
  readonly sentAlert: number | null;

  constructor(_wrapper: object, init: RTCErrorInit) {
    this.errorDetail = init.errorDetail;
    this.sdpLineNumber = init.sdpLineNumber ?? null;
    this.sctpCauseCode = init.sctpCauseCode ?? null;
    this.receivedAlert = init.receivedAlert ?? null;
    this.sentAlert = init.sentAlert ?? null;
  }
}
