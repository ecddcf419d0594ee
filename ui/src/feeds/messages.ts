import type { FrameSourceSpec } from "./source";

/** Why pictures cannot be shown; the texts are in `text/`. */
export type FeedProblem = "feeds.noWebCodecs" | "feeds.noH264" | "feeds.noVp8";

export type ToWorker =
  | { type: "open"; source: FrameSourceSpec }
  /** Shows a feed on a canvas. Several canvases may show the same feed. */
  | { type: "show"; tile: number; feed: number; canvas: OffscreenCanvas }
  | { type: "hide"; tile: number }
  | { type: "stop" };

export interface Painted {
  feed: number;
  /** Pictures painted since the feed was first shown. */
  frames: number;
  width: number;
  height: number;
}

export type FromWorker =
  | { type: "painted"; feeds: Painted[] }
  | { type: "refresh"; feed: number }
  | { type: "problem"; problem: FeedProblem };
