import type { CallView } from "../../contract/CallView";
import ClosingDialog from "../../call/ClosingDialog.svelte";
import Ended from "../../ended/Ended.svelte";
import Lobby from "../../lobby/Lobby.svelte";
import { en } from "../../text/en";
import { PICKS, RECENTS, me, nothing, view } from "../data";
import type { Scene } from "../scenes";

const lobby = (name: string, change: Partial<CallView>, props: Record<string, unknown>): Scene => ({
  name: `lobby-${name}`,
  component: Lobby,
  props: {
    view: view(change),
    waited: 83,
    picks: PICKS,
    mirror: true,
    onHide: nothing,
    onPick: nothing,
    onLeave: nothing,
    ...props,
  },
});

const OFF = { camera: { state: "off" as const }, cameraFeed: null, microphone: { state: "off" as const } };

export const lobbyScenes: Scene[] = [
  { name: "closing", component: ClosingDialog, props: { onHide: nothing, onLeave: nothing, onStay: nothing } },
  lobby("connecting", { phase: { state: "connecting" }, title: null }, { waited: null }),
  lobby("waiting", { phase: { state: "lobby" } }, {}),
  lobby(
    "long",
    { phase: { state: "lobby" }, me: me(OFF) },
    { waited: 754, picks: { ...PICKS, cameraOn: false, microphoneOn: false } },
  ),
];

const ended = (reason: string, props: Record<string, unknown> = {}, more: Partial<Scene> = {}): Scene => ({
  name: `ended-${reason}`,
  component: Ended,
  props: {
    reason,
    canRejoin: false,
    inTeams: true,
    busy: false,
    lasted: null,
    live: { microphoneMs: 0, cameraMs: 0, shareMs: 0 },
    recents: [],
    onForget: nothing,
    onRejoin: nothing,
    onHome: nothing,
    onBrowser: nothing,
    ...props,
  },
  ...more,
});

const BEEN_IN = { lasted: 3125, live: { microphoneMs: 1_204_000, cameraMs: 2_950_000, shareMs: 0 } };

const SHOWN: Scene[] = [
  ended("hungUp", { ...BEEN_IN, canRejoin: true, recents: RECENTS }),
  { ...ended("hungUp", { ...BEEN_IN, canRejoin: true, transcript: 212, onSaveTranscript: async () => ({ saved: true, problem: null }) }, { clicks: ["transcript-save"] }), name: "ended-transcript" },
  { ...ended("hungUp", { ...BEEN_IN, canRejoin: true, surveyMs: 120_000, onRate: nothing }, { clicks: ["survey-overall-2", "survey-audio-1"] }), name: "ended-survey" },
  ended("deniedByHost", { canRejoin: true }),
  ended("serverGone", { ...BEEN_IN, canRejoin: true }),
  ended("guestsBlocked"),
];

export const endedScenes: Scene[] = [
  ...SHOWN,
  ...Object.keys(en.ended.reasons)
    .filter((reason) => !SHOWN.some(({ name }) => name === `ended-${reason}`))
    .map((reason) => ended(reason, {}, { wordsOnly: true })),
];
