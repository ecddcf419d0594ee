import { beforeEach, describe, expect, test } from "vitest";
import { negotiate, next, openPage, record, settle, type Page } from "../testing/page";
import { localStream, localTrack } from "../testing/fake-media";

let page: Page;

beforeEach(() => {
  page = openPage();
});

const make = (): RTCPeerConnection => new RTCPeerConnection();

describe("offer and answer", () => {
  test("two connections agree, and the track is told of with its stream", async () => {
    const [a, b] = [make(), make()];
    const [track, stream] = [localTrack("audio"), localStream()];
    a.addTrack(track, stream);
    const told = next<RTCTrackEvent>(b, "track");
    await negotiate(a, b);
    const event = await told;
    expect(event.streams.map(({ id }) => id)).toEqual([stream.id]);
    expect(event.track.id).toBe(track.id);
    expect(event.track.muted).toBe(true);
    expect(event.transceiver).toBe(b.getTransceivers()[0]);
    expect(event.receiver).toBe(b.getReceivers()[0]);
    expect([a.signalingState, b.signalingState]).toEqual(["stable", "stable"]);
    expect(a.getTransceivers()[0]?.currentDirection).toBe("sendonly");
    expect(b.getTransceivers()[0]?.currentDirection).toBe("recvonly");
    expect(a.getTransceivers()[0]?.sender.transport?.iceTransport).toBeInstanceOf(RTCIceTransport);
  });

  test("states, events and promises come in the specification's order", async () => {
    const [a, b] = [make(), make()];
    a.addTrack(localTrack("audio"), localStream());
    const offer = await a.createOffer();
    const seen: string[] = [];
    b.onsignalingstatechange = () => {
      seen.push(`${b.signalingState} with ${b.getTransceivers().length}, ${b.pendingRemoteDescription?.type}`);
    };
    b.ontrack = ({ streams: [stream], track }) => {
      stream!.onremovetrack = () => seen.push("removetrack");
      track.onmute = () => seen.push("mute");
      seen.push(`track in ${page.media.log.join()}`);
    };
    await b.setRemoteDescription(offer).then(() => seen.push("resolved"));
    expect(seen).toEqual(["have-remote-offer with 1, offer", "track in addtrack", "resolved"]);
  });

  test("a track that is taken away mutes and leaves its streams, in that order", async () => {
    const [a, b] = [make(), make()];
    const sender = a.addTrack(localTrack("audio"), localStream());
    await negotiate(a, b);
    const [transceiver] = b.getTransceivers();
    const engineTrack = b.getReceivers()[0]!.track;
    page.media.setMuted(engineTrack, false);
    a.removeTrack(sender);
    page.media.log.length = 0;
    await negotiate(a, b);
    expect(page.media.log).toEqual(["mute", "removetrack"]);
    expect(transceiver?.currentDirection).toBe("inactive");
  });

  test("tracks whose far side names no stream share one", async () => {
    const [a, b] = [make(), make()];
    a.addTransceiver("audio");
    a.addTransceiver("video");
    const streams: (MediaStream | undefined)[] = [];
    b.ontrack = (event) => streams.push(event.streams[0]);
    const { sdp } = await a.createOffer();
    await b.setRemoteDescription({ type: "offer", sdp: sdp!.replaceAll(/a=msid:.*\r\n/g, "") });
    expect(streams).toHaveLength(2);
    expect(streams[0]).toBeInstanceOf(MediaStream);
    expect(streams[1]).toBe(streams[0]);
  });

  test("a description that is not SDP is refused with its line", async () => {
    const error = await make().setRemoteDescription({ type: "offer", sdp: "nonsense" }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RTCError);
    expect(error).toMatchObject({ errorDetail: "sdp-syntax-error", sdpLineNumber: 1, name: "OperationError" });
  });

  test("descriptions that do not fit the state are refused", async () => {
    const pc = make();
    await expect(pc.setRemoteDescription({ type: "answer", sdp: "v=0" })).rejects.toMatchObject({ name: "InvalidStateError" });
    await expect(pc.setLocalDescription({ type: "answer", sdp: "v=0" })).rejects.toMatchObject({ name: "InvalidStateError" });
    await expect(pc.setLocalDescription({ type: "rollback" })).rejects.toMatchObject({ name: "InvalidStateError" });
    await pc.setLocalDescription();
    await expect(pc.setRemoteDescription({ type: "rollback", sdp: "" })).rejects.toMatchObject({ name: "InvalidStateError" });
    await expect(pc.createAnswer()).rejects.toMatchObject({ name: "InvalidStateError" });
  });

  test("an edited offer passes, that of another connection does not", async () => {
    const [a, b] = [make(), make()];
    a.addTransceiver("audio");
    b.addTransceiver("audio");
    const [own, foreign] = [await a.createOffer(), await b.createOffer()];
    await expect(a.setLocalDescription(foreign)).rejects.toMatchObject({ name: "InvalidModificationError" });
    await a.setLocalDescription({ type: "offer", sdp: `${own.sdp}a=x-edited\r\n` });
    expect(a.signalingState).toBe("have-local-offer");
  });

  test("offers that meet are taken back, with the states between", async () => {
    const [a, b] = [make(), make()];
    a.addTransceiver("audio");
    b.addTransceiver("video");
    await a.setLocalDescription();
    await b.setLocalDescription();
    const states: string[] = [];
    b.onsignalingstatechange = () => states.push(b.signalingState);
    await b.setRemoteDescription(a.localDescription!);
    expect(states).toEqual(["stable", "have-remote-offer"]);
    expect(b.getTransceivers().map(({ mid }) => mid)).toEqual([null, "0"]);
  });

  test("a remote offer taken back takes its transceivers along", async () => {
    const [a, b] = [make(), make()];
    a.addTrack(localTrack("video"), localStream());
    await b.setRemoteDescription(await a.createOffer());
    const [transceiver] = b.getTransceivers();
    await b.setRemoteDescription({ type: "rollback", sdp: "" });
    expect(b.getTransceivers()).toEqual([]);
    expect(transceiver?.receiver.track.readyState).toBe("live");
    await settle();
    expect(transceiver?.receiver.track.readyState).toBe("ended");
    expect(transceiver?.mid).toBeNull();
    expect(b.signalingState).toBe("stable");
  });

  test("simulcast that is asked for makes layers, and taking it back takes them away", async () => {
    const [a, b] = [make(), make()];
    a.addTransceiver("video");
    const { sdp } = await a.createOffer();
    const sender = b.addTrack(localTrack("video"));
    await b.setRemoteDescription({ type: "offer", sdp: `${sdp}a=simulcast:recv x;y\r\n` });
    const rids = (): unknown => sender.getParameters().encodings.map(({ rid, scaleResolutionDownBy: by }) => [rid, by]);
    expect(rids()).toEqual([["x", 2], ["y", 1]]);
    await b.setRemoteDescription({ type: "rollback", sdp: "" });
    await settle();
    expect(rids()).toEqual([[undefined, 1]]);
  });

  test("a stopped transceiver goes with the answer", async () => {
    const [a, b] = [make(), make()];
    const transceiver = a.addTransceiver("audio");
    await negotiate(a, b);
    transceiver.stop();
    expect([transceiver.direction, transceiver.currentDirection]).toEqual(["stopped", "sendonly"]);
    expect(a.getTransceivers()).toEqual([transceiver]);
    await negotiate(a, b);
    expect([a.getTransceivers(), b.getTransceivers()]).toEqual([[], []]);
    expect([transceiver.currentDirection, transceiver.mid]).toEqual(["stopped", null]);
  });
});

