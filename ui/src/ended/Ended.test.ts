import type { ComponentProps } from "svelte";
import { describe, expect, test, vi } from "vitest";
import { find, get, render, textOf } from "../testing/render";
import Ended from "./Ended.svelte";

const NEVER = { microphoneMs: 0, cameraMs: 0, shareMs: 0 };

function ended(reason: string, canRejoin: boolean, change: Partial<ComponentProps<typeof Ended>> = {}) {
  const calls = { onRejoin: vi.fn(), onHome: vi.fn(), onForget: vi.fn() };
  render(Ended, { reason, canRejoin, busy: false, lasted: null, live: NEVER, recents: [], ...calls, ...change });
  return calls;
}

describe("the end", () => {
  test.each([
    ["hungUp", "You left"],
    ["deniedByHost", "not let in"],
    ["removed", "removed"],
    ["meetingEnded", "has ended"],
    ["serverGone", "cannot be reached"],
    ["lobbyTimedOut", "Nobody let you in"],
    ["linkUnknown", "does not exist"],
    ["meetingFull", "full"],
    ["netUnreachable", "cannot be reached"],
  ])("says %s in words", (reason, words) => {
    ended(reason, false);
    expect(textOf("ended-reason")).toContain(words);
    expect(get("ended").dataset.reason).toBe(reason);
  });

  test("offers to rejoin where that makes sense, and focuses it", () => {
    const { onRejoin } = ended("hungUp", true);
    expect(document.activeElement).toBe(get("rejoin"));
    get("rejoin").click();
    expect(onRejoin).toHaveBeenCalledOnce();
  });

  test.each([
    ["environmentRefused", "teams.environment_refused"],
    ["guestsBlocked", "teams.organisation_blocks_guests"],
    ["noService", "teams.no_service"],
    ["teamsUnavailable", "teams.without_sdk"],
  ])("says for %s what can be changed, and offers the browser", (reason, code) => {
    const onBrowser = vi.fn();
    ended(reason, false, { inTeams: true, onBrowser });
    expect(get("ended-advice").dataset.code).toBe(code);
    get("ended-browser").click();
    expect(onBrowser).toHaveBeenCalledOnce();
  });

  test("offers no browser for what a browser would not change", () => {
    ended("noService", false);
    expect(find("ended-browser")).toBeNull();
    ended("removed", false);
    expect(find("ended-advice")).toBeNull();
  });

  test("leads back to the start otherwise", () => {
    const { onHome } = ended("removed", false);
    expect(find("rejoin")).toBeNull();
    get("home").click();
    expect(onHome).toHaveBeenCalledOnce();
  });

  test("tells whoever was never in that nobody saw them, and has no ledger then", () => {
    ended("deniedByHost", false);
    expect(textOf("ended-effect")).toContain("nobody saw or heard you");
    expect(find("ledger")).toBeNull();
    expect(find("ended-lasted")).toBeNull();
  });

  test("tells how long it lasted and what was on for how long", () => {
    ended("hungUp", true, { lasted: 3725, live: { microphoneMs: 61_000, cameraMs: 0, shareMs: 400 } });
    expect(textOf("ended-lasted")).toBe("1:02:05");
    expect(textOf("ended-effect")).toContain("closed");
    expect(textOf("ledger-microphone")).toContain("01:01");
    expect(textOf("ledger-camera")).toContain("never");
    expect(textOf("ledger-share")).toContain("never");
  });

  test("forgets what is stored at one click", () => {
    const recents = [{ id: "1", title: "Rehearsal", link: "http://127.0.0.1:1/meet/x", joinedAtMs: 0 }];
    const { onForget } = ended("hungUp", true, { lasted: 5, recents });
    get("wipe").click();
    expect(onForget).toHaveBeenCalledExactlyOnceWith(null);
  });

  test("has nothing to wipe where nothing is stored", () => {
    ended("hungUp", true, { lasted: 5 });
    expect(find("ended-stored")).toBeNull();
  });
});

