/** What setting a description changes once the engine has applied it (webrtc-pc § 4.4.1.5): one task, in this order. */
import type { RTCSessionDescriptionInit } from "../idl/generated/types";
import { fire } from "../idl/runtime";
import type { Snapshot, TransceiverState } from "../wire/contract";
import { codecsMatch, parametersFromWire } from "./codecs";
import type { ConnectionState } from "./connection-state";
import { defaultEncodings, proposedEncodings } from "./encodings";
import { RemoteTrackChanges } from "./remote-tracks";
import { sectionsOf } from "./sdp";
import { receives, TransceiverImpl } from "./transceiver";

/** A description that the engine has applied. */
export interface Applied {
  readonly description: RTCSessionDescriptionInit;
  readonly remote: boolean;
  readonly snapshot: Snapshot;
  /** Number of the last command that the engine had seen. */
  readonly applied: number;
}

/** Sets all slots and fires all events. The promise is the caller's to resolve, right afterwards. */
export function applySnapshot(connection: ConnectionState, change: Applied): void {
  const { description, remote, snapshot } = change;
  const { type } = description;
  const before = connection.signalingState;
  if (type === "offer" && before === "stable") {
    rememberStable(connection);
  }
  connection.descriptions.apply(type, remote, snapshot.descriptions);
  connection.setSignalingState(snapshot.signalingState);
  connection.canTrickleIceCandidates = snapshot.canTrickle;
  connection.data.describe(change, before);
  const tracks = new RemoteTrackChanges((id) => connection.remoteStream(id));
  const gone = updateTransceivers(connection, change, tracks, before === "have-remote-offer");
  removeTransceivers(connection, type === "answer" ? connection.transceivers.filter(({ stopped }) => stopped) : gone);
  if (connection.signalingState === "stable") {
    connection.transceivers.forEach(dropCodecs);
    connection.clearNegotiationNeeded();
    connection.updateNegotiationNeeded();
  }
  announce(connection, tracks, before !== connection.signalingState);
}

function announce(connection: ConnectionState, tracks: RemoteTrackChanges, signalingChanged: boolean): void {
  const goOn = (): boolean => !connection.closed;
  if (signalingChanged) {
    fire(connection, "signalingstatechange");
  }
  tracks.perform(goOn);
  for (const { transceiver, streams } of tracks.news) {
    if (goOn()) {
      const { receiver } = transceiver;
      fire(connection, "track", "RTCTrackEvent", { receiver, track: receiver.track, streams, transceiver });
    }
  }
}

function rememberStable(connection: ConnectionState): void {
  connection.data.rememberStable();
  for (const { sender, receiver } of connection.transceivers) {
    sender.lastStableTransport = sender.transport;
    const [only] = sender.sendEncodings;
    sender.lastStableRidlessEncodings =
      sender.sendEncodings.length === 1 && only?.rid === undefined ? sender.sendEncodings : null;
    receiver.lastStableTransport = receiver.transport;
    receiver.lastStableStreams = receiver.streams;
    receiver.lastStableCodecs = receiver.receiveCodecs;
  }
}

function removeTransceivers(connection: ConnectionState, removed: readonly TransceiverImpl[]): void {
  connection.transceivers = connection.transceivers.filter((transceiver) => !removed.includes(transceiver));
  for (const transceiver of removed) {
    transceiver.mid = null;
  }
}

/** Brings the transceivers to what the engine says; gives those that a rollback removes. */
function updateTransceivers(
  connection: ConnectionState,
  change: Applied,
  tracks: RemoteTrackChanges,
  wasOffered: boolean,
): TransceiverImpl[] {
  const { snapshot, description, remote, applied } = change;
  const states = new Map(snapshot.transceivers.map((state) => [state.transceiver, state]));
  const known = new Set(connection.transceivers.map(({ handle }) => handle));
  const fresh = snapshot.transceivers.filter(({ transceiver }) => !known.has(transceiver));
  connection.transceivers.push(...fresh.map((state) => adopt(connection, state)));
  const gone: TransceiverImpl[] = [];
  for (const transceiver of connection.transceivers) {
    const state = states.get(transceiver.handle);
    if (state) {
      updateTransceiver(connection, transceiver, state, change, tracks, wasOffered);
    } else if (!transceiver.made || (transceiver.made.seq !== 0 && transceiver.made.seq <= applied)) {
      // The engine forgets a transceiver whose m-line an offer rejects; the page keeps it until the answer.
      if (description.type === "rollback") {
        gone.push(transceiver);
        if (wasOffered || remote) {
          tracks.process(transceiver, "inactive", []);
        }
      }
      if (!transceiver.stopped) {
        transceiver.stopForGood();
      }
    }
  }
  return gone;
}

function adopt(connection: ConnectionState, state: TransceiverState): TransceiverImpl {
  return new TransceiverImpl(connection, {
    kind: state.kind,
    direction: state.direction,
    encodings: defaultEncodings(state.kind),
    engine: {
      handle: state.transceiver,
      track: state.receiverTrack,
      trackId: state.receiving?.trackId ?? undefined,
    },
  });
}

