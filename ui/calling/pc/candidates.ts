/** addIceCandidate (webrtc-pc § 4.4.2). */
import type { RTCIceCandidateInit } from "../idl/generated/types";
import { CandidateImpl } from "./candidate";
import { parseCandidate } from "./candidate-line";
import type { ConnectionState } from "./connection-state";
import { fromWire, invalidState, operationError } from "./errors";
import { realm } from "./realm";
import { sectionsOf } from "./sdp";

/** Whether the candidate belongs to an m-line whose transceiver has stopped; throws where it belongs nowhere. */
function isForNobody(connection: ConnectionState, remoteSdp: string, candidate: RTCIceCandidateInit): boolean {
  const sections = sectionsOf(remoteSdp);
  const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
  const section =
    sdpMid !== null ? sections.find(({ mid }) => mid === sdpMid) : sdpMLineIndex !== null ? sections[sdpMLineIndex] : null;
  if (section === undefined) {
    throw operationError("the candidate belongs to no m-line of the remote description");
  }
  if (section && connection.transceivers.some(({ mid, stopped }) => stopped && mid === section.mid)) {
    return true;
  }
  const concerned = section ? [section] : sections;
  const applied = new Set(
    [connection.descriptions.currentRemote, connection.descriptions.pendingRemote].flatMap((description) =>
      sectionsOf(description?.sdp ?? "")
        .filter(({ mid }) => concerned.some((each) => each.mid === mid))
        .map(({ ufrag }) => ufrag),
    ),
  );
  if (usernameFragment !== null && !applied.has(usernameFragment)) {
    throw operationError("the candidate belongs to no ICE generation of the remote description");
  }
  return false;
}

/** Adds a candidate of the far side, or says that there are no more. */
export function addIceCandidate(connection: ConnectionState, candidate: RTCIceCandidateInit): Promise<void> {
  const { remote } = connection.descriptions;
  if (!remote) {
    throw invalidState("there is no remote description");
  }
  if (isForNobody(connection, remote.sdp, candidate)) {
    return Promise.resolve();
  }
  if (candidate.candidate !== "" && !parseCandidate(candidate.candidate)) {
    throw operationError("the candidate is not a candidate line");
  }
  const { sdpMid, sdpMLineIndex, usernameFragment } = candidate;
  const wire = { candidate: candidate.candidate, sdpMid, sdpMLineIndex, usernameFragment };
  return new Promise((resolve, reject) => {
    realm().client.ask({ op: "pcAddCandidate", pc: connection.handle, candidate: wire }, (reply) => {
      if (connection.closed) {
        return;
      }
      if (!reply.ok) {
        reject(fromWire(reply.error));
        return;
      }
      if (typeof reply.answer === "object" && "snapshot" in reply.answer) {
        connection.descriptions.refresh(reply.answer.snapshot.descriptions);
      }
      if (candidate.candidate !== "") {
        connection.transport?.iceTransport.addedCandidates.push(new CandidateImpl(null, candidate));
      }
      resolve();
    });
  });
}
