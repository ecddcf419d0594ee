/** The webview's own members, taken before anything is put over them. */
import { nativeAttribute } from "./patch";

const track = MediaStreamTrack.prototype;
const stream = MediaStream.prototype;
const element = HTMLMediaElement.prototype;

export const natives = {
  track: {
    id: nativeAttribute<MediaStreamTrack, string>(track, "id"),
    label: nativeAttribute<MediaStreamTrack, string>(track, "label"),
    enabled: nativeAttribute<MediaStreamTrack, boolean>(track, "enabled"),
    muted: nativeAttribute<MediaStreamTrack, boolean>(track, "muted"),
    readyState: nativeAttribute<MediaStreamTrack, MediaStreamTrackState>(track, "readyState"),
    stop: track.stop,
    clone: track.clone,
    getSettings: track.getSettings,
    getCapabilities: track.getCapabilities,
    getConstraints: track.getConstraints,
    applyConstraints: track.applyConstraints,
  },
  stream: {
    id: nativeAttribute<MediaStream, string>(stream, "id"),
    getTracks: stream.getTracks,
    addTrack: stream.addTrack,
    removeTrack: stream.removeTrack,
    clone: stream.clone,
  },
  element: {
    srcObject: nativeAttribute<HTMLMediaElement, MediaProvider | null>(element, "srcObject"),
    play: element.play,
  },
} as const;
