import type { Component } from "svelte";
import { homeScenes, termsScenes } from "./scenes/home";
import { endedScenes, lobbyScenes } from "./scenes/lobby";
import { linkScenes, meetingScenes, shareScenes } from "./scenes/meeting";
import { preJoinScenes } from "./scenes/pre-join";
import { settingsScenes } from "./scenes/settings";
import { stageScenes } from "./scenes/stage";

/** A screen in one of its states. */
export interface Scene {
  name: string;
  component: Component<any>;
  props: Record<string, unknown>;
  /** Test ids to click after the screen is there, one after the other. */
  clicks?: string[];
  /** Pressed with Ctrl and Shift after that: a button may have no room on a small window. */
  key?: string;
  /** What has to be there before the picture is taken. */
  until?: string;
  /** Differs from another scene in its words alone: one theme shows enough. */
  wordsOnly?: boolean;
  /** Its values come over time, from a call played by the page. */
  played?: boolean;
}

export const SCENES: readonly Scene[] = [
  ...homeScenes,
  ...termsScenes,
  ...preJoinScenes,
  ...lobbyScenes,
  ...endedScenes,
  ...settingsScenes,
  ...linkScenes,
  ...shareScenes,
  ...meetingScenes,
  ...stageScenes,
];
