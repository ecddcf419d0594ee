/** The little of SDP that the page's side reads: the engine makes and understands descriptions. */

/** One m-section. */
export interface Section {
  /** `audio`, `video` or `application`. */
  readonly kind: string;
  /** Port 0 without `a=bundle-only`. */
  readonly rejected: boolean;
  readonly mid: string | null;
  readonly rtcpMux: boolean;
  readonly ufrag: string | null;
  readonly password: string | null;
  /** It says which streams its track belongs to, if to any. */
  readonly namesStreams: boolean;
  /** Of `a=setup`. */
  readonly setup: string | null;
  /** Values of `a=candidate`, as candidate lines. */
  readonly candidates: readonly string[];
}

const lines = (text: string): string[] => text.split(/\r\n|\n/);

function valueOf(all: readonly string[], name: string): string | null {
  const found = all.find((line) => line.startsWith(`a=${name}:`));
  return found === undefined ? null : found.slice(name.length + 3).trim();
}

/** The m-sections of a description. */
export function sectionsOf(sdp: string): Section[] {
  const [session = "", ...media] = sdp.split(/^(?=m=)/m);
  const shared = lines(session);
  return media.map((text) => {
    const own = lines(text);
    const [kind = "", port] = (own[0] ?? "").slice(2).split(" ");
    return {
      kind,
      rejected: port === "0" && !own.includes("a=bundle-only"),
      mid: valueOf(own, "mid"),
      rtcpMux: own.includes("a=rtcp-mux"),
      ufrag: valueOf(own, "ice-ufrag") ?? valueOf(shared, "ice-ufrag"),
      password: valueOf(own, "ice-pwd") ?? valueOf(shared, "ice-pwd"),
      namesStreams: valueOf(own, "msid") !== null,
      setup: valueOf(own, "setup") ?? valueOf(shared, "setup"),
      candidates: own.filter((line) => line.startsWith("a=candidate:")).map((line) => line.slice(2)),
    };
  });
}

/** ICE user name fragments of a description. */
export function ufragsOf(sdp: string): Set<string> {
  return new Set(sectionsOf(sdp).flatMap(({ ufrag }) => (ufrag === null ? [] : [ufrag])));
}

const sessionId = (sdp: string): string => /^o=\S+ (\S+)/m.exec(sdp)?.[1] ?? "";

/**
 * Whether `sdp` is what was made (`made`), perhaps edited. The specification allows no edits at all, but pages have
 * always made them, and engines accept them: so what counts is the session, its m-lines and its ICE generation.
 */
export function isEditOf(sdp: string, made: string): boolean {
  if (sdp === made) {
    return true;
  }
  const [edited, original] = [sectionsOf(sdp), sectionsOf(made)];
  const ufrags = ufragsOf(made);
  return (
    made !== "" &&
    sessionId(sdp) === sessionId(made) &&
    edited.length === original.length &&
    edited.every(({ kind }, index) => kind === original[index]?.kind) &&
    [...ufragsOf(sdp)].every((ufrag) => ufrags.has(ufrag))
  );
}
