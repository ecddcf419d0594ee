import type { CallStats } from "../contract/CallStats";
import type { StreamStats } from "../contract/StreamStats";
import { t } from "../text/text.svelte";

export function decimal(value: number): string {
  return new Intl.NumberFormat(t().language, { maximumFractionDigits: 1 }).format(value);
}

export function pathText(relayed: boolean | null): string {
  const { direct, relayed: through, unknown } = t().meeting.stats;
  return relayed === null ? unknown : relayed ? through : direct;
}

/** Codec, size, rate and jitter, as far as they are known. */
export function detailsOf(stream: StreamStats): string {
  const { stats } = t().meeting;
  const parts = [stats.directions[stream.direction], stream.codec];
  if (stream.width !== null && stream.height !== null) parts.push(t().sharePicker.size(stream.width, stream.height));
  if (stream.fps !== null) parts.push(stats.fps(Math.round(stream.fps)));
  if (stream.jitterMs !== null) parts.push(stats.jitter(Math.round(stream.jitterMs)));
  return parts.filter(Boolean).join(" · ");
}

/** What may be passed on: everybody is a number in it. */
export function report(history: readonly CallStats[]): string {
  const now = history.at(-1);
  if (!now) return "";
  const { stats } = t().meeting;
  const numbers = new Map<string, number>();
  const who = ({ direction, personId }: StreamStats) => {
    if (direction === "sent" || personId === null) return stats.you;
    const number = numbers.get(personId) ?? numbers.size + 1;
    numbers.set(personId, number);
    return stats.person(number);
  };
  const range = (values: number[], unit: (value: number) => string) =>
    values.length === 0 ? stats.unknown : `${unit(Math.round(Math.min(...values)))}–${unit(Math.round(Math.max(...values)))}`;
  return [
    `${stats.rtt}: ${range(history.flatMap(({ rttMs }) => rttMs ?? []), stats.ms)}`,
    `${stats.sent}: ${range(history.map(({ sentKbps }) => sentKbps), stats.kbps)}`,
    `${stats.received}: ${range(history.map(({ receivedKbps }) => receivedKbps), stats.kbps)}`,
    `${stats.path}: ${pathText(now.relayed)}`,
    ...now.streams.map(
      (stream) =>
        `${stats.stream(who(stream), stats.kinds[stream.kind])}: ${stats.kbps(Math.round(stream.kbps))}, ` +
        `${stats.percent(decimal(stream.lossPercent))} ${stats.loss}, ${detailsOf(stream)}`,
    ),
  ].join("\n");
}

/** What had been painted at a time of the page's clock. */
export interface PaintedAt {
  atMs: number;
  frames: number;
  width: number;
  height: number;
}

const RATE_OVER_MS = 2000;

/** Pictures a second over the last moments; 0 once none comes any more. */
export function pictureRate(painted: readonly PaintedAt[], nowMs: number): number {
  const recent = painted.filter(({ atMs }) => atMs > nowMs - RATE_OVER_MS);
  const [first, last] = [recent[0], recent.at(-1)];
  if (!first || !last || first === last) return 0;
  return Math.round(((last.frames - first.frames) * 1000) / (last.atMs - first.atMs));
}

/** So that a steady line does not lie on the upper edge. */
const HEADROOM = 1.25;

/** The points of a line through values that are a second apart; the newest at the right edge. */
export function sparkline(values: readonly number[], seconds: number, width: number, height: number): string {
  const most = Math.max(1, ...values) * HEADROOM;
  const step = width / (seconds - 1);
  const first = width - (values.length - 1) * step;
  return values
    .map((value, index) => `${(first + index * step).toFixed(1)},${(height - (value / most) * height).toFixed(1)}`)
    .join(" ");
}
