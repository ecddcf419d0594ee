import { sendSize, toI420, type Packed } from "./i420";
import { HEADER_BYTES, i420Bytes, KIND, writeHeader } from "./record";
import { PROTOCOL } from "./socket";

/** Bytes in the socket's queue beyond which pictures are left out: the engine cannot take more. */
const MAX_BUFFERED = 4_000_000;

/** Samples of a record: 10 ms at 48 kHz. */
const SAMPLES = 480;

/** A media socket on which a track of the page flows to the engine. */
export class Sending {
  #socket: WebSocket;
  #closed = false;
  #reader: ReadableStreamDefaultReader<VideoFrame> | null = null;
  #port: MessagePort | null = null;
  #canvas: OffscreenCanvas | null = null;
  #spare: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #samplesSent = 0;
  #onClosed: () => void;

  constructor(url: string, token: string, onClosed: () => void) {
    this.#onClosed = onClosed;
    this.#socket = new WebSocket(url, [PROTOCOL, `token.${token}`]);
    this.#socket.onclose = () => this.close();
  }

  /** Sends each picture of the stream until it ends. */
  async pictures(stream: ReadableStream<VideoFrame>): Promise<void> {
    const reader = stream.getReader();
    this.#reader = reader;
    for (;;) {
      const { value, done } = await reader.read();
      if (done || this.#closed) {
        value?.close();
        break;
      }
      await this.picture(value, value.timestamp);
    }
    this.close();
  }

  /** Sends the picture and closes it. */
  async picture(picture: VideoFrame | ImageBitmap, timestampUs: number): Promise<void> {
    try {
      if (this.#socket.readyState !== WebSocket.OPEN || this.#socket.bufferedAmount > MAX_BUFFERED) return;
      const packed = await this.#pack(picture);
      const message = new ArrayBuffer(HEADER_BYTES + i420Bytes(packed.width, packed.height));
      writeHeader(message, { kind: KIND.i420, key: true, width: packed.width, height: packed.height, timestampUs });
      toI420(packed, new Uint8Array(message, HEADER_BYTES));
      this.#socket.send(message);
    } catch {
      // A picture that cannot be read is left out; the next one may be readable.
    } finally {
      picture.close();
    }
  }

  /** Sends what comes through the port. */
  samples(port: MessagePort): void {
    this.#port = port;
    port.onmessage = ({ data }: MessageEvent<Float32Array>) => {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      const message = new ArrayBuffer(HEADER_BYTES + data.byteLength);
      const timestampUs = (this.#samplesSent * 1_000_000) / 48_000;
      writeHeader(message, { kind: KIND.samples, key: true, width: data.length, height: 0, timestampUs });
      new Float32Array(message, HEADER_BYTES).set(data.subarray(0, SAMPLES));
      this.#samplesSent += data.length;
      this.#socket.send(message);
    };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.close();
    void this.#reader?.cancel().catch(() => undefined);
    this.#port?.close();
    this.#onClosed();
  }

  async #pack(picture: VideoFrame | ImageBitmap): Promise<Packed> {
    const { width: sourceWidth, height: sourceHeight } = sizeOf(picture);
    const { width, height } = sendSize(sourceWidth, sourceHeight);
    const format = "format" in picture ? packedFormat(picture.format) : null;
    const plain = "codedWidth" in picture && picture.displayWidth === picture.visibleRect?.width;
    if (format && plain && width === sourceWidth && height === sourceHeight) {
      const data = this.#room(picture.allocationSize());
      const layout = await picture.copyTo(data);
      if (isTight(format, width, layout)) return { format, width, height, data };
    }
    return this.#paint(picture, width, height);
  }

  #paint(picture: VideoFrame | ImageBitmap, width: number, height: number): Packed {
    if (!this.#canvas || this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas = new OffscreenCanvas(width, height);
    }
    const context = this.#canvas.getContext("2d", { alpha: false, willReadFrequently: true });
    if (!context) throw new TypeError("no 2D context");
    context.drawImage(picture, 0, 0, width, height);
    const { data } = context.getImageData(0, 0, width, height);
    return { format: "RGBA", width, height, data: new Uint8Array(data.buffer) };
  }

  #room(bytes: number): Uint8Array<ArrayBuffer> {
    if (this.#spare.byteLength < bytes) this.#spare = new Uint8Array(bytes);
    return this.#spare.subarray(0, bytes);
  }
}

function sizeOf(picture: VideoFrame | ImageBitmap): { width: number; height: number } {
  return "codedWidth" in picture
    ? { width: picture.displayWidth, height: picture.displayHeight }
    : { width: picture.width, height: picture.height };
}

function packedFormat(format: VideoPixelFormat | null): Packed["format"] | null {
  switch (format) {
    case "I420":
    case "I420A":
      return "I420";
    case "NV12":
      return "NV12";
    case "RGBA":
    case "RGBX":
      return "RGBA";
    case "BGRA":
    case "BGRX":
      return "BGRA";
    default:
      return null;
  }
}

/** Whether the planes lie one after the other without gaps. */
function isTight(format: Packed["format"], width: number, layout: PlaneLayout[]): boolean {
  const stride = format === "RGBA" || format === "BGRA" ? width * 4 : width;
  const chroma = format === "I420" ? width / 2 : width;
  return layout[0]?.stride === stride && (layout.length === 1 || layout[1]?.stride === chroma);
}
