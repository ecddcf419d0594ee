/**
 * Silence that plays. The engine plays remote sound itself, but an element that has only sound must still load and play;
 * WebKitGTK does so only while samples come, so a running audio context makes them as long as somebody needs them.
 */
import { natives } from "./natives";
import { onlyTrack } from "./placeholder";

let context: AudioContext | null = null;
let base: MediaStreamTrack | null = null;
let users = 0;

/** A playing silent track, until `release`. */
export function playSilence(): { track: MediaStreamTrack; release: () => void } {
  if (!context || !base) {
    context = new AudioContext();
    const destination = context.createMediaStreamDestination();
    const zero = context.createConstantSource();
    zero.offset.value = 0;
    zero.connect(destination);
    zero.start();
    base = onlyTrack(destination.stream);
  }
  users += 1;
  void context.resume().catch(() => undefined);
  const track = natives.track.clone.call(base);
  let released = false;
  return {
    track,
    release: () => {
      if (released) return;
      released = true;
      natives.track.stop.call(track);
      users -= 1;
      if (users === 0) void context?.suspend().catch(() => undefined);
    },
  };
}
