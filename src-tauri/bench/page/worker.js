// Receives batches of `u32 length, frame`, takes them apart as the app's worker does, and counts.
const HEADER = 20;
const now = () => performance.timeOrigin + performance.now();
let from = Infinity;
let until = Infinity;
let frames = 0;
let batches = 0;
let bytes = 0;
const delays = [];

function take(buffer) {
  const at = now();
  if (from === Infinity) {
    from = at + warmUpMs;
    until = from + windowMs;
  }
  if (at < from || at >= until) return;
  const view = new DataView(buffer);
  batches += 1;
  for (let offset = 0; offset + 4 <= buffer.byteLength; ) {
    const length = view.getUint32(offset, true);
    offset += 4;
    const sentMs = Number(view.getBigInt64(offset + 8, true)) / 1000;
    const payload = new Uint8Array(buffer, offset + HEADER, length - HEADER);
    frames += 1;
    bytes += payload.byteLength;
    delays.push(at - sentMs);
    offset += length;
  }
}

let warmUpMs = 0;
let windowMs = 0;

async function poll(base) {
  while (now() < until) {
    const answer = await fetch(`${base}/next`);
    if (answer.status !== 200) return;
    take(await answer.arrayBuffer());
  }
}

function start(task) {
  warmUpMs = task.warmUpMs;
  windowMs = task.windowMs;
  if (task.kind === "scheme") for (let i = 0; i < task.polls; i += 1) poll(task.frames);
  if (task.kind === "websocket") {
    const socket = new WebSocket(task.url, [task.token]);
    socket.binaryType = "arraybuffer";
    socket.onmessage = ({ data }) => take(data);
  }
  setTimeout(() => {
    delays.sort((a, b) => a - b);
    const at = (share) => delays[Math.floor(delays.length * share)] ?? 0;
    postMessage({ frames, batches, bytes, medianMs: at(0.5), p95Ms: at(0.95) });
  }, warmUpMs + windowMs + 1500);
}

onmessage = ({ data }) => (data instanceof ArrayBuffer ? take(data) : start(data));
