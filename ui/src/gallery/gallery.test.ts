import { flushSync, mount, tick, unmount } from "svelte";
import { afterEach, describe, expect, test, vi } from "vitest";
import { en } from "../text/en";
import { pseudo } from "../text/pseudo";
import { setLanguage, setTexts } from "../text/text.svelte";
import { DATA } from "./data";
import Frame from "./Frame.svelte";
import { SCENES, type Scene } from "./scenes";

const READ_OUT = ["aria-label", "aria-valuetext", "title", "placeholder", "alt"];

/** Keys, times and numbers are called the same everywhere. */
const NO_LANGUAGE = /\b(?:Ctrl|Alt|Shift|Esc|Enter|F\d{1,2})\b|[⌘⌥⇧]/gu;

let shown: Record<string, unknown> | null = null;

async function show(scene: Scene): Promise<void> {
  shown = mount(Frame, { target: document.body, props: { component: scene.component, props: scene.props } });
  flushSync();
  for (const testid of scene.clicks ?? []) {
    const element = await vi.waitFor(() => {
      const found = document.querySelector<HTMLElement>(`[data-testid="${testid}"]`);
      expect(found, testid).not.toBeNull();
      return found;
    });
    element?.click();
    await tick();
  }
  const { until } = scene;
  if (until) await vi.waitFor(() => expect(document.querySelector(`[data-testid="${until}"]`)).not.toBeNull());
}

afterEach(async () => {
  if (shown) await unmount(shown);
  shown = null;
  document.body.replaceChildren();
  setLanguage("en");
});

/** Everything that is on the screen or read out, without what the backend said. */
function words(): string[] {
  const texts: string[] = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const owner = node.parentElement;
    if (owner && !owner.closest("time, kbd, option[lang], .avatar, [data-testid=link-time], [data-testid=terms-licence]")) texts.push(node.textContent ?? "");
  }
  for (const element of document.querySelectorAll("*")) {
    for (const name of READ_OUT) texts.push(element.getAttribute(name) ?? "");
  }
  return texts.map((text) => {
    let rest = text;
    for (const said of DATA) rest = rest.split(said).join("");
    // A text may stand in another one.
    while (/⟦[^⟦⟧]*⟧/u.test(rest)) rest = rest.replace(/⟦[^⟦⟧]*⟧/gu, "");
    return rest.replace(NO_LANGUAGE, "");
  });
}

const untranslated = () => words().filter((text) => /\p{L}{2}/u.test(text.replace(/https?:\S+/gu, "")));

describe("the gallery", () => {
  test("names every scene once", () => {
    const names = SCENES.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.length).toBeGreaterThan(60);
  });

  test("would find a text that stands outside the catalogue", () => {
    setTexts(pseudo(en));
    document.body.append("Join now");
    expect(untranslated()).toEqual(["Join now"]);
  });

  test.each(SCENES.filter(({ played }) => !played).map((scene) => [scene.name, scene] as const))(
    "%s has every text from the catalogue",
    async (_name, scene) => {
      setTexts(pseudo(en));
      await show(scene);
      expect(document.body.textContent).toContain("⟦");
      expect(untranslated()).toEqual([]);
    },
  );
});
