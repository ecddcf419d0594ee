/** Samples of tracks of the engine, for what reads them in the page: Web Audio and recorders. */
import { KIND, readRecord } from "../worker/record";
import { PROTOCOL } from "../worker/socket";
import { watchTrack, type Engine } from "./engine";
import { natives } from "./natives";
import type { OwnTrack } from "./own-track";
import { onlyTrack } from "./placeholder";

const RATE = 48_000;
/** How far ahead samples are scheduled: the page's main thread may be late by this much. */
const AHEAD_S = 0.06;
/** Beyond this the queue is cut: the clocks have drifted apart. */
const MAX_AHEAD_S = 0.3;

/** Plays a track's samples into a node until stopped. Nothing runs but what the socket brings. */
class Pcm {
  #node: MediaStreamAudioDestinationNode;
  #socket: WebSocket | null = null;
  #next = 0;
  #stopped = false;

  constructor(engine: Engine, own: OwnTrack, node: MediaStreamAudioDestinationNode) {
    this.#node = node;
    own.onEnd.add(() => this.stop());
    void this.#open(engine, own);
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.close();
  }

  async #open(engine: Engine, own: OwnTrack): Promise<void> {
    try {
      const { url, token } = await watchTrack(engine, own.handle);
      if (this.#stopped) return;
      const socket = new WebSocket(url, [PROTOCOL, `token.${token}`]);
      socket.binaryType = "arraybuffer";
      socket.onmessage = ({ data }: MessageEvent<unknown>) => {
        const record = data instanceof ArrayBuffer ? readRecord(data) : null;
        if (record?.kind === KIND.samples) this.#queue(record.payload);
      };
      this.#socket = socket;
    } catch {
      // The engine knows the track no more: silence.
    }
  }

  #queue(bytes: Uint8Array<ArrayBuffer>): void {
    const { context } = this.#node;
    if (context.state !== "running") return;
    const samples = new Float32Array(bytes.slice().buffer);
    const buffer = context.createBuffer(1, samples.length, RATE);
    buffer.copyToChannel(samples, 0);
    const now = context.currentTime;
    if (this.#next < now || this.#next > now + MAX_AHEAD_S) this.#next = now + AHEAD_S;
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.#node);
    source.start(this.#next);
    this.#next += samples.length / RATE;
  }
}

/**
 * A stream that sounds like `tracks`, made in `context`, and what ends it. Tracks that are not the engine's are taken as
 * they are.
 */
export function audibleStream(
  engine: Engine,
  context: BaseAudioContext,
  tracks: { own: OwnTrack | undefined; track: MediaStreamTrack }[],
): { stream: MediaStream; stop: () => void } {
  const stream = new MediaStream();
  const stops: (() => void)[] = [];
  for (const { own, track } of tracks) {
    if (!own) {
      natives.stream.addTrack.call(stream, track);
      continue;
    }
    const node = new MediaStreamAudioDestinationNode(context as AudioContext, { channelCount: 1 });
    const pcm = new Pcm(engine, own, node);
    natives.stream.addTrack.call(stream, onlyTrack(node.stream));
    stops.push(() => pcm.stop());
  }
  return { stream, stop: () => stops.forEach((stop) => stop()) };
}
