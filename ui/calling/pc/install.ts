/** Which class implements which interface of webrtc-pc. */
import { implement, unwrap } from "../idl/runtime";
import { CandidateImpl, CandidatePairImpl } from "./candidate";
import { CertificateImpl } from "./certificate";
import { ChannelImpl } from "./channel";
import { ConnectionImpl } from "./connection";
import { DtmfSenderImpl } from "./dtmf";
import { ReceiverImpl } from "./receiver";
import { SctpTransportImpl } from "./sctp";
import { SenderImpl } from "./sender";
import { TransceiverImpl } from "./transceiver";
import { DtlsTransportImpl, IceTransportImpl } from "./transport";

/** To be called once, before the interfaces are installed. */
export function implementConnections(): void {
  implement("RTCPeerConnection", ConnectionImpl);
  implement("RTCIceCandidate", CandidateImpl);
  implement("RTCIceCandidatePair", CandidatePairImpl);
  implement("RTCCertificate", CertificateImpl);
  implement("RTCRtpSender", SenderImpl);
  implement("RTCRtpReceiver", ReceiverImpl);
  implement("RTCRtpTransceiver", TransceiverImpl);
  implement("RTCDtlsTransport", DtlsTransportImpl);
  implement("RTCIceTransport", IceTransportImpl);
  implement("RTCSctpTransport", SctpTransportImpl);
  implement("RTCDataChannel", ChannelImpl);
  implement("RTCDTMFSender", DtmfSenderImpl);
}

/**
 * Adds `RTCRtpTransceiver.stopped`, which the specification no longer has but pages still read. To be called once the
 * interfaces are installed.
 */
export function exposeStopped(global: typeof globalThis): void {
  const shape = {
    get stopped(): boolean {
      const transceiver = unwrap("RTCRtpTransceiver", this);
      if (!transceiver) {
        throw new TypeError("the receiver is not of type RTCRtpTransceiver");
      }
      return transceiver.currentDirection === "stopped";
    },
  };
  const descriptor = Object.getOwnPropertyDescriptor(shape, "stopped");
  if (descriptor) {
    Object.defineProperty(global.RTCRtpTransceiver.prototype, "stopped", descriptor);
  }
}
