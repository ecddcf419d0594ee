import { beforeEach, expect, test } from "vitest";
import { openPage, settle, type Page } from "../testing/page";
import { parseCandidate } from "./candidate-line";

let page: Page;

beforeEach(() => {
  page = openPage();
});

const LINE = "candidate:435653019 2 tcp 1845501695 192.168.0.196 4444 typ srflx raddr www.example.com rport 22222 tcptype active";

test("a candidate says what its line says", () => {
  const candidate = new RTCIceCandidate({ candidate: LINE, sdpMid: "video", usernameFragment: "u" });
  expect(candidate).toMatchObject({
    foundation: "435653019", component: "rtcp", protocol: "tcp", priority: 1845501695, address: "192.168.0.196", port: 4444,
    type: "srflx", relatedAddress: "www.example.com", relatedPort: 22222, tcpType: "active", sdpMLineIndex: null,
  });
  expect(candidate.toJSON()).toEqual({ candidate: LINE, sdpMid: "video", sdpMLineIndex: null, usernameFragment: "u" });
  expect(new RTCIceCandidate({ candidate: "anything", sdpMLineIndex: 0 })).toMatchObject({ candidate: "anything", type: null });
  expect(() => new RTCIceCandidate({ candidate: LINE })).toThrow(TypeError);
});

test.each([
  "", "candidate:", "candidate:1 1 udp 1 a 1 host", "candidate:1 3 udp 1 a 1 typ host", "candidate:1 1 sctp 1 a 1 typ host",
  "candidate:1 1 udp 4294967296 a 1 typ host", "candidate:1 1 udp 1 a 65536 typ host", "candidate:1 1 udp 1 a 1 typ x",
  "candidate:ü 1 udp 1 a 1 typ host",
])("%j is no candidate line", (line) => {
  expect(parseCandidate(line)).toBeNull();
});

const CANDIDATE = "candidate:1 1 UDP 1 192.0.2.1 9 typ host";

test("candidates are checked against the remote description", async () => {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  await expect(b.addIceCandidate({ candidate: CANDIDATE })).rejects.toThrow(TypeError);
  await expect(b.addIceCandidate()).rejects.toMatchObject({ name: "InvalidStateError" });
  a.addTransceiver("audio");
  await b.setRemoteDescription(await a.createOffer());
  const refused = { name: "OperationError" };
  await expect(b.addIceCandidate({ candidate: CANDIDATE, sdpMid: "x" })).rejects.toMatchObject(refused);
  await expect(b.addIceCandidate({ candidate: CANDIDATE, sdpMLineIndex: 1 })).rejects.toMatchObject(refused);
  await expect(b.addIceCandidate({ candidate: "nonsense", sdpMid: "0" })).rejects.toMatchObject(refused);
  const stale = { candidate: CANDIDATE, sdpMid: "0", usernameFragment: "old" };
  await expect(b.addIceCandidate(stale)).rejects.toMatchObject(refused);
  await b.addIceCandidate({ candidate: CANDIDATE, sdpMid: "0" });
  await b.addIceCandidate(null);
  await b.addIceCandidate({ candidate: "", sdpMid: "0" });
  await settle();
  expect(page.engine.commandsOf("pcAddCandidate").map(({ candidate }) => candidate.candidate)).toEqual([CANDIDATE, "", ""]);
});
