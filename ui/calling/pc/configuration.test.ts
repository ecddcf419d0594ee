import { beforeEach, expect, test } from "vitest";
import { openPage, settle, type Page } from "../testing/page";

let page: Page;

beforeEach(() => {
  page = openPage();
});

const make = (configuration?: RTCConfiguration): RTCPeerConnection => new RTCPeerConnection(configuration);
const server = (urls: string | string[], rest: object = {}) => () => make({ iceServers: [{ urls, ...rest }] });
const named = (name: string): unknown => expect.objectContaining({ name });

test.each([
  "", "relative", "http://example.com", "stun:", "stun://example.org", "turn://example.org/foo?x=y", "stun:a.example?x=1",
  "turn:a.example?transport=sctp", "stun:user@a.example", "stun:a.example#x", "stun:a.example:99999", "stun:a.example/",
])("%j is no server", (url) => {
  expect(server(url, { username: "u", credential: "c" })).toThrow(named("SyntaxError"));
});

test.each([
  "stun:a.example", "stun:192.0.2.1:3478", "stun:[2001:db8::1]:3478", "turn:a.example?transport=udp", "turns:a.example:443?transport=tcp",
])("%j is a server", (url) => {
  const pc = make({ iceServers: [{ urls: url, username: "", credential: "" }] });
  expect(pc.getConfiguration().iceServers?.[0]?.urls).toEqual([url]);
});

test("TURN needs credentials, of a bearable length", () => {
  expect(server("turn:a.example", { username: "u" })).toThrow(named("InvalidAccessError"));
  expect(server("turn:a.example", { credential: "c" })).toThrow(named("InvalidAccessError"));
  expect(server("turn:a.example", { username: "u".repeat(510), credential: "c" })).toThrow(named("InvalidAccessError"));
  expect(server([])).toThrow(named("SyntaxError"));
});

test("what may change later changes, in the engine too", async () => {
  const pc = make({ bundlePolicy: "max-bundle" });
  expect(() => pc.setConfiguration({})).toThrow(named("InvalidModificationError"));
  pc.setConfiguration({ bundlePolicy: "max-bundle", iceTransportPolicy: "relay", iceCandidatePoolSize: 1 });
  await pc.setLocalDescription();
  expect(() => pc.setConfiguration({ bundlePolicy: "max-bundle" })).toThrow(named("InvalidModificationError"));
  await settle();
  expect(page.engine.commandsOf("pcConfigure").map(({ configuration }) => configuration.relayOnly)).toEqual([true]);
  pc.close();
  expect(() => pc.setConfiguration({})).toThrow(named("InvalidStateError"));
});

test("certificates stay the same, and must not have expired", async () => {
  const algorithm = { name: "ECDSA", namedCurve: "P-256" };
  const certificate = await RTCPeerConnection.generateCertificate(algorithm);
  const pc = make({ certificates: [certificate] });
  expect(pc.getConfiguration().certificates).toEqual([certificate]);
  expect(() => pc.setConfiguration({})).toThrow(named("InvalidModificationError"));
  pc.setConfiguration({ certificates: [certificate] });
  await settle();
  expect(page.engine.commandsOf("pcNew")[0]?.configuration.certificates).toHaveLength(1);
  const expired = await RTCPeerConnection.generateCertificate({ ...algorithm, expires: 0 } as AlgorithmIdentifier);
  expect(() => make({ certificates: [expired] })).toThrow(named("InvalidAccessError"));
  await expect(RTCPeerConnection.generateCertificate("nonsense")).rejects.toMatchObject({ name: "NotSupportedError" });
  await expect(RTCPeerConnection.generateCertificate({ ...algorithm, expires: -1 } as AlgorithmIdentifier)).rejects.toThrow(
    TypeError,
  );
});
