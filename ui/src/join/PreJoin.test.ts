import { describe, expect, test, vi } from "vitest";
import { firstPicks, type Picks } from "../call/picks";
import type { DeviceLists } from "../contract/DeviceLists";
import type { MeView } from "../contract/MeView";
import type { NetworkCheck } from "../contract/NetworkCheck";
import { click, find, get, render, submit, textOf, type } from "../testing/render";
import { DEVICES, me } from "../testing/views";
import { checkOf } from "./checks";
import { isHandsFree } from "./device-labels";
import { litSegments } from "./level";
import PreJoin from "./PreJoin.svelte";

const GOOD: NetworkCheck = {
  state: "good",
  items: [{ part: "meeting", host: "10.0.0.7:8080", outcome: "ok", tookMs: 3, aheadS: null }],
};

interface Change {
  me?: MeView;
  picks?: Partial<Picks>;
  devices?: DeviceLists;
  dbfs?: number;
  platform?: string;
  practice?: boolean;
  network?: () => Promise<NetworkCheck>;
}

function preJoin(change: Change = {}) {
  const calls = {
    onPick: vi.fn(),
    onRememberName: vi.fn(),
    onOpenPicker: vi.fn(),
    onTestSpeaker: vi.fn(),
    onIntent: vi.fn(),
    onCheckNetwork: vi.fn(change.network ?? (async () => GOOD)),
    onKeepBackground: vi.fn(async () => undefined),
    onJoin: vi.fn(),
    onBack: vi.fn(),
  };
  render(PreJoin, {
    title: "Rehearsal",
    me: change.me ?? me({ camera: { state: "live" }, cameraFeed: 1, microphone: { state: "live" } }),
    picks: { ...firstPicks("Ada"), ...change.picks },
    devices: change.devices ?? DEVICES,
    microphoneDbfs: change.dbfs ?? -30,
    mirror: true,
    platform: change.platform ?? "linux",
    practice: change.practice ?? true,
    rememberName: true,
    ...calls,
  });
  return calls;
}

const options = (testid: string) =>
  [...get(testid).querySelectorAll("option")].map((option) => [option.value, option.textContent?.trim()]);

