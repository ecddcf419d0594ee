/** A page with the polyfill's connections over a fake engine. Import it first: it installs the interfaces. */
import { install } from "../idl/runtime";
import "../idl/values";
import { exposeStopped, implementConnections } from "../pc/install";
import { enterRealm } from "../pc/realm";
import { Client } from "../wire/client";
import type { Capabilities } from "../wire/contract";
import { CODECS } from "./fake-connection";
import { FakeEngine } from "./fake-engine";
import { defineMedia, FakeMedia } from "./fake-media";

defineMedia();
implementConnections();
install(globalThis);
exposeStopped(globalThis);

const headerExtensions = [{ uri: "urn:ietf:params:rtp-hdrext:sdes:mid", id: 0 }];
const capabilities: Capabilities = {
  audio: { codecs: CODECS.audio, headerExtensions },
  video: { codecs: CODECS.video, headerExtensions },
};

/** What a test works with. */
export interface Page {
  readonly engine: FakeEngine;
  readonly client: Client;
  readonly media: FakeMedia;
}

/** Starts over: connections made from now on speak to a new engine. */
export function openPage(): Page {
  const engine = new FakeEngine();
  const client = new Client(engine);
  const media = new FakeMedia();
  enterRealm({ client, media, capabilities });
  engine.open();
  return { engine, client, media };
}

/** Resolves with the next event of this type. */
export function next<E extends Event>(target: EventTarget, type: string): Promise<E> {
  return new Promise((resolve) => target.addEventListener(type, (event) => resolve(event as E), { once: true }));
}

/** Lets all tasks run that are queued, and those that they queue. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    await new Promise((resolve) => setTimeout(resolve));
  }
}

/** Writes down the types of events as they come. */
export function record(target: EventTarget, ...types: string[]): string[] {
  const seen: string[] = [];
  types.forEach((type) => target.addEventListener(type, () => seen.push(type)));
  return seen;
}

/** A whole offer and answer. */
export async function negotiate(offerer: RTCPeerConnection, answerer: RTCPeerConnection): Promise<void> {
  await offerer.setLocalDescription();
  await answerer.setRemoteDescription(offerer.localDescription!);
  await answerer.setLocalDescription();
  await offerer.setRemoteDescription(answerer.localDescription!);
}