describe("addTrack()", () => {
  test("uses a free transceiver, which does not make it fit for remote offers", async () => {
    const [a, b] = [make(), make()];
    a.addTransceiver("audio");
    const own = b.addTransceiver("audio", { direction: "recvonly" });
    expect(b.addTrack(localTrack("audio"))).toBe(own.sender);
    expect(own.direction).toBe("sendrecv");
    await b.setRemoteDescription(await a.createOffer());
    expect(b.getTransceivers().map(({ mid }) => mid)).toEqual([null, "0"]);
  });

  test("keeps a transceiver of a remote offer that is taken back", async () => {
    const [a, b] = [make(), make()];
    a.addTransceiver("audio");
    await b.setRemoteDescription(await a.createOffer());
    const [transceiver] = b.getTransceivers();
    b.addTrack(localTrack("audio"));
    await b.setRemoteDescription({ type: "rollback", sdp: "" });
    expect(b.getTransceivers()).toEqual([transceiver]);
    expect([transceiver?.mid, transceiver?.receiver.track.readyState]).toEqual([null, "live"]);
  });
});

describe("the page changes something meanwhile", () => {
  test("a track added while a remote offer is applied takes the offer's m-line", async () => {
    const [a, b] = [make(), make()];
    a.addTransceiver("audio");
    const offer = await a.createOffer();
    page.engine.hold();
    const done = b.setRemoteDescription(offer);
    await Promise.resolve();
    await settle();
    b.addTrack(localTrack("audio"));
    page.engine.release();
    await done;
    expect(b.getTransceivers()).toHaveLength(1);
    expect(b.getTransceivers()[0]?.mid).toBe("0");
    expect(page.engine.commandsOf("pcSetRemote").map(({ description }) => description.type)).toEqual([
      "offer",
      "rollback",
      "offer",
    ]);
  });

  test("a track added in the same turn needs no second try", async () => {
    const [a, b] = [make(), make()];
    a.addTransceiver("audio");
    const offer = await a.createOffer();
    const done = b.setRemoteDescription(offer);
    b.addTrack(localTrack("audio"));
    await done;
    expect(b.getTransceivers().map(({ mid }) => mid)).toEqual(["0"]);
    expect(page.engine.commandsOf("pcSetRemote")).toHaveLength(1);
  });

  test("a transceiver made while an offer is made is in it", async () => {
    const pc = make();
    page.engine.hold();
    const offer = pc.createOffer();
    await settle();
    pc.addTransceiver("audio");
    page.engine.release();
    expect((await offer).sdp).toContain("m=audio");
  });

  test("a transceiver made while another description is applied stays", async () => {
    const pc = make();
    pc.addTransceiver("audio");
    page.engine.hold();
    const done = pc.setLocalDescription();
    await settle();
    const later = pc.addTransceiver("video");
    page.engine.release();
    await done;
    expect(pc.getTransceivers()).toHaveLength(2);
    expect(later.mid).toBeNull();
    expect(later.receiver.track.readyState).toBe("live");
  });
});

