/** What the engine tells of a connection, as events of the connection and its transports. */
import type {
  RTCDtlsTransportState,
  RTCIceConnectionState,
  RTCIceGatheringState,
  RTCIceRole,
  RTCPeerConnectionState,
  RTCSctpTransportState,
} from "../idl/generated/types";
import { fire } from "../idl/runtime";
import type { Happening, HappeningOf as Of } from "../wire/wire";
import { queueTask } from "../wire/tasks";
import { CandidateImpl, CandidatePairImpl } from "./candidate";
import { ChannelImpl } from "./channel";
import type { ConnectionState } from "./connection-state";
import { errorWith } from "./errors";
import { sectionsOf } from "./sdp";

/** Handles one event of a connection that is not closed, within its task. */
export function handleEvent(connection: ConnectionState, event: Happening): void {
  if (connection.closed) {
    return;
  }
  switch (event.event) {
    case "candidate":
      candidate(connection, event);
      break;
    case "candidateError":
      fire(connection, "icecandidateerror", "RTCPeerConnectionIceErrorEvent", {
        address: event.address,
        port: event.port,
        url: event.url,
        errorCode: event.code,
        errorText: event.text,
      });
      break;
    case "gathering":
      gathering(connection, event);
      break;
    case "transport":
      transport(connection, event);
      break;
    case "channelNew":
      announceChannel(connection, event);
      break;
    default:
  }
}

function fireCandidate(connection: ConnectionState, found: CandidateImpl | null, url: string | null): void {
  fire(connection, "icecandidate", "RTCPeerConnectionIceEvent", { candidate: found, url });
}

function candidate(connection: ConnectionState, event: Of<"candidate">): void {
  connection.descriptions.refresh(event.descriptions);
  if (!event.candidate) {
    // The end of all is told when gathering is complete, in the same task as that.
    return;
  }
  const found = CandidateImpl.fromWire(event.candidate, event.url);
  if (found.candidate === "") {
    connection.endOfCandidatesTold = true;
  } else {
    connection.transport?.iceTransport.localCandidates.push(found);
  }
  fireCandidate(connection, found, event.url);
}

function gathering(connection: ConnectionState, event: Of<"gathering">): void {
  connection.descriptions.refresh(event.descriptions);
  const state = event.state as RTCIceGatheringState;
  if (state !== "complete") {
    connection.endOfCandidatesTold = false;
    changeGathering(connection, state);
    return;
  }
  if (connection.endOfCandidatesTold) {
    changeGathering(connection, state);
    return;
  }
  connection.endOfCandidatesTold = true;
  queueTask(() => {
    if (!connection.closed) {
      changeGathering(connection, state);
    }
  });
  const [section] = sectionsOf(connection.descriptions.local?.sdp ?? "").filter(({ rejected }) => !rejected);
  if (section) {
    const { mid, ufrag } = section;
    const end = { candidate: "", sdpMid: mid, sdpMLineIndex: 0, usernameFragment: ufrag };
    fireCandidate(connection, CandidateImpl.fromWire(end), null);
  }
}

function changeGathering(connection: ConnectionState, state: RTCIceGatheringState): void {
  const ice = connection.transport?.iceTransport;
  const transportChanged = ice !== undefined && ice.gatheringState !== state;
  const changed = connection.iceGatheringState !== state;
  connection.setIceGatheringState(state);
  if (ice && transportChanged) {
    ice.gatheringState = state;
    fire(ice, "gatheringstatechange");
  }
  if (changed && !connection.closed) {
    fire(connection, "icegatheringstatechange");
  }
  if (changed && state === "complete" && !connection.closed) {
    fireCandidate(connection, null, null);
  }
}

function transport(connection: ConnectionState, event: Of<"transport">): void {
  const ice = event.ice as RTCIceConnectionState;
  const dtls = event.dtls as RTCDtlsTransportState;
  const state = event.connection as RTCPeerConnectionState;
  const { iceTransport } = connection.useTransport();
  if (event.role !== null) {
    iceTransport.role = event.role as RTCIceRole;
  }
  const pairChanged = changePair(connection, event);
  const iceChanged = iceTransport.state !== ice;
  const dtlsChanged = connection.useTransport().state !== dtls;
  iceTransport.state = ice;
  const connectionIceChanged = connection.iceConnectionState !== ice;
  connection.setIceConnectionState(ice);
  const together = !dtlsChanged && connection.changeConnectionState(state);
  const fireUnlessClosed = (target: object, type: string): unknown => !connection.closed && fire(target, type);
  if (pairChanged) {
    fireUnlessClosed(iceTransport, "selectedcandidatepairchange");
  }
  if (iceChanged) {
    fireUnlessClosed(iceTransport, "statechange");
  }
  if (connectionIceChanged) {
    fireUnlessClosed(connection, "iceconnectionstatechange");
  }
  if (together) {
    fireUnlessClosed(connection, "connectionstatechange");
  }
  if (dtlsChanged) {
    queueTask(() => changeDtls(connection, dtls, state, event.certificates));
  }
  if (event.sctp !== null) {
    const sctp = event.sctp as RTCSctpTransportState;
    queueTask(() => !connection.closed && connection.data.sctp?.change(sctp, event.maxChannels));
  }
}

function changePair(connection: ConnectionState, { pair }: Of<"transport">): boolean {
  const { iceTransport } = connection.useTransport();
  const known = iceTransport.pair;
  if (!pair || (known && known.local.candidate === pair[0].candidate && known.remote.candidate === pair[1].candidate)) {
    return false;
  }
  const [local, remote] = pair;
  const find = (list: readonly CandidateImpl[], init: typeof local): CandidateImpl =>
    list.find((each) => each.candidate === init.candidate) ?? CandidateImpl.fromWire(init);
  iceTransport.pair = new CandidatePairImpl(
    find(iceTransport.localCandidates, local),
    find(iceTransport.addedCandidates, remote),
  );
  return true;
}

function changeDtls(
  connection: ConnectionState,
  dtls: RTCDtlsTransportState,
  state: RTCPeerConnectionState,
  certificates: readonly string[],
): void {
  if (connection.closed) {
    return;
  }
  const dtlsTransport = connection.useTransport();
  const failed = dtls === "failed" && dtlsTransport.state !== "failed";
  dtlsTransport.setRemoteCertificates(certificates);
  if (failed) {
    dtlsTransport.state = dtls;
    const error = errorWith("dtls-failure", "the DTLS handshake failed");
    fire(dtlsTransport, "error", "RTCErrorEvent", { error });
    fire(dtlsTransport, "statechange");
  } else {
    dtlsTransport.change(dtls);
  }
  if (!connection.closed && connection.changeConnectionState(state)) {
    fire(connection, "connectionstatechange");
  }
}

function announceChannel(connection: ConnectionState, event: Of<"channelNew">): void {
  const channel = new ChannelImpl(connection, event.channel, event.init);
  connection.data.channels.add(channel);
  channel.announce();
  fire(connection, "datachannel", "RTCDataChannelEvent", { channel });
}
