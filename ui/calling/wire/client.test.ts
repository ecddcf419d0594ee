import { expect, test } from "vitest";
import { FakeEngine } from "../testing/fake-engine";
import { settle } from "../testing/page";
import { Client } from "./client";
import { takeOpening } from "./opening";
import { queueTask } from "./tasks";

test("the commands of one turn leave together, in order, with those that must see them last", async () => {
  const engine = new FakeEngine();
  const client = new Client(engine);
  engine.open();
  client.askLast({ op: "devices" }, () => undefined);
  const sent = client.send({ op: "pcClose", pc: 1 });
  expect(sent.seq).toBe(0);
  await Promise.resolve();
  expect(engine.batches).toEqual([[{ op: "pcClose", pc: 1 }, { op: "devices" }]]);
  expect(sent.seq).toBe(1);
});

test("what is said before the socket opens is not lost", async () => {
  const engine = new FakeEngine();
  const client = new Client(engine);
  client.send({ op: "pcClose", pc: 1 });
  client.sendMessage(3, "text", new Uint8Array([65]));
  await settle();
  expect(engine.commands).toEqual([]);
  engine.open();
  expect([engine.commands.length, engine.messages.length]).toEqual([1, 1]);
});

test("every event has a task of its own, with its microtasks", async () => {
  const engine = new FakeEngine();
  const client = new Client(engine);
  const seen: string[] = [];
  client.on("trackEnded", ({ track }) => {
    seen.push(`event ${track}`);
    queueMicrotask(() => seen.push(`microtask ${track}`));
  });
  client.listen(4, () => seen.push("listener of 4"));
  engine.tell({ event: "trackEnded", track: 2 }, { event: "trackEnded", track: 4 });
  await settle();
  expect(seen).toEqual(["event 2", "microtask 2", "event 4", "listener of 4", "microtask 4"]);
});

test("requests are refused once the socket is gone, and those under way too", async () => {
  const engine = new FakeEngine();
  const client = new Client(engine);
  engine.open();
  engine.hold();
  const under = client.request({ op: "devices" });
  await settle();
  let lost = 0;
  client.onLost(() => (lost += 1));
  engine.close();
  await expect(under).rejects.toMatchObject({ name: "OperationError" });
  await expect(client.request({ op: "devices" })).rejects.toMatchObject({ name: "OperationError" });
  expect([client.lost, lost]).toEqual([true, 1]);
});

test("handles of the page are odd", () => {
  const client = new Client(new FakeEngine());
  expect([client.handle(), client.handle()]).toEqual([1, 3]);
});

test("the opening can be taken once", () => {
  const global = { __foyerBridge: { url: "ws://127.0.0.1:1", token: "t", capabilities: {}, devices: [] } };
  expect(takeOpening(global)?.token).toBe("t");
  expect(takeOpening(global)).toBeNull();
  expect("__foyerBridge" in global).toBe(false);
});

test("tasks run in order with their microtasks", async () => {
  const seen: string[] = [];
  queueTask(() => {
    queueMicrotask(() => seen.push("microtask"));
    queueTask(() => seen.push("third"));
    seen.push("first");
  });
  queueTask(() => seen.push("second"));
  await settle();
  expect(seen).toEqual(["first", "microtask", "second", "third"]);
});
