import type { DesktopAbilities } from "../contract/DesktopAbilities";
import type { Preferences } from "../contract/Preferences";
import type { Text } from "../text/en";

export type SectionId = keyof Text["settings"]["sections"];

type Switch = { [K in keyof Preferences]: Preferences[K] extends boolean ? K : never }[keyof Preferences];

/** How a setting is changed. */
export type Control =
  | { kind: "switch"; key: Switch }
  | { kind: "name" | "audio" | "video" | "theme" | "language" | "scale" | "shortcuts" | "recents" | "stored" | "edition" }
  | { kind: "text"; text: string };

export interface Row {
  id: string;
  section: SectionId;
  label: string;
  lead?: string;
  /** What it changes, if that is one preference. */
  preference?: keyof Preferences;
  control: Control;
}

/** Every setting, in the order shown. */
export function rows({ settings, shortcuts, recents }: Text, desktop: DesktopAbilities): Row[] {
  const onOff = (section: SectionId, key: Switch, label: string, lead: string): Row => ({
    id: key,
    section,
    label,
    lead,
    preference: key,
    control: { kind: "switch", key },
  });
  const words = (id: string, label: string, text: string, section: SectionId = "about"): Row => ({
    id,
    section,
    label,
    control: { kind: "text", text },
  });
  return [
    { id: "name", section: "you", label: settings.name, lead: settings.nameLead, control: { kind: "name" } },
    onOff("you", "rememberName", settings.rememberName, settings.rememberNameLead),
    { id: "audio", section: "audio", label: settings.audio, lead: settings.audioLead, control: { kind: "audio" } },
    { id: "video", section: "video", label: settings.video, control: { kind: "video" } },
    onOff("video", "mirror", settings.mirror, settings.mirrorLead),
    { id: "theme", section: "appearance", label: settings.theme, preference: "theme", control: { kind: "theme" } },
    { id: "language", section: "appearance", label: settings.language, preference: "language", control: { kind: "language" } },
    { id: "scale", section: "appearance", label: settings.scale, preference: "scale", control: { kind: "scale" } },
    desktop.above
      ? onOff("appearance", "miniOnMinimise", settings.miniOnMinimise, settings.miniOnMinimiseLead)
      : words("miniOnMinimise", settings.miniOnMinimise, settings.miniAbsent, "appearance"),
    onOff("appearance", "reducedMotion", settings.reducedMotion, settings.reducedMotionLead),
    onOff("shortcuts", "singleKeys", settings.singleKeys, settings.singleKeysLead),
    desktop.globalKeys
      ? onOff("shortcuts", "globalMute", settings.globalMute, settings.globalMuteLead)
      : words("globalMute", settings.globalMute, settings.globalMuteAbsent, "shortcuts"),
    { id: "shortcuts", section: "shortcuts", label: shortcuts.table, control: { kind: "shortcuts" } },
    onOff("notifications", "chimes", settings.chimes, settings.chimesLead),
    onOff("notifications", "notifications", settings.notifications, settings.notificationsLead),
    onOff("notifications", "notifyChat", settings.notifyChat, settings.notifyChatLead),
    onOff("notifications", "notifyHost", settings.notifyHost, settings.notifyHostLead),
    onOff("privacy", "keepRecents", settings.keepRecents, settings.keepRecentsLead),
    onOff("privacy", "offerTranscript", settings.offerTranscript, settings.offerTranscriptLead),
    onOff("privacy", "survey", settings.survey, settings.surveyLead),
    { id: "recents", section: "privacy", label: recents.title, control: { kind: "recents" } },
    { id: "stored", section: "privacy", label: settings.stored, control: { kind: "stored" } },
    { id: "edition", section: "about", label: settings.version, control: { kind: "edition" } },
    words("licences", settings.licences, settings.licencesText),
    words("telemetry", settings.telemetry, settings.telemetryText),
    words("diagnosis", settings.diagnosis, settings.diagnosisText),
  ];
}

/** The rows that hold every word of the query. */
export function matching(all: readonly Row[], query: string, { settings, shortcuts }: Text): Row[] {
  const words = query.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
  const said = ({ section, label, lead, control }: Row) =>
    [
      settings.sections[section],
      label,
      lead ?? "",
      control.kind === "text" ? control.text : "",
      control.kind === "theme" ? Object.values(settings.themes).join(" ") : "",
      control.kind === "shortcuts" ? Object.values(shortcuts.actions).join(" ") : "",
    ]
      .join(" ")
      .toLocaleLowerCase();
  return all.filter((row) => words.every((word) => said(row).includes(word)));
}
