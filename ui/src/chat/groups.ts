import type { ChatMessage } from "../contract/ChatMessage";

/** Messages of one author in a row, within five minutes, under one heading. */
export interface MessageGroup {
  from: string;
  mine: boolean;
  sentAtMs: number;
  messages: ChatMessage[];
}

const SAME_GROUP_MS = 5 * 60_000;

export function groupMessages(messages: readonly ChatMessage[]): MessageGroup[] {
  const groups: MessageGroup[] = [];
  for (const message of messages) {
    const last = groups.at(-1);
    if (
      last &&
      last.from === message.from &&
      last.mine === message.mine &&
      message.sentAtMs - last.sentAtMs < SAME_GROUP_MS
    ) {
      last.messages.push(message);
    } else {
      groups.push({ from: message.from, mine: message.mine, sentAtMs: message.sentAtMs, messages: [message] });
    }
  }
  return groups;
}

export const MAX_MESSAGE_LENGTH = 4000;

/** How many characters a text is over the limit. */
export function excess(text: string): number {
  return Math.max(0, [...text.trim()].length - MAX_MESSAGE_LENGTH);
}
