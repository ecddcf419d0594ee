// Our own pictures: taken from the page's W3C entry points, which are Foyer's, and handed to the SDK as MediaStreams.

import type { Call, LocalStream, Sdk } from "./sdk";

/** Where our pictures come from. Which camera or screen it is was chosen outside of the page. */
export interface Media {
  /** This one; null for the system's default. */
  camera(id: string | null): Promise<MediaStream>;
  screen(): Promise<MediaStream>;
}

export const pageMedia: Media = {
  camera: (id) =>
    navigator.mediaDevices.getUserMedia({
      video: { width: 1280, height: 720, frameRate: 30, ...(id !== null && { deviceId: { exact: id } }) },
    }),
  screen: () => navigator.mediaDevices.getDisplayMedia({ video: true }),
};

interface Open {
  readonly media: MediaStream;
  readonly stream: LocalStream;
}

export class OwnMedia {
  readonly #sdk: Sdk;
  readonly #media: Media;
  #camera: Open | null = null;
  #share: Open | null = null;
  /** Requests come faster than devices open: one after the other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(sdk: Sdk, media: Media) {
    this.#sdk = sdk;
    this.#media = media;
  }

  /** The camera's stream for joining with. */
  async openCamera(id: string | null): Promise<LocalStream> {
    this.#camera ??= await this.#open(this.#media.camera(id));
    return this.#camera.stream;
  }

  setCamera(call: Call, on: boolean, id: string | null): Promise<void> {
    return this.#inTurn(async () => {
      if (on) {
        const stream = await this.openCamera(id);
        if (call.isLocalVideoStarted !== true) await call.startVideo(stream as never);
        return;
      }
      const camera = this.#camera;
      this.#camera = null;
      if (!camera) return;
      try {
        await call.stopVideo(camera.stream as never);
      } finally {
        close(camera);
      }
    });
  }

  setShare(call: Call, on: boolean): Promise<void> {
    return this.#inTurn(async () => {
      const before = this.#share;
      this.#share = null;
      if (before) {
        try {
          await call.stopScreenSharing();
        } finally {
          close(before);
        }
      }
      if (!on) return;
      const share = await this.#open(this.#media.screen());
      this.#share = share;
      await call.startScreenSharing(share.stream as never);
    });
  }

  /** Everything off, whatever the SDK thinks. */
  release(): void {
    for (const open of [this.#camera, this.#share]) if (open) close(open);
    this.#camera = null;
    this.#share = null;
  }

  async #open(opening: Promise<MediaStream>): Promise<Open> {
    const media = await opening;
    return { media, stream: this.#sdk.video(media) };
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(work);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

function close({ media, stream }: Open): void {
  for (const track of media.getTracks()) track.stop();
  try {
    stream.dispose();
  } catch {
    // Disposed of with its call.
  }
}
