import { Decoding } from "./decoding";
import { i420Bytes, KIND, readRecord, type MediaRecord } from "./record";
import { PROTOCOL } from "./socket";

/** Where the pictures of a feed go. */
export interface PictureSink {
  /** Takes the picture and closes it. Settles once another one is welcome. */
  write(picture: VideoFrame): Promise<void>;
  close(): void;
}

/** Pictures that wait for the sink. More would only be late. */
const MAX_WAITING = 2;

/** A feed that the page shows: what comes on its media socket goes to its sink as pictures. */
export class Watched {
  #sink: PictureSink;
  #onBroken: () => void;
  #socket: WebSocket | null = null;
  #decoding: Decoding | null = null;
  #waiting = 0;

  constructor(sink: PictureSink, onBroken: () => void) {
    this.#sink = sink;
    this.#onBroken = onBroken;
  }

  /** Goes on with this socket. */
  open(url: string, token: string): void {
    this.#leave();
    const socket = new WebSocket(url, [PROTOCOL, `token.${token}`]);
    socket.binaryType = "arraybuffer";
    const decoding = new Decoding({
      onPicture: (picture) => this.#show(picture),
      onBroken: () => this.#break(socket),
      onCredit: (records) => this.#grant(socket, records),
    });
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      const record = data instanceof ArrayBuffer ? readRecord(data) : null;
      if (!record) return;
      if (record.kind === KIND.i420) this.#wrap(record, socket);
      else decoding.push(record);
    };
    socket.onclose = () => this.#break(socket);
    this.#socket = socket;
    this.#decoding = decoding;
  }

  close(): void {
    this.#leave();
    this.#sink.close();
  }

  #wrap(record: MediaRecord, socket: WebSocket): void {
    const { width, height, payload } = record;
    if (width === 0 || height === 0 || payload.byteLength < i420Bytes(width, height)) {
      this.#grant(socket, 1);
      return;
    }
    const picture = new VideoFrame(payload, {
      format: "I420",
      codedWidth: width,
      codedHeight: height,
      timestamp: record.timestampUs,
    });
    void this.#show(picture).then(() => this.#grant(socket, 1));
  }

  async #show(picture: VideoFrame): Promise<void> {
    if (this.#waiting >= MAX_WAITING) {
      picture.close();
      return;
    }
    this.#waiting += 1;
    try {
      await this.#sink.write(picture);
    } catch {
      picture.close();
    } finally {
      this.#waiting -= 1;
    }
  }

  #grant(socket: WebSocket, records: number): void {
    if (socket.readyState === WebSocket.OPEN) socket.send(`{"credit":${records}}`);
  }

  #break(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#leave();
    this.#onBroken();
  }

  #leave(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
    this.#decoding?.close();
    this.#decoding = null;
  }
}
