/** RTCConfiguration: validation and what may change later (webrtc-pc § 4.4.1.6). */
import type { Configuration } from "../wire/contract";
import type { RTCConfiguration, RTCIceServer } from "../idl/generated/types";
import type { CertificateImpl } from "./certificate";
import { domError, invalidAccess, invalidModification, syntaxError } from "./errors";

/** RFC 8489, 14.3, and RFC 8265, 4.1: bytes of UTF-8. */
const LONGEST_USERNAME = 509;

const utf8 = new TextEncoder();

function validateUrl(text: string, server: RTCIceServer): void {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw syntaxError(`"${text}" is not a URL`);
  }
  const scheme = url.protocol.slice(0, -1);
  if (!["stun", "stuns", "turn", "turns"].includes(scheme)) {
    throw syntaxError(`"${text}" is not a STUN or TURN server`);
  }
  const rest = url.href.slice(url.protocol.length);
  const path = rest.split(/[?#]/, 1)[0] ?? "";
  if (path === "" || /[/@]/.test(path) || url.href.includes("#")) {
    throw syntaxError(`"${text}" names no host and port`);
  }
  const query = rest.includes("?") ? rest.slice(rest.indexOf("?") + 1) : null;
  const turn = scheme.startsWith("turn");
  if (query !== null && (!turn || (query !== "transport=udp" && query !== "transport=tcp"))) {
    throw syntaxError(`"${text}" has a query that ${scheme} does not know`);
  }
  validateHost(path, text);
  if (scheme === "stuns") {
    throw domError("NotSupportedError", "STUN over TLS is not supported");
  }
  if (turn) {
    validateCredentials(server, text);
  }
}

function validateHost(path: string, text: string): void {
  let host: URL;
  try {
    host = new URL(`https://${path}`);
  } catch {
    throw syntaxError(`"${text}" names no host and port`);
  }
  if (host.username !== "" || host.password !== "" || host.pathname !== "/" || path.endsWith("/")) {
    throw syntaxError(`"${text}" has more than a host and a port`);
  }
}

function validateCredentials({ username, credential }: RTCIceServer, text: string): void {
  if (username === undefined || credential === undefined) {
    throw invalidAccess(`"${text}" needs a username and a credential`);
  }
  if (utf8.encode(username).length > LONGEST_USERNAME) {
    throw invalidAccess(`the username for "${text}" is too long`);
  }
}

/** Throws what the constructor and `setConfiguration` throw for these servers. Gives them with lists of URLs. */
export function validateServers(servers: readonly RTCIceServer[]): RTCIceServer[] {
  return servers.map((server) => {
    const urls = typeof server.urls === "string" ? [server.urls] : [...server.urls];
    if (urls.length === 0) {
      throw syntaxError("an ICE server has no URL");
    }
    urls.forEach((url) => validateUrl(url, server));
    return { ...server, urls };
  });
}

/** Throws what changes that are not possible throw. */
export function validateChange(before: RTCConfiguration, after: RTCConfiguration, described: boolean): void {
  const sameCertificates =
    before.certificates.length === after.certificates.length &&
    before.certificates.every((certificate, index) => certificate === after.certificates[index]);
  if (!sameCertificates) {
    throw invalidModification("certificates cannot change");
  }
  if (before.bundlePolicy !== after.bundlePolicy) {
    throw invalidModification("bundlePolicy cannot change");
  }
  if (before.rtcpMuxPolicy !== after.rtcpMuxPolicy) {
    throw invalidModification("rtcpMuxPolicy cannot change");
  }
  if (described && before.iceCandidatePoolSize !== after.iceCandidatePoolSize) {
    throw invalidModification("iceCandidatePoolSize cannot change after setLocalDescription");
  }
}

/** What goes to the engine. */
export function toWire(configuration: RTCConfiguration): Configuration {
  return {
    iceServers: configuration.iceServers.map(({ urls, username, credential }) => ({
      urls: typeof urls === "string" ? [urls] : urls,
      username: username ?? "",
      credential: credential ?? "",
    })),
    relayOnly: configuration.iceTransportPolicy === "relay",
    iceCandidatePoolSize: configuration.iceCandidatePoolSize,
    certificates: configuration.certificates.map((certificate) => (certificate as CertificateImpl).handle),
  };
}
