import { NO_DEVICES } from "../../call/idle";
import PreJoin from "../../join/PreJoin.svelte";
import type { NetworkCheck } from "../../contract/NetworkCheck";
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
      onIntent: nothing,
      onCheckNetwork: async () => NETWORK,
      onKeepBackground: async () => undefined,
      onJoin: nothing,
      onBack: nothing,
      ...props,
    },
    ...more,
  };
}

const OFF = me({ camera: { state: "off" }, cameraFeed: null, microphone: { state: "off" } });

const NETWORK: NetworkCheck = {
  state: "good",
  items: [
    { part: "service", host: "guests.contoso.example", outcome: "ok", tookMs: 84, aheadS: null },
    { part: "host", host: "teams.microsoft.com", outcome: "ok", tookMs: 31, aheadS: null },
    { part: "host", host: "api.flightproxy.skype.com", outcome: "ok", tookMs: 58, aheadS: null },
    { part: "clock", host: "", outcome: "ok", tookMs: null, aheadS: 1 },
  ],
};
const PARTLY: NetworkCheck = {
  state: "partly",
  items: NETWORK.items.map((item) =>
    item.part === "clock" ? { ...item, outcome: "warning", aheadS: 190 } : item.host.startsWith("api") ? { ...item, outcome: "failed", tookMs: null } : item,
  ),
};

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
  preJoin("network", {}, { clicks: ["lamp-network"], until: "network-items" }),
  preJoin("network-partly", { onCheckNetwork: async () => PARTLY }, { clicks: ["lamp-network"], until: "network-items" }),
  preJoin("network-none", { onCheckNetwork: () => Promise.reject(new Error("none")) }, { clicks: ["lamp-network"], until: "network-retry" }),
  preJoin("hands-free", { devices: HEADSET }),
  preJoin(
    "background",
    { me: me({ background: { chosen: "blur", hasOwn: true, state: { state: "running", pictureMs: 9.4 } } }) },
    { clicks: ["background-open"], until: "backgrounds" },
  ),
  preJoin(
    "background-stopped",
    {
      me: me({
        ...failed("effect.too_slow"),
        background: { chosen: "strongBlur", hasOwn: false, state: { state: "stopped", code: "effect.too_slow", pictureMs: 61.3 } },
      }),
    },
    { clicks: ["background-open"], until: "background-stopped" },
  ),
  preJoin("sound-recording", { me: me({ soundCheck: { state: "recording", lengthMs: 5000 } }) }),
  ...(["well", "tooQuiet", "clipping", "nothing", "noisy"] as const).map((verdict) =>
    preJoin(`sound-${verdict}`, { me: me({ soundCheck: { state: "done", verdict } }) }, { wordsOnly: verdict !== "noisy" }),
  ),
];
