import { en, type Text } from "./en";
import { ru } from "./ru";

export type Language = "en" | "ru";

const LANGUAGES: Record<Language, Text> = { en, ru };

/** Each in its own words. */
export const LANGUAGE_NAMES: Record<Language, string> = { en: "English", ru: "Русский" };

let texts: Text = $state.raw(LANGUAGES[languageFor(globalThis.navigator?.languages ?? [])]);

/** The first language of the system that Foyer speaks, else English. */
export function languageFor(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    const language = tag.toLowerCase().split("-")[0];
    if (language === "en" || language === "ru") return language;
  }
  return "en";
}

/** Changes every text on the screen at once. */
export function setLanguage(language: Language): void {
  setTexts(LANGUAGES[language]);
}

/** The same for texts that are no language, which show where texts were forgotten or do not fit. */
export function setTexts(next: Text, direction: "ltr" | "rtl" = "ltr"): void {
  texts = next;
  document.documentElement.lang = next.language;
  document.documentElement.dir = direction;
}

/** The texts in the current language. Call it where a text is drawn, so that it follows a change. */
export function t(): Text {
  return texts;
}

/** What to say about a failed device, command or picture. */
export function problemText(code: string): string {
  return t().problems[code] ?? t().links[code] ?? t().problemWith.unknown(code);
}

export function linkText(code: string): string {
  return t().links[code] ?? t().problemWith.unknown(code);
}

/** The subject of a notice about a device is which one. */
export function noticeText(code: string, subject: string | null): string {
  const sentence = t().notices[code];
  if (sentence) return sentence();
  const problem = (subject === "share" ? t().shareProblems[code] : undefined) ?? problemText(code);
  return isDevice(subject) ? t().problemWith[subject](problem) : problem;
}

export type OwnDevice = "camera" | "microphone" | "speaker" | "share";

/** Whether the subject of a notice is one of our devices. */
export function isDevice(subject: string | null): subject is OwnDevice {
  return subject === "camera" || subject === "microphone" || subject === "speaker" || subject === "share";
}

/** Why there is no chat; `null` for no reason that is known. */
export function absentText(code: string | null): string {
  return t().chat.absent[code ?? ""] ?? t().chat.closed;
}

export function endingText(reason: string): { title: string; lead: string } {
  const known = t().ended.reasons[reason];
  return known ?? { title: t().ended.reasons.serviceFailed?.title ?? "", lead: problemText(reason) };
}
