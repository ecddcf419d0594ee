/**
 * The event loop's tasks, as specifications mean them with "queue a task": in order, each with its own microtasks, and
 * not slowed down while the page is hidden (as timers and animation frames are).
 */

type Task = () => void;

const waiting: Task[] = [];
const { port1, port2 } = new MessageChannel();
let woken = false;

function wake(): void {
  if (!woken && waiting.length > 0) {
    woken = true;
    port2.postMessage(null);
  }
}

port1.onmessage = () => {
  woken = false;
  const task = waiting.shift();
  wake();
  task?.();
};

/** Runs `task` after those queued before it. An exception is reported and does not stop the others. */
export function queueTask(task: Task): void {
  waiting.push(task);
  wake();
}
