/**
 * The page's end of the control socket: numbers and batches commands, joins replies with them, and gives each event a
 * task of its own, in the engine's order.
 */
import type { Answer, Command, Numbered, WireError, WireEvent } from "./contract";
import { decode, encode, type ChannelMessage, type Kind } from "./records";
import { TaskQueue } from "./tasks";
import type { Happening, HappeningOf, Wire } from "./wire";

/** Contract, `bridge::PROTOCOL`. */
export const PROTOCOL = "foyer-bridge.v1";

/** What the client needs of a WebSocket. */
export interface Socket {
  binaryType: string;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  onclose: ((event: never) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** A command's place in the page's order; 0 until it has left. */
export interface Sent {
  readonly seq: number;
}

/** What came of a command. `applied` is the last command that the engine had seen. */
export type Reply =
  | { readonly ok: true; readonly answer: Answer; readonly applied: number }
  | { readonly ok: false; readonly error: WireError; readonly applied: number };

type EventListener = (event: Happening) => void;
type MessageListener = (message: ChannelMessage) => void;
type ReplyListener = (reply: Reply) => void;

interface Waiting {
  readonly command: Command;
  readonly sent: { seq: number };
  readonly onReply: ReplyListener | undefined;
}

const LOST: WireError = {
  name: "OperationError",
  message: "the engine is gone",
  detail: null,
  sdpLine: null,
  sctpCause: null,
  constraint: null,
};

function addTo<Key>(listeners: Map<Key, Set<EventListener>>, key: Key, listener: EventListener): () => void {
  const known = listeners.get(key) ?? new Set();
  listeners.set(key, known.add(listener));
  return () => {
    known.delete(listener);
    if (known.size === 0 && listeners.get(key) === known) {
      listeners.delete(key);
    }
  };
}

/** The handle that an event concerns: the object it happened to. */
function handleOf(event: Happening): number | null {
  if ("channel" in event && event.event !== "channelNew") {
    return event.channel;
  }
  if ("pc" in event) {
    return event.pc;
  }
  if ("track" in event) {
    return event.track;
  }
  return "transceiver" in event ? event.transceiver : null;
}

/** One page's connection to the engine. */
export class Client implements Wire {
  #socket: Socket | null;
  #open = false;
  #lost = false;
  #handle = -1;
  #seq = 0;
  #batch: Waiting[] = [];
  #batchEnd: Waiting[] = [];
  #flushing = false;
  #unsent: (string | Uint8Array<ArrayBuffer>)[] = [];
  readonly #tasks = new TaskQueue();
  readonly #replies = new Map<number, ReplyListener>();
  readonly #listeners = new Map<number, Set<EventListener>>();
  readonly #messages = new Map<number, MessageListener>();
  readonly #byName = new Map<string, Set<EventListener>>();
  readonly #lostListeners = new Set<() => void>();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#open = true;
      const unsent = this.#unsent;
      this.#unsent = [];
      unsent.forEach((data) => socket.send(data));
    };
    socket.onmessage = ({ data }: MessageEvent) => this.#receive(data);
    socket.onclose = () => this.#tasks.queue(() => this.#lose());
  }

  /** Opens the control socket of an engine. */
  static connect(url: string, token: string): Client {
    const socket = new WebSocket(`${url}/control`, [PROTOCOL, `token.${token}`]);
    return new Client(socket);
  }

  /** Whether the socket has closed. Commands are then refused. */
  get lost(): boolean {
    return this.#lost;
  }

  /** A new name for an object that the page makes. */
  handle(): number {
    this.#handle += 2;
    return this.#handle;
  }

  /** Sends a command that is not answered, or whose answer does not matter, with the others of this turn. */
  send(command: Command): Sent {
    return this.#add(this.#batch, command);
  }

  /** Sends a command and hears what comes of it, in a task of its own. */
  ask(command: Command, onReply: ReplyListener): Sent {
    return this.#add(this.#batch, command, onReply);
  }

  /** As `ask`, but behind all other commands of this turn: for what must see what the turn changes. */
  askLast(command: Command, onReply: ReplyListener): Sent {
    return this.#add(this.#batchEnd, command, onReply);
  }

