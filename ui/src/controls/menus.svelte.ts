import { getContext, setContext } from "svelte";
import type { Reaction } from "../contract/Reaction";
import type { IconName } from "./icons";

interface Choice {
  /** Its `data-testid` is `menu-<id>`. */
  id: string;
  label: string;
  /** At the end of the line, such as the keys. */
  hint?: string | undefined;
  icon?: IconName | undefined;
  onSelect: () => void;
}

export type MenuItem =
  | ({ kind: "action"; danger?: boolean; picture?: Reaction } & Choice)
  | ({ kind: "check" | "radio"; checked: boolean } & Choice)
  | { kind: "heading"; id: string; label: string }
  | { kind: "line"; id: string };

export interface MenuSlider {
  label: (value: number) => string;
  /** Percent. */
  value: number;
  onInput: (value: number) => void;
}

export interface MenuSpec {
  /** Names the menu among those of the screen. */
  key: string;
  label: string;
  /** Asked for again whenever what they depend on changes. */
  items: () => MenuItem[];
  /** Sentences above the choices. */
  lead?: () => string[];
  slider?: () => MenuSlider | null;
  /** Side by side instead of below each other. */
  row?: boolean;
}

export interface MenuPlace {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

interface OpenMenu {
  spec: MenuSpec;
  place: MenuPlace;
  opener: HTMLElement | null;
}

/** The one menu of a screen that may be open. */
export class Menus {
  open: OpenMenu | null = $state.raw(null);

  /** Opens it at its opener, or at a point; pressing the opener again closes it. */
  toggle(spec: MenuSpec, opener: HTMLElement, point?: { x: number; y: number }): void {
    if (this.open?.spec.key === spec.key && !point) {
      this.close();
      return;
    }
    const place = point
      ? { left: point.x, right: point.x, top: point.y, bottom: point.y }
      : opener.getBoundingClientRect();
    this.open = { spec, place, opener };
  }

  isOpen(key: string): boolean {
    return this.open?.spec.key === key;
  }

  close(refocus = true): void {
    const opener = this.open?.opener;
    this.open = null;
    if (refocus) opener?.focus();
  }
}

const KEY = Symbol("menus");

export function provideMenus(menus: Menus): Menus {
  return setContext(KEY, menus);
}

export function useMenus(): Menus {
  return getContext<Menus>(KEY);
}
