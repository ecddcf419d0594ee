/** createOffer, createAnswer, setLocalDescription, setRemoteDescription: what the operations chain runs. */
import type {
  RTCLocalSessionDescriptionInit,
  RTCOfferOptions,
  RTCSdpType,
  RTCSessionDescriptionInit,
} from "../idl/generated/types";
import type { Command, Snapshot } from "../wire/contract";
import { applySnapshot } from "./apply";
import type { ConnectionState } from "./connection-state";
import { fits } from "./descriptions";
import { defaultEncodings } from "./encodings";
import { fromWire, invalidAccess, invalidModification, invalidState, operationError } from "./errors";
import { realm } from "./realm";
import { isEditOf, sectionsOf } from "./sdp";
import { receives, TransceiverImpl } from "./transceiver";

/** How often something is asked again because the page changed the connection meanwhile. */
const MOST_REPEATS = 3;

const strange = (): DOMException => operationError("the engine answered something else");

function make(connection: ConnectionState, op: "pcCreateOffer" | "pcCreateAnswer", repeats = 0): Promise<string> {
  return new Promise((resolve, reject) => {
    realm().client.askLast({ op, pc: connection.handle }, (reply) => {
      if (connection.closed) {
        return;
      }
      if (!reply.ok) {
        reject(fromWire(reply.error));
      } else if (connection.changedSince(reply.applied) && repeats < MOST_REPEATS) {
        resolve(make(connection, op, repeats + 1));
      } else if (typeof reply.answer === "object" && "sdp" in reply.answer) {
        resolve(reply.answer.sdp);
      } else {
        reject(strange());
      }
    });
  });
}

/** The legacy options: what they do to transceivers (webrtc-pc § 4.4.3.2). */
function offerToReceive(connection: ConnectionState, kind: "audio" | "video", wanted: boolean | undefined): void {
  if (wanted === undefined) {
    return;
  }
  const live = connection.transceivers.filter(
    (transceiver) => transceiver.kind === kind && !transceiver.stopping && !transceiver.stopped,
  );
  if (!wanted) {
    for (const transceiver of live) {
      if (receives(transceiver.directionSlot)) {
        transceiver.direct(transceiver.directionSlot === "sendrecv" ? "sendonly" : "inactive");
      }
    }
  } else if (!live.some(({ directionSlot }) => receives(directionSlot))) {
    const parts = { kind, direction: "recvonly", encodings: defaultEncodings(kind) } as const;
    connection.transceivers.push(new TransceiverImpl(connection, parts));
  }
}

/** createOffer. */
export async function createOffer(
  connection: ConnectionState,
  options: RTCOfferOptions,
): Promise<RTCSessionDescriptionInit> {
  if (connection.signalingState !== "stable" && connection.signalingState !== "have-local-offer") {
    throw invalidState(`no offer can be made in ${connection.signalingState}`);
  }
  if (options.iceRestart) {
    realm().client.send({ op: "pcRestartIce", pc: connection.handle });
  }
  const sdp = await make(connection, "pcCreateOffer");
  connection.descriptions.lastOffer = sdp;
  return { type: "offer", sdp };
}

/** What the legacy options ask for, before the offer itself is made. */
export function applyLegacyOptions(connection: ConnectionState, options: RTCOfferOptions): void {
  offerToReceive(connection, "audio", options.offerToReceiveAudio);
  offerToReceive(connection, "video", options.offerToReceiveVideo);
}

/** createAnswer. */
export async function createAnswer(connection: ConnectionState): Promise<RTCSessionDescriptionInit> {
  if (connection.signalingState !== "have-remote-offer" && connection.signalingState !== "have-local-pranswer") {
    throw invalidState(`no answer can be made in ${connection.signalingState}`);
  }
  const sdp = await make(connection, "pcCreateAnswer");
  connection.descriptions.lastAnswer = sdp;
  return { type: "answer", sdp };
}

/** setLocalDescription, with or without a description. */
export async function setLocal(
  connection: ConnectionState,
  { type: given, sdp }: RTCLocalSessionDescriptionInit,
): Promise<void> {
  const offering = ["stable", "have-local-offer", "have-remote-pranswer"].includes(connection.signalingState);
  const type: RTCSdpType = given ?? (offering ? "offer" : "answer");
  requireFit(connection, type, false);
  const { lastOffer, lastAnswer } = connection.descriptions;
  if (type !== "rollback" && sdp !== "" && !isEditOf(sdp, type === "offer" ? lastOffer : lastAnswer)) {
    throw invalidModification(`the ${type} is not the one made last`);
  }
  await describe(connection, { type, sdp }, false);
}

/** setRemoteDescription. An offer that meets one of ours takes ours back first. */
export async function setRemote(connection: ConnectionState, description: RTCSessionDescriptionInit): Promise<void> {
  if (description.type === "offer" && connection.signalingState === "have-local-offer") {
    await describe(connection, { type: "rollback", sdp: "" }, false);
  }
  requireRtcpMux(description);
  await describe(connection, description, true);
}

function requireRtcpMux({ type, sdp }: RTCSessionDescriptionInit): void {
  const media = sectionsOf(type === "rollback" ? "" : sdp).filter(({ kind }) => kind === "audio" || kind === "video");
  if (media.some(({ rejected, rtcpMux }) => !rejected && !rtcpMux)) {
    throw invalidAccess("an m-line does not share its port with RTCP");
  }
}

function requireFit(connection: ConnectionState, type: RTCSdpType, remote: boolean): void {
  if (!fits(type, remote, connection.signalingState)) {
    throw invalidState(`the ${type} does not fit ${connection.signalingState}`);
  }
}

async function describe(connection: ConnectionState, description: RTCSessionDescriptionInit, remote: boolean): Promise<void> {
  const { type, sdp } = description;
  requireFit(connection, type, remote);
  connection.described ||= !remote;
  await new Promise<void>((resolve, reject) => {
    const command = {
      op: remote ? "pcSetRemote" : "pcSetLocal",
      pc: connection.handle,
      description: { type, sdp: type === "rollback" ? "" : sdp },
    } as const;
    ask(connection, command, (snapshot, applied) => {
      applySnapshot(connection, { description, remote, snapshot, applied });
      resolve();
    }, reject);
  });
}

type SetCommand = Extract<Command, { op: "pcSetLocal" | "pcSetRemote" }>;

/**
 * A remote offer must see tracks that were added while it was applied. The engine cannot know of them, so it takes the
 * offer back and applies it again; the page sees nothing of that. This works from `stable` alone: elsewhere the later
 * transceivers stay beside those of the offer.
 */
function ask(
  connection: ConnectionState,
  command: SetCommand,
  onSnapshot: (snapshot: Snapshot, applied: number) => void,
  onError: (error: Error) => void,
  repeats = 0,
): void {
  const { client } = realm();
  const repeatable = command.op === "pcSetRemote" && command.description.type === "offer";
  const state = connection.signalingState;
  client.askLast(command, (reply) => {
    if (connection.closed) {
      return;
    }
    if (!reply.ok) {
      onError(fromWire(reply.error));
    } else if (typeof reply.answer !== "object" || !("snapshot" in reply.answer)) {
      onError(strange());
    } else if (
      repeatable &&
      state === "stable" &&
      repeats < MOST_REPEATS &&
      connection.addedTrackSince(reply.applied)
    ) {
      client.send({ op: "pcSetRemote", pc: command.pc, description: { type: "rollback", sdp: "" } });
      ask(connection, command, onSnapshot, onError, repeats + 1);
    } else {
      onSnapshot(reply.answer.snapshot, reply.applied);
    }
  });
}
