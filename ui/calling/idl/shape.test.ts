// @vitest-environment node
import { expect, test } from "vitest";
import { wrap } from "./runtime";
import { DummyDevice, DummyInputDevice } from "./testing/dummies";
import { missing } from "./testing/setup";

const descriptor = (of: object, name: string | symbol) => Object.getOwnPropertyDescriptor(of, name);
const illegal = (name: string) => Reflect.get(globalThis, name) as new () => object;

test("every interface of ours is installed when all have an implementation", () => {
  expect(missing).toEqual([]);
});

test("interfaces stand on the global object as Web IDL wants them", () => {
  expect(descriptor(globalThis, "RTCPeerConnection")).toMatchObject({
    writable: true,
    enumerable: false,
    configurable: true,
  });
  expect(descriptor(RTCPeerConnection, "prototype")).toMatchObject({
    writable: false,
    enumerable: false,
    configurable: false,
  });
  expect(RTCPeerConnection.name).toBe("RTCPeerConnection");
  expect(RTCPeerConnection.length).toBe(0);
  expect(RTCTrackEvent.length).toBe(2);
  expect(RTCPeerConnectionIceEvent.length).toBe(1);
  expect(Object.getPrototypeOf(RTCPeerConnection)).toBe(EventTarget);
  expect(Object.getPrototypeOf(RTCPeerConnection.prototype)).toBe(EventTarget.prototype);
  expect(Object.getPrototypeOf(RTCSessionDescription)).toBe(Function.prototype);
  expect(Object.getPrototypeOf(RTCError.prototype)).toBe(DOMException.prototype);
  expect(Object.getPrototypeOf(InputDeviceInfo)).toBe(MediaDeviceInfo);
  expect(descriptor(RTCPeerConnection.prototype, Symbol.toStringTag)).toEqual({
    value: "RTCPeerConnection",
    writable: false,
    enumerable: false,
    configurable: true,
  });
});

test("attributes and operations have their names, lengths and flags", () => {
  const { prototype } = RTCPeerConnection;
  const state = descriptor(prototype, "signalingState");
  expect(state).toMatchObject({ enumerable: true, configurable: true, set: undefined });
  expect(state?.get?.name).toBe("get signalingState");
  expect(descriptor(prototype, "ontrack")?.set?.name).toBe("set ontrack");
  expect(descriptor(prototype, "createOffer")).toMatchObject({ writable: true, enumerable: true, configurable: true });
  const lengths = { createOffer: 0, setRemoteDescription: 1, addIceCandidate: 0, addTrack: 1, createDataChannel: 1 };
  for (const [name, length] of Object.entries(lengths)) {
    const method = descriptor(prototype, name)?.value as { name: string; length: number; prototype?: unknown };
    expect([method.name, method.length, method.prototype]).toEqual([name, length, undefined]);
  }
  expect(Object.keys(RTCPeerConnection)).toEqual(["generateCertificate"]);
});

test("what pages may not construct throws, and so does a call without new", () => {
  expect(() => new (illegal("RTCRtpSender"))()).toThrow(TypeError);
  expect(() => new (illegal("MediaDeviceInfo"))()).toThrow(TypeError);
  expect(() => Reflect.apply(RTCPeerConnection as unknown as () => void, undefined, [])).toThrow(TypeError);
});

test("a foreign receiver throws, or rejects where a promise is promised", async () => {
  const { prototype } = RTCPeerConnection;
  expect(() => prototype.signalingState).toThrow(TypeError);
  expect(() => prototype.restartIce.call({} as RTCPeerConnection)).toThrow(TypeError);
  expect(() => prototype.restartIce.call(Object.create(prototype) as RTCPeerConnection)).toThrow(TypeError);
  await expect(Reflect.apply(prototype.createOffer, {}, [])).rejects.toBeInstanceOf(TypeError);
  await expect(new RTCPeerConnection().addIceCandidate(5 as never)).rejects.toBeInstanceOf(TypeError);
});

