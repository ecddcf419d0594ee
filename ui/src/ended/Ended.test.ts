import { describe, expect, test, vi } from "vitest";
import { find, get, render, textOf } from "../testing/render";
import Ended from "./Ended.svelte";

function ended(reason: string, canRejoin: boolean) {
  const calls = { onRejoin: vi.fn(), onHome: vi.fn() };
  render(Ended, { reason, canRejoin, busy: false, ...calls });
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
    render(Ended, { reason, canRejoin: false, inTeams: true, busy: false, onBrowser, onRejoin: vi.fn(), onHome: vi.fn() });
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
});