describe("negotiationneeded", () => {
  test("fires once for what one turn changes, and not before", async () => {
    const pc = make();
    const seen = record(pc, "negotiationneeded");
    pc.addTransceiver("audio");
    pc.addTransceiver("video");
    pc.createDataChannel("x");
    expect(seen).toEqual([]);
    await settle();
    expect(seen).toEqual(["negotiationneeded"]);
  });

  test("waits for the operations under way", async () => {
    const pc = make();
    const seen = record(pc, "negotiationneeded");
    page.engine.hold();
    const offer = pc.createOffer();
    pc.addTransceiver("audio");
    await settle();
    expect(seen).toEqual([]);
    page.engine.release();
    await offer;
    await settle();
    expect(seen).toEqual(["negotiationneeded"]);
  });

  test("is quiet after an agreement, and speaks up when something differs from it", async () => {
    const [a, b] = [make(), make()];
    const sender = a.addTrack(localTrack("audio"), localStream());
    await negotiate(a, b);
    await settle();
    const seen = record(a, "negotiationneeded");
    sender.setStreams(localStream());
    await settle();
    expect(seen).toHaveLength(1);
    await negotiate(a, b);
    a.getTransceivers()[0]!.direction = "recvonly";
    await settle();
    expect(seen).toHaveLength(2);
    await negotiate(a, b);
    a.restartIce();
    await settle();
    expect(seen).toHaveLength(3);
    await negotiate(a, b);
    await settle();
    expect(seen).toHaveLength(3);
  });
});

describe("close()", () => {
  test("nothing that is under way settles, and no event comes", async () => {
    const pc = make();
    const seen = record(pc, "signalingstatechange", "negotiationneeded", "connectionstatechange");
    const transceiver = pc.addTransceiver("audio");
    let settled = false;
    const under = pc.setLocalDescription();
    void under.then(
      () => (settled = true),
      () => (settled = true),
    );
    pc.close();
    await settle();
    expect([settled, seen]).toEqual([false, []]);
    expect([pc.signalingState, pc.connectionState, pc.iceConnectionState]).toEqual(["closed", "closed", "closed"]);
    expect([transceiver.currentDirection, transceiver.receiver.track.readyState]).toEqual(["stopped", "ended"]);
    expect([pc.getTransceivers(), pc.getSenders()]).toEqual([[transceiver], []]);
    await expect(pc.createOffer()).rejects.toMatchObject({ name: "InvalidStateError" });
    expect(() => pc.addTransceiver("audio")).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
    expect((await pc.getStats()).size).toBe(1);
  });
});
