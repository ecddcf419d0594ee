import { afterEach, describe, expect, test, vi } from "vitest";
import { openFrameSource } from "./source";

const bytes = (...values: number[]) => Uint8Array.from(values).buffer;

afterEach(() => vi.unstubAllGlobals());

describe("the scheme", () => {
  test("is polled until it is gone, and empty answers only mean to ask again", async () => {
    const answers = [
      new Response(bytes(1, 2)),
      new Response(bytes()),
      new Response(bytes(3)),
      new Response(null, { status: 410 }),
    ];
    const fetched = vi.fn(async () => answers.shift() ?? new Response(null, { status: 410 }));
    vi.stubGlobal("fetch", fetched);
    const got: number[][] = [];
    openFrameSource({ kind: "scheme", url: "foyer-frames://localhost/1" }).start(
      (message) => got.push([...new Uint8Array(message)]),
      () => undefined,
    );
    await vi.waitFor(() => expect(fetched).toHaveBeenCalledTimes(4));
    await Promise.resolve();
    expect(got).toEqual([[1, 2], [3]]);
  });

  test("tells of a gap and goes on after an error", async () => {
    const answers: (() => Response)[] = [
      () => {
        throw new TypeError("network");
      },
      () => new Response(bytes(7)),
      () => new Response(null, { status: 410 }),
    ];
    vi.stubGlobal("fetch", async () => answers.shift()?.());
    const events: string[] = [];
    openFrameSource({ kind: "scheme", url: "x:1" }).start(
      () => events.push("message"),
      () => events.push("gap"),
    );
    await vi.waitFor(() => expect(events).toEqual(["gap", "message"]));
  });

  test("is silent once it was stopped", async () => {
    let answer: (response: Response) => void = () => undefined;
    vi.stubGlobal("fetch", () => new Promise<Response>((resolve) => (answer = resolve)));
    const got: ArrayBuffer[] = [];
    const source = openFrameSource({ kind: "scheme", url: "x:1" });
    source.start(
      (message) => got.push(message),
      () => undefined,
    );
    source.stop();
    answer(new Response(bytes(1)));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(got).toEqual([]);
  });
});

describe("the socket", () => {
  class RecordedSocket {
    static readonly made: RecordedSocket[] = [];
    binaryType = "blob";
    onopen: (() => void) | null = null;
    onmessage: ((event: { data: unknown }) => void) | null = null;
    onclose: (() => void) | null = null;
    readonly protocols: string[];

    constructor(_url: string, protocols: string[]) {
      this.protocols = protocols;
      RecordedSocket.made.push(this);
    }

    close(): void {
      this.onclose?.();
    }
  }

  test("carries its token as a subprotocol, takes binary messages only and connects again", async () => {
    vi.stubGlobal("WebSocket", RecordedSocket);
    const got: ArrayBuffer[] = [];
    let gaps = 0;
    const source = openFrameSource({ kind: "websocket", url: "ws://127.0.0.1:1/", token: "secret" });
    source.start(
      (message) => got.push(message),
      () => (gaps += 1),
    );
    const [first] = RecordedSocket.made;
    expect(first?.protocols).toEqual(["foyer-frames", "secret"]);
    expect(first?.binaryType).toBe("arraybuffer");
    first?.onmessage?.({ data: "text" });
    first?.onmessage?.({ data: bytes(1) });
    expect(got).toHaveLength(1);
    first?.close();
    expect(gaps).toBe(1);
    await vi.waitFor(() => expect(RecordedSocket.made).toHaveLength(2));
    source.stop();
    expect(gaps).toBe(1);
  });
});
