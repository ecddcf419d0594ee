/** What the page and its media worker say to each other. Feeds are numbered by the page. */

export type ToWorker =
  /** Shows what a media socket brings. Said again for the same feed, the new socket goes on where the old one was. */
  | { type: "watch"; feed: number; url: string; token: string; sink?: WritableStream<VideoFrame> }
  | { type: "unwatch"; feed: number }
  /** Sends the pictures of a track of the page to a media socket: the track itself, or its pictures as a stream. */
  | {
      type: "sendPictures";
      feed: number;
      url: string;
      token: string;
      track?: MediaStreamTrack;
      pictures?: ReadableStream<VideoFrame>;
    }
  /** A picture for a feed whose tracks the worker cannot read itself. */
  | { type: "picture"; feed: number; picture: VideoFrame | ImageBitmap; timestampUs: number }
  /** Sends the samples that come through `port`, as `Float32Array`s of 480, to a media socket. */
  | { type: "sendSamples"; feed: number; url: string; token: string; port: MessagePort }
  | { type: "stopSending"; feed: number };

export type FromWorker =
  /** What this engine's worker can do. First of all messages. */
  | { type: "ready"; makesTracks: boolean; readsTracks: boolean }
  /** The track that shows the feed. */
  | { type: "track"; feed: number; track: MediaStreamTrack }
  /** A picture, where the worker can make no tracks. */
  | { type: "picture"; feed: number; picture: VideoFrame }
  /** The socket is gone, or nothing on it can be decoded any more: a new one is needed. */
  | { type: "broken"; feed: number };
