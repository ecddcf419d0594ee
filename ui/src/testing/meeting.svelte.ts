import { flushSync } from "svelte";
import { vi } from "vitest";
import { firstPicks } from "../call/picks";
import type { SeenReaction } from "../call/call-state";
import type { CallStats } from "../contract/CallStats";
import type { CallView } from "../contract/CallView";
import type { Caption } from "../contract/Caption";
import type { ChatMessage } from "../contract/ChatMessage";
import type { Intent } from "../contract/Intent";
import { FEEDS, type Feeds } from "../feeds/feed-player";
import Meeting from "../stage/Meeting.svelte";
import { render } from "./render";
import { DEVICES, inMeeting, shareOffer } from "./views";

interface Shown {
  view: CallView;
  chat: readonly ChatMessage[];
  reactions: readonly SeenReaction[];
  captions: readonly Caption[];
  stats: readonly CallStats[];
  feeds?: Feeds;
  onOpenLink?: (address: string) => Promise<string | null>;
}

/** The meeting screen with literal values, which may change while it is shown. */
export function showMeeting(view: Partial<CallView> = {}, more: Partial<Omit<Shown, "view">> = {}) {
  let shown: Shown = $state.raw({ view: inMeeting(view), chat: [], reactions: [], captions: [], stats: [], ...more });
  const onIntent = vi.fn<(intent: Intent) => void>();
  const onPick = vi.fn();
  render(Meeting, {
    get view() {
      return shown.view;
    },
    get chat() {
      return shown.chat;
    },
    get reactions() {
      return shown.reactions;
    },
    get captions() {
      return shown.captions;
    },
    get stats() {
      return shown.stats;
    },
    link: null,
    elapsed: 61,
    platform: "linux",
    mirror: true,
    get pickers() {
      return {
        devices: DEVICES,
        picks: firstPicks("Ada"),
        me: shown.view.me,
        microphoneDbfs: -40,
        onPick,
        onOpen: vi.fn(),
        onTestSpeaker: vi.fn(),
      };
    },
    offer: shareOffer(),
    ...(more.onOpenLink ? { onOpenLink: more.onOpenLink } : {}),
    onIntent,
  }, new Map([[FEEDS, more.feeds]]));
  return {
    onIntent,
    onPick,
    /** What was asked for, without what a test does not look at. */
    intents: (name: Intent["intent"]) => onIntent.mock.calls.flatMap(([intent]) => (intent.intent === name ? [intent] : [])),
    change(next: Partial<CallView>) {
      shown = { ...shown, view: { ...shown.view, ...next } };
      flushSync();
    },
    show(next: Partial<Omit<Shown, "view">>) {
      shown = { ...shown, ...next };
      flushSync();
    },
  };
}
