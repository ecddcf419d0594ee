import { FeedDecoder } from "./feed-decoder";
import { parseFrame, splitBatch, type Codec } from "./frame";
import type { FeedProblem, FromWorker, ToWorker } from "./messages";
import { Painter } from "./painter";
import { decodes } from "./self-test";
import { openFrameSource, type FrameSource } from "./source";

/** Decodes every feed that a tile shows. Nothing here touches the page, so a busy page never delays pictures. */

const BEAT_MS = 200;
/** A tile that moves between layouts hides and shows its feed; its decoder survives that. */
const KEEP_HIDDEN_MS = 1000;
const NO_CODEC: Record<Codec, FeedProblem> = { h264: "feeds.noH264", vp8: "feeds.noVp8" };

const painter = new Painter();
const decoders = new Map<number, FeedDecoder>();
const feedOfTile = new Map<number, number>();
const hiddenAtMs = new Map<number, number>();
let source: FrameSource | null = null;
let lastBeatMs = 0;

function tell(message: FromWorker): void {
  self.postMessage(message);
}

/**
 * What has to be done now and then. Called by whatever happens besides the timer: WebKit's workers run timers only when
 * nothing else waits, which on a busy machine is never.
 */
function beat(): void {
  if (performance.now() - lastBeatMs < BEAT_MS) return;
  report();
  forgetHidden();
  for (const decoder of decoders.values()) decoder.tick();
}

function report(): void {
  lastBeatMs = performance.now();
  const feeds = painter.takeReport();
  if (feeds.length > 0) tell({ type: "painted", feeds });
}

function decoderFor(feed: number): FeedDecoder {
  const existing = decoders.get(feed);
  if (existing) return existing;
  const decoder = new FeedDecoder({
    createDecoder: (callbacks) => new VideoDecoder(callbacks),
    createChunk: (init) => new EncodedVideoChunk(init),
    onPicture: (picture) => {
      const first = painter.paint(feed, picture);
      picture.close();
      if (first) report();
      else beat();
    },
    onRefresh: () => tell({ type: "refresh", feed }),
    onUnsupported: (codec) => tell({ type: "problem", problem: NO_CODEC[codec] }),
    nowMs: () => performance.now(),
  });
  decoders.set(feed, decoder);
  decoder.restart();
  return decoder;
}

function onBatch(message: ArrayBuffer): void {
  for (const part of splitBatch(message)) {
    const frame = parseFrame(part);
    if (frame) decoders.get(frame.feed)?.push(frame);
  }
  beat();
}

function hide(tile: number): void {
  if (feedOfTile.has(tile)) hiddenAtMs.set(tile, performance.now());
}

function forgetHidden(): void {
  for (const [tile, atMs] of hiddenAtMs) {
    if (performance.now() - atMs < KEEP_HIDDEN_MS) continue;
    const feed = feedOfTile.get(tile);
    hiddenAtMs.delete(tile);
    feedOfTile.delete(tile);
    painter.hide(tile);
    if (feed === undefined || painter.isShown(feed)) continue;
    decoders.get(feed)?.close();
    decoders.delete(feed);
  }
}

async function open(message: Extract<ToWorker, { type: "open" }>): Promise<void> {
  if (typeof VideoDecoder === "undefined" || typeof OffscreenCanvas === "undefined") {
    tell({ type: "problem", problem: "feeds.noWebCodecs" });
    return;
  }
  source = openFrameSource(message.source);
  source.start(onBatch, () => {
    for (const decoder of decoders.values()) decoder.restart();
  });
  setInterval(beat, BEAT_MS / 2);
  for (const codec of ["h264", "vp8"] as const) {
    if (!(await decodes(codec))) tell({ type: "problem", problem: NO_CODEC[codec] });
  }
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  switch (data.type) {
    case "open":
      void open(data);
      break;
    case "show":
      feedOfTile.set(data.tile, data.feed);
      painter.show(data.tile, data.feed, data.canvas);
      decoderFor(data.feed);
      break;
    case "hide":
      hide(data.tile);
      break;
    case "stop":
      source?.stop();
      for (const decoder of decoders.values()) decoder.close();
      self.close();
      break;
  }
};
