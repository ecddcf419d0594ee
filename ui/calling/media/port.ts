import type { MediaPort } from "../pc/media-port";
import type { Engine } from "./engine";
import { natives } from "./natives";
import { newId, OwnTrack, ownTrack } from "./own-track";
import { sendPageTrack } from "./page-tracks";
import { streamWithId } from "./track-patch";

/** What connections get of this part. */
export function createPort(engine: Engine): MediaPort {
  return {
    remoteTrack: (handle, kind, id, label) =>
      new OwnTrack(engine, {
        handle,
        kind,
        origin: "remote",
        id: id ?? newId(),
        label: label ?? `remote ${kind}`,
        muted: true,
        settings: {},
        constraints: {},
        capabilities: {},
      }).track,
    setMuted: (track, muted) => ownTrack(track)?.setMuted(muted),
    end: (track) => ownTrack(track)?.end(),
    stream: streamWithId,
    addTrack(stream, track) {
      if (natives.stream.getTracks.call(stream).includes(track)) return;
      stream.addTrack(track);
      stream.dispatchEvent(new MediaStreamTrackEvent("addtrack", { track }));
    },
    removeTrack(stream, track) {
      if (!natives.stream.getTracks.call(stream).includes(track)) return;
      stream.removeTrack(track);
      stream.dispatchEvent(new MediaStreamTrackEvent("removetrack", { track }));
    },
    handleOf(track) {
      const own = ownTrack(track);
      if (!own) return sendPageTrack(engine, track);
      return own.ended ? null : own.handle;
    },
  };
}
