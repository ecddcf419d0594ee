'use strict';
// The far side of the tests: one peer connection, driven by calls from outside. `report` is a binding of the
// test harness that takes one string.
const tell = (message) => report(JSON.stringify(message));
let pc, refused = [];
const cameras = new Map(), senders = new Map(), channels = new Map(), videos = new Map();

function open() {
  if (pc) pc.close();
  for (const element of document.querySelectorAll('video, audio')) element.remove();
  for (const known of [senders, channels, videos]) known.clear();
  refused = [];
  pc = new RTCPeerConnection();
  const mine = pc;
  pc.onicecandidate = ({ candidate }) => {
    if (mine === pc) tell({ type: 'candidate', candidate: candidate ? candidate.toJSON() : null });
  };
  pc.onconnectionstatechange = () => tell({ type: 'state', state: pc.connectionState });
  pc.ontrack = ({ track, transceiver }) => show(track, transceiver);
  pc.ondatachannel = ({ channel }) => adopt(channel);
}

function show(track, transceiver) {
  const element = document.createElement(track.kind);
  element.autoplay = true;
  element.srcObject = new MediaStream([track]);
  document.documentElement.append(element);
  if (track.kind === 'video') {
    videos.set(transceiver.mid, element);
    element.requestVideoFrameCallback(() => tell({ type: 'first-frame', mid: transceiver.mid }));
  }
  element.play().catch(() => {});
}

/// The camera and microphone in this size; opened once.
async function capture(width, height) {
  const key = `${width}x${height}`;
  const video = { width, height, frameRate: 30 };
  if (!cameras.has(key)) cameras.set(key, navigator.mediaDevices.getUserMedia({ video, audio: true }));
  return cameras.get(key);
}

/// Sends the camera and the microphone: on m-lines that the far side has offered, else on new ones.
async function send({ width = 640, height = 360, codec = null, kinds = ['audio', 'video'] } = {}) {
  const stream = await capture(width, height);
  for (const track of stream.getTracks().filter((track) => kinds.includes(track.kind))) {
    const free = pc.getTransceivers().find((t) =>
      !t.stopped && t.receiver.track.kind === track.kind && !t.sender.track && !senders.has(t));
    let transceiver = free;
    if (free) {
      await free.sender.replaceTrack(track);
      free.direction = 'sendrecv';
    } else {
      transceiver = pc.addTransceiver(track, { direction: 'sendrecv', streams: [stream] });
    }
    senders.set(transceiver, track);
    if (codec && track.kind === 'video') prefer(transceiver, codec);
  }
}

function prefer(transceiver, codec) {
  const all = RTCRtpReceiver.getCapabilities('video').codecs;
  const wanted = all.filter((c) => c.mimeType.toLowerCase() === `video/${codec}`.toLowerCase());
  const repair = all.filter((c) => c.mimeType === 'video/rtx');
  transceiver.setCodecPreferences([...wanted, ...repair]);
}

async function offer(options) {
  await pc.setLocalDescription(await pc.createOffer(options));
  return pc.localDescription.sdp;
}

async function receive(type, sdp) {
  await pc.setRemoteDescription({ type, sdp });
  const again = refused;
  refused = [];
  for (const candidate of again) await add(candidate);
}

/// With `sending`, the camera and microphone go back on the offered m-lines.
async function answer(sdp, sending) {
  await receive('offer', sdp);
  if (sending) await send(sending);
  await pc.setLocalDescription(await pc.createAnswer());
  return pc.localDescription.sdp;
}

/// A candidate may overtake its description; it is tried again after the next one.
async function add(candidate) {
  if (!pc.remoteDescription) return void refused.push(candidate);
  try {
    await pc.addIceCandidate(candidate);
  } catch {
    refused.push(candidate);
  }
}

function adopt(channel) {
  channel.binaryType = 'arraybuffer';
  channels.set(channel.label, channel);
  channel.onopen = () => tell({ type: 'channel', label: channel.label });
  // Whatever comes goes back.
  channel.onmessage = ({ data }) => {
    const size = typeof data === 'string' ? data.length : data.byteLength;
    tell({ type: 'message', label: channel.label, text: typeof data === 'string' ? data : null, size });
    channel.send(data);
  };
  if (channel.readyState === 'open') channel.onopen();
}

const line = (mid) => pc.getTransceivers().find((t) => t.mid === mid);

/// Mean brightness and a coarse hash of the picture on show.
function look(mid) {
  const element = videos.get(mid);
  if (!element || !element.videoWidth) return null;
  const canvas = new OffscreenCanvas(64, 36);
  const context = canvas.getContext('2d');
  context.drawImage(element, 0, 0, 64, 36);
  const { data } = context.getImageData(0, 0, 64, 36);
  let sum = 0, hash = 0;
  for (let at = 0; at < data.length; at += 4) {
    sum += data[at] + data[at + 1] + data[at + 2];
    hash = (hash * 31 + data[at] + data[at + 1] * 3 + data[at + 2] * 7) | 0;
  }
  return { width: element.videoWidth, height: element.videoHeight, mean: sum / (64 * 36 * 3), hash };
}

async function stats() {
  const report = await pc.getStats();
  const codecs = new Map();
  report.forEach((entry) => entry.type === 'codec' && codecs.set(entry.id, entry.mimeType));
  const lines = {};
  report.forEach((entry) => {
    if (entry.type !== 'inbound-rtp' && entry.type !== 'outbound-rtp') return;
    lines[`${entry.type === 'inbound-rtp' ? 'in' : 'out'}:${entry.mid}`] = {
      kind: entry.kind,
      codec: codecs.get(entry.codecId) ?? null,
      packets: entry.packetsReceived ?? entry.packetsSent ?? 0,
      frames: entry.framesDecoded ?? entry.framesSent ?? 0,
      keyFrames: entry.keyFramesDecoded ?? entry.keyFramesEncoded ?? 0,
      width: entry.frameWidth ?? 0,
      freezes: entry.freezeCount ?? 0,
      frozen: entry.totalFreezesDuration ?? 0,
      plis: entry.pliCount ?? 0,
      nacks: entry.nackCount ?? 0,
      energy: entry.totalAudioEnergy ?? 0,
      samples: entry.totalSamplesReceived ?? 0,
      concealed: entry.concealedSamples ?? 0,
      lost: entry.packetsLost ?? 0,
    };
  });
  return lines;
}
