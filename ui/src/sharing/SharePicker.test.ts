import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ShareChoice } from "../contract/ShareChoice";
import type { ShareSources } from "../contract/ShareSources";
import { click, find, get, pressIn, render, submit, textOf } from "../testing/render";
import { shareOffer, SOURCES } from "../testing/views";
import SharePicker from "./SharePicker.svelte";

async function picker(sources: Partial<ShareSources> = {}, offer = shareOffer({ ...SOURCES, ...sources })) {
  const list = vi.spyOn(offer, "list");
  const preview = vi.spyOn(offer, "preview");
  const onShare = vi.fn<(choice: ShareChoice) => void>();
  const onCancel = vi.fn();
  render(SharePicker, { offer, onShare, onCancel });
  await settle();
  return { list, preview, onShare, onCancel };
}

/** Lets everything happen that waits for nothing but promises. */
async function settle() {
  await vi.advanceTimersByTimeAsync(0);
  flushSync();
}

const radio = (testid: string) => get(testid).querySelector("input");
const pictures = () => [...document.querySelectorAll("[data-testid='share-picker'] img")].map((img) => atob(img.getAttribute("src")?.split(",")[1] ?? ""));
const selected = () => [...document.querySelectorAll("[role='tab'][aria-selected='true']")].map((tab) => tab.textContent?.trim());

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("screens", () => {
  test("are offered with their pictures, the main one chosen", async () => {
    const { onShare } = await picker();
    expect(selected()).toEqual(["Screen"]);
    expect(radio("share-screen-1")).toHaveProperty("checked", true);
    expect(textOf("share-screen-0")).toContain("1920 × 1080");
    expect(textOf("share-screen-1")).toContain("Main");
    expect(pictures()).toEqual(["x11:0", "x11:1"]);
    click("share-screen-0");
    expect(textOf("share-confirm")).toBe("Share");
    submit("share-confirm");
    expect(onShare).toHaveBeenCalledExactlyOnceWith({ sourceId: "x11:0", area: null, pointer: true, sound: false });
  });

  test("are looked at again every second, until the picker is closed", async () => {
    const { list, preview } = await picker();
    expect([list.mock.calls.length, preview.mock.calls.length]).toEqual([1, 2]);
    await vi.advanceTimersByTimeAsync(1000);
    await vi.advanceTimersByTimeAsync(1000);
    expect([list.mock.calls.length, preview.mock.calls.length]).toEqual([3, 6]);
  });

  test("are missing with a reason", async () => {
    await picker({ screens: [] });
    expect(textOf("share-picker")).toContain("No screen was found");
    expect(get("share-confirm")).toHaveProperty("disabled", true);
    click("share-tab-region");
    expect(textOf("share-picker")).toContain("No screen was found");
  });

  test("that cannot be listed are no screens", async () => {
    await picker({}, { list: () => Promise.reject(new Error("no")), preview: async () => null });
    expect(textOf("share-picker")).toContain("No screen was found");
  });

  test("keep the last picture they had", async () => {
    let there = true;
    await picker({}, { list: async () => SOURCES, preview: async (id) => (there ? `data:image/jpeg;base64,${btoa(id)}` : null) });
    there = false;
    await vi.advanceTimersByTimeAsync(1000);
    flushSync();
    expect(pictures()).toEqual(["x11:0", "x11:1"]);
  });
});

describe("windows", () => {
  test("are offered, minimised ones with a badge and no picture asked for", async () => {
    const { preview, onShare } = await picker();
    preview.mockClear();
    click("share-tab-window");
    await settle();
    expect(preview.mock.calls).toEqual([["x11-window:1", 320, 180]]);
    expect(textOf("share-window-0")).toContain("Budget");
    expect(textOf("share-window-0")).not.toContain("Minimised");
    expect(textOf("share-window-1")).toContain("Minimised");
    click("share-window-1");
    expect(textOf("share-picker")).toContain("Others see nothing of it");
    expect(textOf("share-confirm")).toBe("Share window");
    submit("share-confirm");
    expect(onShare).toHaveBeenCalledExactlyOnceWith({ sourceId: "x11-window:2", area: null, pointer: true, sound: false });
  });

  test("say so if there are none", async () => {
    const { onShare } = await picker({ windows: [] });
    click("share-tab-window");
    expect(textOf("share-no-windows")).toContain("No windows open");
    expect(get("share-confirm")).toHaveProperty("disabled", true);
    submit("share-confirm");
    expect(onShare).not.toHaveBeenCalled();
  });

  test("that come while one looks are there, and one that is closed is no longer chosen", async () => {
    const sources = { ...SOURCES };
    await picker({}, { ...shareOffer(), list: async () => ({ ...sources }) });
    click("share-tab-window");
    click("share-window-1");
    sources.windows = [{ id: "x11-window:9", title: "New", minimised: false, width: 100, height: 100 }];
    await vi.advanceTimersByTimeAsync(1000);
    flushSync();
    expect(textOf("share-window-0")).toContain("New");
    expect(find("share-window-1")).toBeNull();
    expect(radio("share-window-0")).toHaveProperty("checked", true);
  });
});

