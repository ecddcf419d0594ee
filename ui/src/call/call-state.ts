import type { CallEvent } from "../contract/CallEvent";
import type { CallView } from "../contract/CallView";
import type { ChatMessage } from "../contract/ChatMessage";

export const SILENCE_DBFS = -100;

/** Everything the screens of a call draw, apart from their own open panes. */
export interface CallState {
  /** `null` until the first snapshot. */
  view: CallView | null;
  /** The page's clock when `view` came, to count on from `view.nowMs`. */
  viewAtMs: number;
  chat: readonly ChatMessage[];
  microphoneDbfs: number;
}

export const NO_CALL: CallState = { view: null, viewAtMs: 0, chat: [], microphoneDbfs: SILENCE_DBFS };

export function applyEvent(state: CallState, event: CallEvent, nowMs: number): CallState {
  switch (event.event) {
    case "view":
      return { ...state, view: event.view, viewAtMs: nowMs };
    case "chat":
      return withMessage(state, event.message);
    case "levels":
      return { ...state, microphoneDbfs: event.levels.microphoneDbfs };
    default:
      return state;
  }
}

/** A message that is known already is only replaced by what became of it. */
function withMessage(state: CallState, message: ChatMessage): CallState {
  const known = state.chat.some(({ id }) => id === message.id);
  if (known === (message.state === "new")) return state;
  const chat = known ? state.chat.map((old) => (old.id === message.id ? message : old)) : [...state.chat, message];
  return { ...state, chat };
}

/** Whole seconds since an instant of the shell's clock; `null` while that instant is unknown. */
export function secondsSince(state: CallState, sinceMs: number | null | undefined, nowMs: number): number | null {
  if (!state.view || sinceMs === null || sinceMs === undefined) return null;
  const shellNowMs = state.view.nowMs + (nowMs - state.viewAtMs);
  return Math.max(0, Math.floor((shellNowMs - sinceMs) / 1000));
}
