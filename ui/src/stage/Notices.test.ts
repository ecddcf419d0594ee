import { flushSync } from "svelte";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CallStats } from "../contract/CallStats";
import type { Caption } from "../contract/Caption";
import type { StreamStats } from "../contract/StreamStats";
import type { Painted } from "../feeds/messages";
import { CTRL_SHIFT, click, find, get, press, pressIn, textOf } from "../testing/render";
import { showMeeting } from "../testing/meeting.svelte";
import { inMeeting, me, person } from "../testing/views";
import { report } from "./diagnostics";
import { qualityOf } from "./quality";

const stats = (change: Partial<CallStats> = {}): CallStats => ({
  rttMs: 40,
  sentKbps: 800,
  receivedKbps: 1900,
  relayed: false,
  streams: [
    {
      direction: "received",
      kind: "video",
      personId: "1",
      name: "Mira Holm",
      codec: "H.264",
      kbps: 480,
      lossPercent: 0.4,
      jitterMs: 8,
      width: 640,
      height: 360,
      fps: 30,
    },
  ],
  ...change,
});

describe("what is kept", () => {
  const keeping = { recording: true, transcription: false, waitsForConsent: false };

  test("stays in the strip and cannot be dismissed", () => {
    showMeeting({ keeping });
    click("kept");
    expect(textOf("menu")).toContain("Voices, pictures, shared screens and names");
    press("Escape");
    expect(textOf("kept")).toBe("Recording");
    expect(get("kept").querySelector("button")).toBeNull();
  });

  test("is there beside the question for consent too", () => {
    showMeeting({ keeping: { ...keeping, waitsForConsent: true } });
    expect(find("kept")).not.toBeNull();
    expect(get("consent").getAttribute("role")).toBe("alert");
  });
});

describe("captions", () => {
  const caption = (id: number, change: Partial<Caption> = {}): Caption => ({ id, name: "Mira", text: `line ${id}`, done: true, ...change });
  const on = { state: "on", language: "en-GB", languages: ["en-GB", "ru-RU"] } as const;
  const captions = (languages: string[] = [...on.languages]) => ({ ...on, languages });

  test("are turned on in the menu and off in their band", () => {
    const { intents, change } = showMeeting();
    expect(find("captions")).toBeNull();
    click("more");
    click("menu-captions");
    expect(intents("setCaptions")).toEqual([{ intent: "setCaptions", on: true, language: null }]);
    change({ captions: { ...captions(), state: "starting" } });
    expect(textOf("captions")).toContain("being turned on");
    change({ captions: captions() });
    expect(textOf("captions")).toContain("as soon as somebody speaks");
    click("captions-close");
    expect(intents("setCaptions").at(-1)).toMatchObject({ on: false });
  });

  test("name the speaker and show the text as text", () => {
    const { show } = showMeeting({ captions: captions() }, { captions: [caption(1, { text: "<b>hi</b>" })] });
    expect(textOf("caption")).toBe("Mira <b>hi</b>");
    show({ captions: [caption(1, { text: "done" }), caption(2)] });
    expect(document.querySelectorAll("[data-testid='caption']")).toHaveLength(2);
  });

  test("are in the language that is chosen", () => {
    const { intents, change } = showMeeting({ captions: captions() });
    click("captions-language");
    expect(get("menu-language-en-GB").getAttribute("aria-checked")).toBe("true");
    click("menu-language-ru-RU");
    expect(intents("setCaptions")).toEqual([{ intent: "setCaptions", on: true, language: "ru-RU" }]);
    change({ captions: captions([]) });
    expect(find("captions-language")).toBeNull();
  });

  test("grow by keyboard, to two fifths of the window at most", () => {
    showMeeting({ captions: captions() });
    const handle = get("captions-resize");
    expect(handle.getAttribute("aria-valuenow")).toBe("2");
    pressIn(handle, "ArrowUp");
    expect(handle.getAttribute("aria-valuenow")).toBe("3");
    pressIn(handle, "End");
    expect(Number(handle.getAttribute("aria-valuenow")) * 26).toBeLessThanOrEqual(window.innerHeight * 0.4);
    pressIn(handle, "Home");
    expect(handle.getAttribute("aria-valuenow")).toBe("2");
  });
});

describe("reactions", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test("float with a name and go away", () => {
    const { show } = showMeeting();
    const reaction = { key: 1, personId: "1", name: "Mira", reaction: "applause" as const };
    show({ reactions: [reaction, { ...reaction, key: 2, personId: null, name: "Ada", reaction: "heart" }] });
    expect(textOf("reactions")).toBe("Mira You");
    expect(get("reactions").querySelector("[data-reaction='heart']")).not.toBeNull();
    vi.advanceTimersByTime(4000);
    flushSync();
    expect(textOf("reactions")).toBe("");
  });

  test("stand still where stillness is asked for", () => {
    vi.spyOn(window, "matchMedia").mockReturnValue({ matches: true } as MediaQueryList);
    showMeeting({}, { reactions: [{ key: 1, personId: "1", name: "Mira", reaction: "like" }] });
    expect(get("reactions").className).toContain("still");
  });
});

