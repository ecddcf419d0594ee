/** How many pictures a second reach the screen, and how late: nine tiles of 360p, then one of 720p. All from one sender. */
import { delays } from "./delays.js";
import { release, scenario, within } from "./scenario.js";

const SECONDS = 10;
const SETTLING_MS = 3_000;

scenario(async () => {
  const nine = await measure({ width: 640, height: 360 }, 9);
  const one = await measure({ width: 1280, height: 720 }, 1);
  return { nine, one };
});

async function measure(size, tiles) {
  const video = { width: { exact: size.width }, height: { exact: size.height }, frameRate: { ideal: 30 } };
  const stream = await navigator.mediaDevices.getUserMedia({ video });
  const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
  from.onicecandidate = ({ candidate }) => candidate && to.addIceCandidate(candidate);
  to.onicecandidate = ({ candidate }) => candidate && from.addIceCandidate(candidate);
  const came = new Promise((resolve) => (to.ontrack = ({ track }) => resolve(track)));
  from.addTrack(stream.getVideoTracks()[0], stream);
  await from.setLocalDescription();
  await to.setRemoteDescription(from.localDescription);
  await to.setLocalDescription();
  await from.setRemoteDescription(to.localDescription);
  const track = await within("the track", came);
  const tracks = Array.from({ length: tiles }, (_, index) => (index === 0 ? track : track.clone()));
  const shown = await Promise.all(tracks.map(show));
  await new Promise((resolve) => setTimeout(resolve, SETTLING_MS));
  const collect = delays();
  const rates = await Promise.all(shown.map(count));
  const pictures = await collect();
  const stats = (await to.getStats()).values();
  const received = [...stats].find(({ type }) => type === "inbound-rtp");
  const wide = shown[0].videoWidth;
  shown.forEach((element) => element.remove());
  tracks.forEach((one) => one.stop());
  from.close();
  to.close();
  release(stream);
  const sorted = rates.map((rate) => Math.round(rate * 10) / 10).sort((a, b) => a - b);
  return { slowest: sorted[0], fastest: sorted.at(-1), wide, sent: received?.framesPerSecond, pictures };
}

async function show(track) {
  const element = document.createElement("video");
  element.muted = true;
  element.srcObject = new MediaStream([track]);
  document.body.append(element);
  await element.play();
  await within("the first picture", new Promise((resolve) => element.requestVideoFrameCallback(resolve)));
  return element;
}

/** Pictures a second. */
async function count(element) {
  let pictures = 0;
  let first = 0;
  let last = 0;
  const began = performance.now();
  await new Promise((resolve) => {
    const look = (now) => {
      first ||= now;
      last = now;
      pictures += 1;
      if (now - began > SECONDS * 1_000) resolve();
      else element.requestVideoFrameCallback(look);
    };
    element.requestVideoFrameCallback(look);
  });
  return ((pictures - 1) * 1_000) / (last - first);
}
