/** Tracks that the page made (canvas, Web Audio, generators) and that are to be sent. */
import type { TrackKind } from "../wire/contract";
import type { Handle } from "../wire/wire";
import { addressOf, type Engine, type SocketAddress } from "./engine";
import { natives } from "./natives";
import { pumpSound } from "./sound-pump";

const handles = new WeakMap<MediaStreamTrack, Handle>();
/** Held strongly while they flow. */
const flowing = new Set<MediaStreamTrack>();

/** The handle of a track of the page, which begins to flow to the engine. Null once it has ended. */
export function sendPageTrack(engine: Engine, track: MediaStreamTrack): Handle | null {
  const known = handles.get(track);
  if (known !== undefined) return known;
  if (natives.track.readyState.get(track) === "ended") return null;
  const handle = engine.wire.handle();
  handles.set(track, handle);
  flowing.add(track);
  void flow(engine, track, handle);
  return handle;
}

async function flow(engine: Engine, track: MediaStreamTrack, handle: Handle): Promise<void> {
  const kind = track.kind as TrackKind;
  let stop = (): void => undefined;
  try {
    const address = addressOf(engine, await engine.wire.request({ op: "trackMake", track: handle, kind }));
    stop = kind === "video" ? await sendPictures(engine, track, address) : await sendSamples(engine, track, address);
    await ended(track);
  } catch {
    // The engine takes no more of it.
  }
  stop();
  flowing.delete(track);
  engine.wire.send({ op: "trackStop", track: handle });
}

/** `stop()` fires no event. */
const stopListeners = new WeakMap<MediaStreamTrack, () => void>();

function ended(track: MediaStreamTrack): Promise<void> {
  return new Promise((resolve) => {
    stopListeners.set(track, resolve);
    track.addEventListener("ended", () => resolve(), { once: true });
    if (natives.track.readyState.get(track) === "ended") resolve();
  });
}

/** To be called when a page stops a track that is not the engine's. */
export function pageTrackStopped(track: MediaStreamTrack): void {
  stopListeners.get(track)?.();
}

/** To be called when a page enables or disables a track that is not the engine's. */
const enabledListeners = new WeakMap<MediaStreamTrack, (enabled: boolean) => void>();

export function pageTrackEnabled(track: MediaStreamTrack, enabled: boolean): void {
  enabledListeners.get(track)?.(enabled);
}

async function sendSamples(engine: Engine, track: MediaStreamTrack, address: SocketAddress): Promise<() => void> {
  const feed = engine.worker.feed(() => undefined);
  const { port1, port2 } = new MessageChannel();
  engine.worker.post({ type: "sendSamples", feed, ...address, port: port1 }, [port1]);
  const stop = await pumpSound(track, port2);
  return () => {
    stop();
    leave(engine, feed);
  };
}

async function sendPictures(engine: Engine, track: MediaStreamTrack, address: SocketAddress): Promise<() => void> {
  const feed = engine.worker.feed(() => undefined);
  const { readsTracks } = await engine.worker.abilities();
  const twin = natives.track.clone.call(track);
  enabledListeners.set(track, (enabled) => natives.track.enabled.set(twin, enabled));
  if (typeof MediaStreamTrackProcessor === "function") {
    const pictures = new MediaStreamTrackProcessor({ track: twin }).readable;
    engine.worker.post({ type: "sendPictures", feed, ...address, pictures }, [pictures]);
  } else if (readsTracks) {
    engine.worker.post({ type: "sendPictures", feed, ...address, track: twin }, [twin as unknown as Transferable]);
  } else {
    engine.worker.post({ type: "sendPictures", feed, ...address });
    return throughElement(engine, twin, feed);
  }
  return () => {
    natives.track.stop.call(twin);
    leave(engine, feed);
  };
}

/** Where nothing reads tracks: an element plays them, and each of its pictures is taken. */
function throughElement(engine: Engine, track: MediaStreamTrack, feed: number): () => void {
  const video = document.createElement("video");
  const stream = new MediaStream();
  natives.stream.addTrack.call(stream, track);
  video.muted = true;
  natives.element.srcObject.set(video, stream);
  let stopped = false;
  const next = (now: number): void => {
    if (stopped) return;
    void createImageBitmap(video)
      .then((picture) => engine.worker.post({ type: "picture", feed, picture, timestampUs: now * 1000 }, [picture]))
      .catch(() => undefined);
    video.requestVideoFrameCallback(next);
  };
  video.requestVideoFrameCallback(next);
  void video.play().catch(() => undefined);
  return () => {
    stopped = true;
    natives.element.srcObject.set(video, null);
    natives.track.stop.call(track);
    leave(engine, feed);
  };
}

function leave(engine: Engine, feed: number): void {
  engine.worker.post({ type: "stopSending", feed });
  engine.worker.forget(feed);
}
