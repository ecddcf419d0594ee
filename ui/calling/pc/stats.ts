/** How statistics are asked for (webrtc-pc § 8). */
import { StatsReport } from "../idl/values";
import type { StatsSelector } from "../wire/contract";
import { fromWire } from "./errors";
import { realm } from "./realm";

/** Asks for statistics. Those of a closed connection may be gone: the report is then empty. */
export function askStats(
  connection: { readonly handle: number; readonly closed: boolean },
  selector: StatsSelector | null,
): Promise<StatsReport> {
  return new Promise((resolve, reject) => {
    realm().client.ask({ op: "pcStats", pc: connection.handle, selector }, (reply) => {
      if (reply.ok && typeof reply.answer === "object" && "stats" in reply.answer) {
        resolve(new StatsReport(new Map(Object.entries(JSON.parse(reply.answer.stats) as Record<string, object>))));
      } else if (reply.ok || connection.closed) {
        resolve(new StatsReport(new Map()));
      } else {
        reject(fromWire(reply.error));
      }
    });
  });
}
