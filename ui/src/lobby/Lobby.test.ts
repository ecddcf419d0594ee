import { describe, expect, test, vi } from "vitest";
import { emptyView } from "../backend/fake-world";
import { firstPicks } from "../call/picks";
import type { CallView } from "../contract/CallView";
import { find, get, render, textOf } from "../testing/render";
import { me } from "../testing/views";
import Lobby from "./Lobby.svelte";

function lobby(view: Partial<CallView>, waited: number | null) {
  const calls = { onPick: vi.fn(), onLeave: vi.fn(), onHide: vi.fn() };
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

  test("gives hints after five minutes, not before", () => {
    lobby({ phase: { state: "lobby" } }, 300);
    expect(textOf("lobby-hints")).toContain("date and the time");
  });

  test("gives no hints before that", () => {
    lobby({ phase: { state: "lobby" } }, 299);
    expect(find("lobby-hints")).toBeNull();
  });

  test("can be hidden, and says where the meeting will open", () => {
    const { onHide } = lobby({ phase: { state: "lobby" } }, 5);
    expect(textOf("lobby")).toContain("opens here as soon as you are let in");
    get("lobby-hide").click();
    expect(onHide).toHaveBeenCalledOnce();
  });

  test("puts a message for whoever invites into the clipboard", async () => {
    const writeText = vi.fn(async () => undefined);
    vi.stubGlobal("navigator", { clipboard: { writeText } });
    lobby({ phase: { state: "lobby" } }, 5);
    get("lobby-copy").click();
    await vi.waitFor(() => expect(textOf("lobby-copied")).toContain("Copied"));
    expect(writeText).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/Rehearsal.*Ada/u));
    vi.unstubAllGlobals();
  });

  test("says so when nothing can be copied", async () => {
    vi.stubGlobal("navigator", { clipboard: { writeText: () => Promise.reject(new Error("denied")) } });
    lobby({ phase: { state: "lobby" } }, 5);
    get("lobby-copy").click();
    await vi.waitFor(() => expect(textOf("lobby-copied")).toContain("could not be copied"));
    vi.unstubAllGlobals();
  });

  test("says how one will enter", () => {
    lobby({ phase: { state: "lobby" } }, 5);
    expect(textOf("enter-mic")).toContain("unmuted");
    expect(textOf("enter-camera")).toContain("with camera");
  });

  test("says that it is connecting before that", () => {
    lobby({ phase: { state: "connecting" } }, null);
    expect(textOf("connecting")).toContain("Connecting");
    expect(find("lobby-elapsed")).toBeNull();
    expect(find("lobby-hide")).toBeNull();
  });

  test("still switches camera and microphone", () => {
    const { onPick } = lobby({ phase: { state: "lobby" } }, 1);
    get("camera").click();
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ cameraOn: false }));
    get("mic").click();
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ microphoneOn: false }));
  });
});
