/** RTCDtlsTransport and RTCIceTransport (webrtc-pc § 5.5, § 5.6). A connection has one pair of them at most. */
import type {
  RTCDtlsTransportImpl,
  RTCDtlsTransportState,
  RTCIceGathererState,
  RTCIceParameters,
  RTCIceRole,
  RTCIceTransportImpl,
  RTCIceTransportState,
} from "../idl/generated/types";
import { fire } from "../idl/runtime";
import { CandidateImpl, type CandidatePairImpl } from "./candidate";
import { sectionsOf, type Section } from "./sdp";

/** Where the transport reads what descriptions say. */
export interface DescribedConnection {
  readonly localDescription: { readonly sdp: string } | null;
  readonly remoteDescription: { readonly sdp: string } | null;
}

const parametersOf = (section: Section | undefined): RTCIceParameters | null =>
  section && section.ufrag !== null && section.password !== null
    ? { usernameFragment: section.ufrag, password: section.password }
    : null;

const firstUsed = (description: { readonly sdp: string } | null): Section | undefined =>
  description ? sectionsOf(description.sdp).find(({ rejected }) => !rejected) : undefined;

/** The ICE transport. */
export class IceTransportImpl implements RTCIceTransportImpl {
  readonly component = "rtp";
  role: RTCIceRole = "unknown";
  state: RTCIceTransportState = "new";
  gatheringState: RTCIceGathererState = "new";
  pair: CandidatePairImpl | null = null;
  readonly localCandidates: CandidateImpl[] = [];
  readonly addedCandidates: CandidateImpl[] = [];
  readonly #connection: DescribedConnection;

  constructor(connection: DescribedConnection) {
    this.#connection = connection;
  }

  getLocalCandidates(): CandidateImpl[] {
    return [...this.localCandidates];
  }

  /** Those in the description and those added, each once. */
  getRemoteCandidates(): CandidateImpl[] {
    const described = sectionsOf(this.#connection.remoteDescription?.sdp ?? "").flatMap((section, index) =>
      section.candidates.map(
        (candidate) =>
          new CandidateImpl(null, {
            candidate,
            sdpMid: section.mid,
            sdpMLineIndex: index,
            usernameFragment: section.ufrag,
          }),
      ),
    );
    const added = new Set(this.addedCandidates.map(({ candidate }) => candidate));
    return [...this.addedCandidates, ...described.filter(({ candidate }) => !added.has(candidate))];
  }

  getSelectedCandidatePair(): CandidatePairImpl | null {
    return this.pair;
  }

  getLocalParameters(): RTCIceParameters | null {
    return parametersOf(firstUsed(this.#connection.localDescription));
  }

  getRemoteParameters(): RTCIceParameters | null {
    return parametersOf(firstUsed(this.#connection.remoteDescription));
  }
}

/** The DTLS transport. */
export class DtlsTransportImpl implements RTCDtlsTransportImpl {
  readonly iceTransport: IceTransportImpl;
  state: RTCDtlsTransportState = "new";
  #certificates: readonly ArrayBuffer[] = [];

  constructor(connection: DescribedConnection) {
    this.iceTransport = new IceTransportImpl(connection);
  }

  getRemoteCertificates(): ArrayBuffer[] {
    return [...this.#certificates];
  }

  /** Base64 of DER, as the engine has them. */
  setRemoteCertificates(certificates: readonly string[]): void {
    this.#certificates = certificates.map(
      (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer,
    );
  }

  /** Sets the state without an event, as closing a connection does. */
  close(): void {
    this.state = "closed";
    this.iceTransport.state = "closed";
  }

  /** Sets the state and fires `statechange` if it is another. */
  change(state: RTCDtlsTransportState): void {
    if (state !== this.state) {
      this.state = state;
      fire(this, "statechange");
    }
  }
}