function choose(testid: string, value: string): void {
  const select = get(testid) as HTMLSelectElement;
  select.value = value;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

describe("pre-join", () => {
  test("shows the preview's feed and the name as others will see it", () => {
    preJoin();
    expect(get("preview").querySelector("[data-feed]")?.getAttribute("data-feed")).toBe("1");
    expect(textOf("preview")).toContain("Ada");
  });

  test("lists real devices before test devices, and none", () => {
    preJoin();
    expect(options("camera-select")).toEqual([
      ["", "System default (Webcam)"],
      ["v4l:1", "Webcam"],
      ["test:card", "Test picture (no camera needed)"],
      ["none", "None"],
    ]);
  });

  test("offers the silent speaker as none", () => {
    const { onPick } = preJoin();
    expect(options("speaker-select")).toEqual([
      ["", "System default (Monitor)"],
      ["cpal:2", "Monitor"],
      ["test:silence", "None"],
    ]);
    choose("speaker-select", "test:silence");
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ speaker: "test:silence" }));
  });

  test("turns the camera off when none is picked, and on when one is", () => {
    const { onPick } = preJoin();
    choose("camera-select", "none");
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ camera: "none", cameraOn: false }));
    choose("camera-select", "test:card");
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ camera: "test:card", cameraOn: true }));
  });

  test("says so when there is no device", () => {
    preJoin({ devices: { cameras: [], microphones: [], speakers: [], screens: [] } });
    expect(options("camera-select")).toEqual([
      ["", "No device found"],
      ["none", "None"],
    ]);
  });

  test("joins with camera or microphone off", () => {
    const { onPick } = preJoin();
    get("mic").click();
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ microphoneOn: false }));
    get("camera").click();
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ cameraOn: false }));
  });

  test("shows how loud the microphone is", () => {
    preJoin({ dbfs: -30 });
    expect(get("level").getAttribute("aria-valuenow")).toBe("6");
    expect([-200, -60, -55, 0, 6].map(litSegments)).toEqual([0, 0, 1, 12, 12]);
  });

  test("says after four seconds that nothing is heard", async () => {
    vi.useFakeTimers();
    preJoin({ dbfs: -100 });
    await vi.advanceTimersByTimeAsync(3900);
    expect(find("mic-silent")).toBeNull();
    await vi.advanceTimersByTimeAsync(200);
    expect(textOf("mic-silent")).toContain("hear nothing");
    vi.useRealTimers();
  });

  test.each([
    ["device.busy", "Another app"],
    ["device.not_found", "not connected"],
    ["device.not_allowed", "settings"],
  ])("explains a camera with %s beside its picker, and joins without it", (code, words) => {
    const { onJoin } = preJoin({ me: me({ camera: { state: "failed", code } }) });
    expect(textOf("camera-problem")).toContain(words);
    expect(textOf("preview")).toContain("Your camera does not work");
    submit("join");
    expect(onJoin).toHaveBeenCalledOnce();
  });

  test("does not join without a name, or with one that is too long", () => {
    const { onJoin } = preJoin({ picks: { name: "  " } });
    submit("join");
    expect(onJoin).not.toHaveBeenCalled();
    expect(get("name-problem").getAttribute("role")).toBe("alert");
    expect(textOf("name-problem")).toContain("Enter a name");
    expect(document.activeElement).toBe(get("name"));
  });

  test("refuses a name of 10,000 characters with a reason", () => {
    const { onJoin } = preJoin({ picks: { name: "x".repeat(10_000) } });
    submit("join");
    expect(onJoin).not.toHaveBeenCalled();
    expect(textOf("name-problem")).toContain("256");
  });

  test("passes on the name, the speaker test and the way back", () => {
    const { onPick, onTestSpeaker, onBack } = preJoin();
    type("name", "Grace");
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ name: "Grace" }));
    get("speaker-test").click();
    get("back").click();
    expect(onTestSpeaker).toHaveBeenCalledOnce();
    expect(onBack).toHaveBeenCalledOnce();
  });

  test("joins muted, or only to listen, from the menu beside", async () => {
    const { onJoin } = preJoin();
    click("join-more");
    await vi.waitFor(() => expect(document.activeElement).toBe(get("join-muted")));
    click("join-muted");
    expect(onJoin).toHaveBeenLastCalledWith(expect.objectContaining({ microphoneOn: false, cameraOn: true }));
    expect(find("join-muted")).toBeNull();
    click("join-more");
    click("join-listen");
    expect(onJoin).toHaveBeenLastCalledWith(expect.objectContaining({ microphoneOn: false, cameraOn: false }));
  });

  test("walks through that menu with arrows and leaves it with Esc", async () => {
    preJoin();
    click("join-more");
    await vi.waitFor(() => expect(document.activeElement).toBe(get("join-muted")));
    const key = (name: string) =>
      document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true }));
    key("ArrowDown");
    expect(document.activeElement).toBe(get("join-listen"));
    key("ArrowDown");
    expect(document.activeElement).toBe(get("join-muted"));
    key("Escape");
    await vi.waitFor(() => expect(find("join-muted")).toBeNull());
    expect(document.activeElement).toBe(get("join-more"));
  });

  test("offers no menu where nothing can be said, and still joins", () => {
    const { onJoin } = preJoin({ me: me({ microphone: { state: "failed", code: "device.busy" } }) });
    expect(textOf("join")).toBe("Join and listen");
    expect(find("join-more")).toBeNull();
    submit("join");
    expect(onJoin).toHaveBeenCalledOnce();
  });

  test.each([
    ["linux", "Flatpak"],
    ["windows", "Let desktop apps access"],
    ["macos", "System Settings"],
  ])("tells how %s lets the camera be used, and tries again", (platform, words) => {
    const failed = me({ camera: { state: "failed", code: "device.not_allowed" } });
    const { onPick } = preJoin({ me: failed, platform });
    expect(textOf("camera-coach")).toContain(words);
    click("camera-coach-retry");
    expect(onPick).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ name: "Ada", cameraOn: true }));
  });

  test("has a lamp for each device that opens what it means", () => {
    preJoin({ me: me({ camera: { state: "failed", code: "device.busy" }, microphone: { state: "live" } }), dbfs: -100 });
    expect(get("lamp-microphone").dataset.check).toBe("good");
    expect(get("lamp-camera").dataset.check).toBe("failed");
    click("lamp-camera");
    expect(get("lamp-camera").getAttribute("aria-expanded")).toBe("true");
    expect(textOf("lamp-detail")).toContain("Others will see your initials");
    expect(textOf("lamp-detail")).toContain("Close other apps");
    click("lamp-microphone");
    expect(textOf("lamp-detail")).toContain("Speak to see");
  });

  test("says that a microphone is heard, is off, or is not there", () => {
    preJoin({ dbfs: -20 });
    expect(get("lamp-microphone").dataset.check).toBe("heard");
    expect(checkOf({ state: "off" }, { picked: "", found: true })).toBe("off");
    expect(checkOf({ state: "off" }, { picked: "", found: false })).toBe("missing");
    expect(checkOf({ state: "starting" }, { picked: "", found: true })).toBe("starting");
  });

  test("names the silent microphone and offers another one", async () => {
    vi.useFakeTimers();
    const other = { id: "cpal:9", label: "Laptop", isDefault: false, synthetic: false, width: null, height: null };
    const { onPick } = preJoin({ dbfs: -100, devices: { ...DEVICES, microphones: [...DEVICES.microphones, other] } });
    await vi.advanceTimersByTimeAsync(4100);
    expect(textOf("mic-silent")).toContain("Headset");
    click("mic-use-other");
    expect(onPick).toHaveBeenLastCalledWith(expect.objectContaining({ microphone: "cpal:9" }));
    vi.useRealTimers();
  });

  test("warns of a Bluetooth headset in its call mode", () => {
    const headset = { id: "b", label: "Headset (Buds Hands-Free AG Audio)", isDefault: true, synthetic: false, width: null, height: null };
    preJoin({ devices: { ...DEVICES, microphones: [headset] } });
    expect(textOf("mic-hands-free")).toContain("Bluetooth");
    expect(isHandsFree({ ...headset, label: "USB Headset" })).toBe(false);
  });

  test("says what the host will learn, and that practice tells nobody", () => {
    preJoin({ practice: false });
    expect(textOf("learn")).toContain("marked as a guest");
    expect(textOf("learn")).not.toContain("practice");
  });

  test("lets the guest decide whether the name is remembered", () => {
    const { onRememberName } = preJoin();
    click("remember-name");
    expect(onRememberName).toHaveBeenCalledExactlyOnceWith(false);
  });
});

