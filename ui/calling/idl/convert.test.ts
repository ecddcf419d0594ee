// @vitest-environment node
import { expect, test, vi } from "vitest";
import { dictionary, nullable, sequence, union } from "./runtime/compound";
import { double, long, octet, unsignedLong, unsignedLongLong, unsignedShort } from "./runtime/numbers";
import { boolean, DOMString, USVString } from "./runtime/types";
import { behind } from "./testing/setup";
import type { DummyConnection, DummyDataChannel } from "./testing/dummies";

const connection = (pc: RTCPeerConnection) => behind("RTCPeerConnection", pc) as DummyConnection;

test("integers wrap, clamp or refuse", () => {
  expect([-1, 65536.9, NaN, Infinity, "7", null].map((value) => unsignedShort().from(value, "x"))).toEqual([
    65535, 0, 0, 0, 7, 0,
  ]);
  expect([2 ** 31, -(2 ** 31) - 1].map((value) => long().from(value, "x"))).toEqual([-(2 ** 31), 2 ** 31 - 1]);
  expect([-5, 1.5, 2.5, 1e20, NaN].map((value) => unsignedLong("clamp").from(value, "x"))).toEqual([
    0, 2, 2, 4294967295, 0,
  ]);
  expect(octet("enforce").from(255.9, "x")).toBe(255);
  expect(Object.is(octet("enforce").from(-0.5, "x"), 0)).toBe(true);
  for (const value of [-1, 256, NaN, Infinity, undefined]) {
    expect(() => octet("enforce").from(value, "x")).toThrow(TypeError);
  }
  expect(() => unsignedLongLong("enforce").from(2 ** 53, "x")).toThrow(TypeError);
  expect(() => unsignedLong().from(1n, "x")).toThrow(TypeError);
  expect(() => double.from(Infinity, "x")).toThrow(TypeError);
});

test("strings refuse symbols, and USVString has no lone surrogates", () => {
  expect(() => DOMString.from(Symbol("s"), "x")).toThrow(TypeError);
  expect(USVString.from("a\uD800b\u{1F600}", "x")).toBe("a\uFFFDb\u{1F600}");
});

test("sequences take anything iterable", () => {
  const list = sequence(DOMString);
  expect(list.from(new Set([1, 2]), "x")).toEqual(["1", "2"]);
  expect(() => list.from({}, "x")).toThrow(TypeError);
  expect(() => list.from("ab", "x")).toThrow(TypeError);
});

test("unions choose by what the value is", () => {
  const urls = union(USVString, sequence(USVString));
  expect(urls.from("a", "x")).toBe("a");
  expect(urls.from(["a"], "x")).toEqual(["a"]);
  expect(urls.from({}, "x")).toBe("[object Object]");
  const video = union(boolean, dictionary("D", null, [{ name: "a", type: DOMString }]));
  expect([true, "yes", 0].map((value) => video.from(value, "x"))).toEqual([true, true, false]);
  expect(video.from(undefined, "x")).toEqual({});
  expect(nullable(video).from(null, "x")).toBeNull();
});

test("dictionaries are read in order, parents first", () => {
  const parent = dictionary("P", null, [{ name: "z", type: DOMString }]);
  const child = dictionary("C", parent, [
    { name: "a", type: DOMString, required: true },
    { name: "b", type: DOMString, initial: () => "default" },
  ]);
  const order: string[] = [];
  const source = new Proxy({ a: "1", z: "2" } as Record<string, unknown>, {
    get(target, key) {
      order.push(String(key));
      return target[String(key)];
    },
  });
  expect(child.from(source, "x")).toEqual({ z: "2", a: "1", b: "default" });
  expect(order).toEqual(["z", "a", "b"]);
  expect(() => child.from({}, "x")).toThrow(TypeError);
  expect(() => child.from(5, "x")).toThrow(TypeError);
});

test("configurations come with defaults, and refuse wrong values", () => {
  expect(new RTCPeerConnection().getConfiguration()).toEqual({
    bundlePolicy: "balanced",
    certificates: [],
    iceCandidatePoolSize: 0,
    iceServers: [],
    iceTransportPolicy: "all",
    rtcpMuxPolicy: "require",
  });
  for (const wrong of [
    { iceCandidatePoolSize: 256 },
    { bundlePolicy: "none" },
    { iceServers: [{}] },
    { iceServers: null },
    { certificates: [{}] },
    5,
  ]) {
    expect(() => new RTCPeerConnection(wrong as RTCConfiguration)).toThrow(TypeError);
  }
});

