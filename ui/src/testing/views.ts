import { emptyView } from "../backend/fake-world";
import type { CallView } from "../contract/CallView";
import type { ChatMessage } from "../contract/ChatMessage";
import type { DeviceLists } from "../contract/DeviceLists";
import type { MeView } from "../contract/MeView";
import type { PersonView } from "../contract/PersonView";
import type { ShareSources } from "../contract/ShareSources";
import type { ShareOffer } from "../sharing/previews.svelte";

export function me(change: Partial<MeView> = {}): MeView {
  return { ...emptyView().me, name: "Ada", ...change };
}

export function person(id: string, change: Partial<PersonView> = {}): PersonView {
  return {
    id,
    name: `Person ${id}`,
    role: "guest",
    muted: false,
    speaking: false,
    cameraFeed: null,
    hand: null,
    spotlit: false,
    volume: 100,
    typing: false,
    ...change,
  };
}

export function inMeeting(change: Partial<CallView> = {}): CallView {
  return { ...emptyView(), phase: { state: "inMeeting" }, title: "Rehearsal", chatOpen: true, me: me(), ...change };
}

export const DEVICES: DeviceLists = {
  cameras: [
    { id: "v4l:1", label: "Webcam", isDefault: true, synthetic: false, width: null, height: null },
    { id: "test:card", label: "", isDefault: false, synthetic: true, width: null, height: null },
  ],
  microphones: [{ id: "cpal:1", label: "Headset", isDefault: true, synthetic: false, width: null, height: null }],
  speakers: [
    { id: "cpal:2", label: "Monitor", isDefault: true, synthetic: false, width: null, height: null },
    { id: "test:silence", label: "", isDefault: false, synthetic: true, width: null, height: null },
  ],
  screens: [
    { id: "x11:0", label: "DP-1", isDefault: false, synthetic: false, width: 1920, height: 1080 },
    { id: "x11:1", label: "HDMI-1", isDefault: true, synthetic: false, width: 1280, height: 1024 },
  ],
};

export const SOURCES: ShareSources = {
  screens: DEVICES.screens,
  windows: [
    { id: "x11-window:1", title: "Budget", minimised: false, width: 1200, height: 800 },
    { id: "x11-window:2", title: "Notes", minimised: true, width: 640, height: 480 },
  ],
  pointer: true,
  sound: true,
};

/** What the picker asks: these sources, and pictures that say whose they are. */
export function shareOffer(sources: ShareSources = SOURCES): ShareOffer {
  return { list: async () => sources, preview: async (id) => `data:image/jpeg;base64,${btoa(id)}` };
}

export function message(id: string, change: Partial<ChatMessage> = {}): ChatMessage {
  return { id, from: "Mira", mine: false, text: `text ${id}`, sentAtMs: 0, state: "new", blocks: [], ...change };
}
