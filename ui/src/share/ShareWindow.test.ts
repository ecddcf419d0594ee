import { flushSync } from "svelte";
import { beforeEach, expect, test, vi } from "vitest";
import type { SharedApart } from "../contract/SharedApart";
import { DEFAULT_PREFERENCES, setPreferences } from "../controls/preferences.svelte";
import type { FeedProblem } from "../feeds/messages";
import { click, find, get, pressIn, render, textOf } from "../testing/render";
import { setLanguage } from "../text/text.svelte";
import ShareWindow from "./ShareWindow.svelte";

beforeEach(() => {
  setLanguage("en");
  setPreferences(DEFAULT_PREFERENCES);
});

async function shareWindow(language: string | null = null) {
  let tell: (share: SharedApart) => void = () => undefined;
  let fail: (problem: FeedProblem) => void = () => undefined;
  const stop = vi.fn();
  const show = vi.fn(() => () => undefined);
  const feeds = vi.fn((_call: number, onProblem: typeof fail) => {
    fail = onProblem;
    return { show, stop };
  });
  const listen = vi.fn(async (onShare: typeof tell) => void (tell = onShare));
  const preferences = async () => ({ ...DEFAULT_PREFERENCES, language });
  render(ShareWindow, { backend: { preferences, listen, watch: vi.fn(async () => undefined), feeds } });
  await vi.waitFor(() => expect(listen).toHaveBeenCalledOnce());
  return {
    feeds,
    stop,
    share: (share: SharedApart) => {
      tell(share);
      flushSync();
    },
    fail: (problem: FeedProblem) => {
      fail(problem);
      flushSync();
    },
  };
}

const MIRA: SharedApart = { call: 3, feed: 42, name: "Mira" };

test("shows the share with its zoom, and no way into yet another window", async () => {
  const { share, feeds } = await shareWindow();
  expect(textOf("share-window")).toBe("Waiting for the picture…");
  share(MIRA);
  expect(feeds).toHaveBeenCalledExactlyOnceWith(3, expect.any(Function));
  expect(get("share-view").querySelector("[data-feed='42']")).not.toBeNull();
  expect(document.title).toBe("Screen of Mira · Foyer");
  expect(find("share-apart")).toBeNull();
  pressIn(get("share-view"), "+");
  expect(Number(get("share-view").dataset.scale)).toBeGreaterThan(1);
  click("share-fit");
  expect(get("share-view").dataset.scale).toBe("1.00");
});

test("goes on with the next share of the same call", async () => {
  const { share, feeds, stop } = await shareWindow();
  share(MIRA);
  share({ call: 3, feed: 43, name: "Jonas" });
  expect(feeds).toHaveBeenCalledOnce();
  expect(get("share-view").querySelector("[data-feed='43']")).not.toBeNull();
  share({ call: 4, feed: 1, name: "Wei" });
  expect(feeds).toHaveBeenCalledTimes(2);
  expect(stop).toHaveBeenCalledOnce();
});

test("speaks the guest's language and says why there are no pictures", async () => {
  const { share, fail } = await shareWindow("ru");
  share(MIRA);
  expect(get("share-view").getAttribute("aria-label")).toContain("Mira");
  expect(document.title).not.toContain("Screen");
  fail("feeds.noWebCodecs");
  expect(textOf("share-problem")).not.toBe("");
});
