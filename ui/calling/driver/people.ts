// Others in the call: who they are, and their pictures where they are watched. Changes of one task go together.

import type { CallingParticipant, CallingStream, CallingWatched } from "../wire/contract";
import { carriedHandle } from "../wire/track-handle";
import { count, Guard, text } from "./guard";
import type { Tell } from "./outbox";
import type { Identifier, RemoteParticipant, RemoteVideoStream, Sdk, Updated } from "./sdk";

interface Known {
  readonly participant: RemoteParticipant;
  readonly guard: Guard;
  readonly streams: Map<RemoteVideoStream, Guard>;
}

/** The raw id of an identifier; empty if it is none. */
export function idOf(sdk: Sdk, identifier: Identifier | undefined): string {
  if (!identifier) return "";
  try {
    return text(sdk.rawId(identifier));
  } catch {
    return "";
  }
}

export class People {
  readonly #sdk: Sdk;
  readonly #tell: Tell;
  readonly #known = new Map<string, Known>();
  readonly #changed = new Set<string>();
  readonly #removed = new Set<string>();
  /** What the engine calls the tracks of watched streams, by participant and stream. */
  readonly #tracks = new Map<string, number | null>();
  #watched = new Set<string>();
  #telling = false;

  constructor(sdk: Sdk, tell: Tell) {
    this.#sdk = sdk;
    this.#tell = tell;
  }

  update({ added, removed }: Updated<RemoteParticipant>): void {
    for (const participant of removed ?? []) this.#remove(participant);
    for (const participant of added ?? []) this.#add(participant);
  }

  find(id: string): RemoteParticipant | null {
    return this.#known.get(id)?.participant ?? null;
  }

  /** Takes exactly these streams. */
  async watch(watched: readonly CallingWatched[]): Promise<void> {
    this.#watched = new Set(watched.map((one) => key(one.participant, one.stream)));
    for (const place of [...this.#tracks.keys()]) {
      if (!this.#watched.has(place)) this.#tracks.delete(place);
    }
    await Promise.all(watched.map((one) => this.#take(one.participant, one.stream)));
    for (const one of watched) this.#touch(one.participant);
  }

  release(): void {
    for (const known of this.#known.values()) forget(known);
    this.#known.clear();
    this.#tracks.clear();
  }

  #add(participant: RemoteParticipant): void {
    const id = idOf(this.#sdk, participant.identifier);
    if (id === "") return;
    const before = this.#known.get(id);
    if (before?.participant === participant) return;
    if (before) forget(before);
    const guard = new Guard(this.#tell);
    const known: Known = { participant, guard, streams: new Map() };
    this.#known.set(id, known);
    for (const event of ["stateChanged", "isMutedChanged", "isSpeakingChanged", "displayNameChanged", "roleChanged"]) {
      guard.listen("RemoteParticipant", participant, event, () => this.#touch(id));
    }
    guard.listen<Updated<RemoteVideoStream>>("RemoteParticipant", participant, "videoStreamsUpdated", (update) => {
      for (const stream of update.removed ?? []) this.#dropStream(id, known, stream);
      for (const stream of update.added ?? []) this.#addStream(id, known, stream);
      this.#touch(id);
    });
    for (const stream of participant.videoStreams ?? []) this.#addStream(id, known, stream);
    this.#touch(id);
  }

  #remove(participant: RemoteParticipant): void {
    const id = idOf(this.#sdk, participant.identifier);
    const known = this.#known.get(id);
    // An older object of somebody who has come back.
    if (!known || known.participant !== participant) return;
    forget(known);
    this.#known.delete(id);
    this.#changed.delete(id);
    this.#removed.add(id);
    this.#soon();
  }

  #addStream(id: string, known: Known, stream: RemoteVideoStream): void {
    if (known.streams.has(stream)) return;
    const guard = new Guard(this.#tell);
    known.streams.set(stream, guard);
    for (const event of ["isAvailableChanged", "isReceivingChanged", "sizeChanged"]) {
      guard.listen("RemoteVideoStream", stream, event, () => {
        this.#touch(id);
        void this.#take(id, count(stream.id));
      });
    }
  }

  #dropStream(id: string, known: Known, stream: RemoteVideoStream): void {
    known.streams.get(stream)?.release();
    known.streams.delete(stream);
    this.#tracks.delete(key(id, count(stream.id)));
  }

  /** Asks the SDK for the picture of a watched stream, and notes its track. */
  async #take(id: string, number: number): Promise<void> {
    const place = key(id, number);
    const streams = this.#known.get(id)?.streams.keys() ?? [];
    const stream = [...streams].find((stream) => count(stream.id) === number);
    if (!stream?.isAvailable || !this.#watched.has(place) || this.#tracks.has(place)) return;
    try {
      const track = (await stream.getMediaStream()).getVideoTracks()[0];
      if (!track || !this.#watched.has(place)) return;
      this.#tracks.set(place, carriedHandle(track));
      this.#touch(id);
    } catch (error) {
      this.#tell({ event: "unsupported", feature: "RemoteVideoStream", reason: String(error) });
    }
  }

  #touch(id: string): void {
    if (!this.#known.has(id)) return;
    this.#removed.delete(id);
    this.#changed.add(id);
    this.#soon();
  }

  #soon(): void {
    if (this.#telling) return;
    this.#telling = true;
    queueMicrotask(() => {
      this.#telling = false;
      const changed = [...this.#changed].flatMap((id) => this.#snapshot(id) ?? []);
      const removed = [...this.#removed];
      this.#changed.clear();
      this.#removed.clear();
      if (changed.length + removed.length > 0) this.#tell({ event: "roster", changed, removed });
    });
  }

  #snapshot(id: string): CallingParticipant | null {
    const known = this.#known.get(id);
    if (!known) return null;
    const streams = [...known.streams.keys()].map((stream) => this.#stream(id, stream));
    return { ...person(this.#sdk, id, known.participant), streams };
  }

  #stream(id: string, stream: RemoteVideoStream): CallingStream {
    const number = count(stream.id);
    return {
      id: number,
      kind: text(stream.mediaStreamType),
      available: stream.isAvailable === true,
      receiving: stream.isReceiving === true,
      width: count(stream.size?.width),
      height: count(stream.size?.height),
      track: this.#tracks.get(key(id, number)) ?? null,
    };
  }
}

/** Somebody without their pictures. */
export function person(sdk: Sdk, id: string, participant: RemoteParticipant): CallingParticipant {
  return {
    id,
    kind: kindOf(sdk, participant.identifier),
    name: text(participant.displayName),
    state: text(participant.state),
    role: text(participant.role),
    muted: participant.isMuted === true,
    speaking: participant.isSpeaking === true,
    streams: [],
  };
}

function kindOf(sdk: Sdk, identifier: Identifier | undefined): string {
  if (!identifier) return "unknown";
  try {
    return sdk.kind(identifier);
  } catch {
    return "unknown";
  }
}

function key(participant: string, stream: number): string {
  return `${String(stream)} ${participant}`;
}

function forget(known: Known): void {
  known.guard.release();
  for (const guard of known.streams.values()) guard.release();
}
