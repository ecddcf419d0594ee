import App from "../../App.svelte";
import { FakeBackend } from "../../backend/fake";
import type { Scene } from "../scenes";

/** The meeting, played by the fake backend: its values come over time. */
export function meeting(name: string, params: string, until: string, more: { clicks?: string[]; key?: string } = {}): Scene {
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
