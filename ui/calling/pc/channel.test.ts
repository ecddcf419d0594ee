import { beforeEach, expect, test } from "vitest";
import { negotiate, next, openPage, record, settle, type Page } from "../testing/page";

let page: Page;

beforeEach(() => {
  page = openPage();
});

const utf8 = new TextEncoder();
const made = (): number => page.engine.commandsOf("channelNew").at(-1)!.channel;

async function openChannel(options: RTCDataChannelInit = {}): Promise<RTCDataChannel> {
  const channel = new RTCPeerConnection().createDataChannel("x", options);
  await settle();
  page.engine.tell({ event: "channelOpen", channel: made(), id: 0 });
  await next(channel, "open");
  return channel;
}

test("a channel opens, sends, counts and closes", async () => {
  const channel = await openChannel();
  channel.bufferedAmountLowThreshold = 3;
  channel.send("héllo");
  channel.send(new Uint8Array([1, 2, 3]).subarray(1));
  expect(channel.bufferedAmount).toBe(8);
  expect(page.engine.messages.map(({ kind, payload }) => [kind, [...payload]])).toEqual([
    ["text", [...utf8.encode("héllo")]],
    ["bytes", [2, 3]],
  ]);
  page.engine.tell({ event: "channelSent", channel: made(), bytes: 6 });
  await next(channel, "bufferedamountlow");
  expect(channel.bufferedAmount).toBe(2);
  const seen = record(channel, "closing", "close", "error");
  channel.close();
  expect(channel.readyState).toBe("closing");
  await settle();
  expect(page.engine.commandsOf("channelClose")).toHaveLength(1);
  page.engine.tell({ event: "channelClosed", channel: made(), error: null });
  await settle();
  expect([channel.readyState, seen]).toEqual(["closed", ["close"]]);
  expect(() => channel.send("x")).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
});

test("blobs keep their place among other messages", async () => {
  const channel = await openChannel();
  channel.send(new Blob(["one"]));
  channel.send("two");
  channel.close();
  await settle();
  expect(page.engine.messages.map(({ payload }) => new TextDecoder().decode(payload))).toEqual(["one", "two"]);
  expect(page.engine.commandsOf("channelClose")).toHaveLength(1);
});

test("messages arrive as the page wants them", async () => {
  const channel = await openChannel();
  const data: unknown[] = [];
  channel.onmessage = (event) => data.push(event.data);
  page.engine.say(made(), "text", utf8.encode("\uFEFFa"));
  page.engine.say(made(), "bytes", new Uint8Array([7]));
  await settle();
  channel.binaryType = "blob";
  page.engine.say(made(), "bytes", new Uint8Array([8]));
  await settle();
  expect(data[0]).toBe("\uFEFFa");
  expect(new Uint8Array(data[1] as ArrayBuffer)).toEqual(new Uint8Array([7]));
  expect(data[2]).toBeInstanceOf(Blob);
});

test("a channel of the far side can be used at once, and opens before its messages come", async () => {
  const pc = new RTCPeerConnection();
  const seen: string[] = [];
  pc.ondatachannel = ({ channel }) => {
    seen.push(`datachannel ${channel.readyState} ${channel.label} ${channel.id}`);
    channel.onopen = () => seen.push("open");
    channel.onmessage = ({ data }) => seen.push(String(data));
    channel.send("early");
  };
  await settle();
  const handle = page.engine.commandsOf("pcNew")[0]!.pc;
  const channel = page.engine.handle();
  const init = { label: "far", ordered: true, maxPacketLifeTime: null, maxRetransmits: null, protocol: "" };
  page.engine.tell({ event: "channelNew", pc: handle, channel, init: { ...init, negotiated: false, id: 1, priority: "low" } });
  page.engine.say(channel, "text", utf8.encode("hello"));
  await settle();
  expect(seen).toEqual(["datachannel open far 1", "open", "hello"]);
  expect(page.engine.messages).toHaveLength(1);
});

test("closing by the far side, failing, and closing the connection", async () => {
  const [closed, failed, abandoned] = [await openChannel(), await openChannel(), await openChannel()];
  const handles = page.engine.commandsOf("channelNew").map(({ channel }) => channel);
  const log = [closed, failed, abandoned].map((channel) => record(channel, "closing", "close", "error"));
  const error = { name: "RTCError", message: "lost", detail: "sctp-failure", sdpLine: null, sctpCause: 12, constraint: null };
  const told = next<RTCErrorEvent>(failed, "error");
  page.engine.tell(
    { event: "channelClosing", channel: handles[0]! },
    { event: "channelClosed", channel: handles[0]!, error: null },
    { event: "channelClosed", channel: handles[1]!, error },
  );
  expect((await told).error).toMatchObject({ errorDetail: "sctp-failure", sctpCauseCode: 12, message: "lost" });
  await settle();
  expect(log).toEqual([["closing", "close"], ["error", "close"], []]);
});

test("a connection that closes takes its channels along without a word", async () => {
  const pc = new RTCPeerConnection();
  const channel = pc.createDataChannel("x");
  const seen = record(channel, "closing", "close", "error");
  pc.close();
  await settle();
  expect([channel.readyState, seen]).toEqual(["closed", []]);
});

test("ids follow the DTLS role as soon as it is agreed on", async () => {
  const [a, b] = [new RTCPeerConnection(), new RTCPeerConnection()];
  const [first, second] = [a.createDataChannel("1"), a.createDataChannel("2", { negotiated: true, id: 1 })];
  expect([first.id, second.id, a.sctp]).toEqual([null, 1, null]);
  await negotiate(a, b);
  // The answerer is the DTLS client, so the offerer's channels have odd ids.
  expect([first.id, a.createDataChannel("3").id, b.createDataChannel("4").id]).toEqual([3, 5, 0]);
  expect([a.sctp?.state, a.sctp?.maxMessageSize, b.sctp?.transport.state]).toEqual(["connecting", 65536, "new"]);
  expect(() => a.createDataChannel("5", { negotiated: true, id: 1 })).toThrow(
    expect.objectContaining({ name: "OperationError" }),
  );
});

test("what cannot be is refused at once", () => {
  const pc = new RTCPeerConnection();
  const make = (label: string, options: RTCDataChannelInit) => () => pc.createDataChannel(label, options);
  expect(make("x", { negotiated: true })).toThrow(TypeError);
  expect(make("x", { negotiated: true, id: 65535 })).toThrow(TypeError);
  expect(make("x", { maxPacketLifeTime: 0, maxRetransmits: 0 })).toThrow(TypeError);
  expect(make("µ".repeat(32768), {})).toThrow(TypeError);
  expect(() => pc.createDataChannel("x").send("too early")).toThrow(expect.objectContaining({ name: "InvalidStateError" }));
});