describe("the quality of the connection", () => {
  test("is told in bars and words, and leads to the details", () => {
    const { show } = showMeeting();
    expect(find("quality")).toBeNull();
    show({ stats: [stats()] });
    expect(get("quality").getAttribute("aria-label")).toBe("Good connection, round trip 40 ms, 0.4 % lost");
    click("quality");
    expect(find("stats-pane")).not.toBeNull();
  });

  test("gets worse with delay and loss", () => {
    expect(qualityOf(stats())).toBe("good");
    expect(qualityOf(stats({ rttMs: 300 }))).toBe("fair");
    expect(qualityOf(stats({ rttMs: 900 }))).toBe("poor");
    const [stream] = stats().streams;
    expect(qualityOf(stats({ streams: stream ? [{ ...stream, lossPercent: 12 }] : [] }))).toBe("poor");
  });

  test("is none while the connection is being made again", () => {
    showMeeting({ phase: { state: "reconnecting" } }, { stats: [stats()] });
    expect(get("quality").dataset.quality).toBe("none");
  });
});

describe("the diagnostics", () => {
  test("open by Ctrl+Shift+D and list every stream", () => {
    const { show } = showMeeting();
    press("KeyD", CTRL_SHIFT);
    expect(textOf("stats-pane")).toContain("Measuring");
    show({ stats: [stats({ relayed: true }), stats({ relayed: true })] });
    const cells = [...get("stats-stream").children].map(({ textContent }) => textContent?.replace(/\s+/gu, " ").trim());
    expect(cells).toEqual(["Mira Holm, camera in · H.264 · 640 × 360 · 30 pictures/s · jitter 8 ms", "480 kbit/s", "0.4 %"]);
    expect(textOf("stats-path")).toBe("Through a relay");
    expect(get("stats-pane").querySelectorAll("svg[role='img'] polyline")).toHaveLength(3);
  });

  test("show what others see of us, with its true size and rate, only while it is sent", () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "setTimeout", "clearTimeout", "performance"] });
    const live = me({ camera: { state: "live" }, cameraFeed: 1, sentFeed: 7 });
    let paint: ((painted: Painted) => void) | undefined;
    const { change } = showMeeting({ me: me({ camera: { state: "live" }, cameraFeed: 1 }) }, {
      stats: [stats({ streams: [{ ...stats().streams[0], direction: "sent", kind: "video", kbps: 480.4 } as StreamStats] })],
      feeds: {
        show: (feed, _canvas, onPainted) => {
          if (feed === 7) paint = onPainted;
          return () => undefined;
        },
      },
    });
    press("KeyD", CTRL_SHIFT);
    expect(find("sent-picture")).toBeNull();
    change({ me: live });
    expect(textOf("sent-figures")).toBe("Waiting for the picture…");
    for (let seconds = 0; seconds < 3; seconds += 0.2) {
      paint?.({ feed: 7, frames: Math.round(seconds * 15), width: 640, height: 360 });
      vi.advanceTimersByTime(200);
    }
    flushSync();
    expect(textOf("sent-figures")).toBe("640 × 360 · 15 pictures/s · 480 kbit/s");
    vi.advanceTimersByTime(3000);
    flushSync();
    expect(textOf("sent-figures")).toBe("640 × 360 · 0 pictures/s · 480 kbit/s");
    change({ me: me({ camera: { state: "off" }, sentFeed: 7 }) });
    expect(find("sent-picture")).toBeNull();
    vi.useRealTimers();
  });

  test("show what others see of our screen, beside the camera and with its own rate", () => {
    const sent = (kind: "video" | "screen", kbps: number) => ({ ...stats().streams[0], direction: "sent", kind, kbps }) as StreamStats;
    let paint: ((painted: Painted) => void) | undefined;
    const { change } = showMeeting({ me: me({ camera: { state: "live" }, sentFeed: 7, share: { state: "live" }, sentShareFeed: 9 }) }, {
      stats: [stats({ streams: [sent("video", 480), sent("screen", 1210.4)] })],
      feeds: {
        show: (feed, _canvas, onPainted) => {
          if (feed === 9) paint = onPainted;
          return () => undefined;
        },
      },
    });
    press("KeyD", CTRL_SHIFT);
    expect(find("sent-picture")).not.toBeNull();
    paint?.({ feed: 9, frames: 1, width: 1920, height: 1080 });
    flushSync();
    expect(textOf("sent-screen-figures")).toMatch(/^1920 × 1080 · .* · 1,?210 kbit\/s$/u);
    change({ me: me({ camera: { state: "live" }, sentFeed: 7, share: { state: "off" }, sentShareFeed: 9 }) });
    expect(find("sent-screen")).toBeNull();
  });

  test("copy a report without names", async () => {
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    showMeeting({ people: [person("1", { name: "Mira Holm" })] }, { stats: [stats()] });
    press("KeyD", CTRL_SHIFT);
    click("stats-copy");
    const text = write.mock.calls[0]?.[0] ?? "";
    expect(text).toContain("Person 1, camera: 480 kbit/s");
    expect(text).toContain("Round trip: 40 ms–40 ms");
    expect(text).not.toContain("Mira");
    expect(report([])).toBe("");
    await vi.waitFor(() => expect(textOf("stats-copy")).toBe("Copied"));
  });
});

describe("F6", () => {
  test("reaches the captions and the pane too", () => {
    showMeeting(inMeeting({ captions: { state: "on", language: null, languages: [] } }));
    click("people");
    const seen = new Set<Element | null>();
    for (let count = 0; count < 5; count += 1) {
      press("F6");
      seen.add(document.activeElement);
    }
    expect(seen).toContain(get("captions"));
    expect(seen).toContain(get("people-pane"));
    expect(seen).toContain(get("stage"));
    expect(seen.size).toBe(5);
  });
});
