// What the SDK makes of this webview, for the doctor and for the log.

import { count, text } from "./guard";
import type { DebugInfo } from "./features";
import type { Guard } from "./guard";
import type { Tell } from "./outbox";
import type { Client, Sdk, VideoDevice } from "./sdk";

/** How long a preview may take to show its first picture. */
const PREVIEW_MS = 20_000;
/** Between reports of the timers. */
const TIMERS_MS = 5_000;

export async function tellEnvironment(sdk: Sdk, client: Client, guard: Guard, tell: Tell): Promise<void> {
  const debug = guard.feature<DebugInfo>(sdk, client, "DebugInfo");
  if (!debug) return;
  await guard.attempt("environment", async () => {
    const info = await debug.getEnvironmentInfo();
    tell({
      event: "environment",
      environment: {
        platform: text(info.environment?.platform),
        browser: text(info.environment?.browser),
        browserVersion: text(info.environment?.browserVersion),
        supportedPlatform: info.isSupportedPlatform === true,
        supportedBrowser: info.isSupportedBrowser === true,
        supportedBrowserVersion: info.isSupportedBrowserVersion === true,
        supported: info.isSupportedEnvironment === true,
      },
    });
  });
}

/** Answers with the first camera. */
export async function tellCameras(client: Client, guard: Guard, tell: Tell): Promise<VideoDevice | null> {
  let first: VideoDevice | null = null;
  await guard.attempt("cameras", async () => {
    const devices = await client.getDeviceManager();
    await devices.askDevicePermission({ audio: true, video: true });
    const cameras = await devices.getCameras();
    tell({ event: "cameras", labels: cameras.map((camera) => text(camera.name)) });
    first = cameras[0] ?? null;
  });
  return first;
}

/** Plays a camera in the page as the SDK does, until its first picture. */
export async function tellPreview(sdk: Sdk, camera: VideoDevice, guard: Guard, tell: Tell): Promise<void> {
  await guard.attempt("preview", async () => {
    const stream = sdk.video(camera);
    const renderer = sdk.renderer(stream);
    try {
      const view = await soon(renderer.createView());
      document.body.append(view.target);
      const { width, height } = await firstPicture(view.target);
      tell({ event: "preview", width, height });
      view.target.remove();
      view.dispose();
    } finally {
      renderer.dispose();
      stream.dispose();
    }
  });
}

/** A webview that asks nobody may leave a page waiting for ever. */
function soon<T>(opening: Promise<T>): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error("the camera does not open")), PREVIEW_MS);
  });
  return Promise.race([opening, late]);
}

/** Counts a short timer for as long as the page lives. */
export function tellTimers(tell: Tell): void {
  const begin = performance.now();
  let ticks = 0;
  let told = begin;
  const tick = (): void => {
    ticks += 1;
    const now = performance.now();
    if (now - told >= TIMERS_MS) {
      told = now;
      tell({ event: "timers", elapsedMs: count(now - begin), ticks });
    }
    setTimeout(tick, 50);
  };
  setTimeout(tick, 50);
}

function firstPicture(target: HTMLElement): Promise<{ width: number; height: number }> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const video = target instanceof HTMLVideoElement ? target : target.querySelector("video");
      if (!video || video.videoWidth === 0 || video.currentTime === 0) return;
      clearInterval(looking);
      clearTimeout(late);
      resolve({ width: video.videoWidth, height: video.videoHeight });
    };
    const looking = setInterval(look, 50);
    const late = setTimeout(() => {
      clearInterval(looking);
      reject(new Error("no picture played"));
    }, PREVIEW_MS);
  });
}
