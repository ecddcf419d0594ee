/** RTCCertificate and generateCertificate (webrtc-pc § 4.9). */
import type { RTCCertificateImpl, RTCDtlsFingerprint } from "../idl/generated/types";
import type { CertificateInfo, WireError } from "../wire/contract";
import { domError, fromWire } from "./errors";
import { realm } from "./realm";

const DAY = 24 * 60 * 60 * 1000;
const USUAL_LIFE = 30 * DAY;
const LONGEST_LIFE = 365 * DAY;

/** A certificate that the engine holds. */
export class CertificateImpl implements RTCCertificateImpl {
  readonly handle: number;
  readonly expires: number;
  readonly #fingerprint: string;

  constructor(handle: number, info: CertificateInfo) {
    this.handle = handle;
    this.expires = info.expires;
    this.#fingerprint = info.fingerprint;
  }

  getFingerprints(): RTCDtlsFingerprint[] {
    return [{ algorithm: "sha-256", value: this.#fingerprint }];
  }
}

/** Web Crypto's "normalize an algorithm", as far as certificates go. */
function requireSupported(algorithm: object | string): void {
  const { name, namedCurve } = (typeof algorithm === "string" ? { name: algorithm } : algorithm) as {
    name?: unknown;
    namedCurve?: unknown;
  };
  if (name === undefined) {
    throw new TypeError("the algorithm has no name");
  }
  if (String(name).toUpperCase() !== "ECDSA") {
    throw domError("NotSupportedError", `certificates for ${String(name)} are not supported`);
  }
  if (namedCurve === undefined) {
    throw new TypeError("ECDSA needs a namedCurve");
  }
  if (String(namedCurve) !== "P-256") {
    throw domError("NotSupportedError", `the curve ${String(namedCurve)} is not supported`);
  }
}

/** Member `expires` of RTCCertificateExpiration: milliseconds from now. */
function lifeOf(algorithm: object | string): number {
  const given = typeof algorithm === "string" ? undefined : (algorithm as { expires?: unknown }).expires;
  if (given === undefined) {
    return USUAL_LIFE;
  }
  const life = Number(given);
  if (!Number.isFinite(life) || Math.trunc(life) < 0 || Math.trunc(life) > Number.MAX_SAFE_INTEGER) {
    throw new TypeError("expires is out of range");
  }
  return Math.min(Math.trunc(life), LONGEST_LIFE);
}

/** `RTCPeerConnection.generateCertificate()`. */
export async function generateCertificate(algorithm: object | string): Promise<CertificateImpl> {
  const life = lifeOf(algorithm);
  requireSupported(algorithm);
  const { client } = realm();
  const certificate = client.handle();
  const expires = Date.now() + life;
  const answer = await client.request({ op: "certificateNew", certificate, expires }).catch((error: WireError) => {
    throw fromWire(error);
  });
  if (typeof answer !== "object" || !("certificate" in answer)) {
    throw domError("OperationError", "the engine answered something else");
  }
  return new CertificateImpl(certificate, answer.certificate);
}