  /** As `ask`, as a promise: for those who need no more than the answer. Rejects with the engine's `WireError`. */
  request(command: Command): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.ask(command, (reply) => (reply.ok ? resolve(reply.answer) : reject(reply.error)));
    });
  }

  /** Hears what happens to the object with this handle, until the returned function is called. */
  listen(handle: number, listener: EventListener): () => void {
    return addTo(this.#listeners, handle, listener);
  }

  /** Hears all events of a kind, before those who listen to the object. */
  on<Name extends Happening["event"]>(name: Name, listener: (event: HappeningOf<Name>) => void): () => void {
    return addTo(this.#byName, name, listener as EventListener);
  }

  /** Hears, in a task, that the socket has closed. */
  onLost(listener: () => void): () => void {
    this.#lostListeners.add(listener);
    return () => this.#lostListeners.delete(listener);
  }

  /** Takes what arrives on a data channel, until the returned function is called. */
  receive(channel: number, listener: MessageListener): () => void {
    this.#messages.set(channel, listener);
    return () => this.#messages.delete(channel);
  }

  /** Sends a message on a data channel, behind the commands before it. */
  sendMessage(channel: number, kind: Kind, payload: Uint8Array): void {
    this.#flush();
    this.#put(encode(channel, kind, payload));
  }

  #add(batch: Waiting[], command: Command, onReply?: ReplyListener): Sent {
    const sent = { seq: 0 };
    batch.push({ command, sent, onReply });
    if (!this.#flushing) {
      this.#flushing = true;
      queueMicrotask(() => {
        this.#flushing = false;
        this.#flush();
      });
    }
    return sent;
  }

  #flush(): void {
    const batch = [...this.#batch, ...this.#batchEnd];
    this.#batch = [];
    this.#batchEnd = [];
    if (batch.length === 0) {
      return;
    }
    if (this.#lost) {
      batch.forEach(({ onReply }) => onReply && this.#refuse(onReply));
      return;
    }
    const numbered = batch.map(({ command, sent, onReply }): Numbered => {
      this.#seq += 1;
      sent.seq = this.#seq;
      if (onReply) {
        this.#replies.set(this.#seq, onReply);
      }
      return { seq: this.#seq, command };
    });
    this.#put(JSON.stringify(numbered));
  }

  #refuse(onReply: ReplyListener): void {
    this.#tasks.queue(() => onReply({ ok: false, error: LOST, applied: this.#seq }));
  }

  #put(data: string | Uint8Array<ArrayBuffer>): void {
    if (this.#open) {
      this.#socket?.send(data);
    } else if (!this.#lost) {
      this.#unsent.push(data);
    }
  }

  #receive(data: unknown): void {
    if (typeof data === "string") {
      for (const event of JSON.parse(data) as WireEvent[]) {
        this.#tasks.queue(() => this.#handleEvent(event));
      }
    } else if (data instanceof ArrayBuffer) {
      const message = decode(data);
      if (message) {
        this.#tasks.queue(() => this.#messages.get(message.channel)?.(message));
      }
    }
  }

  #handleEvent(event: WireEvent): void {
    if (event.event === "reply") {
      const { seq, applied, outcome } = event;
      const onReply = this.#replies.get(seq);
      this.#replies.delete(seq);
      onReply?.("ok" in outcome ? { ok: true, answer: outcome.ok, applied } : { ok: false, error: outcome.error, applied });
      return;
    }
    const handle = handleOf(event);
    const listeners = [...(this.#byName.get(event.event) ?? []), ...((handle !== null && this.#listeners.get(handle)) || [])];
    listeners.forEach((listener) => listener(event));
  }

  #lose(): void {
    if (this.#lost) {
      return;
    }
    this.#lost = true;
    this.#open = false;
    this.#socket = null;
    this.#unsent = [];
    const replies = [...this.#replies.values()];
    this.#replies.clear();
    replies.forEach((onReply) => this.#refuse(onReply));
    this.#lostListeners.forEach((listener) => this.#tasks.queue(listener));
    this.#lostListeners.clear();
  }
}
