/** Send encodings: what `addTransceiver` and `setParameters` make of them (webrtc-pc § 5.1, § 5.2). */
import type { RTCRtpCodec, RTCRtpEncodingParameters, RTCRtpSendParameters } from "../idl/generated/types";
import type { Encoding, TrackKind } from "../wire/contract";
import { codecsMatch, codecToWire } from "./codecs";
import { invalidModification, operationError } from "./errors";

/** The engine sends as many layers at most. */
const MOST_LAYERS = 3;

/** Errata 7132 of RFC 8851: what RTP can carry (RFC 8852), in a one-byte header extension (RFC 8285). */
const RID = /^[A-Za-z0-9]{1,16}$/;

/** webrtc-svc. */
const SCALABILITY_MODE = /^(L[1-3]T[1-3](h|_KEY|_KEY_SHIFT|h_KEY)?|S[2-3]T[1-3]h?)$/;

/** What a sender has without `sendEncodings`. */
export function defaultEncodings(kind: TrackKind): RTCRtpEncodingParameters[] {
  return [{ active: true, priority: "low", ...(kind === "video" ? { scaleResolutionDownBy: 1 } : {}) }];
}

/** The layers that a far side asked for in an offer (webrtc-pc § 4.4.1.5). */
export function proposedEncodings(rids: readonly string[]): RTCRtpEncodingParameters[] {
  return rids.slice(0, MOST_LAYERS).map((rid, index, all) => ({
    rid,
    active: true,
    priority: "low",
    scaleResolutionDownBy: 2 ** (all.length - index - 1),
  }));
}

function validateRids(encodings: readonly RTCRtpEncodingParameters[]): void {
  const rids = encodings.flatMap(({ rid }) => (rid === undefined ? [] : [rid]));
  if (rids.some((rid) => !RID.test(rid))) {
    throw new TypeError("a rid is made of letters and digits, 16 at most");
  }
  if (rids.length !== 0 && rids.length !== encodings.length) {
    throw new TypeError("either all encodings have a rid or none");
  }
  if (new Set(rids).size !== rids.length) {
    throw new TypeError("two encodings have the same rid");
  }
  if (rids.length === 0 && encodings.length > 1) {
    throw new TypeError("encodings need a rid each");
  }
}

function validateValues(encodings: readonly RTCRtpEncodingParameters[]): void {
  for (const { scaleResolutionDownBy, maxFramerate } of encodings) {
    if (scaleResolutionDownBy !== undefined && scaleResolutionDownBy < 1) {
      throw new RangeError("scaleResolutionDownBy is less than 1");
    }
    if (maxFramerate !== undefined && maxFramerate < 0) {
      throw new RangeError("maxFramerate is less than 0");
    }
  }
}

function validateModes(encodings: readonly RTCRtpEncodingParameters[]): void {
  for (const { scalabilityMode } of encodings) {
    if (scalabilityMode !== undefined && !SCALABILITY_MODE.test(scalabilityMode)) {
      throw operationError(`"${scalabilityMode}" is not a scalability mode`);
    }
  }
}

/** webrtc-extensions: a limit has two sides, and either all layers that are sent have one or none. */
function validateLimits(encodings: readonly RTCRtpEncodingParameters[], wrong: (message: string) => Error): void {
  const limits = encodings.flatMap(({ scaleResolutionDownTo: limit }) => (limit === undefined ? [] : [limit]));
  if (limits.some(({ maxWidth, maxHeight }) => !maxWidth || !maxHeight)) {
    throw wrong("scaleResolutionDownTo needs a width and a height");
  }
  const sent = encodings.filter(({ active }) => active);
  const limited = sent.filter(({ scaleResolutionDownTo }) => scaleResolutionDownTo !== undefined);
  if (limited.length !== 0 && limited.length !== sent.length) {
    throw wrong("either all active encodings have scaleResolutionDownTo or none");
  }
}

function withoutVideoMembers(encoding: RTCRtpEncodingParameters): RTCRtpEncodingParameters {
  const { scaleResolutionDownBy: _, maxFramerate: __, scaleResolutionDownTo: ___, ...rest } = encoding;
  return rest;
}

