import type { Engine } from "./engine";
import { natives } from "./natives";
import { ownTrack, type OwnTrack } from "./own-track";
import { playSilence } from "./silence";
import { Sink } from "./sinks";
import { onTracks } from "./track-patch";

/** Events after which the sound of an element may be another. */
const EVENTS = ["play", "playing", "pause", "ended", "emptied", "volumechange"] as const;

/** WebKit never learns the size of pictures that join a stream after an element was given it (2.50.6). */
const TAKES_LATE_PICTURES = typeof MediaStreamTrackGenerator === "function";

/**
 * A stream with tracks of the engine in a media element. The element itself plays a stream of ours: the native tracks
 * that show the pictures, the tracks of others as they are, and silence if there is only sound. It does not keep the
 * element alive; the element keeps it.
 */
export class Attachment {
  readonly stream: MediaStream;
  #element: WeakRef<HTMLMediaElement>;
  #shown = new MediaStream();
  #sink: Sink;
  #sinkId: () => string;
  /** The pictures that the element reads. */
  #reading: { own: OwnTrack; track: MediaStreamTrack | null; stop: () => void } | null = null;
  #silence: ReturnType<typeof playSilence> | null = null;
  #followed = new Map<OwnTrack, () => void>();
  #unlisten: () => void;
  #detached = false;
  #first = true;
  #given = false;
  #onGiven: () => void = () => undefined;
  #whenGiven = new Promise<void>((resolve) => (this.#onGiven = resolve));
  #restarts = 0;
  #onEvent = (): void => this.#tell();

  constructor(engine: Engine, element: HTMLMediaElement, stream: MediaStream, sinkId: () => string) {
    this.stream = stream;
    this.#element = new WeakRef(element);
    this.#sink = new Sink(engine);
    this.#sinkId = sinkId;
    this.#unlisten = onTracks(stream, () => this.update());
    for (const event of EVENTS) element.addEventListener(event, this.#onEvent);
    natives.element.srcObject.set(element, null);
    this.update();
    this.#first = false;
    if (TAKES_LATE_PICTURES || !this.#reading || this.#reading.track) this.#give();
  }

  /** Settles when the element has been given something to play. */
  get given(): Promise<void> {
    return this.#whenGiven;
  }

  /** How often the element had to begin again: what was pending then was aborted by us. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Brings what the element plays in line with the stream. */
  update(): void {
    if (this.#detached) return;
    const tracks = natives.stream.getTracks.call(this.stream).filter((track) => track.readyState === "live");
    this.#follow(tracks);
    const video = tracks.find((track) => track.kind === "video");
    this.#read(video && ownTrack(video));
    const wanted = tracks.filter((track) => !ownTrack(track));
    if (this.#reading?.track) wanted.push(this.#reading.track);
    this.#keepSilence(!video && tracks.some((track) => ownTrack(track)) && wanted.length === 0);
    if (this.#silence) wanted.push(this.#silence.track);
    this.#show(wanted);
    this.#tell();
  }

  /** The element plays something else now, or is gone. */
  detach(): void {
    this.#detached = true;
    this.#onGiven();
    this.#unlisten();
    const element = this.#element.deref();
    if (element) for (const event of EVENTS) element.removeEventListener(event, this.#onEvent);
    this.#reading?.stop();
    this.#silence?.release();
    for (const stop of this.#followed.values()) stop();
    this.#followed.clear();
    this.#sink.close();
  }

  /** Another loudspeaker was chosen. */
  sinkChanged(): void {
    this.#tell();
  }

  #follow(tracks: MediaStreamTrack[]): void {
    for (const track of tracks) {
      const own = ownTrack(track);
      if (!own || this.#followed.has(own)) continue;
      const listener = (): void => this.update();
      own.onEnd.add(listener);
      this.#followed.set(own, () => own.onEnd.delete(listener));
    }
  }

  #read(own: OwnTrack | undefined): void {
    if (this.#reading?.own === own) return;
    this.#reading?.stop();
    this.#reading = null;
    if (!own?.feed) return;
    const reading: { own: OwnTrack; track: MediaStreamTrack | null; stop: () => void } = {
      own,
      track: null,
      stop: () => undefined,
    };
    this.#reading = reading;
    let reads = false;
    reading.stop = own.feed.read((track) => {
      reading.track = track;
      if (reads && this.#reading === reading) this.update();
    });
    reads = true;
  }

  #keepSilence(wanted: boolean): void {
    if (wanted === (this.#silence !== null)) return;
    this.#silence?.release();
    this.#silence = wanted ? playSilence() : null;
  }

  #show(wanted: MediaStreamTrack[]): void {
    const { getTracks, addTrack, removeTrack } = natives.stream;
    const shown = getTracks.call(this.#shown);
    const late = wanted.some((track) => track.kind === "video" && !shown.includes(track));
    if (late && !TAKES_LATE_PICTURES && !this.#first) {
      this.#shown = new MediaStream();
      for (const track of wanted) addTrack.call(this.#shown, track);
      this.#give();
      return;
    }
    for (const track of wanted) if (!shown.includes(track)) addTrack.call(this.#shown, track);
    for (const track of shown) if (!wanted.includes(track)) removeTrack.call(this.#shown, track);
  }

  /** The element begins with what there is now; if it played something else, it goes on playing. */
  #give(): void {
    const element = this.#element.deref();
    if (!element) return;
    const plays = this.#given && !element.paused;
    if (this.#given) this.#restarts += 1;
    this.#given = true;
    natives.element.srcObject.set(element, this.#shown);
    if (plays) void natives.element.play.call(element).catch(() => undefined);
    this.#onGiven();
  }

  /** Tells the engine what to play of this element. */
  #tell(): void {
    const element = this.#element.deref();
    if (!element || this.#detached) return;
    const heard = natives.stream.getTracks.call(this.stream).flatMap((track) => {
      const own = ownTrack(track);
      return own && own.kind === "audio" && own.origin === "remote" && !own.ended ? [own.handle] : [];
    });
    this.#sink.set({
      tracks: element.paused || element.ended ? [] : heard,
      volume: element.volume,
      muted: element.muted,
      deviceId: this.#sinkId() === "default" ? "" : this.#sinkId(),
    });
  }
}
