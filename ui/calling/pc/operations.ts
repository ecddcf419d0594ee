/** The operations chain (webrtc-pc § 4.4.1.2): one asynchronous operation of a connection at a time. */

/** How the chain and its connection speak. */
export interface ChainOwner {
  readonly closed: boolean;
  /** The last operation is done, and nothing waits. */
  onEmptyChain(): void;
}

/** The operations of one connection. */
export class OperationsChain {
  readonly #owner: ChainOwner;
  #waiting: (() => void)[] = [];

  constructor(owner: ChainOwner) {
    this.#owner = owner;
  }

  /** Whether nothing runs or waits. */
  get empty(): boolean {
    return this.#waiting.length === 0;
  }

  /** Runs the operation now if nothing else runs, else after the others. Once the connection is closed, nothing settles. */
  chain<T>(operation: () => Promise<T>): Promise<T> {
    const result = new Promise<T>((resolve, reject) => {
      this.#waiting.push(() => {
        run(operation).then(
          (value) => this.#owner.closed || resolve(value),
          (error: unknown) => this.#owner.closed || reject(error),
        );
      });
    });
    const next = (): void => this.#next();
    result.then(next, next);
    if (this.#waiting.length === 1) {
      this.#waiting[0]?.();
    }
    return result;
  }

  #next(): void {
    if (this.#owner.closed) {
      return;
    }
    this.#waiting.shift();
    const [following] = this.#waiting;
    if (following) {
      following();
    } else {
      this.#owner.onEmptyChain();
    }
  }
}

function run<T>(operation: () => Promise<T>): Promise<T> {
  try {
    return operation();
  } catch (error) {
    return Promise.reject(error);
  }
}
