import { expect, it } from "vitest";
import { Rig, settled } from "../testing/rig";
import { watchOrigin, type Network } from "./origin";

const TRAP = "https://go.trouter.skype.com/v4/a?x=1";

/** A network of hosts: each lets its pages read, answers without, or is not there. */
class FakeNetwork implements Network {
  readonly location = { origin: "foyer-calling://localhost" };
  readonly hosts: Record<string, "reads" | "refuses"> = {};
  readonly asked: string[] = [];
  readonly XMLHttpRequest = class extends EventTarget {
    open(): void {}
  } as unknown as typeof XMLHttpRequest;

  fetch = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> => {
    const { host } = new URL(input instanceof Request ? input.url : String(input), "foyer-calling://localhost");
    this.asked.push(`${init?.mode ?? "cors"} ${host}`);
    const kind = this.hosts[host];
    if (init?.mode === "no-cors" && kind) return Promise.resolve({ type: "opaque" } as Response);
    if (kind === "reads") return Promise.resolve({ type: "cors" } as Response);
    return Promise.reject(new TypeError("Load failed"));
  };
}

/** A call whose SDK asks `url` before it makes an agent. */
async function joined(network: FakeNetwork, ...urls: string[]): Promise<Rig> {
  const rig = new Rig();
  watchOrigin(network, rig.tell);
  rig.fake.beforeAgent = async () => {
    for (const url of urls) await network.fetch(url).catch(() => undefined);
  };
  await rig.joined();
  await settled();
  return rig;
}

const refusals = (rig: Rig): string[] => rig.all("originRefused").map(({ host }) => host);

it("tells of a server that is there and does not answer this page, once", async () => {
  const network = new FakeNetwork();
  const { fetch } = network;
  network.hosts["go.trouter.skype.com"] = "refuses";
  network.hosts["b.skype.com"] = "refuses";
  const rig = await joined(network, TRAP, TRAP, "https://b.skype.com/");
  expect(refusals(rig)).toEqual(["go.trouter.skype.com"]);
  expect(network.fetch).toBe(fetch);
});

it("tells nothing where there is no network, and goes on watching until there is", async () => {
  const network = new FakeNetwork();
  const rig = await joined(network, TRAP, "https://b.skype.com/");
  expect(refusals(rig)).toEqual([]);
  network.hosts["go.trouter.skype.com"] = "refuses";
  await expect(network.fetch(TRAP)).rejects.toThrow("Load failed");
  await settled();
  expect(refusals(rig)).toEqual(["go.trouter.skype.com"]);
});

it("watches no longer once a server has answered", async () => {
  const network = new FakeNetwork();
  const { fetch } = network;
  const { open } = network.XMLHttpRequest.prototype;
  network.hosts["a.skype.com"] = "reads";
  network.hosts["go.trouter.skype.com"] = "refuses";
  const rig = await joined(network, "https://a.skype.com/", TRAP);
  expect(refusals(rig)).toEqual([]);
  expect(network.fetch).toBe(fetch);
  expect(network.XMLHttpRequest.prototype.open).toBe(open);
});

it("leaves the app's own requests alone", async () => {
  const network = new FakeNetwork();
  const rig = await joined(network, "ipc://localhost/calling_tell", "/x.js", "http://ipc.localhost/x");
  expect(refusals(rig)).toEqual([]);
  expect(network.asked).toHaveLength(3);
});

it("hears of XMLHttpRequest too", async () => {
  const network = new FakeNetwork();
  network.hosts["go.trouter.skype.com"] = "refuses";
  const rig = new Rig();
  watchOrigin(network, rig.tell);
  const request = new network.XMLHttpRequest();
  request.open("GET", TRAP);
  request.dispatchEvent(new Event("error"));
  await settled();
  expect(refusals(rig)).toEqual(["go.trouter.skype.com"]);
});
