/** RTCSessionDescription (webrtc-pc § 4.6.2). */
import type { RTCSessionDescriptionImpl, RTCSessionDescriptionInit } from "../idl/generated/types";

/** A description. Those of a connection gain candidates. */
export class DescriptionImpl implements RTCSessionDescriptionImpl {
  readonly type: RTCSessionDescriptionInit["type"];
  sdp: string;

  constructor(_wrapper: object | null, init: RTCSessionDescriptionInit) {
    this.type = init.type;
    this.sdp = init.sdp;
  }
}