describe("captions and chat that were seen", () => {
  const save = (saved: boolean, problem: string | null = null) => vi.fn(async () => ({ saved, problem }));

  test("can be saved, and are not spoken of where there is nothing", async () => {
    const onSaveTranscript = save(true);
    ended("hungUp", true, { transcript: 2, onSaveTranscript });
    expect(textOf("transcript")).toContain("2 lines were seen");
    get("transcript-save").click();
    await vi.waitFor(() => expect(textOf("transcript-saved")).toContain("Saved"));
    expect(onSaveTranscript).toHaveBeenCalledOnce();
  });

  test("are nothing to save where nothing was seen", () => {
    ended("hungUp", true, { transcript: 0, onSaveTranscript: save(true) });
    expect(find("transcript")).toBeNull();
  });

  test("stay to be saved when no file was chosen, or it cannot be written", async () => {
    ended("hungUp", true, { transcript: 1, onSaveTranscript: save(false, "file.not_saved") });
    get("transcript-save").click();
    await vi.waitFor(() => expect(textOf("transcript-problem")).toContain("could not be written"));
    expect(textOf("transcript-saved")).toBe("");
    await vi.waitFor(() => expect(get("transcript-save")).toHaveProperty("disabled", false));
  });
});

describe("the survey", () => {
  const asked = () => {
    const onRate = vi.fn();
    ended("hungUp", true, { surveyMs: 120_000, onRate });
    return onRate;
  };

  async function choose(id: string) {
    get(id).click();
    await vi.waitFor(() => expect(get(id)).toHaveProperty("checked", true));
  }

  test("is absent where nobody asks", () => {
    ended("hungUp", true, { surveyMs: null, onRate: vi.fn() });
    expect(find("survey")).toBeNull();
    expect(document.activeElement).toBe(get("rejoin"));
  });

  test("keeps the focus on leaving and sends nothing by itself", () => {
    const onRate = asked();
    expect(document.activeElement).toBe(get("rejoin"));
    expect(get("survey-send")).toHaveProperty("disabled", true);
    expect(get("survey-overall-1").getAttribute("aria-label")).toBe("1 star");
    get("home").click();
    expect(onRate).not.toHaveBeenCalled();
  });

  test("of a good call has one question", async () => {
    const onRate = asked();
    await choose("survey-overall-4");
    expect(find("survey-audio")).toBeNull();
    get("survey-send").click();
    await vi.waitFor(() => expect(find("survey")).toBeNull());
    expect(onRate).toHaveBeenCalledExactlyOnceWith({ overall: 4, audio: null, video: null, share: null });
    expect(textOf("survey-thanks")).toContain("Thank you");
  });

  test("of a bad call may say what was bad, and is asked no more of a good one", async () => {
    const onRate = asked();
    await choose("survey-overall-3");
    await vi.waitFor(() => expect(find("survey-audio")).not.toBeNull());
    await choose("survey-audio-1");
    await choose("survey-overall-5");
    await vi.waitFor(() => expect(find("survey-audio")).toBeNull());
    await choose("survey-overall-2");
    await vi.waitFor(() => expect(find("survey-share")).not.toBeNull());
    await choose("survey-share-2");
    get("survey-send").click();
    await vi.waitFor(() => expect(onRate).toHaveBeenCalledOnce());
    expect(onRate).toHaveBeenCalledWith({ overall: 2, audio: 1, video: null, share: 2 });
  });

  test("goes without a word when it is not wanted", async () => {
    const onRate = asked();
    get("survey-skip").click();
    await vi.waitFor(() => expect(find("survey")).toBeNull());
    expect(onRate).toHaveBeenCalledExactlyOnceWith(null);
    expect(textOf("survey-thanks")).toBe("");
  });

  test("is gone when it is too late", async () => {
    const onRate = vi.fn();
    ended("hungUp", true, { surveyMs: 20, onRate });
    await vi.waitFor(() => expect(find("survey")).toBeNull());
    expect(onRate).not.toHaveBeenCalled();
  });
});
