import type { CallEvent } from "../contract/CallEvent";
import type { Text } from "../text/en";

interface Line {
  key: string;
  atMs: number;
  who: string;
  /** Empty for a message that was taken back. */
  text: string;
  spoken: boolean;
}

/** No meeting says more; a program that floods the chat does not fill the memory. */
const MOST_LINES = 50_000;

/** What was seen of captions and chat, in memory alone, and gone with the call. */
export class Transcript {
  #lines: Line[] = [];
  #at = new Map<string, number>();

  get length(): number {
    return this.#lines.length;
  }

  /** `nowMs` is the time of day. */
  take(event: CallEvent, nowMs: number): void {
    if (event.event === "caption") {
      const { id, name, text } = event.caption;
      this.#put({ key: `caption ${id}`, atMs: nowMs, who: name, text, spoken: true });
    } else if (event.event === "chat") {
      const { id, from, mine, text, sentAtMs, state } = event.message;
      // Nobody has seen what was not sent.
      if (state === "sending" || state === "failed") return;
      const known = this.#at.has(`chat ${id}`);
      if (!known && state === "deleted") return;
      this.#put({ key: `chat ${id}`, atMs: sentAtMs, who: mine ? "" : from, text: state === "deleted" ? "" : text, spoken: false });
    }
  }

  #put(line: Line): void {
    const at = this.#at.get(line.key);
    const before = at === undefined ? undefined : this.#lines[at];
    if (at !== undefined && before) this.#lines[at] = { ...line, atMs: before.atMs };
    else if (this.#lines.length < MOST_LINES) {
      this.#at.set(line.key, this.#lines.length);
      this.#lines.push(line);
    }
  }

  /** For a file: one line for each, in the order of time. */
  text(title: string, name: string, { language, transcript, chat }: Text): string {
    const time = new Intl.DateTimeFormat(language, { timeStyle: "medium" });
    const day = new Intl.DateTimeFormat(language, { dateStyle: "full" });
    const lines = [...this.#lines].sort((a, b) => a.atMs - b.atMs);
    const said = lines.map(({ atMs, who, text, spoken }) => {
      const kind = spoken ? transcript.spoken : transcript.written;
      return `[${time.format(atMs)}] ${who || name} (${kind}): ${text === "" ? chat.deleted : text.replace(/\s+/gu, " ")}`;
    });
    const first = lines[0];
    return [title, ...(first ? [day.format(first.atMs)] : []), transcript.about(name), "", ...said, ""].join("\n");
  }
}
