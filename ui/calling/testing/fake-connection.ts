/** One connection of the fake engine: offer and answer as the real engine does them, as far as the page's side sees. */
import type {
  Command,
  Description,
  Descriptions,
  Encoding,
  SignalingState,
  Snapshot,
  TrackKind,
  TransceiverState,
  WireCodec,
  WireDirection,
} from "../wire/contract";
import { read, write, type Line } from "./sdp-text";

const sends = (direction: WireDirection | null): boolean => direction === "sendrecv" || direction === "sendonly";
const receives = (direction: WireDirection | null): boolean => direction === "sendrecv" || direction === "recvonly";
const join = (send: boolean, receive: boolean): WireDirection =>
  send ? (receive ? "sendrecv" : "sendonly") : receive ? "recvonly" : "inactive";
const reverse = (direction: WireDirection): WireDirection => join(receives(direction), sends(direction));

export const CODECS: Record<TrackKind, WireCodec[]> = {
  audio: [
    { mimeType: "audio/opus", clockRate: 48000, channels: 2, sdpFmtpLine: "minptime=10;useinbandfec=1", payloadType: 111 },
    { mimeType: "audio/telephone-event", clockRate: 48000, channels: null, sdpFmtpLine: null, payloadType: 110 },
  ],
  video: [
    { mimeType: "video/VP8", clockRate: 90000, channels: null, sdpFmtpLine: null, payloadType: 96 },
    { mimeType: "video/rtx", clockRate: 90000, channels: null, sdpFmtpLine: "apt=96", payloadType: 97 },
  ],
};

interface Entry {
  readonly handle: number;
  readonly track: number;
  readonly kind: TrackKind;
  readonly byRemote: boolean;
  byAddTrack: boolean;
  direction: WireDirection;
  current: WireDirection | null;
  mid: string | null;
  streamIds: string[];
  trackId: string | null;
  encodings: Encoding[];
  stopping: boolean;
  stopped: boolean;
  remote: Line | null;
  negotiated: TransceiverState["negotiated"];
}

/** What an error of the engine is made of. */
export class Refusal extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly detail: string | null = null,
    readonly line: number | null = null,
  ) {
    super(message);
  }
}

let sessions = 1000;

export class FakeConnection {
  readonly #newHandle: () => number;
  readonly #session = (sessions += 1);
  #generation = 0;
  #entries: Entry[] = [];
  #stable: { entries: Entry[]; descriptions: Descriptions } | null = null;
  #data = false;
  #dataMid: string | null = null;
  #nextMid = 0;
  signaling: SignalingState = "stable";
  descriptions: Descriptions = { currentLocal: null, pendingLocal: null, currentRemote: null, pendingRemote: null };

  constructor(newHandle: () => number) {
    this.#newHandle = newHandle;
  }

  restart(): void {
    this.#generation += 1;
  }

  useData(): void {
    this.#data = true;
  }

  add(command: Extract<Command, { op: "transceiverNew" }>): void {
    const { transceiver, receiverTrack, kind, direction, streamIds, trackId, encodings, byAddTrack } = command;
    const own = { handle: transceiver, track: receiverTrack, kind, direction, streamIds, trackId, encodings, byAddTrack };
    const rest = { byRemote: false, current: null, mid: null, stopping: false, stopped: false, remote: null, negotiated: null };
    this.#entries.push({ ...own, ...rest });
  }

  entry(handle: number): Entry | undefined {
    return this.#entries.find((entry) => entry.handle === handle);
  }

