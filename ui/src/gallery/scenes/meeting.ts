import App from "../../App.svelte";
import { FakeBackend } from "../../backend/fake";
import type { Scene } from "../scenes";

/** The meeting, played by the fake backend: its values come over time. */
function meeting(name: string, params: string, until: string, more: { clicks?: string[]; key?: string } = {}): Scene {
  return {
    name: `meeting-${name}`,
    component: App,
    get props() {
      return { backend: new FakeBackend(new URLSearchParams(`name=Ada Lovelace&${params}`)) };
    },
    ...more,
    // The key is only heard once the meeting is there.
    clicks: ["practise", "meeting", ...(more.clicks ?? [])],
    until,
    played: true,
  };
}

export const meetingScenes: Scene[] = [
  meeting("grid", "start=meeting&people=5", "meeting"),
  meeting("alone", "start=meeting&people=0", "meeting"),
  meeting("share", "start=meeting&people=4&share=1", "share-view"),
  meeting("chat", "start=meeting&people=3", "chat-pane", { key: "KeyC" }),
  meeting("people", "start=meeting&people=6", "people-pane", { key: "KeyP" }),
  meeting("devices", "start=meeting&people=3", "devices-pane", { clicks: ["more", "menu-devices"] }),
  meeting("reconnecting", "start=reconnecting&people=3", "reconnecting"),
  meeting("hands", "start=meeting&people=8&hands=2&reactions=1&captions=1", "hand-chip"),
  meeting("consent", "start=meeting&people=3&kept=consent", "consent"),
  meeting("connection", "start=meeting&people=3&net=weak", "stats-pane", { key: "KeyD" }),
  meeting("menu", "start=meeting&people=3", "menu", { clicks: ["more"] }),
  meeting("problem", "start=meeting&failed=device.lost", "problem-bar"),
];
