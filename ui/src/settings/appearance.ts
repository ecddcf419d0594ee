import type { Preferences } from "../contract/Preferences";
import { languageFor, setLanguage } from "../text/text.svelte";

const DARK = "(prefers-color-scheme: dark)";

/** Colours and stillness, on the root of the page. Returns what stops following the system. */
export function applyLook({ theme, reducedMotion }: Preferences): () => void {
  const root = document.documentElement;
  const system = window.matchMedia(DARK);
  const paint = () => (root.dataset.theme = theme === "system" ? (system.matches ? "dark" : "light") : theme);
  paint();
  root.dataset.motion = reducedMotion ? "still" : "free";
  system.addEventListener("change", paint);
  return () => system.removeEventListener("change", paint);
}

export function applyLanguage(language: string | null): void {
  setLanguage(languageFor(language === null ? navigator.languages : [language]));
}

export const SCALES = { least: 85, most: 150, step: 5 } as const;
