import type { LinkVerdict } from "../../contract/LinkVerdict";
import type { ArmedMeeting } from "../../contract/ArmedMeeting";
import Home from "../../home/Home.svelte";
import RingDialog from "../../home/RingDialog.svelte";
import Terms from "../../join/Terms.svelte";
import { INVITATION, PRACTICE, PRACTICE_LINK, RECENTS, TEAMS_LINK, nothing } from "../data";
import type { Scene } from "../scenes";

function home(name: string, props: Record<string, unknown>, verdict: LinkVerdict | null = null, more: Partial<Scene> = {}): Scene {
  return {
    name: `home-${name}`,
    component: Home,
    props: {
      text: "",
      problem: null,
      setup: null,
      busy: null,
      version: "0.1.0",
      recents: [],
      keepRecents: false,
      // Never an answer where there is none: the screen goes on looking.
      onCheck: () => (verdict ? Promise.resolve(verdict) : new Promise(nothing)),
      onText: nothing,
      onContinue: nothing,
      onPractise: nothing,
      onBrowser: nothing,
      onClipboard: () => Promise.resolve(null),
      onKeepRecents: nothing,
      onForget: nothing,
      onSettings: nothing,
      onHelp: nothing,
      ...props,
    },
    ...(verdict && props.text ? { until: "link-verdict" } : {}),
    ...more,
  };
}

const refused = (code: string): LinkVerdict => ({
  verdict: "refused",
  code,
  kind: "teamsLong",
  url: TEAMS_LINK,
  subject: INVITATION.subject ?? "",
  dialIn: { number: "+1 323-555-0166", conferenceId: "52314678" },
});

const armed = (id: string, title: string, change: Partial<ArmedMeeting> = {}): ArmedMeeting => ({
  id,
  title,
  kind: "teamsLong",
  link: TEAMS_LINK,
  startsAtMs: Date.UTC(2036, 2, 4, 14, 30),
  stage: "waiting",
  found: null,
  ...change,
});
const ARMED: ArmedMeeting[] = [
  armed("a1", "Team sync", { stage: "soon", found: { microphone: false, camera: true, network: "good" } }),
  armed("a2", "Interview for the position of a principal engineer, second round"),
  armed("a3", "", { stage: "begun" }),
];

export const homeScenes: Scene[] = [
  home("empty", {}),
  home("checking", { text: PRACTICE_LINK }),
  home("practice", { text: PRACTICE_LINK }, PRACTICE),
  home("invitation", { text: TEAMS_LINK }, INVITATION),
  home("passcode", { text: TEAMS_LINK }, { ...INVITATION, verdict: "needsPasscode", hasPasscode: false }),
  home("channel", { text: TEAMS_LINK }, { verdict: "join", kind: "teamsChannel", url: TEAMS_LINK }),
  home("no-service", { text: TEAMS_LINK }, refused("link.teams_needs_service")),
  home("nothing-found", { text: "?" }, { verdict: "refused", code: "link.nothing_found" }),
  home("look-alike", { text: "?" }, { verdict: "refused", code: "link.look_alike" }),
  home("clipboard", { onClipboard: () => Promise.resolve(PRACTICE_LINK) }, PRACTICE, {
    clicks: ["link-field"],
    until: "clipboard-offer",
  }),
  home("recents", { recents: RECENTS, keepRecents: true }),
  home("armed", { armed: ARMED, text: TEAMS_LINK }, { ...INVITATION, startsAt: "2036-03-04T13:00:00Z" }, { until: "arm" }),
  { name: "ring", component: RingDialog, props: { meeting: ARMED[2], onJoin: nothing, onLater: nothing } },
  home("opening", { text: PRACTICE_LINK, busy: "opening" }, PRACTICE),
  home("problem", { text: PRACTICE_LINK, problem: "net.unreachable" }, PRACTICE, { until: "home-problem" }),
  home("setup", { setup: { code: "config.token_service", message: "" } }),
];

const terms = (name: string, promise: () => Promise<unknown>): Scene => ({
  name: `terms-${name}`,
  component: Terms,
  props: { terms: promise(), onAgree: nothing, onDecline: nothing },
});

export const termsScenes: Scene[] = [
  terms("ready", () => Promise.resolve({ licence: "1. 2. 3.\n".repeat(40) })),
];
