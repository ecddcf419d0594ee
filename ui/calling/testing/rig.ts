// A driver on the scripted SDK, with everything that it told.

import { Driver } from "../driver/driver";
import type { CallingEvent, CallingJoin, CallingRequest } from "../wire/contract";
import { FakeSdk } from "./fake-sdk";

export const JOIN: CallingJoin = {
  locator: { by: "link", url: "https://teams.microsoft.com/meet/1?p=x" },
  name: "Ada",
  app: { name: "foyer", version: "1" },
  muted: true,
  camera: false,
  relays: [],
};

type Named<E extends CallingEvent["event"]> = Extract<CallingEvent, { event: E }>;

export class FakeTrack {
  stopped = false;
  readonly id = "own";

  stop(): void {
    this.stopped = true;
  }
}

export class Rig {
  readonly fake = new FakeSdk();
  readonly told: CallingEvent[] = [];
  readonly tracks: FakeTrack[] = [];
  /** Ids of cameras that were asked for. */
  readonly cameras: (string | null)[] = [];
  mediaError: Error | null = null;
  readonly tell = (event: CallingEvent): void => void this.told.push(event);
  readonly driver = new Driver({
    load: this.fake.load,
    media: { camera: (id) => this.#media(id), screen: () => this.#media() },
    tell: this.tell,
  });

  async ask(request: CallingRequest): Promise<void> {
    await this.driver.take(request);
    await settled();
  }

  async joined(join: Partial<CallingJoin> = {}): Promise<void> {
    await this.ask({ request: "join", join: { ...JOIN, ...join } });
  }

  all<E extends CallingEvent["event"]>(event: E): Named<E>[] {
    return this.told.filter((one): one is Named<E> => one.event === event);
  }

  last<E extends CallingEvent["event"]>(event: E): Named<E> {
    const last = this.all(event).at(-1);
    if (!last) throw new Error(`nothing told of ${event}: ${JSON.stringify(this.told)}`);
    return last;
  }

  #media(id?: string | null): Promise<MediaStream> {
    if (id !== undefined) this.cameras.push(id);
    if (this.mediaError) return Promise.reject(this.mediaError);
    const track = new FakeTrack();
    this.tracks.push(track);
    return Promise.resolve({ getTracks: () => [track], getVideoTracks: () => [track] } as unknown as MediaStream);
  }
}

/** Everything that waits for nothing but its turn has had it. */
export async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
}
