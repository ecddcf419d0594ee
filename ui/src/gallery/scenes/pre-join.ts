import { NO_DEVICES } from "../../call/idle";
import PreJoin from "../../join/PreJoin.svelte";
import { DEVICES, HEADSET, PICKS, TITLE, failed, me, nothing } from "../data";
import type { Scene } from "../scenes";

function preJoin(name: string, props: Record<string, unknown>, more: Partial<Scene> = {}): Scene {
  return {
    name: `prejoin-${name}`,
    component: PreJoin,
    props: {
      title: TITLE,
      me: me(),
      picks: PICKS,
      devices: DEVICES,
      microphoneDbfs: -24,
      mirror: true,
      platform: "linux",
      practice: false,
      rememberName: true,
      onRememberName: nothing,
      onPick: nothing,
      onOpenPicker: nothing,
      onTestSpeaker: nothing,
      onJoin: nothing,
      onBack: nothing,
      ...props,
    },
    ...more,
  };
}

const OFF = me({ camera: { state: "off" }, cameraFeed: null, microphone: { state: "off" } });

export const preJoinScenes: Scene[] = [
  preJoin("ready", {}),
  preJoin("starting", { me: me({ camera: { state: "starting" }, cameraFeed: null, microphone: { state: "starting" } }) }),
  preJoin("off", { me: OFF, picks: { ...PICKS, cameraOn: false, microphoneOn: false } }),
  preJoin("nameless", { me: OFF, picks: { ...PICKS, name: "", cameraOn: false }, practice: true }, { clicks: ["join", "learn"] }),
  preJoin("menu", {}, { clicks: ["join-more"], until: "join-muted" }),
  preJoin("denied-linux", { me: me(failed("device.not_allowed")) }, { clicks: ["lamp-camera"] }),
  preJoin("denied-windows", { me: me(failed("device.not_allowed")), platform: "windows" }, { wordsOnly: true }),
  preJoin("denied-macos", { me: me(failed("device.not_allowed")), platform: "macos" }, { wordsOnly: true }),
  preJoin("busy", { me: me({ ...failed("device.busy"), microphone: { state: "failed", code: "device.busy" } }) }),
  preJoin("no-devices", { devices: NO_DEVICES, me: OFF, picks: { ...PICKS, cameraOn: false, microphoneOn: false } }),
  preJoin("hands-free", { devices: HEADSET }),
];
