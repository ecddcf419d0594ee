/** A bridge without an engine, for tests of the page's side: devices and tracks of the contract, and test pictures. */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";
import { i420 } from "./fixture.mjs";

const HEADER_BYTES = 20;
const CREDIT = 4;

const DEVICES = [
  { deviceId: "mic-1", kind: "audioinput", label: "Microphone", groupId: "g1", synthetic: false },
  { deviceId: "tone", kind: "audioinput", label: "Tone", groupId: "g0", synthetic: true },
  { deviceId: "cam-1", kind: "videoinput", label: "Camera", groupId: "g1", synthetic: false },
  { deviceId: "cam-2", kind: "videoinput", label: "Second camera", groupId: "g2", synthetic: false },
  { deviceId: "out-1", kind: "audiooutput", label: "Loudspeaker", groupId: "g1", synthetic: false },
];

function record(kind, key, width, height, us, payload) {
  const message = Buffer.alloc(HEADER_BYTES + payload.length);
  message.writeUInt8(kind, 0);
  message.writeUInt8(key ? 1 : 0, 1);
  message.writeUInt32LE(width, 4);
  message.writeUInt32LE(height, 8);
  message.writeBigInt64LE(BigInt(Math.round(us)), 12);
  payload.copy(message, HEADER_BYTES);
  return message;
}

/** Calls `tick(n)` so often a second, catching up after delays, until the socket closes. */
function pace(socket, rate, tick) {
  const began = performance.now();
  let count = 0;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - began) * rate) / 1000);
    if (due - count > rate) count = due - 1;
    while (count < due) tick(count++);
  }, 5);
  socket.on("close", () => clearInterval(timer));
}

/**
 * @param {{ scripts: Record<string, string>, encoded?: { key: boolean, data: Buffer }[], port?: number }} options
 *   `scripts` by name; `/page/NAME` is an empty page that runs one first. Remote tracks show `encoded`, 640 × 360.
 */