/** The addTransceiver sendEncodings validation steps, and what becomes of the encodings. */
export function validateSendEncodings(
  kind: TrackKind,
  given: readonly RTCRtpEncodingParameters[],
  codecs: readonly RTCRtpCodec[],
): RTCRtpEncodingParameters[] {
  if (given.length === 0) {
    return defaultEncodings(kind);
  }
  validateRids(given);
  if (given.some(({ codec }) => codec && !codecs.some((known) => codecsMatch(known, codec)))) {
    throw operationError("an encoding has a codec that cannot be sent");
  }
  validateModes(given);
  let encodings = given.map((encoding) => (kind === "audio" ? withoutVideoMembers(encoding) : { ...encoding }));
  validateValues(encodings);
  validateLimits(encodings, operationError);
  encodings = encodings.slice(0, kind === "audio" ? 1 : MOST_LAYERS);
  if (kind === "video") {
    const scaled = given.some(({ scaleResolutionDownBy }) => scaleResolutionDownBy !== undefined);
    encodings = encodings.map((encoding, index, all) => ({
      ...encoding,
      scaleResolutionDownBy: encoding.scaleResolutionDownBy ?? (scaled ? 1 : 2 ** (all.length - index - 1)),
    }));
  }
  if (encodings.length === 1) {
    encodings = encodings.map(({ rid: _, ...rest }) => rest);
  }
  return encodings;
}

/** Whether two JSON-like values are equal. */
function same(first: unknown, second: unknown): boolean {
  if (typeof first !== "object" || typeof second !== "object" || first === null || second === null) {
    return first === second;
  }
  const keys = new Set([...Object.keys(first), ...Object.keys(second)]);
  const read = (value: object, key: string): unknown => (value as Record<string, unknown>)[key];
  return [...keys].every((key) => same(read(first, key), read(second, key)));
}

/** The setParameters validation steps: the encodings to send by. */
export function validateParameters(
  kind: TrackKind,
  parameters: RTCRtpSendParameters,
  returned: RTCRtpSendParameters,
  implemented: readonly RTCRtpCodec[],
): RTCRtpEncodingParameters[] {
  const { encodings, codecs } = parameters;
  const rids = (list: readonly RTCRtpEncodingParameters[]): (string | undefined)[] => list.map(({ rid }) => rid);
  const readonlyMembers = ["transactionId", "codecs", "headerExtensions", "rtcp"] as const;
  if (
    encodings.length !== returned.encodings.length ||
    !same(rids(encodings), rids(returned.encodings)) ||
    readonlyMembers.some((member) => !same(parameters[member], returned[member]))
  ) {
    throw invalidModification("setParameters() may change members of encodings alone, after getParameters()");
  }
  const choosable: readonly RTCRtpCodec[] = codecs.length > 0 ? codecs : implemented;
  if (encodings.some(({ codec }) => codec && !choosable.some((known) => codecsMatch(known, codec, true)))) {
    throw invalidModification("an encoding has a codec that is not negotiated");
  }
  if (kind === "audio") {
    return encodings.map(withoutVideoMembers);
  }
  const filled = encodings.map((encoding) => ({
    ...encoding,
    scaleResolutionDownBy: encoding.scaleResolutionDownBy ?? 1,
  }));
  validateValues(filled);
  validateLimits(filled, invalidModification);
  validateModes(filled);
  return filled;
}

/** What goes to the engine. */
export function encodingToWire(encoding: RTCRtpEncodingParameters): Encoding {
  const { maxWidth, maxHeight } = encoding.scaleResolutionDownTo ?? {};
  return {
    rid: encoding.rid ?? null,
    active: encoding.active,
    maxBitrate: encoding.maxBitrate ?? null,
    maxFramerate: encoding.maxFramerate ?? null,
    scaleResolutionDownBy: encoding.scaleResolutionDownBy ?? null,
    scaleResolutionDownTo: maxWidth && maxHeight ? [maxWidth, maxHeight] : null,
    scalabilityMode: encoding.scalabilityMode ?? null,
    codec: encoding.codec ? codecToWire(encoding.codec) : null,
  };
}

