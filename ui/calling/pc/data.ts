/** The data channels of a connection and the transport under them (webrtc-pc § 6.1). */
import type { RTCDataChannelInit, RTCSignalingState } from "../idl/generated/types";
import type { Applied } from "./apply";
import { ChannelImpl } from "./channel";
import type { ConnectionState } from "./connection-state";
import { describesData, rejectsData } from "./descriptions";
import { operationError } from "./errors";
import { realm } from "./realm";
import { SctpTransportImpl } from "./sctp";
import { sectionsOf } from "./sdp";

/** RFC 8832: 65535 is reserved. */
const LARGEST_ID = 65534;
/** Bytes of UTF-8 in a label or protocol name. */
const LONGEST_NAME = 65535;

const utf8 = new TextEncoder();

/** Channels and SCTP of one connection. */
export class DataChannels {
  readonly #connection: ConnectionState;
  readonly channels = new Set<ChannelImpl>();
  sctp: SctpTransportImpl | null = null;
  #lastStableSctp: SctpTransportImpl | null = null;
  /** This side is the DTLS client, which numbers channels evenly; null until agreed on. */
  #client: boolean | null = null;
  made = false;

  constructor(connection: ConnectionState) {
    this.#connection = connection;
  }

  /** `createDataChannel()`. */
  create(label: string, options: RTCDataChannelInit): ChannelImpl {
    const { maxPacketLifeTime, maxRetransmits, negotiated, protocol } = options;
    if (utf8.encode(label).length > LONGEST_NAME || utf8.encode(protocol).length > LONGEST_NAME) {
      throw new TypeError(`labels and protocols have ${LONGEST_NAME} bytes at most`);
    }
    const id = negotiated ? options.id : undefined;
    if (negotiated && id === undefined) {
      throw new TypeError("a negotiated channel needs an id");
    }
    if (maxPacketLifeTime !== undefined && maxRetransmits !== undefined) {
      throw new TypeError("maxPacketLifeTime and maxRetransmits exclude each other");
    }
    if (id !== undefined && id > LARGEST_ID) {
      throw new TypeError(`the largest id is ${LARGEST_ID}`);
    }
    if (id !== undefined && [...this.channels].some((channel) => channel.id === id)) {
      throw operationError(`another channel has the id ${id}`);
    }
    const given = id ?? this.#nextId();
    if (given !== null && this.sctp?.state === "connected" && given >= (this.sctp.maxChannels ?? Infinity)) {
      throw operationError("the association has not as many streams");
    }
    const { client } = realm();
    const channel = client.handle();
    const init = {
      label,
      ordered: options.ordered,
      maxPacketLifeTime: maxPacketLifeTime ?? null,
      maxRetransmits: maxRetransmits ?? null,
      protocol,
      negotiated,
      id: id ?? null,
      priority: options.priority,
    };
    this.#connection.noteChange(client.send({ op: "channelNew", pc: this.#connection.handle, channel, init }), false);
    const made = new ChannelImpl(this.#connection, channel, init);
    if (given !== null) {
      made.number(given);
    }
    this.channels.add(made);
    if (!this.made) {
      this.made = true;
      this.#connection.updateNegotiationNeeded();
    }
    return made;
  }

  /** The id that the engine will give to the next channel; null while the DTLS role is open. */
  #nextId(): number | null {
    if (this.#client === null) {
      return null;
    }
    const used = new Set([...this.channels].map(({ id }) => id));
    for (let id = this.#client ? 0 : 1; id <= LARGEST_ID; id += 2) {
      if (!used.has(id)) {
        return id;
      }
    }
    throw operationError("all ids are in use");
  }

  rememberStable(): void {
    this.#lastStableSctp = this.sctp;
  }

  /** What a description says of data. */
  describe({ description, remote, snapshot }: Applied, before: RTCSignalingState): void {
    const { type } = description;
    if (type === "rollback") {
      this.sctp = before === "stable" ? this.sctp : this.#lastStableSctp;
      return;
    }
    const { local, remote: far } = this.#connection.descriptions;
    const sdp = (remote ? far : local)?.sdp ?? description.sdp;
    if (type === "offer" && !this.sctp && describesData(sdp)) {
      this.sctp = new SctpTransportImpl(this.#connection.useTransport());
    }
    if (type === "offer") {
      return;
    }
    if (type === "answer" && rejectsData(sdp)) {
      this.sctp = null;
    }
    if (this.sctp && snapshot.sctp) {
      this.sctp.maxMessageSize = snapshot.sctp.maxMessageSize === 0 ? Infinity : snapshot.sctp.maxMessageSize;
    }
    this.#agreeRole(sdp, remote);
  }

  #agreeRole(answer: string, remote: boolean): void {
    const setup = sectionsOf(answer).find(({ kind, rejected }) => kind === "application" && !rejected)?.setup;
    if (this.#client === null && (setup === "active" || setup === "passive")) {
      this.#client = (setup === "active") !== remote;
    }
    for (const channel of this.channels) {
      if (channel.id === null) {
        const id = this.#nextId();
        if (id !== null) {
          channel.number(id);
        }
      }
    }
  }

  /** Closes everything without events. */
  abandon(): void {
    this.channels.forEach((channel) => channel.abandon());
    this.channels.clear();
    if (this.sctp) {
      this.sctp.state = "closed";
    }
  }

  /** Closes everything with events. */
  fail(): void {
    [...this.channels].forEach((channel) => channel.fail("the engine is gone"));
    this.sctp?.change("closed", null);
  }
}