test("setters ignore what is not of their enumeration", () => {
  const transceiver = new RTCPeerConnection().addTransceiver("audio");
  transceiver.direction = "sideways" as RTCRtpTransceiverDirection;
  expect(transceiver.direction).toBe("sendrecv");
  transceiver.direction = "inactive";
  expect(transceiver.direction).toBe("inactive");
});

test("native objects pass as they are, imitations do not", () => {
  const pc = new RTCPeerConnection();
  const track = new MediaStreamTrack();
  const streams = [new MediaStream(), new MediaStream()];
  const sender = pc.addTrack(track, ...streams);
  expect(connection(pc).calls["addTrack"]).toEqual([track, ...streams]);
  expect(sender.track).toBe(track);
  expect(() => pc.addTrack(Object.create(MediaStreamTrack.prototype) as MediaStreamTrack)).toThrow(TypeError);
  expect(() => pc.addTrack(track, {} as MediaStream)).toThrow(TypeError);
  pc.addTransceiver(track);
  expect(connection(pc).calls["addTransceiver"]?.[0]).toBe(track);
  pc.addTransceiver({} as MediaStreamTrack);
  expect(connection(pc).calls["addTransceiver"]?.[0]).toBe("[object Object]");
});

test("objects of ours arrive as their implementations", () => {
  const pc = new RTCPeerConnection();
  const { sender } = pc.addTransceiver("audio");
  pc.removeTrack(sender);
  expect(connection(pc).calls["removeTrack"]).toEqual([behind("RTCRtpSender", sender)]);
  expect(() => pc.removeTrack({} as RTCRtpSender)).toThrow(TypeError);
});

test("send tells strings, blobs, buffers and views apart", () => {
  const channel = new RTCPeerConnection().createDataChannel("x");
  const buffer = new ArrayBuffer(2);
  const view = new Uint8Array(buffer);
  const blob = new Blob(["a"]);
  for (const data of ["a\uD800", buffer, view, blob, 5 as unknown as string, {} as Blob]) {
    channel.send(data as string);
  }
  const { sent } = behind("RTCDataChannel", channel) as DummyDataChannel;
  expect(sent).toEqual(["a\uFFFD", buffer, view, blob, "5", "[object Object]"]);
  expect(sent[1]).toBe(buffer);
  expect(() => channel.send(new Uint8Array(new SharedArrayBuffer(1)) as unknown as string)).toThrow(TypeError);
  expect(() => Reflect.apply(channel.send, channel, [])).toThrow(TypeError);
});

test("the callback forms are answered by the promise forms", async () => {
  const pc = new RTCPeerConnection();
  const success = vi.fn();
  const answer: unknown = await pc.createOffer(success, () => undefined, { iceRestart: true });
  expect(answer).toBeUndefined();
  await vi.waitFor(() => expect(success).toHaveBeenCalledWith({ type: "offer", sdp: "v=0" }));
  expect(connection(pc).calls["createOffer"]).toEqual([{ iceRestart: true }]);
  const error = await new Promise<unknown>((resolve, reject) => {
    void pc.createAnswer(reject, resolve);
  });
  expect(error).toMatchObject({ name: "InvalidStateError" });
  await expect(Reflect.apply(pc.setLocalDescription, pc, [{}, () => undefined])).rejects.toBeInstanceOf(TypeError);
  await expect(Reflect.apply(pc.createOffer, pc, [{}, {}])).rejects.toBeInstanceOf(TypeError);
});

test("what a page's callback throws is reported, not lost", async () => {
  const reported = vi.fn();
  vi.stubGlobal("reportError", reported);
  const broken = new Error("page");
  await new RTCPeerConnection().createOffer(
    () => {
      throw broken;
    },
    () => undefined,
  );
  await vi.waitFor(() => expect(reported).toHaveBeenCalledWith(broken));
  vi.unstubAllGlobals();
});
