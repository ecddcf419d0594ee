import { IDLE_ME } from "../../call/idle";
import { DEFAULT_PREFERENCES, setManaged } from "../../controls/preferences.svelte";
import type { SectionId } from "../../settings/rows";
import SettingsDialog from "../../settings/SettingsDialog.svelte";
import ShortcutSheet from "../../settings/ShortcutSheet.svelte";
import { DEVICES, PICKS, RECENTS, nothing } from "../data";
import type { Scene } from "../scenes";

const settings = (name: string, first: SectionId, props: Record<string, unknown> = {}, more: Partial<Scene> = {}): Scene => ({
  name: `settings-${name}`,
  component: SettingsDialog,
  props: {
    first,
    preferences: DEFAULT_PREFERENCES,
    desktop: { tray: true, globalKeys: false, above: false },
    about: { version: "0.1.0", platform: "linux" },
    problem: null,
    pickers: {
      devices: DEVICES,
      picks: PICKS,
      me: IDLE_ME,
      microphoneDbfs: -100,
      onPick: nothing,
      onOpen: nothing,
      onTestSpeaker: nothing,
    },
    recents: [],
    onChange: nothing,
    onForget: nothing,
    onName: nothing,
    onClose: nothing,
    ...props,
  },
  ...more,
});

const LOCKED = ["keepRecents", "theme"].map((name) => ({ name, place: "/etc/foyer/config.json" }));
const CONFLICT = { ...DEFAULT_PREFERENCES, shortcuts: { mic: "Ctrl+Shift+O" } };

export const settingsScenes: Scene[] = [
  settings("you", "you"),
  settings("audio", "audio"),
  settings("video", "video"),
  settings("appearance", "appearance"),
  settings("shortcuts", "shortcuts", { preferences: CONFLICT }, { clicks: ["shortcut-change-hand"] }),
  settings("notifications", "notifications"),
  settings("privacy", "privacy", { recents: RECENTS, preferences: { ...DEFAULT_PREFERENCES, keepRecents: true } }),
  {
    ...settings("locked", "privacy"),
    get props() {
      setManaged(LOCKED);
      return settings("locked", "privacy").props;
    },
  },
  settings("about", "about", { problem: "app.failed" }),
  {
    name: "help",
    component: ShortcutSheet,
    props: { platform: "linux", onClose: nothing, onEdit: nothing },
  },
];
