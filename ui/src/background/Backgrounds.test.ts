import { tick } from "svelte";
import { describe, expect, test, vi } from "vitest";
import type { BackgroundView } from "../contract/BackgroundView";
import type { MeView } from "../contract/MeView";
import SoundCheck from "../join/SoundCheck.svelte";
import { click, find, get, render, textOf } from "../testing/render";
import { showMeeting } from "../testing/meeting.svelte";
import { me } from "../testing/views";
import Backgrounds from "./Backgrounds.svelte";
import { asJpeg } from "./picture";

vi.mock("./picture", () => ({ asJpeg: vi.fn(async () => "/9j/") }));

const LIVE: Partial<MeView> = { camera: { state: "live" }, cameraFeed: 1 };
const view = (change: Partial<BackgroundView>): BackgroundView => ({
  chosen: "none",
  hasOwn: false,
  state: { state: "idle" },
  ...change,
});

function show(change: Partial<MeView>, keep: () => Promise<unknown> = async () => undefined) {
  const calls = { onChoose: vi.fn(), onKeep: vi.fn(keep) };
  render(Backgrounds, { me: me({ ...LIVE, ...change }), ...calls });
  return calls;
}

const radio = (choice: string) => get(`background-${choice}`) as HTMLInputElement;

function hand(file: File): void {
  const input = get("background-input") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: [file], configurable: true });
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

describe("the backgrounds", () => {
  test("show what is chosen and choose another", () => {
    const { onChoose } = show({ background: view({ chosen: "blur" }) });
    expect(radio("blur").checked).toBe(true);
    expect(radio("none").checked).toBe(false);
    expect(find("background-own")).toBeNull();
    click("background-sand");
    expect(onChoose).toHaveBeenCalledWith("sand");
  });

  test("say what a picture costs", () => {
    show({ background: view({ chosen: "blur", state: { state: "running", pictureMs: 9.4 } }) });
    expect(textOf("background-note")).toBe("9.4 ms per picture.");
  });

  test("ask for the camera while it is off", () => {
    show({ camera: { state: "off" }, background: view({ chosen: "blur" }) });
    expect(textOf("background-note")).toBe("Turn on your camera to see this.");
  });

  test("say why the camera is paused, and try again with the same choice", () => {
    const { onChoose } = show({
      camera: { state: "failed", code: "effect.too_slow" },
      background: view({ chosen: "blur", state: { state: "stopped", code: "effect.too_slow", pictureMs: 61.3 } }),
    });
    expect(textOf("background-stopped")).toContain("too slow");
    expect(textOf("background-stopped")).toContain("61.3 ms");
    click("background-blur");
    expect(onChoose).toHaveBeenCalledWith("blur");
  });

  test("keep the guest's own picture and choose it", async () => {
    const { onChoose, onKeep } = show({});
    hand(new File(["x"], "beach.png", { type: "image/png" }));
    await vi.waitFor(() => expect(onChoose).toHaveBeenCalledWith("own"));
    expect(onKeep).toHaveBeenCalledWith("/9j/");
  });

  test("choose nothing when the picture cannot be read or kept", async () => {
    vi.mocked(asJpeg).mockRejectedValueOnce(new Error("no picture"));
    const { onChoose } = show({}, () => Promise.reject({ code: "background.too_large", message: "" }));
    hand(new File(["x"], "notes.txt"));
    await vi.waitFor(() => expect(textOf("background-problem")).toContain("cannot be read"));
    hand(new File(["x"], "large.png"));
    await vi.waitFor(() => expect(textOf("background-problem")).toContain("too large"));
    expect(onChoose).not.toHaveBeenCalled();
  });

  test("open from the camera's problem in the meeting", async () => {
    const { intents } = showMeeting({ me: me({ camera: { state: "failed", code: "effect.too_slow" } }) });
    expect(textOf("problem-bar")).toContain("Your camera was paused");
    get("problem-bar").parentElement?.querySelector("button")?.click();
    await tick();
    click("background-none");
    expect(intents("setBackground")).toEqual([{ intent: "setBackground", background: "none" }]);
  });
});

describe("the sound check", () => {
  const check = (change: Partial<MeView>) => {
    const onCheck = vi.fn();
    render(SoundCheck, { me: me({ microphone: { state: "live" }, ...change }), onCheck });
    return onCheck;
  };

  test("begins, and can be stopped", () => {
    const begin = check({});
    click("sound-check-start");
    expect(begin).toHaveBeenCalledWith(true);
    document.body.replaceChildren();
    const stop = check({ soundCheck: { state: "recording", lengthMs: 5000 } });
    expect(textOf("sound-check")).toContain("for 5 seconds");
    click("sound-check-start");
    expect(stop).toHaveBeenCalledWith(false);
  });

  test("needs a microphone", () => {
    const onCheck = check({ microphone: { state: "off" } });
    click("sound-check-start");
    expect(onCheck).not.toHaveBeenCalled();
    expect(textOf("sound-check")).toContain("Turn on your microphone");
  });

  test("tells what was found", () => {
    check({ soundCheck: { state: "done", verdict: "clipping" } });
    expect(get("sound-verdict").dataset.verdict).toBe("clipping");
    expect(textOf("sound-verdict")).toContain("too loud");
  });
});
