/** Takes the samples of a native track, 480 at a time at 48 kHz in mono, without waiting for the main thread. */
import { natives } from "./natives";

const RATE = 48_000;
const CHUNK = 480;

/** In the audio thread: collects the mean of the channels, and posts whole records to the port it is given. */
const PROCESSOR = `registerProcessor("foyer-pump", class extends AudioWorkletProcessor {
  constructor() {
    super();
    this.filled = 0;
    this.record = new Float32Array(${CHUNK});
    this.out = null;
    this.over = false;
    this.port.onmessage = ({ data }) => { this.out = data; this.over = data === null; };
  }
  process([channels]) {
    const length = channels.length > 0 ? channels[0].length : 128;
    for (let at = 0; at < length; at += 1) {
      let sum = 0;
      for (const channel of channels) sum += channel[at];
      this.record[this.filled] = channels.length > 1 ? sum / channels.length : sum;
      this.filled += 1;
      if (this.filled === ${CHUNK}) {
        if (this.out) this.out.postMessage(this.record);
        this.filled = 0;
      }
    }
    return !this.over;
  }
});`;

/**
 * One for all tracks: each context has a thread that must not be late, and wakes the main thread for every quantum it
 * renders, which a dozen of them leave without any time for the page.
 */
interface Shared {
  readonly context: AudioContext;
  /** False where the page's policy allows no worklet. */
  readonly hasWorklet: Promise<boolean>;
}

let shared: Shared | null = null;
let users = 0;

function share(): Shared {
  if (!shared) {
    const context = new AudioContext({ sampleRate: RATE });
    shared = { context, hasWorklet: addWorklet(context) };
  }
  void shared.context.resume().catch(() => undefined);
  return shared;
}

async function addWorklet(context: AudioContext): Promise<boolean> {
  const module = URL.createObjectURL(new Blob([PROCESSOR], { type: "text/javascript" }));
  try {
    await context.audioWorklet.addModule(module);
    return true;
  } catch {
    return false;
  } finally {
    URL.revokeObjectURL(module);
  }
}

/** Begins to send the samples through `port`, until the returned function is called. */
export async function pumpSound(track: MediaStreamTrack, port: MessagePort): Promise<() => void> {
  users += 1;
  const { context, hasWorklet } = share();
  const stream = new MediaStream();
  natives.stream.addTrack.call(stream, track);
  const source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
  const end = (await hasWorklet) ? throughWorklet(context, source, port) : throughScript(context, source, port);
  let ended = false;
  return () => {
    if (ended) return;
    ended = true;
    source.disconnect();
    end();
    users -= 1;
    if (users === 0) void context.suspend().catch(() => undefined);
  };
}

function throughWorklet(context: AudioContext, source: AudioNode, port: MessagePort): () => void {
  const node = new AudioWorkletNode(context, "foyer-pump", { numberOfOutputs: 1 });
  node.port.postMessage(port, [port]);
  source.connect(node).connect(context.destination);
  return () => {
    // It is processed as long as it says that it has more to do.
    node.port.postMessage(null);
    node.disconnect();
  };
}

/** Where the page's policy allows no worklet. */
function throughScript(context: AudioContext, source: AudioNode, port: MessagePort): () => void {
  const node = context.createScriptProcessor(1024, 1, 1);
  let record = new Float32Array(CHUNK);
  let filled = 0;
  node.onaudioprocess = ({ inputBuffer }) => {
    for (const sample of inputBuffer.getChannelData(0)) {
      record[filled] = sample;
      filled += 1;
      if (filled < CHUNK) continue;
      port.postMessage(record);
      record = new Float32Array(CHUNK);
      filled = 0;
    }
  };
  source.connect(node).connect(context.destination);
  return () => node.disconnect();
}
