/** What reads streams other than elements: Web Audio, recorders and processors. They are given tracks with content. */
import type { Engine } from "./engine";
import { natives } from "./natives";
import { ownTrack, type OwnTrack } from "./own-track";
import { defineAttribute, defineGlobal, defineMethod } from "./patch";
import { audibleStream } from "./pcm";

const streams = new WeakMap<object, MediaStream>();

export function patchReaders(engine: Engine): void {
  patchWebAudio(engine);
  if (typeof MediaRecorder === "function") patchRecorder(engine);
  if (typeof MediaStreamTrackProcessor === "function") patchProcessor();
}

function patchWebAudio(engine: Engine): void {
  const Native = MediaStreamAudioSourceNode;
  const native = Object.getOwnPropertyDescriptor(Native.prototype, "mediaStream")?.get;
  /** The first audio track by identifier is what a source node hears. */
  const heard = (stream: MediaStream): OwnTrack | undefined => {
    const tracks = natives.stream.getTracks.call(stream).filter(({ kind }) => kind === "audio");
    tracks.sort((one, other) => (one.id < other.id ? -1 : 1));
    return ownTrack(tracks[0]);
  };
  const source = (context: AudioContext, stream: MediaStream, own: OwnTrack): MediaStreamAudioSourceNode => {
    const { stream: audible } = audibleStream(engine, context, [{ own, track: own.track }]);
    const node = new Native(context, { mediaStream: audible });
    streams.set(node, stream);
    return node;
  };
  defineMethod<AudioContext>(AudioContext.prototype, "createMediaStreamSource", 1, function (stream: MediaStream) {
    const own = stream instanceof MediaStream ? heard(stream) : undefined;
    return own ? source(this, stream, own) : new Native(this, { mediaStream: stream });
  });
  defineAttribute<MediaStreamAudioSourceNode, MediaStream>(
    Native.prototype,
    "mediaStream",
    (self) => streams.get(self) ?? (native?.call(self) as MediaStream),
  );
  replaceConstructor("MediaStreamAudioSourceNode", Native, (args) => {
    const [context, options] = args as [AudioContext, { mediaStream?: unknown } | undefined];
    const stream = options?.mediaStream;
    const own = stream instanceof MediaStream ? heard(stream) : undefined;
    return own && context instanceof AudioContext ? source(context, stream as MediaStream, own) : null;
  });
}

function patchRecorder(engine: Engine): void {
  const Native = MediaRecorder;
  const native = Object.getOwnPropertyDescriptor(Native.prototype, "stream")?.get;
  defineAttribute<MediaRecorder, MediaStream>(
    Native.prototype,
    "stream",
    (self) => streams.get(self) ?? (native?.call(self) as MediaStream),
  );
  replaceConstructor("MediaRecorder", Native, ([stream, options]) => {
    if (!(stream instanceof MediaStream)) return null;
    const tracks = natives.stream.getTracks.call(stream);
    if (!tracks.some(ownTrack)) return null;
    const { recorded, stop } = recordable(engine, tracks);
    const recorder = new Native(recorded, options as MediaRecorderOptions | undefined);
    recorder.addEventListener("stop", stop);
    streams.set(recorder, stream);
    return recorder;
  });
}

/** A stream with content for each of the tracks. Pictures join it when they are there. */
function recordable(engine: Engine, tracks: MediaStreamTrack[]): { recorded: MediaStream; stop: () => void } {
  const stops: (() => void)[] = [];
  const sounds = tracks.filter(({ kind }) => kind === "audio").map((track) => ({ own: ownTrack(track), track }));
  let recorded = new MediaStream();
  if (sounds.length > 0) {
    const context = new AudioContext();
    void context.resume().catch(() => undefined);
    const audible = audibleStream(engine, context, sounds);
    recorded = audible.stream;
    stops.push(audible.stop, () => void context.close().catch(() => undefined));
  }
  for (const track of tracks) {
    if (track.kind !== "video") continue;
    const feed = ownTrack(track)?.feed;
    if (feed) stops.push(feed.read((shown) => natives.stream.addTrack.call(recorded, shown)));
    else natives.stream.addTrack.call(recorded, track);
  }
  return { recorded, stop: () => stops.forEach((stop) => stop()) };
}

/** Where the webview reads tracks in the page itself (Chromium), its native track is there at once. */
function patchProcessor(): void {
  const Native = MediaStreamTrackProcessor;
  if (!Native) return;
  replaceConstructor("MediaStreamTrackProcessor", Native, ([init]) => {
    const feed = ownTrack((init as { track?: unknown } | undefined)?.track)?.feed;
    if (!feed) return null;
    let made: MediaStreamTrackProcessor | null = null;
    feed.read((track) => {
      made ??= new Native({ ...(init as { maxBufferSize?: number }), track });
    });
    return made;
  });
}

/** Puts a constructor in place that asks `make` first; whatever it leaves goes to the native one. */
function replaceConstructor(
  name: string,
  Native: abstract new (...args: never[]) => object,
  make: (args: unknown[]) => object | null,
): void {
  const replacement = new Proxy(Native, {
    construct(target, args: unknown[], newTarget) {
      return make(args) ?? (Reflect.construct(target as never, args, newTarget as never) as object);
    },
  });
  Object.defineProperty(Native.prototype, "constructor", { value: replacement, writable: true, configurable: true });
  defineGlobal(name, replacement);
}
