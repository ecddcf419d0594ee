import type { SharedApart } from "../../contract/SharedApart";
import { preferences } from "../../controls/preferences.svelte";
import ShareWindow from "../../share/ShareWindow.svelte";
import { still } from "../draw";
import LinkDialog from "../../chat/LinkDialog.svelte";
import type { Scene } from "../scenes";
import { meeting } from "./played";

const link = (name: string, text: string, address: string, more: Partial<Scene> = {}): Scene => ({
  name: `link-${name}`,
  component: LinkDialog,
  props: { link: { text, address }, onOpen: () => Promise.resolve("browser.failed"), onClose: () => undefined },
  until: "link-dialog",
  ...more,
});

export const linkScenes: Scene[] = [
  link("page", "the plan", "https://files.example.org/rooms/plan-of-the-quarter?version=7&highlight=none#figures"),
  link("pretends", "teams.microsoft.com", "http://login.teams-meetings.example/passwords", { clicks: ["link-open"], until: "link-problem" }),
  link("mail", "write to us", "mailto:visitors@example.org"),
];

export const shareScenes: Scene[] = [
  {
    name: "share-window",
    component: ShareWindow,
    props: {
      backend: {
        preferences: () => Promise.resolve(preferences()),
        listen: async (onShare: (share: SharedApart) => void) => onShare({ call: 1, feed: 9, name: "Grace Hopper" }),
        watch: () => Promise.resolve(),
        feeds: () => ({ show: still, stop: () => undefined }),
      },
    },
    until: "share-view",
  },
];

export const meetingScenes: Scene[] = [
  meeting("grid", "start=meeting&people=5", "meeting"),
  meeting("alone", "start=meeting&people=0", "meeting"),
  meeting("share", "start=meeting&people=4&share=1", "share-view"),
  meeting("share-screen", "start=meeting&people=2", "share-screen-0", { clicks: ["share"] }),
  meeting("share-choose-window", "start=meeting&people=2", "share-window-0", { clicks: ["share", "share-tab-window"] }),
  meeting("share-no-window", "start=meeting&people=2&windows=0&computer-sound=0", "share-no-windows", { clicks: ["share", "share-tab-window"] }),
  meeting("share-region", "start=meeting&people=2", "share-region-frame", { clicks: ["share", "share-tab-region"] }),
  meeting("share-apart", "start=meeting&people=4&share=1", "share-is-apart", { clicks: ["share-apart"] }),
  meeting("chat", "start=meeting&people=3", "chat-pane", { key: "KeyC" }),
  meeting("people", "start=meeting&people=6", "people-pane", { key: "KeyP" }),
  meeting("devices", "start=meeting&people=3", "devices-pane", { clicks: ["more", "menu-devices"] }),
  meeting("background", "start=meeting&people=3", "background-pane", { clicks: ["more", "menu-background"] }),
  meeting("reconnecting", "start=reconnecting&people=3", "reconnecting"),
  meeting("hands", "start=meeting&people=8&hands=2&reactions=1&captions=1", "hand-chip"),
  meeting("consent", "start=meeting&people=3&kept=consent", "consent"),
  meeting("connection", "start=meeting&people=3&net=weak", "stats-pane", { key: "KeyD" }),
  meeting("menu", "start=meeting&people=3", "menu", { clicks: ["more"] }),
  meeting("rights", "start=meeting&people=6&rights=1", "lobby-list", { key: "KeyP" }),
  meeting("room", "start=meeting&people=3&room=open", "room"),
  meeting("in-room", "start=meeting&people=3&room=inside", "room"),
  meeting("phone", "start=meeting&people=3&phone=1&trouble=network.send", "phone-pane", { clicks: ["trouble-phone"] }),
  meeting("problem", "start=meeting&failed=device.lost", "problem-bar"),
];
