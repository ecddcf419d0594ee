import type { CallEvent } from "../contract/CallEvent";
import type { CallStats } from "../contract/CallStats";
import type { CallView } from "../contract/CallView";
import type { Caption } from "../contract/Caption";
import type { ChatMessage } from "../contract/ChatMessage";
import type { Reaction } from "../contract/Reaction";
import { reuse } from "./reuse";

export const SILENCE_DBFS = -100;

/** As many seconds of statistics are kept as the diagnostics draw. */
export const STATS_KEPT = 60;
const CAPTIONS_KEPT = 50;
const REACTIONS_KEPT = 24;

/** A reaction that was seen; `key` counts up. */
export interface SeenReaction {
  key: number;
  /** `null` for our own. */
  personId: string | null;
  name: string;
  reaction: Reaction;
}

/** Everything the screens of a call draw, apart from their own open panes. */
export interface CallState {
  /** `null` until the first snapshot. */
  view: CallView | null;
  /** The page's clock when `view` came, to count on from `view.nowMs`. */
  viewAtMs: number;
  chat: readonly ChatMessage[];
  microphoneDbfs: number;
  /** The newest last. */
  reactions: readonly SeenReaction[];
  captions: readonly Caption[];
  stats: readonly CallStats[];
}

export const NO_CALL: CallState = {
  view: null,
  viewAtMs: 0,
  chat: [],
  microphoneDbfs: SILENCE_DBFS,
  reactions: [],
  captions: [],
  stats: [],
};

export function applyEvent(state: CallState, event: CallEvent, nowMs: number): CallState {
  switch (event.event) {
    case "view":
      return { ...state, view: state.view ? reuse(state.view, event.view) : event.view, viewAtMs: nowMs };
    case "chat":
      return withMessage(state, event.message);
    case "levels":
      return { ...state, microphoneDbfs: event.levels.microphoneDbfs };
    case "reaction": {
      const { personId, name, reaction } = event;
      const key = (state.reactions.at(-1)?.key ?? 0) + 1;
      return { ...state, reactions: [...state.reactions.slice(1 - REACTIONS_KEPT), { key, personId, name, reaction }] };
    }
    case "caption":
      return { ...state, captions: withCaption(state.captions, event.caption) };
    case "stats":
      return { ...state, stats: [...state.stats.slice(1 - STATS_KEPT), event.stats] };
  }
}

/** A message that is known already is only replaced by what became of it. */
function withMessage(state: CallState, message: ChatMessage): CallState {
  const at = state.chat.findLastIndex(({ id }) => id === message.id);
  const old = state.chat[at];
  if (!old) {
    const becameOfUnknown = message.state === "edited" || message.state === "deleted";
    return becameOfUnknown ? state : { ...state, chat: [...state.chat, message] };
  }
  const onItsWay = old.state === "sending" || old.state === "failed";
  if (message.state === "new" && !onItsWay) return state;
  return { ...state, chat: state.chat.with(at, message) };
}

function withCaption(captions: readonly Caption[], caption: Caption): readonly Caption[] {
  const at = captions.findLastIndex(({ id }) => id === caption.id);
  return at === -1 ? [...captions.slice(1 - CAPTIONS_KEPT), caption] : captions.with(at, caption);
}

/** Whole seconds since an instant of the shell's clock; `null` while that instant is unknown. */
export function secondsSince(state: CallState, sinceMs: number | null | undefined, nowMs: number): number | null {
  if (!state.view || sinceMs === null || sinceMs === undefined) return null;
  const shellNowMs = state.view.nowMs + (nowMs - state.viewAtMs);
  return Math.max(0, Math.floor((shellNowMs - sinceMs) / 1000));
}
