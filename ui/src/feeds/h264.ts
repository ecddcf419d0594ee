const SEQUENCE_PARAMETER_SET = 7;

/** The codec string for an H.264 Annex B key frame, read from its sequence parameter set; `null` without one. */
export function avcCodecString(annexB: Uint8Array): string | null {
  for (let at = 0; at + 6 < annexB.length; at += 1) {
    if (annexB[at] !== 0 || annexB[at + 1] !== 0 || annexB[at + 2] !== 1) continue;
    const type = (annexB[at + 3] ?? 0) & 0x1f;
    if (type === SEQUENCE_PARAMETER_SET) {
      const profile = annexB.subarray(at + 4, at + 7);
      return "avc1." + Array.from(profile, (byte) => byte.toString(16).padStart(2, "0")).join("");
    }
  }
  return null;
}
