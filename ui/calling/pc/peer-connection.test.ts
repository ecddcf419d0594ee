import { beforeEach, describe, expect, test } from "vitest";
import { negotiate, next, openPage, record, settle, type Page } from "../testing/page";
import { localTrack } from "../testing/fake-media";
import type { Descriptions } from "../wire/contract";

let page: Page;

beforeEach(() => {
  page = openPage();
});

const NONE: Descriptions = { currentLocal: null, pendingLocal: null, currentRemote: null, pendingRemote: null };
const pcHandle = (): number => page.engine.commandsOf("pcNew").at(-1)!.pc;

describe("what Microsoft's SDK does", () => {
  test("two constructor arguments, unknown members, expandos, callbacks and offerToReceive", async () => {
    const Connection = RTCPeerConnection as unknown as new (...args: unknown[]) => RTCPeerConnection;
    const configuration = {
      iceServers: [],
      rtcpMuxPolicy: "require",
      bundlePolicy: "max-bundle",
      sdpSemantics: "unified-plan",
      encodedInsertableStreams: false,
    };
    const pc = new Connection(configuration, { optional: [] });
    Object.assign(pc, { onaddstream: () => undefined, onremovestream: null });
    const offer = await new Promise<RTCSessionDescriptionInit>((resolve, reject) => {
      void pc.createOffer(resolve, reject, { offerToReceiveVideo: 1, offerToReceiveAudio: 1 } as unknown as RTCOfferOptions);
    });
    expect(offer.sdp?.match(/^m=\w+/gm)).toEqual(["m=audio", "m=video"]);
    expect(pc.getTransceivers().map(({ direction }) => direction)).toEqual(["recvonly", "recvonly"]);
    pc.close();
  });

  test("eighteen inactive transceivers, one with layers, leave in one message", async () => {
    const pc = new RTCPeerConnection();
    pc.addTransceiver("audio", { direction: "inactive" });
    const scaleResolutionDownTo = { maxWidth: 640, maxHeight: 360 };
    const sendEncodings = ["1", "2", "3"].map((rid) => ({ rid, scaleResolutionDownBy: 1, scaleResolutionDownTo }));
    pc.addTransceiver("video", { direction: "inactive", sendEncodings });
    for (let index = 0; index < 17; index += 1) {
      pc.addTransceiver("video", { direction: "inactive" });
    }
    const channel = pc.createDataChannel("main-channel", {});
    channel.bufferedAmountLowThreshold = 5;
    await settle();
    expect(page.engine.batches).toHaveLength(1);
    const made = page.engine.commandsOf("transceiverNew");
    expect(made).toHaveLength(19);
    expect(made[1]?.encodings.map(({ rid }) => rid)).toEqual(["1", "2", "3"]);
    expect(made[1]?.encodings[2]?.scaleResolutionDownTo).toEqual([640, 360]);
    expect(page.engine.commandsOf("channelNew")).toHaveLength(1);
  });
});

describe("statistics", () => {
  test("name tracks as the page knows them, in the page's own time", async () => {
    const pc = new RTCPeerConnection();
    const { sender, receiver } = pc.addTransceiver(localTrack("video"));
    await settle();
    const { transceiver } = page.engine.commandsOf("transceiverNew")[0]!;
    page.engine.stats = {
      I: { id: "I", type: "inbound-rtp", timestamp: 500, transceiver, lastPacketReceivedTimestamp: 480 },
      S: { id: "S", type: "media-source", timestamp: 500, transceiver },
      O: { id: "O", type: "outbound-rtp", timestamp: 500, transceiver },
      N: { id: "N", type: "inbound-rtp", timestamp: 500, transceiver: null },
    };
    const before = performance.timeOrigin + performance.now();
    const report = await pc.getStats();
    const after = performance.timeOrigin + performance.now();
    const entry = (id: string): Record<string, unknown> => report.get(id) as Record<string, unknown>;
    expect(entry("I")["trackIdentifier"]).toBe(receiver.track.id);
    expect(entry("S")["trackIdentifier"]).toBe(sender.track?.id);
    expect([entry("O"), entry("N")].map((one) => "trackIdentifier" in one)).toEqual([false, false]);
    expect(["I", "S", "O", "N"].filter((id) => "transceiver" in entry(id))).toEqual([]);
    const { timestamp, lastPacketReceivedTimestamp } = entry("I") as Record<string, number>;
    expect(timestamp).toBeGreaterThanOrEqual(before);
    expect(timestamp).toBeLessThanOrEqual(after);
    expect((timestamp ?? 0) - (lastPacketReceivedTimestamp ?? 0)).toBeCloseTo(20);
    pc.close();
  });
});

