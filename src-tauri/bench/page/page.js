// Runs the tasks that the bench hands out and reports what arrived.
const origin = navigator.userAgent.includes("Windows")
  ? (scheme) => `http://${scheme}.localhost`
  : (scheme) => `${scheme}://localhost`;
const control = (path, init) => fetch(`${origin("foyer-bench")}/${path}`, init);

/** The receiving end of a Tauri channel: whole messages, in order. */
function channel(onMessage) {
  const waiting = new Map();
  let next = 0;
  return window.__TAURI_INTERNALS__.transformCallback(({ message, index, end }) => {
    if (end) return;
    waiting.set(index, message);
    for (; waiting.has(next); next += 1) {
      onMessage(waiting.get(next));
      waiting.delete(next);
    }
  });
}

async function run(task) {
  const worker = new Worker("/worker.js");
  const done = new Promise((resolve) => (worker.onmessage = ({ data }) => resolve(data)));
  worker.postMessage({ ...task, frames: origin("foyer-frames") });
  let id = 0;
  if (task.kind === "channel") {
    id = channel((message) => {
      worker.postMessage(message, [message]);
      if (task.acknowledge) control("acknowledge");
    });
  }
  await control(`ready?channel=${id}`);
  const report = await done;
  worker.terminate();
  await control(`report?json=${encodeURIComponent(JSON.stringify(report))}`);
}

for (;;) {
  const task = await (await control("task")).json();
  if (task.kind === "end") break;
  await run(task);
}
