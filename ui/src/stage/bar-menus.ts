import { DEFAULT_DEVICE, inPickerOrder, type Picks } from "../call/picks";
import { keyHint } from "../controls/keys";
import type { MenuItem, MenuSpec } from "../controls/menus.svelte";
import type { Device } from "../contract/Device";
import type { DeviceLists } from "../contract/DeviceLists";
import type { Reaction } from "../contract/Reaction";
import { deviceLabel } from "../join/device-labels";
import { t } from "../text/text.svelte";
import type { Collapsing } from "./collapse";
import { LAYOUTS, type StageContext } from "./look.svelte";

export const REACTIONS: readonly Reaction[] = ["like", "heart", "applause", "laugh", "surprised"];

interface Pickers {
  devices: DeviceLists;
  picks: Picks;
  onPick: (picks: Picks) => void;
}

function choices(id: string, label: string, devices: readonly Device[], picked: string, pick: (id: string) => void): MenuItem[] {
  const preferred = devices.find(({ isDefault }) => isDefault);
  const all = [
    { id: DEFAULT_DEVICE, label: t().devices.systemDefault(preferred ? deviceLabel(preferred) : "") },
    ...inPickerOrder(devices).map((device) => ({ id: device.id, label: deviceLabel(device) })),
  ];
  return [
    { kind: "heading", id, label },
    ...all.map((device, index) => ({
      kind: "radio" as const,
      id: `${id}-${index}`,
      label: device.label,
      checked: device.id === picked,
      onSelect: () => pick(device.id),
    })),
  ];
}

function allDevices(stage: StageContext): MenuItem[] {
  return [
    { kind: "line", id: "line" },
    { kind: "action", id: "devices", icon: "devices", label: t().meeting.bar.allDevices, onSelect: () => stage.showPane("devices") },
  ];
}

function backgroundItem(stage: StageContext): MenuItem {
  return {
    kind: "action",
    id: "background",
    icon: "picture",
    label: t().background.menu,
    onSelect: () => stage.showPane("background"),
  };
}

/** Which microphone and speaker, and the whole truth about whether we are heard. */
export function micMenu(stage: StageContext, pickers: () => Pickers): MenuSpec {
  return {
    key: "mic",
    label: t().meeting.bar.micMenu,
    lead: () => {
      const { microphone, mutedByHost } = stage.view.me;
      const { mute } = t().meeting;
      return [mute.app(microphone.state !== "off"), mute.device(microphone.state), mute.host(mutedByHost)];
    },
    items: () => {
      const { devices, picks, onPick } = pickers();
      return [
        ...choices("microphone", t().devices.microphone, devices.microphones, picks.microphone, (microphone) =>
          onPick({ ...picks, microphone }),
        ),
        ...choices("speaker", t().devices.speaker, devices.speakers, picks.speaker, (speaker) => onPick({ ...picks, speaker })),
        ...allDevices(stage),
      ];
    },
  };
}

export function cameraMenu(stage: StageContext, pickers: () => Pickers): MenuSpec {
  return {
    key: "camera",
    label: t().meeting.bar.cameraMenu,
    items: () => {
      const { devices, picks, onPick } = pickers();
      return [
        ...choices("camera", t().devices.camera, devices.cameras, picks.camera, (camera) => onPick({ ...picks, camera })),
        { kind: "line", id: "line-background" },
        backgroundItem(stage),
        ...allDevices(stage),
      ];
    },
  };
}

export function layoutMenu({ look }: StageContext): MenuSpec {
  return {
    key: "layout",
    label: t().meeting.layout.title,
    items: () => {
      const icons = { gallery: "gallery", speaker: "speakerView", focus: "focus" } as const;
      return [
        ...LAYOUTS.map((layout) => ({
          kind: "radio" as const,
          id: layout,
          icon: icons[layout],
          label: t().meeting.layout[layout],
          checked: look.layout === layout,
          onSelect: () => (look.layout = layout),
        })),
        { kind: "line" as const, id: "line" },
        selfItem(look),
      ];
    },
  };
}

