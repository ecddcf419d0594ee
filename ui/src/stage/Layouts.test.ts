import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SPEAKS_MS } from "./order";
import { CTRL_SHIFT, click, find, get, press, pressIn, textOf } from "../testing/render";
import { showMeeting } from "../testing/meeting.svelte";
import { inMeeting, me, person } from "../testing/views";

const people = (count: number) => Array.from({ length: count }, (_, index) => person(String(index + 1), { cameraFeed: 10 + index }));
const tiles = () => [...document.querySelectorAll("[data-testid^='tile-']")].map((tile) => tile.getAttribute("data-testid"));
const optionsOf = (testid: string) => get(testid).querySelector<HTMLElement>("[data-tile-menu]") as HTMLElement;
const menu = () => [...document.querySelectorAll<HTMLElement>("[data-testid='menu'] [data-stop]")];

function openTileMenu(testid: string) {
  optionsOf(testid).click();
  flushSync();
}

function choose(layout: string) {
  click("layout");
  click(`menu-${layout}`);
}

describe("a tile", () => {
  test("says hand, spotlight and muted for us, and shows the hand's number", () => {
    showMeeting({ people: [person("1", { hand: 2, spotlit: true, volume: 0 }), person("2")] });
    expect(get("tile-1").getAttribute("aria-label")).toBe("Person 1, hand raised, number 2, shown large to everybody, muted for you");
    expect(textOf("hand-chip")).toBe("2");
    expect(get("tile-2").querySelector("[data-testid='hand-chip']")).toBeNull();
  });

  test("opens its menu by button, right click and Shift+F10, and gives the focus back", () => {
    showMeeting({ people: people(3) });
    openTileMenu("tile-2");
    expect(get("menu").dataset.menu).toBe("tile 2");
    expect(document.activeElement).toBe(menu()[0]);
    pressIn(document.activeElement as Element, "Escape");
    expect(find("menu")).toBeNull();
    expect(document.activeElement).toBe(optionsOf("tile-2"));
    pressIn(optionsOf("tile-2"), "F10", { shiftKey: true });
    expect(find("menu")).not.toBeNull();
    pressIn(document.activeElement as Element, "Escape");
    get("tile-3").dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, clientX: 5, clientY: 5 }));
    flushSync();
    expect(get("menu").dataset.menu).toBe("tile 3");
  });

  test("is left by arrows to the next one", () => {
    showMeeting({ people: people(2) });
    optionsOf("tile-1").focus();
    pressIn(optionsOf("tile-1"), "ArrowRight");
    expect(document.activeElement).toBe(optionsOf("tile-2"));
    pressIn(optionsOf("tile-2"), "ArrowLeft");
    pressIn(optionsOf("tile-1"), "ArrowLeft");
    expect(document.activeElement).toBe(optionsOf("self-view"));
  });

  test("is pinned, and then shown large beside the others", () => {
    showMeeting({ people: people(4) });
    openTileMenu("tile-3");
    click("menu-pin");
    expect(tiles()).toEqual(["tile-3", "tile-1", "tile-2", "tile-4"]);
    expect(get("tile-3").getAttribute("aria-label")).toContain("pinned");
    expect(get("tile-1").className).toContain("small");
    openTileMenu("tile-3");
    expect(menu().map(({ dataset }) => dataset.stop)).toContain("Unpin");
    click("menu-pin");
    expect(tiles()).toEqual(["tile-1", "tile-2", "tile-3", "tile-4"]);
  });

  test("fills itself with the picture or shows all of it", () => {
    showMeeting({ people: people(2) });
    const canvas = () => get("tile-1").querySelector("canvas")?.className;
    expect(canvas()).toContain("cover");
    openTileMenu("tile-1");
    click("menu-fit");
    expect(canvas()).toContain("contain");
  });

  test("sets how loud somebody is, mutes them for us and takes the volume back", () => {
    const { intents, change } = showMeeting({ people: [person("1", { volume: 60 }), person("2")] });
    openTileMenu("tile-1");
    expect(get("menu").getAttribute("role")).toBe("dialog");
    const slider = get("menu-slider") as HTMLInputElement;
    expect(slider.value).toBe("60");
    slider.value = "35";
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    expect(intents("setVolume").at(-1)).toEqual({ intent: "setVolume", personId: "1", volume: 35 });
    change({ people: [person("1", { volume: 35 }), person("2")] });
    click("menu-mute");
    expect(intents("setVolume").at(-1)).toMatchObject({ volume: 0 });
    change({ people: [person("1", { volume: 0 }), person("2")] });
    openTileMenu("tile-1");
    expect(menu().map(({ dataset }) => dataset.stop)).toContain("Hear again");
    click("menu-mute");
    expect(intents("setVolume").at(-1)).toMatchObject({ volume: 35 });
  });

  test("offers no volume where the meeting has none", () => {
    showMeeting({ people: people(2), abilities: { ...inMeeting().abilities, volume: false } });
    openTileMenu("tile-1");
    expect(find("menu-slider") ?? find("menu-mute")).toBeNull();
    expect(find("menu-pin")).not.toBeNull();
  });
});

