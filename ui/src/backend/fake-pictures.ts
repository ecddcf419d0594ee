import { HEADER_LENGTH } from "../feeds/frame";

/** Draws moving pictures, encodes them as VP8 and posts them the way the shell does. Needs a browser's encoder. */
export class FakePictures {
  #port: MessagePort;
  #feeds = new Map<number, { stop: () => void; refresh: () => void }>();
  #looks: (feed: number) => { name: string; screen: boolean };

  constructor(port: MessagePort, looks: (feed: number) => { name: string; screen: boolean }) {
    this.#port = port;
    this.#looks = looks;
  }

  watch(feeds: readonly { feed: number; refresh: boolean }[]): void {
    if (typeof VideoEncoder === "undefined") return;
    for (const [feed, running] of this.#feeds) {
      if (feeds.some((wanted) => wanted.feed === feed)) continue;
      running.stop();
      this.#feeds.delete(feed);
    }
    for (const { feed, refresh } of feeds) {
      const running = this.#feeds.get(feed);
      if (!running) this.#feeds.set(feed, this.#start(feed));
      else if (refresh) running.refresh();
    }
  }

  stop(): void {
    this.watch([]);
  }

  #start(feed: number): { stop: () => void; refresh: () => void } {
    const { name, screen } = this.#looks(feed);
    const [width, height] = screen ? [1280, 720] : [640, 360];
    const canvas = new OffscreenCanvas(width, height);
    const context = canvas.getContext("2d");
    let key = true;
    let count = 0;
    const encoder = new VideoEncoder({
      output: (chunk) => this.#post(feed, width, height, chunk),
      error: () => undefined,
    });
    encoder.configure({ codec: "vp8", width, height, bitrate: 600_000, latencyMode: "realtime" });
    const timer = setInterval(() => {
      if (!context || encoder.state !== "configured" || encoder.encodeQueueSize > 2) return;
      if (screen) drawScreen(context, count);
      else drawPerson(context, feed, name, count);
      const picture = new VideoFrame(canvas, { timestamp: Math.round(performance.now() * 1000) });
      encoder.encode(picture, { keyFrame: key });
      picture.close();
      key = false;
      count += 1;
    }, 66);
    return {
      stop: () => {
        clearInterval(timer);
        if (encoder.state !== "closed") encoder.close();
      },
      refresh: () => (key = true),
    };
  }

  #post(feed: number, width: number, height: number, chunk: EncodedVideoChunk): void {
    const message = new ArrayBuffer(4 + HEADER_LENGTH + chunk.byteLength);
    const view = new DataView(message);
    view.setUint32(0, HEADER_LENGTH + chunk.byteLength, true);
    view.setUint8(4, 1);
    view.setUint8(5, 2);
    view.setUint8(6, chunk.type === "key" ? 1 : 0);
    view.setUint32(8, feed, true);
    view.setBigInt64(12, BigInt(chunk.timestamp), true);
    view.setUint16(20, width, true);
    view.setUint16(22, height, true);
    chunk.copyTo(new Uint8Array(message, 4 + HEADER_LENGTH));
    this.#port.postMessage(message, [message]);
  }
}

type Context = OffscreenCanvasRenderingContext2D;

function drawPerson(context: Context, feed: number, name: string, count: number): void {
  const { width, height } = context.canvas;
  const hue = (feed * 67) % 360;
  context.fillStyle = `hsl(${hue} 40% 28%)`;
  context.fillRect(0, 0, width, height);
  context.fillStyle = `hsl(${hue} 60% 62%)`;
  context.beginPath();
  context.arc(width / 2 + Math.sin(count / 12) * 60, height / 2 - 20, 60, 0, Math.PI * 2);
  context.fill();
  context.fillRect(width / 2 - 90 + Math.sin(count / 12) * 60, height / 2 + 55, 180, height);
  context.fillStyle = "#fff";
  context.font = "600 22px sans-serif";
  context.fillText(`${name} ${count}`, 20, 40);
}

function drawScreen(context: Context, count: number): void {
  const { width, height } = context.canvas;
  context.fillStyle = "#f4f4f0";
  context.fillRect(0, 0, width, height);
  context.fillStyle = "#26323a";
  context.fillRect(0, 0, width, 44);
  context.font = "28px monospace";
  for (let line = 0; line < 14; line += 1) {
    context.fillText("·".repeat(10 + ((line * 13 + count / 8) % 40)), 60, 110 + line * 40);
  }
}
