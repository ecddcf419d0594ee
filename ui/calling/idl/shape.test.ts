import { beforeAll, expect, test } from "vitest";
import { install } from "./runtime";
import { DummyConnection } from "./testing/dummies";
import { unwrap } from "./runtime/slots";

beforeAll(() => {
  expect(install(globalThis)).toEqual([]);
});

test("interfaces stand on the global object as Web IDL wants them", () => {
  const found = Object.getOwnPropertyDescriptor(globalThis, "RTCPeerConnection");
  expect(found).toMatchObject({ writable: true, enumerable: false, configurable: true });
  expect(RTCPeerConnection.name).toBe("RTCPeerConnection");
  expect(RTCPeerConnection.length).toBe(0);
  expect(Object.getPrototypeOf(RTCPeerConnection)).toBe(EventTarget);
  expect(Object.getPrototypeOf(RTCPeerConnection.prototype)).toBe(EventTarget.prototype);
  const pc = new RTCPeerConnection();
  expect(Object.prototype.toString.call(pc)).toBe("[object RTCPeerConnection]");
  expect(unwrap("RTCPeerConnection", pc)).toBeInstanceOf(DummyConnection);
});
