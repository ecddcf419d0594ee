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

  test("leads back to the start otherwise", () => {
    const { onHome } = ended("removed", false);
    expect(find("rejoin")).toBeNull();
    get("home").click();
    expect(onHome).toHaveBeenCalledOnce();
  });
});
