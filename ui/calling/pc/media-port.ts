/**
 * What connections need of the part that makes tracks and streams. Tracks and streams are the webview's own objects, so
 * that elements and other interfaces take them; handles are those of the wire.
 */
import type { TrackKind } from "../wire/contract";

export interface MediaPort {
  /**
   * A receiver's track: live and muted. `id` is what the far side or the page's own identifier scheme says; without one
   * a new identifier is made. The port keeps the track alive until `end`.
   */
  remoteTrack(handle: number, kind: TrackKind, id?: string, label?: string): MediaStreamTrack;
  /** Sets `muted` and fires `mute` or `unmute` in the same task, if it changes. Never called for ended tracks. */
  setMuted(track: MediaStreamTrack, muted: boolean): void;
  /** Ends a remote track in a task of its own, which fires `ended`: until then it is live. */
  end(track: MediaStreamTrack): void;
  /** A new stream with this identifier. Who asks keeps it. */
  stream(id: string): MediaStream;
  /** Adds without asking the page and fires `addtrack` in the same task. */
  addTrack(stream: MediaStream, track: MediaStreamTrack): void;
  /** Removes without asking the page and fires `removetrack` in the same task. */
  removeTrack(stream: MediaStream, track: MediaStreamTrack): void;
  /**
   * The engine's name of a track that can be sent: one that was opened, or one that the page made (which is registered
   * now, so that its pictures or samples flow). Null for what cannot be sent, such as a track that has ended.
   */
  handleOf(track: MediaStreamTrack): number | null;
}