test("pages may inherit from an interface, and replace what is on its prototype", () => {
  class Mine extends RTCPeerConnection {
    readonly mine = 1;
  }
  const pc = new Mine({ bundlePolicy: "max-bundle" });
  expect(pc).toBeInstanceOf(Mine);
  expect(pc).toBeInstanceOf(EventTarget);
  expect(pc.mine).toBe(1);
  expect(pc.getConfiguration().bundlePolicy).toBe("max-bundle");

  const native = RTCPeerConnection;
  const wrapped = function (configuration: RTCConfiguration): RTCPeerConnection {
    return new native(configuration);
  };
  wrapped.prototype = native.prototype;
  const Shimmed = wrapped as unknown as typeof RTCPeerConnection;
  expect(new Shimmed()).toBeInstanceOf(Shimmed);

  const before = descriptor(native.prototype, "connectionState");
  Object.defineProperty(native.prototype, "connectionState", { get: () => "connected", configurable: true });
  expect(pc.connectionState).toBe("connected");
  Object.defineProperty(native.prototype, "connectionState", before ?? {});
  expect(pc.connectionState).toBe("new");
});

test("objects of ours are the same each time, and come back as what they were", () => {
  const pc = new RTCPeerConnection();
  const transceiver = pc.addTransceiver("audio");
  expect(pc.getTransceivers()[0]).toBe(transceiver);
  expect(transceiver.sender).toBe(pc.getSenders()[0]);
  expect(transceiver.sender.dtmf).toBe(transceiver.sender.dtmf);
  expect(pc.getTransceivers()).not.toBe(pc.getTransceivers());
});

test("an implementation that inherits gets the wrapper of its own interface", () => {
  const device = wrap(new DummyInputDevice()) as InputDeviceInfo;
  expect(device).toBeInstanceOf(InputDeviceInfo);
  expect(device).toBeInstanceOf(MediaDeviceInfo);
  expect(device.kind).toBe("audioinput");
  expect(device.toJSON()).toEqual({ deviceId: "", kind: "audioinput", label: "Speakers", groupId: "" });
  expect(() => InputDeviceInfo.prototype.getCapabilities.call(wrap(new DummyDevice()) as InputDeviceInfo)).toThrow(
    TypeError,
  );
});

test("an RTCStatsReport is a map that can only be read", async () => {
  const report = await new RTCPeerConnection().getStats();
  const entry = { id: "a" };
  expect([...report]).toEqual([["a", entry]]);
  expect(report.size).toBe(1);
  expect(report.get("a")).toEqual(entry);
  expect(report.has("b")).toBe(false);
  expect("set" in report).toBe(false);
  const prototype = RTCStatsReport.prototype;
  expect(prototype[Symbol.iterator]).toBe(prototype.entries);
  const seen: unknown[] = [];
  report.forEach((value, key, parent) => seen.push(value, key, parent === report));
  expect(seen).toEqual([entry, "a", true]);
});

test("toJSON gives plain objects", () => {
  const description = new RTCSessionDescription({ type: "offer", sdp: "v=0" });
  expect(JSON.stringify(description)).toBe('{"type":"offer","sdp":"v=0"}');
  const candidate = new RTCIceCandidate({ sdpMid: "0" }).toJSON();
  expect(candidate).toEqual({ candidate: "", sdpMid: "0", sdpMLineIndex: null, usernameFragment: null });
});

test("an RTCError is a DOMException", () => {
  const error = new RTCError({ errorDetail: "sdp-syntax-error", sdpLineNumber: 3 }, "line 3");
  expect(error).toBeInstanceOf(DOMException);
  expect([error.name, error.message, error.code]).toEqual(["OperationError", "line 3", 0]);
  expect([error.errorDetail, error.sdpLineNumber, error.sentAlert]).toEqual(["sdp-syntax-error", 3, null]);
  expect(() => new RTCError({} as RTCErrorInit)).toThrow(TypeError);
});
