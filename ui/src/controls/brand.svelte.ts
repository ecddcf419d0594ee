import type { BrandLook } from "../contract/BrandLook";
import { t } from "../text/text.svelte";

const NONE: BrandLook = { name: null, accent: null, logo: null };

let look: BrandLook = $state.raw(NONE);

/** What the app is called here. */
export function appName(): string {
  return look.name ?? t().app.name;
}

/** How an organisation has its own build look. */
export function brand(): BrandLook {
  return look;
}

/** The colours go to the root of the page, where `styles/tokens.css` takes them from. */
export function setBrand(next: BrandLook): void {
  look = next;
  const { style } = document.documentElement;
  for (const [property, value] of Object.entries(colours(next))) {
    if (value === null) style.removeProperty(property);
    else style.setProperty(property, value);
  }
}

function colours({ accent }: BrandLook): Record<string, string | null> {
  const mixed = (colour: string | undefined, share: number, other: string) =>
    colour ? `color-mix(in srgb, ${colour} ${share}%, ${other})` : null;
  return {
    "--brand-light": accent?.light ?? null,
    "--brand-light-hover": mixed(accent?.light, 85, "#000000"),
    "--brand-light-wash": mixed(accent?.light, 12, "#ffffff"),
    "--brand-dark": accent?.dark ?? null,
    "--brand-dark-hover": mixed(accent?.dark, 85, "#ffffff"),
    "--brand-dark-ink": accent ? "#000000" : null,
    "--brand-dark-wash": mixed(accent?.dark, 16, "#1a1a1a"),
  };
}