function updateTransceiver(
  connection: ConnectionState,
  transceiver: TransceiverImpl,
  state: TransceiverState,
  change: Applied,
  tracks: RemoteTrackChanges,
  wasOffered: boolean,
): void {
  transceiver.negotiated = state.negotiated;
  transceiver.mid = state.mid;
  if (transceiver.stopped) {
    return;
  }
  if (change.description.type === "rollback") {
    rollBack(transceiver, wasOffered, tracks);
  } else if (change.remote) {
    applyRemote(connection, transceiver, state, change, tracks);
  } else {
    applyLocal(connection, transceiver, state, change, tracks);
  }
  if (state.stopped && !transceiver.stopped) {
    transceiver.stopForGood();
  }
}

function setTransport({ sender, receiver }: TransceiverImpl, connection: ConnectionState): void {
  sender.transport = connection.useTransport();
  receiver.transport = sender.transport;
}

const isAnswer = ({ description: { type } }: Applied): boolean => type === "answer" || type === "pranswer";

function applyLocal(
  connection: ConnectionState,
  transceiver: TransceiverImpl,
  state: TransceiverState,
  change: Applied,
  tracks: RemoteTrackChanges,
): void {
  if (state.mid === null) {
    return;
  }
  setTransport(transceiver, connection);
  const direction = isAnswer(change) ? state.currentDirection : transceiver.directionSlot;
  transceiver.receptive = receives(direction);
  const { sender, receiver } = transceiver;
  receiver.receiveCodecs = receives(direction) ? state.codecs.map(parametersFromWire) : [];
  receiver.headerExtensions = state.headerExtensions.map((extension) => ({ ...extension, encrypted: false }));
  if (!isAnswer(change)) {
    return;
  }
  sender.negotiated(state.rids, state.codecs);
  sender.headerExtensions = receiver.headerExtensions;
  if (!receives(direction) && receives(transceiver.firedDirection)) {
    tracks.setStreams(transceiver, []);
    tracks.remove(transceiver);
  }
  transceiver.agree(direction);
  transceiver.firedDirection = direction;
}

/** A far side that knows no `a=msid` means one stream for all of its tracks (RFC 9429, 5.10). */
function streamsOf(connection: ConnectionState, { receiving, mid }: TransceiverState): string[] {
  const streamIds = receiving?.streamIds ?? [];
  const section = sectionsOf(connection.remoteDescription?.sdp ?? "").find((each) => each.mid === mid);
  return streamIds.length > 0 || !section || section.namesStreams ? streamIds : [connection.unnamedStreamId];
}

function applyRemote(
  connection: ConnectionState,
  transceiver: TransceiverImpl,
  state: TransceiverState,
  change: Applied,
  tracks: RemoteTrackChanges,
): void {
  if (state.mid === null) {
    return;
  }
  const { sender, receiver } = transceiver;
  if (change.description.type === "offer" && state.rids.length > 0) {
    const [only] = sender.sendEncodings;
    if (sender.sendEncodings.length === 1 && only?.rid === undefined) {
      sender.sendEncodings = proposedEncodings(state.rids);
      sender.lastReturned = null;
    }
  }
  const direction = isAnswer(change) ? state.currentDirection : state.receiving ? "recvonly" : "inactive";
  tracks.process(transceiver, direction, receives(direction) ? streamsOf(connection, state) : []);
  receiver.receiveCodecs = state.codecs.map(parametersFromWire);
  receiver.headerExtensions = state.headerExtensions.map((extension) => ({ ...extension, encrypted: false }));
  if (isAnswer(change)) {
    sender.negotiated(state.rids, state.codecs);
    sender.headerExtensions = receiver.headerExtensions;
    transceiver.agree(direction);
    setTransport(transceiver, connection);
  }
}

function rollBack(transceiver: TransceiverImpl, wasOffered: boolean, tracks: RemoteTrackChanges): void {
  const { sender, receiver } = transceiver;
  sender.transport = sender.lastStableTransport;
  if (sender.lastStableRidlessEncodings && sender.sendEncodings.some(({ rid }) => rid !== undefined)) {
    sender.sendEncodings = sender.lastStableRidlessEncodings;
  }
  receiver.transport = receiver.lastStableTransport;
  receiver.receiveCodecs = receiver.lastStableCodecs;
  if (wasOffered) {
    const streamIds = receiver.lastStableStreams.map(({ id }) => id);
    tracks.process(transceiver, transceiver.currentDirectionSlot ?? "inactive", streamIds);
  }
}

/** Codecs chosen for encodings that were not agreed on are no longer chosen. */
function dropCodecs({ sender }: TransceiverImpl): void {
  const { sendCodecs } = sender;
  if (sendCodecs.length === 0) {
    return;
  }
  sender.sendEncodings = sender.sendEncodings.map((encoding) => {
    const { codec, ...rest } = encoding;
    return codec && !sendCodecs.some((known) => codecsMatch(known, codec, true)) ? rest : encoding;
  });
}
