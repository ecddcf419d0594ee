/** How statistics are asked for (webrtc-pc § 8). */
import { StatsReport } from "../idl/values";
import type { StatsSelector } from "../wire/contract";
import { fromWire } from "./errors";
import { realm } from "./realm";

interface Lines {
  readonly handle: number;
  readonly closed: boolean;
  readonly transceivers: readonly {
    readonly handle: number;
    readonly sender: { readonly track: MediaStreamTrack | null };
    readonly receiver: { readonly track: MediaStreamTrack };
  }[];
}

interface Entry {
  type?: unknown;
  transceiver?: unknown;
  trackIdentifier?: string;
  timestamp?: number;
  lastPacketReceivedTimestamp?: number;
}

/** All entries are of the same moment on the engine's own time line: now. */
function tellTime(entries: Record<string, Entry>): void {
  const now = performance.timeOrigin + performance.now();
  for (const entry of Object.values(entries)) {
    const shift = now - (entry.timestamp ?? now);
    entry.timestamp = now;
    if (entry.lastPacketReceivedTimestamp !== undefined) entry.lastPacketReceivedTimestamp += shift;
  }
}

/** The engine knows tracks by its own names of transceivers, which are not for pages. */
function nameTracks(entries: Record<string, Entry>, { transceivers }: Lines): Map<string, object> {
  for (const entry of Object.values(entries)) {
    const { type, transceiver } = entry;
    delete entry.transceiver;
    const line = transceivers.find(({ handle }) => handle === transceiver);
    const track = type === "inbound-rtp" ? line?.receiver.track : type === "media-source" ? line?.sender.track : null;
    if (track) entry.trackIdentifier = track.id;
  }
  return new Map(Object.entries(entries));
}

/** Asks for statistics. Those of a closed connection may be gone: the report is then empty. */
export function askStats(
  connection: Lines,
  selector: StatsSelector | null,
): Promise<StatsReport> {
  return new Promise((resolve, reject) => {
    realm().client.ask({ op: "pcStats", pc: connection.handle, selector }, (reply) => {
      if (reply.ok && typeof reply.answer === "object" && "stats" in reply.answer) {
        const entries = JSON.parse(reply.answer.stats) as Record<string, Entry>;
        tellTime(entries);
        resolve(new StatsReport(nameTracks(entries, connection)));
      } else if (reply.ok || connection.closed) {
        resolve(new StatsReport(new Map()));
      } else {
        reject(fromWire(reply.error));
      }
    });
  });
}
