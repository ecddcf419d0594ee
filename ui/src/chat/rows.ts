import type { ChatMessage } from "../contract/ChatMessage";

/** What the log shows below each other. */
export type ChatRow =
  | { kind: "day"; key: string; atMs: number }
  | { kind: "unread"; key: string }
  /** `head`: the first of an author's messages in a row, within five minutes. */
  | { kind: "message"; key: string; message: ChatMessage; head: boolean };

const SAME_GROUP_MS = 5 * 60_000;

/** `unreadFrom` is the first message that had not been seen when the chat was opened. */
export function chatRows(messages: readonly ChatMessage[], unreadFrom: string | null): ChatRow[] {
  const rows: ChatRow[] = [];
  let group: ChatMessage | null = null;
  let dayEndsMs = Number.NEGATIVE_INFINITY;
  for (const message of messages) {
    if (message.sentAtMs >= dayEndsMs) {
      const day = new Date(message.sentAtMs);
      dayEndsMs = new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1).getTime();
      rows.push({ kind: "day", key: `day ${dayEndsMs}`, atMs: message.sentAtMs });
      group = null;
    }
    if (message.id === unreadFrom) {
      rows.push({ kind: "unread", key: "unread" });
      group = null;
    }
    const head: boolean =
      group === null ||
      group.from !== message.from ||
      group.mine !== message.mine ||
      message.sentAtMs - group.sentAtMs >= SAME_GROUP_MS;
    if (head) group = message;
    rows.push({ kind: "message", key: message.id, message, head });
  }
  return rows;
}

/** The first of the last `unread` messages of others. */
export function firstUnread(messages: readonly ChatMessage[], unread: number): string | null {
  let left = unread;
  for (let index = messages.length - 1; index >= 0 && left > 0; index -= 1) {
    const message = messages[index];
    if (!message || message.mine) continue;
    left -= 1;
    if (left === 0) return message.id;
  }
  return null;
}

const DAY_MS = 86_400_000;

/** Today and yesterday by their names. */
export function dayText(atMs: number, language: string, nowMs = Date.now()): string {
  const midnight = (ms: number) => new Date(ms).setHours(0, 0, 0, 0);
  const ago = Math.round((midnight(nowMs) - midnight(atMs)) / DAY_MS);
  const text =
    ago === 0 || ago === 1
      ? new Intl.RelativeTimeFormat(language, { numeric: "auto" }).format(-ago, "day")
      : new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" }).format(atMs);
  return text.charAt(0).toLocaleUpperCase(language) + text.slice(1);
}

const LINE_LETTERS = 36;
const LINE_PX = 20;

/** About how high a row is before it has been drawn. */
export function estimateRow(row: ChatRow): number {
  if (row.kind !== "message") return 36;
  const lines = row.message.text.split("\n").reduce((sum, line) => sum + 1 + Math.floor(line.length / LINE_LETTERS), 0);
  return lines * LINE_PX + 18 + (row.head ? 28 : 0);
}

export const MAX_MESSAGE_LENGTH = 4000;

/** How many characters a text is over the limit. */
export function excess(text: string): number {
  return Math.max(0, [...text.trim()].length - MAX_MESSAGE_LENGTH);
}
