import { describe, expect, test, vi } from "vitest";
import { emptyView } from "../backend/fake";
import { firstPicks } from "../call/picks";
import type { CallView } from "../contract/CallView";
import { find, get, render, textOf } from "../testing/render";
import { me } from "../testing/views";
import Lobby from "./Lobby.svelte";

function lobby(view: Partial<CallView>, waited: number | null) {
  const calls = { onPick: vi.fn(), onLeave: vi.fn() };
  const whole = { ...emptyView(), me: me(), title: "Rehearsal", ...view };
  render(Lobby, { view: whole, waited, picks: firstPicks("Ada"), mirror: false, ...calls });
  return calls;
}

describe("the lobby", () => {
  test("shows the own picture, the meeting and the time waited, and lets one leave", () => {
    const { onLeave } = lobby(
      { phase: { state: "lobby" }, me: me({ camera: { state: "live" }, cameraFeed: 3 }) },
      125,
    );
    expect(textOf("lobby")).toContain("Waiting for someone to let you in");
    expect(textOf("lobby")).toContain("Rehearsal");
    expect(textOf("lobby-elapsed")).toBe("02:05");
    expect(get("self-view").querySelector("[data-feed='3']")).not.toBeNull();
    get("leave").click();
    expect(onLeave).toHaveBeenCalledOnce();
  });

  test("shows an avatar while the camera is off", () => {
    lobby({ phase: { state: "lobby" } }, 0);
    expect(textOf("self-view")).toBe("A");
  });

  test("gives hints after five minutes", () => {
    lobby({ phase: { state: "lobby" } }, 300);
    expect(textOf("lobby")).toContain("taking a while");
  });

  test("says that it is connecting before that", () => {
    lobby({ phase: { state: "connecting" } }, null);
    expect(textOf("connecting")).toContain("Connecting");
    expect(find("lobby-elapsed")).toBeNull();
  });

  test("still switches camera and microphone", () => {
    const { onPick } = lobby({ phase: { state: "lobby" } }, 1);
    get("camera").click();
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ cameraOn: false }));
    get("mic").click();
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ microphoneOn: false }));
  });
});
