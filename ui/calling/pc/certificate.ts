/** RTCCertificate and generateCertificate (webrtc-pc § 4.9). */
import type { RTCCertificateImpl, RTCDtlsFingerprint } from "../idl/generated/types";
import type { CertificateInfo, CertificateKey, WireError } from "../wire/contract";
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

/** Members of `EcKeyGenParams` and `RsaHashedKeyGenParams`, not yet converted. */
interface KeyParams {
  name?: unknown;
  namedCurve?: unknown;
  modulusLength?: unknown;
  publicExponent?: unknown;
  hash?: unknown;
}

/** What keys are, in bits, and their exponent, 65537: 2048 is what webrtc-pc demands. */
const RSA_BITS = 2048;
const RSA_EXPONENT = "1,0,1";

const nameOf = (algorithm: unknown): string => {
  const name = typeof algorithm === "object" && algorithm !== null ? (algorithm as KeyParams).name : algorithm;
  if (name === undefined) {
    throw new TypeError("the algorithm has no name");
  }
  return String(name).toUpperCase();
};

const unsupported = (what: string): DOMException => domError("NotSupportedError", `${what} is not supported`);

/** Web Crypto's "normalize an algorithm", as far as certificates go: what kind of key is to be made. */
function keyOf(algorithm: object | string): CertificateKey {
  const name = nameOf(algorithm);
  const { namedCurve, modulusLength, publicExponent, hash } = algorithm as KeyParams;
  if (name === "ECDSA") {
    if (namedCurve === undefined) {
      throw new TypeError("ECDSA needs a namedCurve");
    }
    if (String(namedCurve) !== "P-256") {
      throw unsupported(`the curve ${String(namedCurve)}`);
    }
    return "ecdsa";
  }
  if (name !== "RSASSA-PKCS1-V1_5") {
    throw unsupported(`a certificate for ${name}`);
  }
  if (modulusLength === undefined || hash === undefined || !(publicExponent instanceof Uint8Array)) {
    throw new TypeError("RSASSA-PKCS1-v1_5 needs modulusLength, publicExponent and hash");
  }
  if (nameOf(hash) !== "SHA-256") {
    throw unsupported(`RSA with ${nameOf(hash)}`);
  }
  if (Number(modulusLength) !== RSA_BITS || publicExponent.join() !== RSA_EXPONENT) {
    throw unsupported(`RSA of ${String(modulusLength)} bits with this exponent`);
  }
  return "rsa";
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
  const key = keyOf(algorithm);
  const { client } = realm();
  const certificate = client.handle();
  const expires = Date.now() + life;
  const answer = await client.request({ op: "certificateNew", certificate, key, expires }).catch((error: WireError) => {
    throw fromWire(error);
  });
  if (typeof answer !== "object" || !("certificate" in answer)) {
    throw domError("OperationError", "the engine answered something else");
  }
  return new CertificateImpl(certificate, answer.certificate);
}
