/** RTCIceCandidate and RTCIceCandidatePair (webrtc-pc § 4.8.1, § 5.6). */
import type {
  RTCIceCandidateImpl,
  RTCIceCandidateInit,
  RTCIceCandidatePairImpl,
  RTCIceServerTransportProtocol,
} from "../idl/generated/types";
import type { CandidateInit } from "../wire/contract";
import { parseCandidate, type CandidateParts } from "./candidate-line";

interface Init extends RTCIceCandidateInit {
  relayProtocol?: RTCIceServerTransportProtocol | null;
  url?: string | null;
}

/** A candidate, which may be any text. */
export class CandidateImpl implements RTCIceCandidateImpl {
  readonly #init: Init;
  readonly #parts: CandidateParts | null;

  constructor(_wrapper: object | null, init: Init) {
    if (init.sdpMid === null && init.sdpMLineIndex === null) {
      throw new TypeError("an RTCIceCandidate needs sdpMid or sdpMLineIndex");
    }
    this.#init = init;
    this.#parts = init.candidate === "" ? null : parseCandidate(init.candidate);
  }

  /** From the engine, with the server that it came from. */
  static fromWire(init: CandidateInit, url: string | null = null): CandidateImpl {
    const located = init.sdpMid === null && init.sdpMLineIndex === null ? { ...init, sdpMLineIndex: 0 } : init;
    const relayed = url !== null && / typ relay( |$)/.test(init.candidate);
    return new CandidateImpl(null, { ...located, url, relayProtocol: relayed ? relayProtocol(url) : null });
  }

  get candidate(): string {
    return this.#init.candidate;
  }
  get sdpMid(): string | null {
    return this.#init.sdpMid;
  }
  get sdpMLineIndex(): number | null {
    return this.#init.sdpMLineIndex;
  }
  get usernameFragment(): string | null {
    return this.#init.usernameFragment;
  }
  get relayProtocol(): RTCIceServerTransportProtocol | null {
    return this.#init.relayProtocol ?? null;
  }
  get url(): string | null {
    return this.#init.url ?? null;
  }
  get foundation(): string | null {
    return this.#parts?.foundation ?? null;
  }
  get component(): CandidateParts["component"] | null {
    return this.#parts?.component ?? null;
  }
  get priority(): number | null {
    return this.#parts?.priority ?? null;
  }
  get address(): string | null {
    return this.#parts?.address ?? null;
  }
  get protocol(): CandidateParts["protocol"] | null {
    return this.#parts?.protocol ?? null;
  }
  get port(): number | null {
    return this.#parts?.port ?? null;
  }
  get type(): CandidateParts["type"] | null {
    return this.#parts?.type ?? null;
  }
  get tcpType(): CandidateParts["tcpType"] | null {
    return this.#parts?.tcpType ?? null;
  }
  get relatedAddress(): string | null {
    return this.#parts?.relatedAddress ?? null;
  }
  get relatedPort(): number | null {
    return this.#parts?.relatedPort ?? null;
  }

  toJSON(): RTCIceCandidateInit {
    const { candidate, sdpMid, sdpMLineIndex, usernameFragment } = this.#init;
    return { candidate, sdpMid, sdpMLineIndex, usernameFragment };
  }
}

function relayProtocol(url: string): RTCIceServerTransportProtocol {
  if (url.startsWith("turns:")) {
    return "tls";
  }
  return url.endsWith("transport=tcp") ? "tcp" : "udp";
}

/** The pair that ICE chose. */
export class CandidatePairImpl implements RTCIceCandidatePairImpl {
  readonly local: CandidateImpl;
  readonly remote: CandidateImpl;

  constructor(local: CandidateImpl, remote: CandidateImpl) {
    this.local = local;
    this.remote = remote;
  }
}
