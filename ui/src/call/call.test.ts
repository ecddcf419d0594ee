import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Backend } from "../backend/backend";
import type { CallEvent } from "../contract/CallEvent";
import { inMeeting, me, person } from "../testing/views";
import { Call } from "./call.svelte";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

async function opened() {
  let tell: (event: CallEvent) => void = () => undefined;
  const { port1 } = new MessageChannel();
  const backend: Backend = {
    run: vi.fn().mockResolvedValue(null),
    listenLinks: vi.fn().mockResolvedValue(undefined),
    listenClosing: vi.fn(),
    openCall: async (_, onEvent) => {
      tell = onEvent;
      return { frames: { kind: "port", port: port1 } };
    },
    clipboard: vi.fn(),
    copy: vi.fn(),
    popOutShare: vi.fn(),
    listenMini: vi.fn(),
    listenArmed: vi.fn(),
    zoom: vi.fn(),
  };
  const call = new Call(backend, { text: "", passcode: null, kind: "practice", shareUrl: null });
  await call.open();
  return { call, view: (view: ReturnType<typeof inMeeting>) => tell({ event: "view", view }) };
}

const crowd = (count: number) => Array.from({ length: count }, (_, index) => person(String(index)));

describe("snapshots that come faster than anybody can look", () => {
  test("are shown ten times a second, the last one in any case", async () => {
    const { call, view } = await opened();
    view(inMeeting({ people: crowd(1) }));
    for (let count = 2; count <= 20; count += 1) view(inMeeting({ people: crowd(count) }));
    expect(call.state.view?.people).toHaveLength(1);
    vi.advanceTimersByTime(100);
    expect(call.state.view?.people).toHaveLength(20);
    await call.close();
  });

  test("are shown at once when they are about us, and nothing older comes after them", async () => {
    const { call, view } = await opened();
    view(inMeeting({ people: crowd(1) }));
    view(inMeeting({ people: crowd(2) }));
    view(inMeeting({ people: crowd(3), me: me({ microphone: { state: "live" } }) }));
    expect(call.state.view?.me.microphone.state).toBe("live");
    expect(call.state.view?.people).toHaveLength(3);
    vi.advanceTimersByTime(100);
    expect(call.state.view?.people).toHaveLength(3);
    view(inMeeting({ phase: { state: "ended", reason: "removed", canRejoin: true } }));
    expect(call.state.view?.phase.state).toBe("ended");
    await call.close();
  });
});
