/** Parts of mediacapture-transform that TypeScript's library does not know. */

interface VideoTrackGenerator {
  readonly writable: WritableStream<VideoFrame>;
  readonly track: MediaStreamTrack;
  muted: boolean;
}

interface MediaStreamTrackGenerator extends MediaStreamTrack {
  readonly writable: WritableStream<VideoFrame>;
}

interface MediaStreamTrackProcessor {
  readonly readable: ReadableStream<VideoFrame>;
}

declare var VideoTrackGenerator: undefined | { new (): VideoTrackGenerator };
declare var MediaStreamTrackGenerator: undefined | { new (init: { kind: "video" }): MediaStreamTrackGenerator };
declare var MediaStreamTrackProcessor:
  | undefined
  | { prototype: MediaStreamTrackProcessor; new (init: { track: MediaStreamTrack; maxBufferSize?: number }): MediaStreamTrackProcessor };