describe("our own picture", () => {
  test("floats with one other person, and goes to the corners by keyboard and menu", () => {
    showMeeting({ people: people(1) });
    expect(get("self-floating").dataset.corner).toBe("bottomRight");
    pressIn(optionsOf("self-view"), "ArrowUp");
    pressIn(optionsOf("self-view"), "ArrowLeft");
    expect(get("self-floating").dataset.corner).toBe("topLeft");
    openTileMenu("self-view");
    click("menu-bottomLeft");
    expect(get("self-floating").dataset.corner).toBe("bottomLeft");
  });

  test("is hidden and comes back", () => {
    showMeeting({ people: people(3) });
    openTileMenu("self-view");
    click("menu-hide-self");
    expect(find("self-view")).toBeNull();
    click("more");
    click("menu-show-self");
    expect(find("self-view")).not.toBeNull();
  });

  test("is mirrored until that is switched off", () => {
    showMeeting({ people: people(2), me: me({ camera: { state: "live" }, cameraFeed: 1 }) });
    const mirrored = () => get("self-view").querySelector("canvas")?.className.includes("mirror");
    expect(mirrored()).toBe(true);
    openTileMenu("self-view");
    click("menu-mirror");
    expect(mirrored()).toBe(false);
  });
});

describe("the layouts", () => {
  test("speaker: who is heard most is large, the others small", () => {
    const { change } = showMeeting({ people: people(4), dominant: ["3", "1"] });
    choose("speaker");
    expect(get("meeting").dataset.layout).toBe("speaker");
    expect(tiles()[0]).toBe("tile-3");
    expect(get("tile-3").className).not.toContain("own");
    change({ dominant: ["2"] });
    expect(tiles()[0]).toBe("tile-2");
    change({ dominant: [] });
    expect(tiles()[0]).toBe("tile-2");
  });

  test("content only: nothing beside it but our own picture, floating", () => {
    showMeeting({ people: people(4), share: { personId: "1", name: "Person 1", feed: 42 } });
    expect(tiles()).toHaveLength(4);
    choose("focus");
    expect(tiles()).toEqual([]);
    expect(find("share-view")).not.toBeNull();
    expect(find("self-floating")).not.toBeNull();
  });

  test("are chosen by keyboard: Ctrl+Shift+L, arrows, Enter", () => {
    showMeeting({ people: people(4) });
    press("KeyL", CTRL_SHIFT);
    expect(menu().map(({ dataset }) => dataset.stop)).toEqual(["Gallery", "Speaker", "Content only", "Show my own picture"]);
    expect(menu()[0]?.getAttribute("aria-checked")).toBe("true");
    pressIn(menu()[0] as Element, "ArrowUp");
    expect(document.activeElement).toBe(menu()[3]);
    pressIn(menu()[3] as Element, "s");
    expect(document.activeElement).toBe(menu()[1]);
    (document.activeElement as HTMLElement).click();
    flushSync();
    expect(get("meeting").dataset.layout).toBe("speaker");
  });

  test("spotlit people are large for everybody, unless we have pinned somebody", () => {
    showMeeting({ people: [person("1"), person("2", { spotlit: true }), person("3")] });
    expect(tiles()[0]).toBe("tile-2");
    openTileMenu("tile-3");
    click("menu-pin");
    expect(tiles()[0]).toBe("tile-3");
  });

  test("a strip of a thousand is short and says how many more there are", () => {
    showMeeting({ people: people(1000), share: { personId: "1", name: "Person 1", feed: 42 } });
    expect(tiles().length).toBeLessThan(10);
    expect(get("strip-more").getAttribute("aria-label")).toBe(`${1000 - tiles().length} more people`);
    click("strip-more");
    expect(find("people-pane")).not.toBeNull();
  });

  test("a share in a window that is hardly higher than it has no strip, and nothing floats over it", () => {
    vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(200);
    showMeeting({ people: people(3), share: { personId: "1", name: "Person 1", feed: 42 } });
    expect(tiles()).toEqual([]);
    expect(find("self-view")).toBeNull();
  });
});

describe("the pages", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("get a speaker onto the first one after two seconds, without moving the others", () => {
    const { change } = showMeeting({ people: people(12) });
    const before = tiles();
    change({ dominant: ["12"] });
    expect(tiles()).toEqual(before);
    vi.advanceTimersByTime(SPEAKS_MS + 10);
    flushSync();
    expect(tiles()).toEqual([...before.slice(0, 8), "tile-12"]);
  });
});

describe("a shared screen", () => {
  const share = { personId: "1", name: "Mira", feed: 42 };
  const scale = () => Number(get("share-view").dataset.scale);

  test("is zoomed by keys and buttons, up to eight times and back", () => {
    showMeeting({ people: people(2), share });
    expect(scale()).toBe(1);
    pressIn(get("share-view"), "+");
    expect(scale()).toBe(1.25);
    for (let count = 0; count < 20; count += 1) click("share-closer");
    expect(scale()).toBe(8);
    click("share-further");
    expect(scale()).toBe(6.4);
    pressIn(get("share-view"), "0");
    expect(scale()).toBe(1);
    pressIn(get("share-view"), "-");
    expect(scale()).toBe(1);
  });

  test("is zoomed by the wheel with Ctrl alone", () => {
    showMeeting({ people: people(2), share });
    const wheel = (ctrlKey: boolean) => {
      const event = new WheelEvent("wheel", { deltaY: -400, bubbles: true, cancelable: true });
      // happy-dom's wheel has no modifiers.
      Object.defineProperties(event, { ctrlKey: { value: ctrlKey }, clientX: { value: 0 }, clientY: { value: 0 } });
      get("share-view").dispatchEvent(event);
      flushSync();
      return event.defaultPrevented;
    };
    expect(wheel(false)).toBe(false);
    expect(scale()).toBe(1);
    expect(wheel(true)).toBe(true);
    expect(scale()).toBeGreaterThan(2);
  });

  test("begins anew with another share", () => {
    const { change } = showMeeting({ people: people(2), share });
    pressIn(get("share-view"), "+");
    change({ share: { ...share, feed: 43 } });
    expect(scale()).toBe(1);
  });
});