describe("the network's lamp", () => {
  test("says what answered", async () => {
    preJoin();
    expect(get("lamp-network").dataset.check).toBe("starting");
    await vi.waitFor(() => expect(get("lamp-network").dataset.check).toBe("good"));
    click("lamp-network");
    expect(textOf("network-items")).toBe("The meeting answers in 3 ms (10.0.0.7:8080)");
    click("lamp-camera");
    expect(find("network-items")).toBeNull();
  });

  test("names what did not answer, and a clock that is wrong", async () => {
    preJoin({
      network: async () => ({
        state: "partly",
        items: [
          { part: "service", host: "guests.example", outcome: "ok", tookMs: null, aheadS: null },
          { part: "host", host: "teams.microsoft.com", outcome: "failed", tookMs: null, aheadS: null },
          { part: "clock", host: "", outcome: "warning", tookMs: null, aheadS: -185 },
        ],
      }),
    });
    await vi.waitFor(() => expect(get("lamp-network").dataset.check).toBe("partly"));
    click("lamp-network");
    const lines = [...get("network-items").children].map(({ textContent }) => textContent?.trim());
    expect(lines).toEqual([
      "The organisation’s service answers (guests.example)",
      "Microsoft does not answer (teams.microsoft.com)",
      "This computer’s clock is 3 minutes behind",
    ]);
  });

  test("is checked again by a button, and when the network comes back; the last answer counts", async () => {
    const answers: ((check: NetworkCheck) => void)[] = [];
    const { onCheckNetwork } = preJoin({ network: () => new Promise((resolve) => answers.push(resolve)) });
    window.dispatchEvent(new Event("online"));
    await vi.waitFor(() => expect(onCheckNetwork).toHaveBeenCalledTimes(2));
    answers[1]?.(GOOD);
    await vi.waitFor(() => expect(get("lamp-network").dataset.check).toBe("good"));
    answers[0]?.({ state: "failed", items: [] });
    click("lamp-network");
    click("network-retry");
    expect(get("lamp-network").dataset.check).toBe("starting");
    answers[2]?.(GOOD);
    await vi.waitFor(() => expect(get("lamp-network").dataset.check).toBe("good"));
  });

  test("is bad when nothing can be asked", async () => {
    preJoin({ network: () => Promise.reject(new Error("no")) });
    await vi.waitFor(() => expect(get("lamp-network").dataset.check).toBe("failed"));
    click("lamp-network");
    expect(textOf("lamp-detail")).toContain("does not answer");
  });
});