describe("events of the engine", () => {
  test("gathering ends with the empty candidate, then completes together with the null one", async () => {
    const pc = new RTCPeerConnection();
    pc.addTransceiver("audio");
    await pc.setLocalDescription();
    const { transport } = pc.getSenders()[0]!;
    const seen: string[] = [];
    pc.onicecandidate = ({ candidate }) =>
      seen.push(`${candidate ? `"${candidate.candidate}"` : "null"} at ${pc.iceGatheringState}`);
    pc.onicegatheringstatechange = () => seen.push(pc.iceGatheringState);
    (transport!.iceTransport as unknown as { ongatheringstatechange: unknown }).ongatheringstatechange = () =>
      seen.push(`transport ${transport!.iceTransport.gatheringState}`);
    const pcNow = pcHandle();
    const line = "candidate:1 1 udp 1 192.0.2.1 9 typ host";
    const candidate = { candidate: line, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" };
    const descriptions = { ...NONE, pendingLocal: { type: "offer" as const, sdp: "v=0\r\nm=audio 9 x 96\r\na=mid:0\r\n" } };
    page.engine.tell(
      { event: "gathering", pc: pcNow, state: "gathering", descriptions },
      { event: "candidate", pc: pcNow, candidate, url: null, descriptions },
      { event: "candidate", pc: pcNow, candidate: null, url: null, descriptions },
      { event: "gathering", pc: pcNow, state: "complete", descriptions },
    );
    await settle();
    expect(seen).toEqual([
      "transport gathering",
      "gathering",
      `"${line}" at gathering`,
      '"" at gathering',
      "transport complete",
      "complete",
      "null at complete",
    ]);
  });

  test("ICE and DTLS change in tasks of their own, with microtasks between", async () => {
    const pc = new RTCPeerConnection();
    pc.addTransceiver("audio");
    await pc.setLocalDescription();
    const seen: string[] = [];
    const note = (what: string) => () => {
      seen.push(what);
      void Promise.resolve().then(() => seen.push(`after ${what}`));
    };
    pc.oniceconnectionstatechange = note("ice");
    pc.onconnectionstatechange = note("connection");
    pc.getSenders()[0]!.transport!.onstatechange = note("dtls");
    const event = { event: "transport", pc: pcHandle(), sctp: null, maxChannels: null, role: "controlling", pair: null } as const;
    page.engine.tell({ ...event, ice: "connected", dtls: "connected", connection: "connected", certificates: ["AQI="] });
    await settle();
    expect(seen.filter((what) => !what.startsWith("after"))).toEqual(["ice", "dtls", "connection"]);
    expect(seen.indexOf("after ice")).toBeLessThan(seen.indexOf("dtls"));
    const { transport } = pc.getSenders()[0]!;
    expect(new Uint8Array(transport!.getRemoteCertificates()[0]!)).toEqual(new Uint8Array([1, 2]));
  });

  test("when the engine goes, connections fail and nothing hangs", async () => {
    const pc = new RTCPeerConnection();
    const transceiver = pc.addTransceiver("audio");
    await pc.setLocalDescription();
    page.engine.hold();
    const offer = pc.createOffer();
    const seen = record(pc, "iceconnectionstatechange", "connectionstatechange");
    await settle();
    page.engine.close();
    await expect(offer).rejects.toMatchObject({ name: "OperationError" });
    await settle();
    expect(seen).toEqual(["iceconnectionstatechange", "connectionstatechange"]);
    expect([pc.connectionState, transceiver.receiver.track.readyState]).toEqual(["failed", "ended"]);
    await expect(pc.createOffer()).rejects.toMatchObject({ name: "OperationError" });
  });

  test("a track unmutes when it flows, unless the transceiver does not receive", async () => {
    const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
    a.addTrack(localTrack("audio"));
    await negotiate(a, b);
    const { track } = b.getReceivers()[0]!;
    const handle = page.engine.connections.get(pcHandle())!.snapshot().transceivers[0]!.receiverTrack;
    page.engine.tell({ event: "trackFlows", track: handle, flows: true });
    await next(track, "unmute");
    b.getTransceivers()[0]!.direction = "inactive";
    await negotiate(b, a);
    expect(track.muted).toBe(true);
    page.engine.tell({ event: "trackFlows", track: handle, flows: true });
    await settle();
    expect(track.muted).toBe(true);
  });
});

describe("senders", () => {
  test("parameters are good for one change, in the task that they were read in", async () => {
    const { sender } = new RTCPeerConnection().addTransceiver("video");
    const parameters = sender.getParameters();
    expect(sender.getParameters().transactionId).toBe(parameters.transactionId);
    parameters.encodings[0]!.maxBitrate = 1000;
    await sender.setParameters(parameters);
    expect(sender.getParameters().encodings[0]?.maxBitrate).toBe(1000);
    await settle();
    await expect(sender.setParameters(parameters)).rejects.toMatchObject({ name: "InvalidStateError" });
    const again = sender.getParameters();
    await expect(sender.setParameters({ ...again, transactionId: "x" })).rejects.toMatchObject({
      name: "InvalidModificationError",
    });
    again.encodings[0]!.scaleResolutionDownBy = 0.5;
    await expect(sender.setParameters(again)).rejects.toBeInstanceOf(RangeError);
    expect(page.engine.commandsOf("senderEncodings")).toHaveLength(1);
  });

  test("replaceTrack waits its turn and minds the kind", async () => {
    const pc = new RTCPeerConnection();
    const { sender } = pc.addTransceiver("video");
    await expect(sender.replaceTrack(localTrack("audio"))).rejects.toBeInstanceOf(TypeError);
    const track = localTrack("video");
    await sender.replaceTrack(track);
    expect(sender.track).toBe(track);
    expect(page.engine.commandsOf("senderTrack").at(-1)?.track).not.toBeNull();
    expect(() => pc.addTrack(track)).toThrow(expect.objectContaining({ name: "InvalidAccessError" }));
  });

  test("layers are checked before anything is made", () => {
    const pc = new RTCPeerConnection();
    const encodings = (...sendEncodings: RTCRtpEncodingParameters[]) => () => pc.addTransceiver("video", { sendEncodings });
    expect(encodings({ rid: "a" }, { rid: "a" })).toThrow(TypeError);
    expect(encodings({ rid: "a" }, {})).toThrow(TypeError);
    expect(encodings({ rid: "a-b" })).toThrow(TypeError);
    expect(encodings({ scaleResolutionDownBy: 0.5 })).toThrow(RangeError);
    expect(encodings({ scalabilityMode: "L9" } as RTCRtpEncodingParameters)).toThrow(
      expect.objectContaining({ name: "OperationError" }),
    );
    const limit = (maxWidth: number): RTCRtpEncodingParameters =>
      ({ scaleResolutionDownTo: { maxWidth, maxHeight: 360 } }) as RTCRtpEncodingParameters;
    const failed = expect.objectContaining({ name: "OperationError" });
    expect(encodings(limit(0))).toThrow(failed);
    expect(encodings({ rid: "a", ...limit(640) }, { rid: "b" })).toThrow(failed);
    expect(() => pc.addTransceiver("text")).toThrow(TypeError);
    expect(pc.getTransceivers()).toEqual([]);
    encodings({ rid: "a", ...limit(640) }, { rid: "b", active: false })();
    expect(pc.getTransceivers()).toHaveLength(1);
  });

  test("tones are sent one at a time, and told of", async () => {
    const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
    const { dtmf } = a.addTrack(localTrack("audio"));
    expect(() => dtmf!.insertDTMF("1")).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
    await negotiate(a, b);
    const state = { ice: "connected", dtls: "connected", connection: "connected", sctp: null, maxChannels: null } as const;
    const [first] = page.engine.commandsOf("pcNew");
    page.engine.tell({ event: "transport", pc: first!.pc, ...state, role: null, pair: null, certificates: [] });
    await next(a, "connectionstatechange");
    expect(() => dtmf!.insertDTMF("1z")).toThrow(expect.objectContaining({ name: "InvalidCharacterError" }));
    const tones: string[] = [];
    const done = new Promise<void>((resolve) => {
      dtmf!.ontonechange = ({ tone }) => {
        tones.push(`${tone}|${dtmf!.toneBuffer}`);
        if (tone === "") {
          resolve();
        }
      };
    });
    dtmf!.insertDTMF("1a", 1, 1);
    expect(dtmf!.toneBuffer).toBe("1A");
    await done;
    expect(tones).toEqual(["1|A", "A|", "|"]);
    expect(page.engine.commandsOf("senderTone").map(({ tone, duration }) => [tone, duration])).toEqual([
      ["1", 40],
      ["A", 40],
    ]);
  });

  test("codec preferences are taken from what can be sent or received", async () => {
    const transceiver = new RTCPeerConnection().addTransceiver("video");
    const { codecs } = RTCRtpSender.getCapabilities("video")!;
    transceiver.setCodecPreferences(codecs);
    const [vp8, rtx] = codecs;
    const refused = expect.objectContaining({ name: "InvalidModificationError" });
    expect(() => transceiver.setCodecPreferences([rtx!])).toThrow(refused);
    expect(() => transceiver.setCodecPreferences([{ ...vp8!, clockRate: 1 }])).toThrow(refused);
    await settle();
    expect(page.engine.commandsOf("transceiverCodecs")).toHaveLength(1);
    expect(RTCRtpReceiver.getCapabilities("text")).toBeNull();
  });
});
