/** How encoded pictures reach the worker. The backend names the way, the worker opens it. */
export type FrameSourceSpec =
  | { kind: "websocket"; url: string; token: string }
  | { kind: "scheme"; url: string }
  | { kind: "port"; port: MessagePort };

export interface FrameSource {
  /** `onMessage` gets batches (`splitBatch`). `onGap` tells that messages may be missing before the next one. */
  start(onMessage: (message: ArrayBuffer) => void, onGap: () => void): void;
  stop(): void;
}

export function openFrameSource(spec: FrameSourceSpec): FrameSource {
  switch (spec.kind) {
    case "websocket":
      return new SocketSource(spec.url, spec.token);
    case "scheme":
      return new SchemeSource(spec.url);
    case "port":
      return new PortSource(spec.port);
  }
}

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 2000;
const GONE = 410;

/** A loopback socket. The token travels as second subprotocol: in a URL it would end up in logs. */
class SocketSource implements FrameSource {
  #url: string;
  #token: string;
  #socket: WebSocket | null = null;
  #retryMs = FIRST_RETRY_MS;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #stopped = false;

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  start(onMessage: (message: ArrayBuffer) => void, onGap: () => void): void {
    const socket = new WebSocket(this.#url, ["foyer-frames", this.#token]);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => {
      this.#retryMs = FIRST_RETRY_MS;
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) onMessage(data);
    };
    socket.onclose = () => {
      if (this.#stopped) return;
      onGap();
      this.#timer = setTimeout(() => this.start(onMessage, onGap), this.#retryMs);
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    };
    this.#socket = socket;
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#socket?.close();
  }
}

/** Long polls the app's own scheme: each answer is one batch, an empty one means "ask again", 410 the end. */
class SchemeSource implements FrameSource {
  #url: string;
  #abort = new AbortController();

  constructor(url: string) {
    this.#url = url;
  }

  start(onMessage: (message: ArrayBuffer) => void, onGap: () => void): void {
    void this.#poll(onMessage, onGap);
  }

  stop(): void {
    this.#abort.abort();
  }

  async #poll(onMessage: (message: ArrayBuffer) => void, onGap: () => void): Promise<void> {
    const { signal } = this.#abort;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      try {
        const answer = await fetch(this.#url, { cache: "no-store", signal });
        if (answer.status === GONE) return;
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        const message = await answer.arrayBuffer();
        retryMs = FIRST_RETRY_MS;
        if (message.byteLength > 0 && !signal.aborted) onMessage(message);
      } catch {
        if (signal.aborted) return;
        onGap();
        await new Promise((resolve) => setTimeout(resolve, retryMs));
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
  }
}

/** Messages that the page gets and passes on. */
class PortSource implements FrameSource {
  #port: MessagePort;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  start(onMessage: (message: ArrayBuffer) => void): void {
    this.#port.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (data instanceof ArrayBuffer) onMessage(data);
    };
  }

  stop(): void {
    this.#port.close();
  }
}
