import { en, type Text } from "./en";
import { ru } from "./ru";

export type Language = "en" | "ru";

const LANGUAGES: Record<Language, Text> = { en, ru };

let chosen: Language = $state(languageFor(globalThis.navigator?.languages ?? []));

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
  chosen = language;
  document.documentElement.lang = language;
}

/** The texts in the current language. Call it where a text is drawn, so that it follows a change. */
export function t(): Text {
  return LANGUAGES[chosen];
}

/** What to say about a failed device, command or picture. */
export function problemText(code: string): string {
  return t().problems[code] ?? t().links[code] ?? t().problemWith.unknown(code);
}

export function linkText(code: string): string {
  return t().links[code] ?? t().problemWith.unknown(code);
}

/** Device and command codes may come as notices too; then the subject leads the sentence. */
export function noticeText(code: string, subject: string | null): string {
  const sentence = t().notices[code];
  if (sentence) return sentence(subject ?? "");
  const problem = problemText(code);
  return subject ? t().problemWith.named(subject, problem) : problem;
}

export function endingText(reason: string): { title: string; lead: string } {
  const known = t().ended.reasons[reason];
  return known ?? { title: t().ended.reasons.failed?.title ?? "", lead: problemText(reason) };
}
