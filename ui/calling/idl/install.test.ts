// @vitest-environment node
import { expect, test } from "vitest";
import { implement, install, wrap } from "./runtime";
import { StatsReport } from "./values";

class Controller {
  setFocusBehavior(): void {}
}

/** As much of a global object as interfaces need to inherit from. */
const realm = (more: object = {}): typeof globalThis =>
  ({ EventTarget, Event, DOMException, ...more }) as unknown as typeof globalThis;

test("what nothing implements is named and stays undefined", () => {
  const global = realm();
  const missing = install(global);
  expect(missing).toContain("RTCPeerConnection");
  expect(missing).not.toContain("RTCStatsReport");
  expect(Object.getOwnPropertyNames(global)).toContain("RTCStatsReport");
  expect("RTCPeerConnection" in global).toBe(false);
  expect(() => wrap(new Controller())).toThrow("not an installed interface");
});

test("native classes of the same name are replaced, unless they are to be kept", () => {
  const native = class {};
  const replaced = realm({ RTCStatsReport: native });
  install(replaced);
  expect(Object.getOwnPropertyDescriptor(replaced, "RTCStatsReport")).toMatchObject({ enumerable: false });
  expect(replaced.RTCStatsReport).not.toBe(native);
  expect(wrap(new StatsReport(new Map()))).toBeInstanceOf(replaced.RTCStatsReport);
  const kept = realm({ RTCStatsReport: native });
  install(kept, { keep: ["RTCStatsReport"] });
  expect(kept.RTCStatsReport).toBe(native);
});

test("an insecure page does not get what only secure ones may use", () => {
  implement("CaptureController", Controller);
  const insecure = realm({ isSecureContext: false });
  install(insecure);
  expect("CaptureController" in insecure).toBe(false);
  const secure = realm({ isSecureContext: true });
  install(secure);
  expect("CaptureController" in secure).toBe(true);
});
