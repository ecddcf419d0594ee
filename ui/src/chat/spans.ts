import type { ChatBlock } from "../contract/ChatBlock";
import type { ChatMessage } from "../contract/ChatMessage";
import type { ChatSpan } from "../contract/ChatSpan";

const PLAIN = { bold: false, italic: false, underline: false, strike: false, code: false, mention: false };
const ADDRESS = /https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]]/gu;

/** A message as blocks; one without them is a paragraph in which only addresses stand out. */
export function blocksOf(message: ChatMessage): readonly ChatBlock[] {
  return message.blocks.length > 0 ? message.blocks : [{ block: "paragraph", spans: plainSpans(message.text) }];
}

export function plainSpans(text: string): ChatSpan[] {
  const spans: ChatSpan[] = [];
  let from = 0;
  for (const found of text.matchAll(ADDRESS)) {
    if (found.index > from) spans.push({ ...PLAIN, text: text.slice(from, found.index), link: null });
    spans.push({ ...PLAIN, text: found[0], link: found[0] });
    from = found.index + found[0].length;
  }
  if (from < text.length) spans.push({ ...PLAIN, text: text.slice(from), link: null });
  return spans;
}

/** A link that was clicked: where it leads, and what it says. */
export interface ClickedLink {
  address: string;
  text: string;
}

/** The address, if it is of a kind that may be followed. */
export function safeLink(link: string | null): URL | null {
  if (link === null || !URL.canParse(link)) return null;
  const address = new URL(link);
  return ["https:", "http:", "mailto:"].includes(address.protocol) ? address : null;
}

export interface Piece {
  text: string;
  hit: boolean;
}

/** The text in pieces, so that what was searched for can be marked. */
export function pieces(text: string, query: string): Piece[] {
  if (query === "") return [{ text, hit: false }];
  const found: Piece[] = [];
  const lower = text.toLocaleLowerCase();
  const wanted = query.toLocaleLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at !== -1; at = lower.indexOf(wanted, from)) {
    if (at > from) found.push({ text: text.slice(from, at), hit: false });
    found.push({ text: text.slice(at, at + wanted.length), hit: true });
    from = at + wanted.length;
  }
  if (from < text.length) found.push({ text: text.slice(from), hit: false });
  return found;
}

export function matches(message: ChatMessage, query: string): boolean {
  const wanted = query.toLocaleLowerCase();
  return (
    message.state !== "deleted" &&
    (message.text.toLocaleLowerCase().includes(wanted) || message.from.toLocaleLowerCase().includes(wanted))
  );
}

/** The part of an address that says whose it is: a host, or who gets the mail. */
export function ownerOf(address: URL): string {
  return address.protocol === "mailto:" ? address.pathname : address.host;
}

const LOOKS_LIKE_HOST = /^(?:https?:\/\/)?([\p{L}\d-]+(?:\.[\p{L}\d-]+)+)(?:[:/?#]|$)/iu;

/** The host that the text of a link names, if it names one and the link leads elsewhere. */
export function pretends(text: string, address: URL): string | null {
  const named = LOOKS_LIKE_HOST.exec(text.trim())?.[1];
  if (named === undefined || address.protocol === "mailto:") return null;
  const plain = (host: string) => (URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname.replace(/^www\./u, "") : host);
  return plain(named) === plain(address.hostname) ? null : named;
}
