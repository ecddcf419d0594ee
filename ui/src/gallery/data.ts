import { emptyView } from "../backend/fake-world";
import { IDLE_ME } from "../call/idle";
import { firstPicks, type Picks } from "../call/picks";
import type { CallView } from "../contract/CallView";
import type { Device } from "../contract/Device";
import type { DeviceLists } from "../contract/DeviceLists";
import type { LinkVerdict } from "../contract/LinkVerdict";
import type { MeView } from "../contract/MeView";
import type { RecentMeeting } from "../contract/RecentMeeting";

/** Literal values for the gallery: what a backend would say. */

export const NAME = "Ada Lovelace";
export const TITLE = "Interview, second round";
export const PRACTICE_LINK = "http://127.0.0.1:40123/meet/k3v9t2qd";
export const TEAMS_LINK = "https://teams.microsoft.com/meet/2414128301281";

export const nothing = (): void => undefined;

export const PRACTICE: LinkVerdict = { verdict: "join", kind: "practice", url: PRACTICE_LINK };

export const INVITATION: LinkVerdict = {
  verdict: "join",
  kind: "teamsShort",
  url: TEAMS_LINK,
  meetingId: "2414128301281",
  hasPasscode: true,
  subject: TITLE,
  organizer: "Grace Hopper",
  startsAt: "2026-11-24T13:00:00Z",
  dialIn: { number: "+1 323-555-0166", conferenceId: "52314678" },
};

const HOUR_MS = 3_600_000;

export const RECENTS: RecentMeeting[] = [
  { id: "r1", title: TITLE, link: TEAMS_LINK, joinedAtMs: Date.now() - 2 * HOUR_MS },
  { id: "r2", title: "Quarterly review of the cross-border logistics programme", link: TEAMS_LINK, joinedAtMs: Date.now() - 30 * HOUR_MS },
  { id: "r3", title: "", link: PRACTICE_LINK, joinedAtMs: Date.now() - 200 * HOUR_MS },
];

const device = (id: string, label: string, isDefault = false): Device => ({
  id,
  label,
  isDefault,
  synthetic: label === "",
  width: null,
  height: null,
});

export const DEVICES: DeviceLists = {
  cameras: [device("v4l:0", "Integrated Camera", true), device("test:card", "")],
  microphones: [device("cpal:0", "Built-in Audio Analog Stereo", true), device("cpal:1", "USB Headset Mono")],
  speakers: [device("cpal:2", "Built-in Audio Analog Stereo", true), device("test:silence", "")],
  screens: [],
};

export const HEADSET: DeviceLists = {
  ...DEVICES,
  microphones: [device("cpal:5", "Headset (Buds Hands-Free AG Audio)", true)],
};

export const CAMERA_FEED = 1;

export function me(change: Partial<MeView> = {}): MeView {
  return {
    ...IDLE_ME,
    name: NAME,
    microphone: { state: "live" },
    camera: { state: "live" },
    cameraFeed: CAMERA_FEED,
    ...change,
  };
}

export function failed(code: string): Partial<MeView> {
  return { camera: { state: "failed", code }, cameraFeed: null };
}

export function view(change: Partial<CallView>): CallView {
  return { ...emptyView(), title: TITLE, me: me(), ...change };
}

export const PICKS: Picks = firstPicks(NAME);

/** Addresses, files and titles that somebody else chose. */
export const FOREIGN = [
  "https://files.example.org/rooms/plan-of-the-quarter?version=7&highlight=none#figures",
  "files.example.org",
  "http://login.teams-meetings.example/passwords",
  "login.teams-meetings.example",
  "teams.microsoft.com",
  "visitors@example.org",
  "guests.contoso.example",
  "api.flightproxy.skype.com",
  "/etc/foyer/config.json",
  "Team sync",
  "Interview for the position of a principal engineer, second round",
];

/** What people and devices are called stays as it is in every language. */
export const DATA: readonly string[] = [
  NAME,
  TITLE,
  PRACTICE_LINK,
  TEAMS_LINK,
  "Grace Hopper",
  "127.0.0.1:40123",
  ...FOREIGN,
  ...RECENTS.map(({ title }) => title),
  ...[...DEVICES.cameras, ...DEVICES.microphones, ...DEVICES.speakers, ...HEADSET.microphones].map(({ label }) => label),
].filter(Boolean);
