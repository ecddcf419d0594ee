import type { LinkVerdict } from "../contract/LinkVerdict";
import type { IconName } from "../controls/icons";

/** What the guest can do next. */
export type Step = "join" | "passcode" | "browser" | "dialIn" | "organizer";

/** By code; what is not listed here is explained by its sentence alone. */
const AFTER_REFUSAL: Record<string, Step[]> = {
  "link.teams_needs_service": ["browser", "dialIn", "organizer"],
  "link.teams_unavailable": ["browser", "dialIn"],
  "link.personal": ["browser", "dialIn"],
  "link.event": ["browser", "dialIn"],
  "link.gcc_high": ["browser", "dialIn", "organizer"],
  "link.dod": ["browser", "dialIn", "organizer"],
  "link.china": ["browser", "dialIn", "organizer"],
  "link.not_a_meeting": ["organizer", "dialIn"],
  "link.look_alike": ["organizer"],
};

/** The most helpful step first. */
export function nextSteps(verdict: LinkVerdict): Step[] {
  const steps = stepsAfter(verdict);
  return verdict.dialIn ? steps : steps.filter((step) => step !== "dialIn");
}

function stepsAfter(verdict: LinkVerdict): Step[] {
  switch (verdict.verdict) {
    case "join":
      return ["join"];
    case "needsPasscode":
      return ["passcode", "dialIn"];
    case "refused":
      return AFTER_REFUSAL[verdict.code ?? ""] ?? [];
  }
}

export function iconOf(verdict: LinkVerdict): IconName {
  if (verdict.kind === "practice") return "practise";
  return verdict.kind === "invitation" ? "link" : "meeting";
}

/** A start as people of that language write it, in the guest's own time where the zone is known. */
export function startText(startsAt: string, language: string): string {
  const wholeDay = !startsAt.includes("T");
  const date = new Date(startsAt);
  if (Number.isNaN(date.getTime())) return startsAt;
  const format: Intl.DateTimeFormatOptions = wholeDay
    ? { dateStyle: "full", timeZone: "UTC" }
    : { dateStyle: "full", timeStyle: "short" };
  return new Intl.DateTimeFormat(language, format).format(date);
}

/** As `startText`, for an instant. */
export function startsText(startsAtMs: number, language: string): string {
  return new Intl.DateTimeFormat(language, { dateStyle: "full", timeStyle: "short" }).format(startsAtMs);
}

/** When a meeting that can be rung for starts; `null` where that is past, or nobody knows it to the minute. */
export function startsLater({ startsAt, verdict }: LinkVerdict, nowMs: number): number | null {
  if (verdict === "refused" || !startsAt?.endsWith("Z")) return null;
  const startsAtMs = Date.parse(startsAt);
  return startsAtMs > nowMs ? startsAtMs : null;
}

/** Whether a meeting can be joined with what was pasted and typed. */
export function isComplete({ verdict }: LinkVerdict, passcode: string): boolean {
  return verdict === "join" || (verdict === "needsPasscode" && passcode.trim() !== "");
}

/** What was typed beside what was pasted; `null` where nothing was asked for. */
export function typedPasscode({ verdict }: LinkVerdict, passcode: string): string | null {
  return verdict === "needsPasscode" ? passcode.trim() : null;
}

/** Digits in groups of three, as invitations print them. */
export function groupedId(meetingId: string): string {
  return meetingId.replace(/(\d{3})(?=\d)/gu, "$1 ");
}

/** How to tell a link by few letters: its subject, its site, or what kind of meeting it is. */
export function shortName(verdict: LinkVerdict, kind: string): string {
  if (verdict.subject) return verdict.subject;
  return /^https?:\/\/([^/?#]+)/u.exec(verdict.url ?? "")?.[1] ?? kind;
}

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** How long ago, in the largest unit that fits. */
export function agoText(thenMs: number, nowMs: number, language: string): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const passed = Math.max(0, nowMs - thenMs);
  const [unit, size] = UNITS.find(([, length]) => passed >= length) ?? (["minute", 60_000] as const);
  return format.format(-Math.floor(passed / size), unit);
}
