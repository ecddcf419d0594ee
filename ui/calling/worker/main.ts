/** The media worker: sockets, decoding, and tracks that show or send pictures. The page's main thread has no part. */
import type { FromWorker, ToWorker } from "./messages";
import { Sending } from "./sending";
import { Watched, type PictureSink } from "./watched";

const watched = new Map<number, Watched>();
const sending = new Map<number, Sending>();

function post(message: FromWorker, transfer: Transferable[] = []): void {
  (self as unknown as { postMessage(message: FromWorker, transfer: Transferable[]): void }).postMessage(message, transfer);
}

function toStream(stream: WritableStream<VideoFrame>): PictureSink {
  const writer = stream.getWriter();
  return {
    write: (picture) => writer.write(picture),
    close: () => void writer.close().catch(() => undefined),
  };
}

function makeSink(feed: number, stream?: WritableStream<VideoFrame>): PictureSink {
  if (stream) return toStream(stream);
  if (typeof VideoTrackGenerator === "function") {
    const generator = new VideoTrackGenerator();
    const { track } = generator;
    post({ type: "track", feed, track }, [track as unknown as Transferable]);
    return toStream(generator.writable);
  }
  return {
    write: async (picture) => post({ type: "picture", feed, picture }, [picture]),
    close: () => undefined,
  };
}

function send(feed: number, url: string, token: string): Sending {
  sending.get(feed)?.close();
  const made = new Sending(url, token, () => {
    if (sending.get(feed) === made) sending.delete(feed);
  });
  sending.set(feed, made);
  return made;
}

function readPictures(track: MediaStreamTrack): ReadableStream<VideoFrame> | undefined {
  try {
    return typeof MediaStreamTrackProcessor === "function" ? new MediaStreamTrackProcessor({ track }).readable : undefined;
  } catch {
    // It has ended on its way here.
    return undefined;
  }
}

function receive(message: ToWorker): void {
  switch (message.type) {
    case "watch": {
      const { feed, url, token, sink } = message;
      let one = watched.get(feed);
      if (!one) {
        one = new Watched(makeSink(feed, sink), () => post({ type: "broken", feed }));
        watched.set(feed, one);
      }
      one.open(url, token);
      break;
    }
    case "unwatch":
      watched.get(message.feed)?.close();
      watched.delete(message.feed);
      break;
    case "sendPictures": {
      const one = send(message.feed, message.url, message.token);
      const pictures = message.pictures ?? (message.track && readPictures(message.track));
      if (pictures) void one.pictures(pictures).catch(() => one.close());
      break;
    }
    case "picture":
      void (sending.get(message.feed)?.picture(message.picture, message.timestampUs) ?? message.picture.close());
      break;
    case "sendSamples":
      send(message.feed, message.url, message.token).samples(message.port);
      break;
    case "stopSending":
      sending.get(message.feed)?.close();
      break;
  }
}

self.onmessage = ({ data }: MessageEvent<ToWorker>) => receive(data);
post({
  type: "ready",
  makesTracks: typeof VideoTrackGenerator === "function",
  readsTracks: typeof MediaStreamTrackProcessor === "function",
});