function selfItem(look: StageContext["look"]): MenuItem {
  return {
    kind: "check",
    id: "show-self",
    icon: "eye",
    label: t().meeting.tile.showSelf,
    checked: !look.selfHidden,
    onSelect: () => (look.selfHidden = !look.selfHidden),
  };
}

function reactionItems({ send }: StageContext): MenuItem[] {
  return REACTIONS.map((reaction) => ({
    kind: "action",
    id: `react-${reaction}`,
    label: t().meeting.reactions[reaction],
    picture: reaction,
    onSelect: () => send({ intent: "react", reaction }),
  }));
}

export function reactMenu(stage: StageContext): MenuSpec {
  return { key: "react", label: t().meeting.bar.reactLong, row: true, items: () => reactionItems(stage) };
}

export interface MoreActions {
  platform: string;
  collapsed: () => readonly Collapsing[];
  openLayout: () => void;
  openReactions: () => void;
  openSheet: () => void;
  openSettings: () => void;
  openMini: () => void;
  fullScreen: () => boolean;
  /** `null` where the system has none. */
  toggleFullScreen: (() => void) | null;
}

/** Whatever the bar has no place for. */
export function moreMenu(stage: StageContext, actions: MoreActions): MenuSpec {
  return {
    key: "more",
    label: t().meeting.bar.moreLong,
    items: () => {
      const { view, look, send, showPane } = stage;
      const hint = (action: "hand" | "people" | "layout" | "stats" | "sheet" | "settings") => keyHint(action, actions.platform);
      const items: MenuItem[] = [];
      const collapsed = actions.collapsed();
      if (collapsed.includes("react") && view.abilities.react) {
        items.push({ kind: "action", id: "react", icon: "react", label: t().meeting.bar.reactLong, onSelect: actions.openReactions });
      }
      if (collapsed.includes("hand") && view.abilities.hand) {
        const up = view.me.hand === null;
        items.push({
          kind: "action",
          id: "hand",
          icon: "hand",
          hint: hint("hand"),
          label: up ? t().meeting.bar.handUp : t().meeting.bar.handDown,
          onSelect: () => send({ intent: "raiseHand", up }),
        });
      }
      if (collapsed.includes("people")) {
        items.push({ kind: "action", id: "people", icon: "people", hint: hint("people"), label: t().bar.peopleShow, onSelect: () => showPane("people") });
      }
      if (items.length > 0) items.push({ kind: "line", id: "line-1" });
      items.push({ kind: "action", id: "layout", icon: "gallery", hint: hint("layout"), label: t().meeting.layout.title, onSelect: actions.openLayout });
      if (actions.toggleFullScreen) {
        items.push({
          kind: "action",
          id: "full",
          icon: actions.fullScreen() ? "fullScreenExit" : "fullScreen",
          label: actions.fullScreen() ? t().meeting.layout.leaveFullScreen : t().meeting.layout.fullScreen,
          onSelect: actions.toggleFullScreen,
        });
      }
      items.push({ kind: "action", id: "mini", icon: "mini", label: t().mini.open, onSelect: actions.openMini });
      items.push(selfItem(look));
      if (view.abilities.captions) {
        const on = view.captions.state === "off";
        items.push({
          kind: "action",
          id: "captions",
          icon: "captions",
          label: on ? t().meeting.bar.captionsOn : t().meeting.bar.captionsOff,
          onSelect: () => send({ intent: "setCaptions", on, language: view.captions.language }),
        });
      }
      if (view.dialIn) {
        items.push({ kind: "action", id: "phone", icon: "phone", label: t().meeting.phone.title, onSelect: () => showPane("phone") });
      }
      items.push(
        ...allDevices(stage),
        backgroundItem(stage),
        { kind: "action", id: "stats", icon: "stats", hint: hint("stats"), label: t().meeting.bar.diagnostics, onSelect: () => showPane("stats") },
        { kind: "action", id: "shortcuts", icon: "keyboard", hint: hint("sheet"), label: t().meeting.bar.shortcuts, onSelect: actions.openSheet },
        { kind: "action", id: "settings", icon: "devices", hint: hint("settings"), label: t().start.settings, onSelect: actions.openSettings },
      );
      return items;
    },
  };
}
