/** Session descriptions of the fake engine: as little SDP as the page's side and the fake itself read. */
import type { TrackKind, WireDirection } from "../wire/contract";

/** An m-line. */
export interface Line {
  readonly kind: TrackKind | "application";
  readonly mid: string;
  readonly rejected: boolean;
  readonly direction: WireDirection;
  readonly streamIds: readonly string[];
  readonly trackId: string | null;
  readonly rids: readonly string[];
}

/** One ICE generation of one side. */
export interface Credentials {
  readonly ufrag: string;
  readonly password: string;
}

/** Who sends without a stream says so. */
const namesOf = ({ direction, kind, streamIds }: Line): readonly string[] =>
  streamIds.length > 0 || kind === "application" || direction === "recvonly" || direction === "inactive" ? streamIds : ["-"];

/** The text of a description. */
export function write(session: number, lines: readonly Line[], { ufrag, password }: Credentials, setup: string): string {
  const media = lines.flatMap((line) => [
    `m=${line.kind} ${line.rejected ? 0 : 9} ${line.kind === "application" ? "UDP/DTLS/SCTP webrtc-datachannel" : "UDP/TLS/RTP/SAVPF 96"}`,
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${password}`,
    `a=setup:${setup}`,
    `a=mid:${line.mid}`,
    ...(line.kind === "application" ? [] : ["a=rtcp-mux"]),
    `a=${line.direction}`,
    ...namesOf(line).map((id) => `a=msid:${id} ${line.trackId ?? ""}`),
    ...(line.rids.length > 0 ? [`a=simulcast:recv ${line.rids.join(";")}`] : []),
  ]);
  return ["v=0", `o=- ${session} 1 IN IP4 127.0.0.1`, "s=-", "t=0 0", ...media, ""].join("\r\n");
}

const DIRECTIONS = ["sendrecv", "sendonly", "recvonly", "inactive"] as const;

/** The m-lines of a description; throws on what is no description. */
export function read(sdp: string): Line[] {
  if (!sdp.startsWith("v=0")) {
    throw new SyntaxError("not a description");
  }
  const [, ...media] = sdp.split(/^(?=m=)/m);
  return media.map((text) => {
    const lines = text.split(/\r?\n/);
    const [kind = "", port] = (lines[0] ?? "").slice(2).split(" ");
    const values = (name: string): string[] =>
      lines.filter((line) => line.startsWith(`a=${name}:`)).map((line) => line.slice(name.length + 3));
    const msids = values("msid").map((value) => value.split(" "));
    return {
      kind: kind as Line["kind"],
      mid: values("mid")[0] ?? "",
      rejected: port === "0",
      direction: DIRECTIONS.find((direction) => lines.includes(`a=${direction}`)) ?? "sendrecv",
      streamIds: msids.flatMap(([id]) => (id && id !== "-" ? [id] : [])),
      trackId: msids[0]?.[1] || null,
      rids: values("simulcast").flatMap((value) => value.replace("recv ", "").split(";")),
    };
  });
}
