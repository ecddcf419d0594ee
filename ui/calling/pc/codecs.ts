/** Codecs: capabilities, the codec dictionary match, preferences (webrtc-pc § 5.2, § 5.4). */
import type { RTCRtpCapabilities, RTCRtpCodec, RTCRtpCodecParameters } from "../idl/generated/types";
import type { Capability, WireCodec } from "../wire/contract";
import { invalidModification } from "./errors";

/** What the engine says of a codec, without what is missing. */
export function codecFromWire({ mimeType, clockRate, channels, sdpFmtpLine }: WireCodec): RTCRtpCodec {
  return {
    mimeType,
    clockRate,
    ...(channels === null ? {} : { channels }),
    ...(sdpFmtpLine === null ? {} : { sdpFmtpLine }),
  };
}

/** A negotiated codec. */
export function parametersFromWire(codec: WireCodec): RTCRtpCodecParameters {
  return { ...codecFromWire(codec), payloadType: codec.payloadType };
}

export function codecToWire({ mimeType, clockRate, channels, sdpFmtpLine }: RTCRtpCodec): WireCodec {
  return { mimeType, clockRate, channels: channels ?? null, sdpFmtpLine: sdpFmtpLine ?? null, payloadType: 0 };
}

/** What `getCapabilities` returns: each codec once. */
export function capabilitiesFromWire({ codecs, headerExtensions }: Capability): RTCRtpCapabilities {
  const known: RTCRtpCodec[] = [];
  for (const codec of codecs.map(codecFromWire)) {
    // RTX differs by the payload type it repeats, which capabilities do not have.
    const plain = isRtx(codec) ? { mimeType: codec.mimeType, clockRate: codec.clockRate } : codec;
    if (!known.some((other) => codecsMatch(other, plain))) {
      known.push(plain);
    }
  }
  return { codecs: known, headerExtensions: headerExtensions.map(({ uri }) => ({ uri })) };
}

const subtype = ({ mimeType }: RTCRtpCodec): string => mimeType.toLowerCase().split("/")[1] ?? "";
const isRtx = (codec: RTCRtpCodec): boolean => subtype(codec) === "rtx";

/** RTX, RED, FEC and comfort noise carry no media of their own. */
export function isResiliency(codec: RTCRtpCodec): boolean {
  return ["rtx", "red", "ulpfec", "flexfec-03", "cn"].includes(subtype(codec));
}

function formatOf(line: string): Map<string, string> | null {
  const format = new Map<string, string>();
  for (const part of line.split(";")) {
    const [key, value] = part.split("=", 2);
    if (!key || value === undefined) {
      return null;
    }
    format.set(key.trim().toLowerCase(), value.trim().toLowerCase());
  }
  return format;
}

/** Parameters that both sides must agree on, with what is meant where they are missing. */
function symmetricalPart(codec: RTCRtpCodec, format: ReadonlyMap<string, string>): string {
  switch (subtype(codec)) {
    case "h264":
      // RFC 6184, 8.1: profile_idc and profile-iop; the level may differ.
      return `${format.get("packetization-mode") ?? "0"} ${(format.get("profile-level-id") ?? "42000a").slice(0, 4)}`;
    case "h265":
      return format.get("profile-id") ?? "1";
    case "vp9":
      return format.get("profile-id") ?? "0";
    case "rtx":
      return format.get("apt") ?? "";
    default:
      return "";
  }
}

function sameFormat(first: ReadonlyMap<string, string>, second: ReadonlyMap<string, string>): boolean {
  return first.size === second.size && [...first].every(([key, value]) => second.get(key) === value);
}

/** The codec dictionary match. */
export function codecsMatch(first: RTCRtpCodec, second: RTCRtpCodec, ignoreAsymmetrical = false): boolean {
  if (
    first.mimeType.toLowerCase() !== second.mimeType.toLowerCase() ||
    first.clockRate !== second.clockRate ||
    first.channels !== second.channels
  ) {
    return false;
  }
  const lines = [first.sdpFmtpLine, second.sdpFmtpLine];
  if (lines[0] === undefined || lines[1] === undefined) {
    return lines[0] === lines[1];
  }
  const formats = [formatOf(lines[0]), formatOf(lines[1])];
  if (!formats[0] || !formats[1]) {
    return lines[0] === lines[1];
  }
  return ignoreAsymmetrical
    ? symmetricalPart(first, formats[0]) === symmetricalPart(second, formats[1])
    : sameFormat(formats[0], formats[1]);
}

/** What `setCodecPreferences` keeps of its argument; throws what it throws. */
export function validatePreferences(codecs: readonly RTCRtpCodec[], capabilities: RTCRtpCapabilities): RTCRtpCodec[] {
  const kept: RTCRtpCodec[] = [];
  for (const codec of codecs) {
    if (kept.some((other) => codecsMatch(other, codec))) {
      continue;
    }
    if (!capabilities.codecs.some((known) => codecsMatch(known, codec))) {
      throw invalidModification(`${codec.mimeType} as given is not a codec of this engine`);
    }
    kept.push(codec);
  }
  if (codecs.length > 0 && kept.every(isResiliency)) {
    throw invalidModification("the codecs carry no media");
  }
  return kept;
}
