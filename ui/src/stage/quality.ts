import type { CallStats } from "../contract/CallStats";

export type Quality = "good" | "fair" | "poor" | "none";

export const BARS: Record<Quality, number> = { none: 0, poor: 1, fair: 2, good: 3 };

const RTT_MS = { fair: 250, poor: 500 };
const LOSS_PERCENT = { fair: 3, poor: 10 };

/** The worst loss of any stream. */
export function worstLoss({ streams }: CallStats): number {
  return streams.reduce((worst, { lossPercent }) => Math.max(worst, lossPercent), 0);
}

export function qualityOf(stats: CallStats): Quality {
  const rtt = stats.rttMs ?? 0;
  const loss = worstLoss(stats);
  if (rtt >= RTT_MS.poor || loss >= LOSS_PERCENT.poor) return "poor";
  if (rtt >= RTT_MS.fair || loss >= LOSS_PERCENT.fair) return "fair";
  return "good";
}
