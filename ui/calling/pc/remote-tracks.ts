/** Processing remote tracks (webrtc-pc § 5.1.1): which streams gain and lose them, and what `track` events tell. */
import type { WireDirection } from "../wire/contract";
import { realm } from "./realm";
import { receives, type TransceiverImpl } from "./transceiver";

interface Membership {
  readonly stream: MediaStream;
  readonly track: MediaStreamTrack;
}

interface TrackNews {
  readonly transceiver: TransceiverImpl;
  readonly streams: MediaStream[];
}

/** What a description changed of remote tracks, collected while slots are set and told afterwards. */
export class RemoteTrackChanges {
  readonly muted: MediaStreamTrack[] = [];
  readonly added: Membership[] = [];
  readonly removed: Membership[] = [];
  readonly news: TrackNews[] = [];
  readonly #streamOf: (id: string) => MediaStream;

  /** `streamOf` gives the connection's stream with an id, made where there is none. */
  constructor(streamOf: (id: string) => MediaStream) {
    this.#streamOf = streamOf;
  }

  /** The far side sends in these streams now, or (`direction`) not at all. */
  process(transceiver: TransceiverImpl, direction: WireDirection | null, streamIds: readonly string[]): void {
    const before = this.added.length;
    this.setStreams(transceiver, streamIds);
    const fired = receives(transceiver.firedDirection);
    if (receives(direction)) {
      if (!fired || this.added.length > before) {
        this.news.push({ transceiver, streams: [...transceiver.receiver.streams] });
      }
    } else {
      transceiver.receptive = false;
      if (fired) {
        this.remove(transceiver);
      }
    }
    transceiver.firedDirection = direction;
  }

  /** Sets the streams that the receiver's track is in. */
  setStreams({ receiver }: TransceiverImpl, streamIds: readonly string[]): void {
    const streams = [...new Set(streamIds)].map((id) => this.#streamOf(id));
    const { track } = receiver;
    const pair = (stream: MediaStream): Membership => ({ stream, track });
    this.removed.push(...receiver.streams.filter((stream) => !streams.includes(stream)).map(pair));
    this.added.push(...streams.filter((stream) => !receiver.streams.includes(stream)).map(pair));
    receiver.streams = streams;
  }

  /** The track will not receive for now. */
  remove({ receiver }: TransceiverImpl): void {
    this.muted.push(receiver.track);
  }

  /** Mutes, removes and adds, in this order, while `goOn` says so. */
  perform(goOn: () => boolean): void {
    const { media } = realm();
    for (const track of this.muted) {
      if (goOn() && track.readyState === "live") {
        media.setMuted(track, true);
      }
    }
    for (const { stream, track } of this.removed) {
      if (goOn()) {
        media.removeTrack(stream, track);
      }
    }
    for (const { stream, track } of this.added) {
      if (goOn()) {
        media.addTrack(stream, track);
      }
    }
  }
}
