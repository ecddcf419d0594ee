import { flushSync, mount, tick, unmount } from "svelte";
import type { Theme } from "../contract/Theme";
import { DEFAULT_PREFERENCES, setManaged, setPreferences } from "../controls/preferences.svelte";
import { applyLook } from "../settings/appearance";
import "../styles/tokens.css";
import "../styles/base.css";
import { en } from "../text/en";
import { pseudo } from "../text/pseudo";
import { setTexts } from "../text/text.svelte";
import { ru } from "../text/ru";
import Frame from "./Frame.svelte";
import { overflows } from "./overflows";
import { SCENES } from "./scenes";

const TEXTS = { en, ru, pseudo: pseudo(en), mirrored: pseudo(en) };

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no #app");

let shown: Record<string, unknown> | null = null;
let unfollow = () => undefined as void;

const there = (testid: string) => document.querySelector<HTMLElement>(`[data-testid="${testid}"]`);

async function wait(what: string): Promise<HTMLElement> {
  const limit = performance.now() + 8000;
  for (;;) {
    const element = there(what);
    if (element) return element;
    if (performance.now() > limit) throw new Error(`no ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}

/** Shows one scene, and resolves once it is drawn. */
async function show(name: string, theme: Theme, locale: keyof typeof TEXTS): Promise<void> {
  const scene = SCENES.find((known) => known.name === name);
  if (!scene || !target) throw new Error(`no scene ${name}`);
  if (shown) await unmount(shown);
  unfollow();
  window.scrollTo(0, 0);
  const preferences = { ...DEFAULT_PREFERENCES, theme, reducedMotion: true };
  setPreferences(preferences);
  setManaged([]);
  unfollow = applyLook(preferences);
  setTexts(TEXTS[locale], locale === "mirrored" ? "rtl" : "ltr");
  const props = scene.props;
  // A played call loads its preferences itself.
  if (scene.played) (props.backend as { preferences: unknown }).preferences = preferences;
  shown = mount(Frame, { target, props: { component: scene.component, props } });
  flushSync();
  for (const testid of scene.clicks ?? []) {
    const element = await wait(testid);
    (element.querySelector<HTMLElement>("summary") ?? element).click();
    await tick();
  }
  if (scene.key) {
    window.dispatchEvent(new KeyboardEvent("keydown", { code: scene.key, ctrlKey: true, shiftKey: true }));
  }
  if (scene.until) await wait(scene.until);
  await document.fonts.ready;
  await new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next)));
}

const scenes = SCENES.map(({ name, wordsOnly = false }) => ({ name, wordsOnly }));
Object.assign(window, { gallery: { scenes, show, overflows } });
