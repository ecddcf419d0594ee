/** What every SDK's page shares: the verdict that the runner waits for, and looking at a remote picture. */

const FRAMES = 30;
const LIMIT_MS = 45_000;

/** Rejects when `promise` takes too long, naming what was waited for. */
export function within(what, promise, limit = LIMIT_MS) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${limit} ms in vain for ${what}`)), limit);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** Resolves once `emitter` has said `event`. */
export function said(emitter, event) {
  return new Promise((resolve, reject) => {
    emitter.once("error", reject);
    emitter.once(event, resolve);
  });
}

/** Shows a remote stream until 30 pictures were on screen. */
export async function shown(stream) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  document.body.append(video);
  const played = video.play();
  const began = performance.now();
  let frames = 0;
  await within(
    "30 pictures",
    new Promise((resolve) => {
      const look = () => {
        frames += 1;
        if (frames >= FRAMES) resolve();
        else video.requestVideoFrameCallback(look);
      };
      video.requestVideoFrameCallback(look);
    }),
  ).catch((error) => {
    const tracks = stream.getTracks().map(({ kind, readyState, muted }) => `${kind} ${readyState}${muted ? " muted" : ""}`);
    throw new Error(`${error.message}: ${frames} shown, ${video.videoWidth} wide, ${tracks.join(", ")}`);
  });
  await played;
  const { videoWidth: width, videoHeight: height } = video;
  if (!(width > 0 && height > 0)) throw new Error(`${frames} pictures of ${width} by ${height}`);
  video.srcObject = null;
  video.remove();
  return { frames, width, height, milliseconds: Math.round(performance.now() - began) };
}

/** Camera and microphone. */
export const capture = () => navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 640, height: 360 } });

/** Ends capture; every track must say so. */
export function release(stream) {
  for (const track of stream.getTracks()) {
    track.stop();
    if (track.readyState !== "ended") throw new Error(`a stopped ${track.kind} track is ${track.readyState}`);
  }
}

/**
 * Runs the page's scenario and leaves its verdict in `window.verdict`: `{ ok }` or `{ error }`. What a page does not
 * catch is an error too, unless `expected` says otherwise.
 */
export function scenario(run, expected = () => false) {
  const errors = [];
  const note = (error) => {
    if (!expected(error)) errors.push(`${error?.message ?? ""} ${String(error?.stack ?? error)}`);
  };
  addEventListener("error", ({ error, message }) => note(error ?? message));
  addEventListener("unhandledrejection", ({ reason }) => note(reason));
  const began = performance.now();
  void within("the scenario", run(), 120_000)
    .then((ok) => {
      if (errors.length > 0) throw new Error(`uncaught: ${errors.join("; ")}`);
      return { ok: { ...ok, total: Math.round(performance.now() - began) } };
    })
    .catch((error) => ({ error: [String(error?.stack ?? error), error?.message, ...errors].join(" | ") }))
    .then((verdict) => (window.verdict = verdict));
}
