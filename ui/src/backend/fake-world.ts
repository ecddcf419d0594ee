// Whom and what the fake backend finds.
import type { CallView } from "../contract/CallView";
import type { DeviceLists } from "../contract/DeviceLists";
import type { LinkVerdict } from "../contract/LinkVerdict";
import type { PersonView } from "../contract/PersonView";

/** Leads to the played meeting. */
export const PRACTICE_LINK = "http://127.0.0.1:40123/meet/k3v9t2qd";
/** What it is called. */
export const TITLE = "Practice meeting";
/** Who is in it, over and over. */
export const NAMES = [
  "Mira Holm",
  "Jonas Okafor",
  "Ana Lucía Peralta de la Fuente",
  "Wei Zhang",
  "Priya Raman",
  "Tom",
  "Élise Moreau",
  "Kwame Mensah",
  "Дарья Соколова",
  "Noor",
  "Lars Bakken",
  "Yuki Tanaka",
];

/** Whoever came at this place, from 0. */
export function person(index: number): PersonView {
  return {
    id: `p${index + 1}`,
    name: NAMES[index % NAMES.length] ?? "",
    role: index === 0 ? "host" : "guest",
    muted: index % 3 === 2,
    speaking: index === 0,
    cameraFeed: index % 5 === 4 ? null : 10 + index,
    hand: null,
    spotlit: false,
    volume: 100,
    typing: false,
  };
}

/** As far as the played shell knows links. */
export function verdictOn(text: string): LinkVerdict {
  if (text.includes("teams.live.com/")) return { verdict: "refused", code: "link.personal" };
  if (text.includes("teams.microsoft.com/")) {
    return { verdict: "refused", code: "link.teams_needs_service", kind: "teamsLong" };
  }
  const link = /https?:\/\/[^\s/]+\/meet\/\w+/u.exec(text);
  const when = /^DTSTART:(.+)$/mu.exec(text)?.[1]?.trim();
  const about = when === undefined ? {} : { subject: "Team sync", startsAt: when };
  if (link) return { verdict: "join", kind: "practice", url: link[0], ...about };
  return { verdict: "refused", code: "link.nothing_found" };
}

const device = (id: string, label: string, isDefault = false) => ({
  id,
  label,
  isDefault,
  synthetic: label === "",
  width: null,
  height: null,
});

/** What is plugged in. */
export const DEVICES: DeviceLists = {
  cameras: [device("v4l:/dev/video0", "Integrated Camera", true), device("test:card", "")],
  microphones: [
    device("cpal:internal", "Built-in Audio Analog Stereo", true),
    device("cpal:usb", "USB Headset Mono"),
    device("test:speech", ""),
    device("test:tone", ""),
  ],
  speakers: [device("cpal:out", "Built-in Audio Analog Stereo", true), device("test:silence", "")],
  screens: [
    { ...device("x11:0/0", "DP-1", true), width: 2560, height: 1440 },
    { ...device("x11:0/1", "HDMI-1"), width: 1080, height: 1920 },
  ],
};

/** Of a call that has just been opened. */
export function emptyView(): CallView {
  return {
    phase: { state: "preJoin" },
    title: null,
    lobbySinceMs: null,
    inMeetingSinceMs: null,
    nowMs: 0,
    me: {
      name: "",
      microphone: { state: "off" },
      mutedByHost: false,
      camera: { state: "off" },
      speaker: { state: "off" },
      share: { state: "off" },
      cameraFeed: null,
      sentFeed: null,
      sentShareFeed: null,
      shareFeed: null,
      speaking: false,
      cameraId: null,
      microphoneId: null,
      speakerId: null,
      hand: null,
      background: { chosen: "none", hasOwn: false, state: { state: "idle" } },
      soundCheck: { state: "idle" },
    },
    people: [],
    share: null,
    chatOpen: false,
    chatAbsent: null,
    keeping: { recording: false, transcription: false, waitsForConsent: false },
    unread: 0,
    notices: [],
    abilities: {
      hand: true,
      react: true,
      captions: true,
      editChat: true,
      volume: true,
      muteOthers: false,
      remove: false,
      admit: false,
      spotlight: false,
    },
    room: null,
    waiting: [],
    dialIn: null,
    troubles: [],
    surveyMs: null,
    captions: { state: "off", language: null, languages: [] },
    dominant: [],
    live: { microphoneMs: 0, cameraMs: 0, shareMs: 0 },
  };
}
