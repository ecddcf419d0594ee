import { expect, test } from "vitest";
import type { CallEvent } from "../contract/CallEvent";
import { message } from "../testing/views";
import { en } from "../text/en";
import { ru } from "../text/ru";
import { Transcript } from "./transcript";

const NOON = Date.UTC(2030, 0, 15, 12);
const caption = (id: number, text: string): CallEvent => ({ event: "caption", caption: { id, name: "Mira", text, done: false } });
const chat = (id: string, change: Parameters<typeof message>[1] = {}): CallEvent => ({ event: "chat", message: message(id, { sentAtMs: NOON, ...change }) });

/** Without the times, which are those of the reader's zone. */
const linesOf = (transcript: Transcript, text = en) =>
  transcript
    .text("Team sync", "Ada", text)
    .split("\n")
    .slice(4, -1)
    .map((line) => line.replace(/^\[[^\]]+\] /u, ""));

test("captions stand as they were at last, messages as they were at last, in the order of time", () => {
  const transcript = new Transcript();
  transcript.take(caption(1, "Good"), NOON);
  transcript.take(chat("a", { from: "Jonas", text: "see\nhere", sentAtMs: NOON + 2000 }), NOON + 2000);
  transcript.take(caption(2, "Second"), NOON + 1000);
  transcript.take(caption(1, "Good morning"), NOON + 3000);
  transcript.take(chat("b", { mine: true, text: "yes", sentAtMs: NOON + 4000 }), NOON + 4000);
  transcript.take(chat("c", { from: "Wei", text: "oops", sentAtMs: NOON + 5000 }), NOON + 5000);
  transcript.take(chat("c", { from: "Wei", text: "", state: "deleted", sentAtMs: NOON + 5000 }), NOON + 6000);
  transcript.take(chat("b", { mine: true, text: "yes!", state: "edited", sentAtMs: NOON + 4000 }), NOON + 7000);
  expect(linesOf(transcript)).toEqual([
    "Mira (spoken): Good morning",
    "Mira (spoken): Second",
    "Jonas (chat): see here",
    "Ada (chat): yes!",
    "Wei (chat): Message deleted",
  ]);
  expect(transcript.text("Team sync", "Ada", en).split("\n").slice(0, 3)).toEqual([
    "Team sync",
    "Tuesday, January 15, 2030",
    "What Ada saw of captions and chat, kept by Foyer on their own computer.",
  ]);
  expect(linesOf(transcript, ru)[0]).toBe("Mira (голос): Good morning");
});

test("what was not sent, or was gone before it was seen, is not in it", () => {
  const transcript = new Transcript();
  transcript.take(chat("a", { mine: true, state: "sending" }), NOON);
  transcript.take(chat("a", { mine: true, state: "failed" }), NOON);
  transcript.take(chat("b", { state: "deleted", text: "" }), NOON);
  transcript.take({ event: "reaction", personId: "1", name: "Mira", reaction: "like" }, NOON);
  expect(transcript.length).toBe(0);
});
