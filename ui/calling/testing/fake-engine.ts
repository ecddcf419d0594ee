/** The far end of a control socket: negotiates by itself, and does the rest as a test says. */
import type { Socket } from "../wire/client";
import type { Answer, Command, Numbered, WireEvent } from "../wire/contract";
import { decode, encode, type ChannelMessage } from "../wire/records";
import { FakeConnection, Refusal } from "./fake-connection";

type Script = (command: Command) => Answer | undefined;

/** A scripted engine and the socket to it. */
export class FakeEngine implements Socket {
  binaryType = "";
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: MessageEvent) => void) | null = null;
  onclose: ((event: never) => void) | null = null;
  /** All commands so far. */
  readonly commands: Command[] = [];
  /** Commands by message. */
  readonly batches: Command[][] = [];
  readonly messages: ChannelMessage[] = [];
  /** What it says of every connection. */
  stats: Record<string, object> = { P: { id: "P", type: "peer-connection", timestamp: 1 } };
  readonly connections = new Map<number, FakeConnection>();
  /** What is done with a command besides: its answer replaces the usual one, and what it throws is refused. */
  script: Script = () => undefined;
  #handle = 0;
  #held: (() => void)[] | null = null;

  /** Accepts the connection. */
  open(): void {
    this.onopen?.(undefined as never);
  }

  /** Commands wait until `release()`. */
  hold(): void {
    this.#held = [];
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    held.forEach((run) => run());
  }

  /** How many messages wait. */
  get held(): number {
    return this.#held?.length ?? 0;
  }

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (typeof data !== "string") {
      const message = decode(data.buffer);
      if (message) {
        this.messages.push(message);
      }
      return;
    }
    const batch = JSON.parse(data) as Numbered[];
    const run = (): void => {
      this.batches.push(batch.map(({ command }) => command));
      const events = batch.flatMap((numbered) => this.#run(numbered));
      setTimeout(() => this.tell(...events));
    };
    if (this.#held) {
      this.#held.push(run);
    } else {
      run();
    }
  }

  close(): void {
    this.onclose?.(undefined as never);
  }

  /** Sends events in one message. */
  tell(...events: WireEvent[]): void {
    if (events.length > 0) {
      this.onmessage?.(new MessageEvent("message", { data: JSON.stringify(events) }));
    }
  }

  /** Sends a data-channel message. */
  say(channel: number, kind: "text" | "bytes", payload: Uint8Array): void {
    this.onmessage?.(new MessageEvent("message", { data: encode(channel, kind, payload).buffer }));
  }

  /** A new handle of the engine's. */
  readonly handle = (): number => {
    this.#handle += 2;
    return this.#handle;
  };

  /** Commands of a kind. */
  commandsOf<Op extends Command["op"]>(op: Op): Extract<Command, { op: Op }>[] {
    return this.commands.filter((command): command is Extract<Command, { op: Op }> => command.op === op);
  }

  #run({ seq, command }: Numbered): WireEvent[] {
    this.commands.push(command);
    try {
      const usual = this.#obey(command);
      const answer = this.script(command) ?? usual;
      return answer ? [{ event: "reply", seq, applied: seq, outcome: { ok: answer } }] : [];
    } catch (error) {
      if (!(error instanceof Refusal)) {
        throw error;
      }
      const { name, message, detail, line } = error;
      const wire = { name, message, detail, sdpLine: line, sctpCause: null, constraint: null };
      return [{ event: "reply", seq, applied: seq, outcome: { error: wire } }];
    }
  }

  #connection(pc: number): FakeConnection {
    const known = this.connections.get(pc) ?? new FakeConnection(this.handle);
    this.connections.set(pc, known);
    return known;
  }

  #obey(command: Command): Answer | undefined {
    switch (command.op) {
      case "pcRestartIce":
        this.#connection(command.pc).restart();
        return undefined;
      case "pcCreateOffer":
        return { sdp: this.#connection(command.pc).offer() };
      case "pcCreateAnswer":
        return { sdp: this.#connection(command.pc).answer() };
      case "pcSetLocal":
        return { snapshot: this.#connection(command.pc).setLocal(command.description) };
      case "pcSetRemote":
        return { snapshot: this.#connection(command.pc).setRemote(command.description) };
      case "pcAddCandidate":
        return { snapshot: this.#connection(command.pc).snapshot() };
      case "pcStats":
        return { stats: JSON.stringify(this.stats) };
      case "certificateNew":
        return { certificate: { expires: command.expires, fingerprint: "ab:cd" } };
      case "channelNew":
        this.#connection(command.pc).useData();
        return undefined;
      case "senderTrack":
      case "senderEncodings":
        return "done";
      default:
        this.#obeyTransceiver(command);
        return undefined;
    }
  }

  #obeyTransceiver(command: Command): void {
    if (command.op === "transceiverNew") {
      this.#connection(command.pc).add(command);
    }
    if (!("transceiver" in command)) {
      return;
    }
    const entry = [...this.connections.values()].map((each) => each.entry(command.transceiver)).find((each) => each);
    if (!entry) {
      return;
    }
    if (command.op === "transceiverDirect") {
      entry.direction = command.direction;
    } else if (command.op === "transceiverStreams") {
      Object.assign(entry, { streamIds: command.streamIds, trackId: command.trackId });
      entry.byAddTrack ||= command.byAddTrack;
    } else if (command.op === "transceiverStop") {
      entry.stopping = true;
    }
  }
}