export async function startHost({ scripts, encoded = [], headers = {} }) {
  const state = { commands: [], sockets: 0, received: {} };
  const tracks = new Map();
  const media = new Map();
  const controls = new Set();
  const tokens = new Set();
  const pictures = new Map();
  let url = "";

  const server = createServer((request, response) => {
    const [, kind, name] = new URL(request.url, "http://x").pathname.split("/");
    if (kind === "page" && name in scripts) {
      const token = randomUUID();
      tokens.add(token);
      const capability = { codecs: [], headerExtensions: [] };
      const opening = { url, token, capabilities: { audio: capability, video: capability }, devices: DEVICES };
      response.writeHead(200, { "content-type": "text/html; charset=utf-8", ...headers });
      const inline = `globalThis.__foyerBridge=${JSON.stringify(opening)};${scripts[name]}`;
      response.end(`<!doctype html><meta charset="utf-8"><script>${inline.replaceAll("</script", "<\\/script")}</script>`);
    } else response.writeHead(404).end();
  });

  const open = ({ track, source }) => {
    const { from, ...wanted } = source;
    const settings = { ...wanted };
    if (from === "camera") {
      settings.deviceId ??= "cam-1";
      settings.width ??= settings.height ? Math.round((settings.height * 16) / 9) : 1280;
      settings.height ??= Math.round((settings.width * 9) / 16);
      settings.frameRate ??= 30;
    } else if (from === "screen") {
      Object.assign(settings, { deviceId: "screen-1", width: settings.width ?? 1920, height: settings.height ?? 1080 });
      settings.frameRate ??= 15;
    } else {
      settings.deviceId ??= "mic-1";
      for (const name of ["echoCancellation", "noiseSuppression", "autoGainControl"]) settings[name] ??= true;
    }
    tracks.set(track, { from, settings });
    const label = DEVICES.find(({ deviceId }) => deviceId === settings.deviceId)?.label ?? "Screen";
    return { track: { label, settings, displaySurface: from === "screen" ? "monitor" : null } };
  };

  const socketOf = (track) => {
    const [path, token] = [`/track/${randomUUID()}`, randomUUID()];
    media.set(path, { track, token });
    return { media: { path, token } };
  };

  const answer = (command) => {
    switch (command.op) {
      case "devices":
        return { devices: DEVICES };
      case "trackOpen":
        return open(command);
      case "trackApply": {
        const { from } = tracks.get(command.track);
        return open({ track: command.track, source: { from, ...command.settings } });
      }
      case "trackClone":
        tracks.set(command.track, tracks.get(command.of));
        return undefined;
      case "trackMake":
        tracks.set(command.track, { from: "page", kind: command.kind });
        return socketOf(command.track);
      case "trackWatch":
        return socketOf(command.track);
      default:
        return undefined;
    }
  };

  const control = (socket) => {
    controls.add(socket);
    let applied = 0;
    socket.on("message", (data) => {
      for (const { seq, command } of JSON.parse(data)) {
        applied = seq;
        state.commands.push(command);
        const ok = answer(command);
        if (ok !== undefined) socket.send(JSON.stringify([{ event: "reply", seq, applied, outcome: { ok } }]));
      }
    });
  };

  const show = (socket, { settings }) => {
    let credit = CREDIT;
    socket.on("message", (data) => (credit += JSON.parse(data).credit));
    const { width, height } = settings;
    pace(socket, settings.frameRate, (count) => {
      if (credit <= 0) return;
      credit -= 1;
      const name = `${width} ${height} ${count % 30}`;
      if (!pictures.has(name)) pictures.set(name, i420(width, height, count % 30));
      socket.send(record(4, true, width, height, (count * 1e6) / settings.frameRate, pictures.get(name)));
    });
  };

  const play = (socket) => {
    let credit = CREDIT;
    let needsKey = true;
    socket.on("message", (data) => (credit += JSON.parse(data).credit));
    pace(socket, 30, (count) => {
      const unit = encoded[count % encoded.length];
      if (!unit || (needsKey && !unit.key)) return;
      if (credit <= 0) {
        state.starved = (state.starved ?? 0) + 1;
        needsKey = !unit.key;
        return;
      }
      needsKey = false;
      credit -= 1;
      socket.send(record(1, unit.key, 640, 360, (count * 1e6) / 30, unit.data));
    });
  };

  const sound = (socket) =>
    pace(socket, 100, (count) => {
      const samples = new Float32Array(480);
      for (let at = 0; at < 480; at += 1) samples[at] = 0.5 * Math.sin((2 * Math.PI * 440 * (count * 480 + at)) / 48_000);
      socket.send(record(5, true, 480, 0, count * 10_000, Buffer.from(samples.buffer)));
    });

  const collect = (socket, track) => {
    const seen = (state.received[track] = { records: 0, kind: 0, width: 0, height: 0, level: 0, open: true });
    socket.on("close", () => (seen.open = false));
    socket.on("message", (data, binary) => {
      if (!binary) return;
      seen.records += 1;
      seen.kind = data.readUInt8(0);
      seen.width = data.readUInt32LE(4);
      seen.height = data.readUInt32LE(8);
      if (seen.kind === 4) seen.level = data.readUInt8(HEADER_BYTES);
      else for (let at = HEADER_BYTES; at < data.length; at += 4) seen.level = Math.max(seen.level, data.readFloatLE(at));
    });
  };

  const sockets = new WebSocketServer({ server, handleProtocols: () => "foyer-bridge.v1", maxPayload: 16_000_000 });
  sockets.on("connection", (socket, request) => {
    const token = request.headers["sec-websocket-protocol"]?.split(/, */u)[1]?.replace(/^token\./u, "");
    if (request.url === "/control" && tokens.delete(token)) return control(socket);
    const wanted = media.get(request.url);
    media.delete(request.url);
    if (!wanted || wanted.token !== token) return socket.close();
    state.sockets += 1;
    socket.on("close", () => (state.sockets -= 1));
    const track = tracks.get(wanted.track);
    if (track?.from === "page") return collect(socket, wanted.track);
    if (track?.from === "microphone" || (!track && wanted.track % 4 === 2)) return sound(socket);
    if (track) return show(socket, track);
    return play(socket);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `ws://127.0.0.1:${server.address().port}`;
  return {
    state,
    page: (name) => `http://127.0.0.1:${server.address().port}/page/${name}`,
    /** Says something to all pages. */
    tell: (...events) => controls.forEach((socket) => socket.send(JSON.stringify(events))),
    stop: () => {
      sockets.clients.forEach((socket) => socket.terminate());
      server.close();
    },
  };
}
