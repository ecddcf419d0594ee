/**
 * The event loop's tasks, as specifications mean them with "queue a task": in order, each with its own microtasks, and
 * not slowed down while the page is hidden (as timers and animation frames are).
 */

type Task = () => void;

/** Tasks that run in the order they were queued in. Those of two queues may run in any order. */
export class TaskQueue {
  readonly #waiting: Task[] = [];
  readonly #channel = new MessageChannel();
  readonly #prompt: boolean;
  #woken = false;

  /** A prompt queue also keeps up with the page's own `setTimeout(…, 0)`, as the browser's own tasks do. */
  constructor(prompt = false) {
    this.#prompt = prompt;
    this.#channel.port1.onmessage = () => this.#turn();
  }

  /** Runs `task` after those queued before it. An exception is reported and does not stop the others. */
  queue(task: Task): void {
    this.#waiting.push(task);
    this.#wake();
  }

  #turn(): void {
    this.#woken = false;
    const task = this.#waiting.shift();
    this.#wake();
    task?.();
  }

  #wake(): void {
    if (!this.#woken && this.#waiting.length > 0) {
      this.#woken = true;
      this.#channel.port2.postMessage(null);
      if (this.#prompt) {
        setTimeout(() => this.#turn());
      }
    }
  }
}

const own = new TaskQueue(true);

/** Queues a task that comes from the page's side. It does not wait for what the engine has sent meanwhile. */
export function queueTask(task: Task): void {
  own.queue(task);
}
