// @vitest-environment node
import { expect, test, vi } from "vitest";
import { fire, original, patch, wrap } from "./runtime";
import { installPatches } from "./runtime/native";
import { natives } from "./generated/interfaces";
import { behind } from "./testing/setup";
import { rtcError } from "./values";

test("handlers keep their place among listeners until they are set to null", () => {
  const pc = new RTCPeerConnection();
  const heard: string[] = [];
  pc.onnegotiationneeded = () => heard.push("first handler");
  pc.addEventListener("negotiationneeded", () => heard.push("listener"));
  pc.onnegotiationneeded = () => heard.push("handler");
  pc.restartIce();
  expect(heard.splice(0)).toEqual(["handler", "listener"]);
  pc.onnegotiationneeded = null;
  pc.onnegotiationneeded = () => heard.push("late");
  pc.restartIce();
  expect(heard).toEqual(["listener", "late"]);
});

test("handlers are null for what is no object, and do nothing for what is no function", () => {
  const pc = new RTCPeerConnection();
  expect(pc.ontrack).toBeNull();
  Reflect.set(pc, "onnegotiationneeded", "text");
  expect(pc.onnegotiationneeded).toBeNull();
  const object = {};
  Reflect.set(pc, "onnegotiationneeded", object);
  expect(pc.onnegotiationneeded).toBe(object);
  pc.restartIce();
  const seen = vi.fn(function (this: unknown, event: Event) {
    return [this, event.target];
  });
  pc.onnegotiationneeded = seen;
  pc.restartIce();
  expect(seen).toHaveReturnedWith([pc, pc]);
});

test("events are native events made from dictionaries", () => {
  const pc = new RTCPeerConnection();
  const transceiver = pc.addTransceiver("audio");
  const { receiver } = transceiver;
  const { track } = receiver;
  const streams = [new MediaStream()];
  const event = new RTCTrackEvent("track", { receiver, track, transceiver, streams, cancelable: true });
  expect(event).toBeInstanceOf(Event);
  expect([event.type, event.cancelable, event.bubbles]).toEqual(["track", true, false]);
  expect([event.receiver, event.track, event.transceiver]).toEqual([receiver, track, transceiver]);
  expect(event.streams).toEqual(streams);
  expect(event.streams).toBe(event.streams);
  expect(Object.isFrozen(event.streams)).toBe(true);
  expect(() => new RTCTrackEvent("track", { receiver, track } as RTCTrackEventInit)).toThrow(TypeError);
  const ice = new RTCPeerConnectionIceEvent("icecandidate");
  expect([ice.candidate, Reflect.get(ice, "url")]).toEqual([null, null]);
  const iceError = new RTCPeerConnectionIceErrorEvent("x", { errorCode: 701 });
  expect([iceError.address, iceError.port, iceError.url, iceError.errorText]).toEqual([null, null, "", ""]);
  expect(() => Reflect.get(RTCTrackEvent.prototype, "track", {})).toThrow(TypeError);
});

test("implementations fire events of ours", () => {
  const pc = new RTCPeerConnection();
  const channel = pc.createDataChannel("x");
  const heard: Event[] = [];
  pc.addEventListener("datachannel", (event) => heard.push(event));
  channel.onerror = (event) => heard.push(event);
  fire(behind("RTCPeerConnection", pc), "datachannel", "RTCDataChannelEvent", {
    channel: behind("RTCDataChannel", channel),
  });
  const error = rtcError({ errorDetail: "sctp-failure", sctpCauseCode: 12 }, "gone");
  fire(behind("RTCDataChannel", channel), "error", "RTCErrorEvent", { error });
  const [opened, failed] = heard as [RTCDataChannelEvent, RTCErrorEvent];
  expect(opened.channel).toBe(channel);
  expect(failed).toBeInstanceOf(RTCErrorEvent);
  expect(failed.error).toBe(wrap(error));
  expect([failed.error.message, failed.error.sctpCauseCode]).toEqual(["gone", 12]);
});

test("single members of native interfaces are replaced", () => {
  patch("MediaStreamTrack", {
    get id() {
      return `ours, ${String(original("MediaStreamTrack", "id")?.get?.call(this))}`;
    },
  });
  installPatches(globalThis, natives);
  const track = new MediaStreamTrack();
  expect(track.id).toBe("ours, native of audio");
  expect(track.enabled).toBe(true);
  expect(() => Reflect.get(MediaStreamTrack.prototype, "id", {})).toThrow(TypeError);
});
