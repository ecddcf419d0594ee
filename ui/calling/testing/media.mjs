/**
 * The media part in real browsers: `node calling/testing/media.mjs webkit|chromium [name …]`. WebKitGTK needs a display.
 * Prints what was measured, and fails if anything is not as it must be.
 */
import assert from "node:assert/strict";
import { openBrowser } from "./browser.mjs";
import { bundle } from "./bundle.mjs";
import { h264 } from "./fixture.mjs";
import { startHost } from "./host.mjs";

const [kind, ...only] = process.argv.slice(2);
const host = await startHost({ scripts: { media: await bundle("./media-page.ts") }, encoded: h264(640, 360) });

async function until(condition, what, limitMs = 20_000) {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error(`not in time: ${what} ${JSON.stringify(host.state.received)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const tests = {
  async camera(page) {
    const seen = await page.run(async () => {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: { min: 1280, max: 1280 }, height: 720 } });
      const [track] = stream.getTracks();
      const video = document.createElement("video");
      document.body.append(video);
      const events = [];
      for (const name of ["loadedmetadata", "playing", "resize"]) {
        video.addEventListener(name, () => events.push(`${name} ${video.videoWidth}x${video.videoHeight}`));
      }
      const began = performance.now();
      video.muted = true;
      video.srcObject = stream;
      await video.play();
      const playMs = Math.round(performance.now() - began);
      let frames = 0;
      const count = () => {
        frames += 1;
        video.requestVideoFrameCallback(count);
      };
      video.requestVideoFrameCallback(count);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      const fps = frames / 5;
      const canvas = new OffscreenCanvas(64, 36);
      const context = canvas.getContext("2d");
      context.drawImage(video, 0, 0, 64, 36);
      const pixel = [...context.getImageData(2, 2, 1, 1).data];
      const result = { events, playMs, fps, pixel, size: [video.videoWidth, video.videoHeight], same: video.srcObject === stream };
      result.settings = track.getSettings();
      result.label = track.label;
      result.tag = Object.prototype.toString.call(track);
      result.byId = stream.getTrackById(track.id) === track;
      video.srcObject = null;
      globalThis.camera = stream;
      return result;
    });
    assert.deepEqual(seen.size, [1280, 720]);
    assert.equal(seen.label, "Camera");
    assert.equal(seen.settings.deviceId, "cam-1");
    assert.equal(seen.tag, "[object MediaStreamTrack]");
    assert.ok(seen.same && seen.byId);
    assert.ok(seen.events.includes("loadedmetadata 1280x720"), seen.events.join());
    assert.ok(seen.fps > 20, `${seen.fps} fps`);
    await until(() => host.state.sockets === 0, "nothing is watched when nothing shows it");
    await page.run(async () => globalThis.camera.getTracks()[0].stop());
    await until(() => host.state.commands.at(-1).op === "trackStop", "the engine hears of stop()");
    return seen;
  },

  async nine(page) {
    const seen = await page.run(async () => {
      const videos = [];
      const counts = [];
      for (let at = 0; at < 9; at += 1) {
        const track = __port.remoteTrack(1000 + 4 * at, "video", `remote-${at}`);
        const video = document.createElement("video");
        video.muted = true;
        video.autoplay = true;
        video.style = "width:200px";
        video.srcObject = new MediaStream([track]);
        document.body.append(video);
        videos.push(video);
        counts.push(0);
        const count = () => {
          counts[at] += 1;
          video.requestVideoFrameCallback(count);
        };
        video.requestVideoFrameCallback(count);
      }
      await Promise.all(videos.map((video) => new Promise((resolve) => video.addEventListener("playing", resolve))));
      await new Promise((resolve) => setTimeout(resolve, 3000));
      const before = [...counts];
      const began = performance.now();
      await new Promise((resolve) => setTimeout(resolve, 15000));
      const seconds = (performance.now() - began) / 1000;
      const fps = counts.map((count, at) => Math.round(((count - before[at]) / seconds) * 10) / 10);
      const sizes = new Set(videos.map((video) => `${video.videoWidth}x${video.videoHeight}`));
      for (const video of videos) {
        __port.end(video.srcObject.getTracks()[0]);
        video.remove();
      }
      return { fps, sizes: [...sizes] };
    });
    assert.deepEqual(seen.sizes, ["640x360"]);
    assert.ok(Math.min(...seen.fps) >= 20, `${seen.fps.join()} starved ${host.state.starved ?? 0}`);
    return { ...seen, starved: host.state.starved ?? 0 };
  },

  async devices(page) {
    const seen = await page.run(async () => {
      const list = async () => (await navigator.mediaDevices.enumerateDevices()).map(({ kind, label }) => `${kind} ${label}`);
      const before = await list();
      const status = await navigator.permissions.query({ name: "microphone" });
      const states = [status.state];
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      states.push(status.state);
      const failed = await navigator.mediaDevices.getUserMedia({ video: { width: { min: 5000 } } }).catch((error) => [error.name, error.constraint]);
      const neither = await navigator.mediaDevices.getUserMedia({}).catch((error) => error.name);
      const context = new AudioContext();
      const analyser = context.createAnalyser();
      context.createMediaStreamSource(stream).connect(analyser);
      const samples = new Float32Array(analyser.fftSize);
      let peak = 0;
      for (let tries = 0; tries < 100 && peak < 0.3; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        analyser.getFloatTimeDomainData(samples);
        peak = Math.max(peak, ...samples);
      }
      return { before, after: await list(), states, failed, neither, peak };
    });
    assert.deepEqual(seen.before, ["audioinput ", "videoinput ", "audiooutput "]);
    assert.deepEqual(seen.states, ["prompt", "granted"]);
    assert.deepEqual(seen.failed, ["OverconstrainedError", "width"]);
    assert.equal(seen.neither, "TypeError");
    assert.ok(seen.after.includes("audioinput Microphone") && seen.peak > 0.3, JSON.stringify(seen));
    return seen;
  },

  async sending(page) {
    const handles = await page.run(async () => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [640, 360];
      const context = canvas.getContext("2d");
      setInterval(() => {
        context.fillStyle = "#fff";
        context.fillRect(0, 0, 640, 360);
      }, 33);
      const audio = new AudioContext();
      const tone = audio.createOscillator();
      const destination = audio.createMediaStreamDestination();
      tone.connect(destination);
      tone.start();
      return [canvas.captureStream(30), destination.stream].map((stream) => __port.handleOf(stream.getTracks()[0]));
    });
    const [pictures, sounds] = handles;
    const got = (handle) => host.state.received[handle] ?? { records: 0 };
    await until(() => got(pictures).records > 30 && got(sounds).records > 100, "pictures and sounds");
    assert.deepEqual([got(pictures).kind, got(pictures).width, got(pictures).height], [4, 640, 360]);
    assert.ok(Math.abs(got(pictures).level - 235) <= 3 && got(sounds).level > 0.5);
    return { pictures: got(pictures), sounds: got(sounds) };
  },
};

const browser = await openBrowser(kind);
let failed = 0;
for (const [name, test] of Object.entries(tests)) {
  if (only.length > 0 && !only.includes(name)) continue;
  try {
    await browser.go(host.page("media"));
    host.state.received = {};
    console.log(`${kind} ${name}: ok`, JSON.stringify(await test(browser)));
  } catch (error) {
    failed += 1;
    console.log(`${kind} ${name}: FAILED`, error.message);
  }
}
await browser.close();
host.stop();
process.exit(failed > 0 ? 1 : 0);