describe("a region", () => {
  const frame = () => get("share-region-frame");
  const label = () => frame().getAttribute("aria-label");

  async function region(sources: Partial<ShareSources> = {}) {
    const shown = await picker(sources);
    click("share-tab-region");
    await settle();
    return shown;
  }

  test("begins in the middle of the main display and is shared with its pixels", async () => {
    const { preview, onShare } = await region();
    expect(preview.mock.lastCall).toEqual(["x11:1", 1024, 640]);
    expect(textOf("share-region-size")).toBe("768 × 432");
    expect(textOf("share-confirm")).toBe("Share region");
    submit("share-confirm");
    const area = { x: 256, y: 296, width: 768, height: 432 };
    expect(onShare).toHaveBeenCalledExactlyOnceWith({ sourceId: "x11:1", area, pointer: true, sound: false });
  });

  test("moves and grows by the keyboard, and Enter shares it", async () => {
    const { onShare } = await region();
    pressIn(frame(), "ArrowRight");
    expect(label()).toContain("257 from the left and 296 from the top");
    pressIn(frame(), "ArrowUp", { shiftKey: true });
    expect(label()).toContain("257 from the left and 286 from the top");
    pressIn(frame(), "ArrowRight", { altKey: true, shiftKey: true });
    expect(textOf("share-region-size")).toBe("788 × 442");
    pressIn(frame(), "Enter");
    await settle();
    expect(onShare).toHaveBeenCalledOnce();
    expect(onShare.mock.calls[0]?.[0].area).toEqual({ x: 257, y: 286, width: 788, height: 442 });
  });

  test("is dragged and drawn larger by the pointer", async () => {
    await region();
    vi.spyOn(frame().parentElement as HTMLElement, "getBoundingClientRect").mockReturnValue({ width: 640 } as DOMRect);
    frame().setPointerCapture = () => undefined;
    const pointer = (type: string, x: number, y: number, on: Element = frame()) => {
      on.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, button: 0, bubbles: true }));
      flushSync();
    };
    // A pixel of the page is two of the display.
    pointer("pointerdown", 100, 100);
    pointer("pointermove", 110, 105);
    pointer("pointerup", 110, 105);
    pointer("pointermove", 300, 300);
    expect(label()).toContain("276 from the left and 306 from the top");
    pointer("pointerdown", 0, 0, get("share-region-se"));
    pointer("pointermove", 16, 0);
    pointer("pointerup", 16, 0);
    expect(textOf("share-region-size")).toBe("800 × 450");
  });

  test("has any shape once 16:9 is not kept, and gets it back", async () => {
    await region();
    get("share-region-snap").click();
    flushSync();
    pressIn(frame(), "ArrowDown", { altKey: true, shiftKey: true });
    expect(textOf("share-region-size")).toBe("768 × 452");
    get("share-region-snap").click();
    flushSync();
    expect(textOf("share-region-size")).toBe("768 × 432");
  });

  test("can be typed, and what is not on the display becomes what is nearest", async () => {
    await region();
    const field = get("share-region-x") as HTMLInputElement;
    field.value = "99999";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    flushSync();
    expect(field.value).toBe("512");
    expect(label()).toContain("512 from the left");
  });

  test("is of the display that was picked, each with its own", async () => {
    const { onShare } = await region();
    pressIn(frame(), "ArrowRight");
    get("share-region-screen-0").querySelector("input")?.click();
    flushSync();
    expect(textOf("share-region-size")).toBe("1152 × 648");
    submit("share-confirm");
    expect(onShare.mock.calls[0]?.[0].sourceId).toBe("x11:0");
    get("share-region-screen-1").querySelector("input")?.click();
    flushSync();
    expect(label()).toContain("257 from the left");
  });
});

describe("how it is shared", () => {
  test("with sound and without the pointer, if that is wanted", async () => {
    const { onShare } = await picker();
    click("share-sound");
    click("share-pointer");
    submit("share-confirm");
    expect(onShare).toHaveBeenCalledExactlyOnceWith({ sourceId: "x11:1", area: null, pointer: false, sound: true });
  });

  test("without sound where the call cannot be left out, and it says why", async () => {
    const { onShare } = await picker({ sound: false, pointer: false });
    expect(get("share-sound")).toHaveProperty("disabled", true);
    const reason = document.getElementById(get("share-sound").getAttribute("aria-describedby") ?? "");
    expect(reason?.textContent).toContain("everyone would hear themselves");
    expect(find("share-pointer"), "nothing can be chosen about it").toBeNull();
    submit("share-confirm");
    expect(onShare.mock.calls[0]?.[0]).toMatchObject({ pointer: true, sound: false });
  });
});

describe("the keyboard", () => {
  test("goes along the tabs and round", async () => {
    await picker();
    pressIn(get("share-tab-screen"), "ArrowLeft");
    expect(selected()).toEqual(["Region"]);
    expect(document.activeElement).toBe(get("share-tab-region"));
    pressIn(get("share-tab-region"), "ArrowRight");
    expect(selected()).toEqual(["Screen"]);
    pressIn(get("share-tab-screen"), "End");
    expect(selected()).toEqual(["Region"]);
    pressIn(get("share-tab-region"), "Home");
    expect(selected()).toEqual(["Screen"]);
    expect([...document.querySelectorAll("[role='tab']")].map((tab) => tab.getAttribute("tabindex"))).toEqual(["0", "-1", "-1"]);
  });

  test("calls it off with Escape", async () => {
    const { onCancel } = await picker();
    pressIn(get("share-tab-screen"), "Escape");
    expect(onCancel).toHaveBeenCalledOnce();
  });
});