  get #credentials() {
    return { ufrag: `u${this.#session}g${this.#generation}`, password: `p${this.#session}g${this.#generation}` };
  }

  #line(entry: Entry, direction: WireDirection, rids: readonly string[]): Line {
    const { kind, mid, streamIds, trackId } = entry;
    const rejected = entry.stopped || entry.stopping;
    return { kind, mid: mid ?? "", rejected, direction, streamIds: sends(direction) ? streamIds : [], trackId, rids };
  }

  offer(): string {
    let next = this.#nextMid;
    const lines = this.#entries.map((entry) => ({
      ...this.#line(entry, entry.direction, []),
      mid: entry.mid ?? String(next++),
    }));
    return write(this.#session, [...lines, ...this.#dataLine()], this.#credentials, "actpass");
  }

  #dataLine(): Line[] {
    const mid = this.#dataMid ?? "data";
    const rest = { rejected: false, direction: "sendrecv", streamIds: [], trackId: null, rids: [] } as const;
    return this.#data ? [{ kind: "application", mid, ...rest }] : [];
  }

  answer(): string {
    const offered = read(this.descriptions.pendingRemote?.sdp ?? "");
    const lines = offered.map((line): Line => {
      const entry = this.#entries.find(({ mid }) => mid === line.mid);
      if (!entry) {
        return { ...line, streamIds: [], rids: [] };
      }
      const wanted = reverse(line.direction);
      const direction = join(sends(wanted) && sends(entry.direction), receives(wanted) && receives(entry.direction));
      return { ...this.#line(entry, direction, []), rejected: line.rejected || entry.stopped };
    });
    return write(this.#session, lines, this.#credentials, "active");
  }

  setLocal({ type, sdp }: Description): Snapshot {
    if (type === "rollback") {
      return this.#rollBack();
    }
    const text = sdp || (type === "offer" ? this.offer() : this.answer());
    this.#remember(type);
    const lines = read(text);
    if (type === "offer") {
      const free = this.#entries.filter(({ mid }) => mid === null);
      lines.filter(({ mid }) => !this.#entries.some((entry) => entry.mid === mid)).forEach((line) => {
        const entry = free.find(({ kind, mid }) => kind === line.kind && mid === null);
        if (entry) {
          entry.mid = line.mid;
          this.#nextMid = Math.max(this.#nextMid, Number(line.mid) + 1);
        }
      });
      this.descriptions = { ...this.descriptions, pendingLocal: { type, sdp: text } };
      this.signaling = "have-local-offer";
      return this.snapshot();
    }
    this.#agree(lines, read(this.descriptions.pendingRemote?.sdp ?? ""), false);
    this.#finish(type, { type, sdp: text }, true);
    return this.snapshot();
  }

  setRemote({ type, sdp }: Description): Snapshot {
    if (type === "rollback") {
      return this.#rollBack();
    }
    let lines: Line[];
    try {
      lines = read(sdp);
    } catch {
      throw new Refusal("RTCError", "not SDP", "sdp-syntax-error", 1);
    }
    this.#remember(type);
    if (type === "offer") {
      lines.forEach((line) => this.#match(line));
      this.descriptions = { ...this.descriptions, pendingRemote: { type, sdp } };
      this.signaling = "have-remote-offer";
      return this.snapshot();
    }
    this.#agree(read(this.descriptions.pendingLocal?.sdp ?? ""), lines, true);
    this.#finish(type, { type, sdp }, false);
    return this.snapshot();
  }

  #match(line: Line): void {
    if (line.kind === "application") {
      this.#data = true;
      this.#dataMid = line.mid;
      return;
    }
    const { kind, mid } = line;
    let entry = this.#entries.find((each) => each.mid === mid);
    entry ??= this.#entries.find((each) => each.mid === null && each.kind === kind && each.byAddTrack && !each.stopping);
    if (!entry) {
      const made = { handle: this.#newHandle(), track: this.#newHandle(), kind, byRemote: true, byAddTrack: false };
      const slots = { direction: "recvonly" as WireDirection, current: null, mid: null, streamIds: [], trackId: null };
      entry = { ...made, ...slots, encodings: [], stopping: false, stopped: line.rejected, remote: null, negotiated: null };
      this.#entries.push(entry);
    }
    entry.mid = mid;
    this.#nextMid = Math.max(this.#nextMid, Number(mid) + 1 || 0);
    entry.remote = line;
    entry.stopped ||= line.rejected;
  }

  #agree(local: readonly Line[], remote: readonly Line[], localOffered: boolean): void {
    for (const ours of local) {
      const entry = this.#entries.find(({ mid }) => mid === ours.mid);
      const theirs = remote.find(({ mid }) => mid === ours.mid);
      if (!entry || !theirs) {
        continue;
      }
      const answer = localOffered ? reverse(theirs.direction) : ours.direction;
      entry.remote = theirs;
      entry.current = answer;
      entry.stopped ||= theirs.rejected || ours.rejected;
      entry.negotiated = {
        localDirection: ours.direction,
        localStreamIds: [...ours.streamIds],
        remoteDirection: theirs.direction,
        localOffered,
      };
    }
  }

  #finish(type: Description["type"], own: Description, local: boolean): void {
    const { descriptions } = this;
    if (type === "pranswer") {
      this.descriptions = local ? { ...descriptions, pendingLocal: own } : { ...descriptions, pendingRemote: own };
      this.signaling = local ? "have-local-pranswer" : "have-remote-pranswer";
      return;
    }
    this.descriptions = {
      currentLocal: local ? own : descriptions.pendingLocal,
      currentRemote: local ? descriptions.pendingRemote : own,
      pendingLocal: null,
      pendingRemote: null,
    };
    this.signaling = "stable";
    this.#stable = null;
  }

  #remember(type: Description["type"]): void {
    if (type === "offer" && this.signaling === "stable") {
      this.#stable = { entries: this.#entries.map((entry) => ({ ...entry })), descriptions: this.descriptions };
    }
  }

  #rollBack(): Snapshot {
    const stable = this.#stable;
    if (!stable) {
      throw new Refusal("InvalidStateError", "nothing to take back");
    }
    this.#entries = this.#entries.flatMap((entry) => {
      const before = stable.entries.find(({ handle }) => handle === entry.handle);
      if (!before && entry.byRemote && !entry.byAddTrack) {
        return [];
      }
      const { mid, remote, current } = before ?? { mid: null, remote: null, current: null };
      return [{ ...entry, mid, remote, current }];
    });
    this.descriptions = stable.descriptions;
    this.signaling = "stable";
    this.#stable = null;
    return this.snapshot();
  }

  snapshot(): Snapshot {
    return {
      signalingState: this.signaling,
      descriptions: this.descriptions,
      transceivers: this.#entries.map((entry) => ({
        transceiver: entry.handle,
        receiverTrack: entry.track,
        kind: entry.kind,
        mid: entry.mid,
        direction: entry.direction,
        currentDirection: entry.current,
        stopped: entry.stopped,
        receiving:
          entry.remote && sends(entry.remote.direction) && !entry.remote.rejected
            ? { streamIds: [...entry.remote.streamIds], trackId: entry.remote.trackId }
            : null,
        negotiated: entry.negotiated,
        codecs: entry.current ? CODECS[entry.kind] : [],
        headerExtensions: entry.current ? [{ uri: "urn:ietf:params:rtp-hdrext:sdes:mid", id: 1 }] : [],
        rids: [...(entry.remote?.rids ?? [])],
      })),
      sctp: this.#data && this.signaling === "stable" ? { maxMessageSize: 65536, maxChannels: null } : null,
      canTrickle: this.descriptions.currentRemote || this.descriptions.pendingRemote ? true : null,
    };
  }
}
