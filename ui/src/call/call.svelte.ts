import { commandError, type Backend, type CallTarget } from "../backend/backend";
import type { CallEvent } from "../contract/CallEvent";
import type { CallView } from "../contract/CallView";
import type { Choices } from "../contract/Choices";
import type { Intent } from "../contract/Intent";
import { preferences } from "../controls/preferences.svelte";
import { FeedPlayer } from "../feeds/feed-player";
import type { FeedProblem } from "../feeds/messages";
import { Watching } from "../feeds/watching";
import { NO_CALL, applyEvent, type CallState } from "./call-state";
import { reuse } from "./reuse";
import { Transcript } from "./transcript";

/** What the others do may wait for so long: they are many, and it is not answered to a press of a button. */
const OTHERS_EVERY_MS = 100;

/** Whether anything but what the others do has changed. */
function concernsUs(before: CallView, after: CallView): boolean {
  const parts = ["phase", "me", "share", "keeping", "captions", "abilities", "room", "waiting", "dialIn", "troubles", "unread", "chatOpen", "notices"] as const;
  return parts.some((part) => reuse<unknown>(before[part], after[part]) !== before[part]);
}

/** One call, from pre-join to its end: what the backend says, as reactive state. */
export class Call {
  state: CallState = $state.raw(NO_CALL);
  /** Codes of what did not work on this side of the call. */
  problems: string[] = $state.raw([]);
  feeds: FeedPlayer | null = $state.raw(null);
  readonly target: CallTarget;
  /** What was seen, for who wants to save it. */
  readonly transcript = new Transcript();
  #backend: Backend;
  #closed = false;
  /** The last snapshot, if it waits for its turn, and when it came. */
  #held: { event: CallEvent; atMs: number } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Commands may overtake each other on their way, intents must not. */
  #lastIntent: Promise<unknown> = Promise.resolve();

  constructor(backend: Backend, target: CallTarget) {
    this.#backend = backend;
    this.target = target;
  }

  /** Rejects with a `CommandError` when there is nothing to open. */
  async open(): Promise<void> {
    const { frames } = await this.#backend.openCall(this.target, (event) => this.#take(event));
    if (this.#closed) return;
    this.feeds = new FeedPlayer({
      source: frames,
      watching: new Watching((feeds) => this.send({ intent: "watch", feeds })),
      onProblem: (problem: FeedProblem) => this.#addProblem(problem),
    });
  }

  /** In a large meeting snapshots come faster than anybody can look: those in between are left out. */
  #take(event: CallEvent): void {
    if (this.#closed) return;
    const nowMs = performance.now();
    if (preferences().offerTranscript) this.transcript.take(event, Date.now());
    if (event.event === "view") {
      const { view } = this.state;
      if (view && !concernsUs(view, event.view) && nowMs - this.state.viewAtMs < OTHERS_EVERY_MS) {
        this.#held = { event, atMs: nowMs };
        this.#timer ??= setTimeout(() => this.#release(), OTHERS_EVERY_MS);
        return;
      }
      this.#held = null;
    }
    this.state = applyEvent(this.state, event, nowMs);
  }

  #release(): void {
    this.#timer = undefined;
    const held = this.#held;
    this.#held = null;
    if (held && !this.#closed) this.state = applyEvent(this.state, held.event, held.atMs);
  }

  send(intent: Intent): void {
    this.#lastIntent = this.#lastIntent.then(async () => {
      if (this.#closed) return;
      try {
        await this.#backend.run("send_intent", { intent });
      } catch (error: unknown) {
        if (!this.#closed) this.#addProblem(commandError(error).code);
      }
    });
  }

  join(choices: Choices): void {
    this.send({ intent: "choose", choices });
    this.send({ intent: "join" });
  }

  tellProblem(code: string): void {
    this.#addProblem(code);
  }

  forgetProblem(code: string): void {
    this.problems = this.problems.filter((known) => known !== code);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#timer);
    this.feeds?.stop();
    this.feeds = null;
    await this.#backend.run("close_call", {}).catch(() => undefined);
  }

  #addProblem(code: string): void {
    if (!this.problems.includes(code)) this.problems = [...this.problems, code];
  }
}
