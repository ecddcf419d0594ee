import { describe, expect, test } from "vitest";
import { message } from "../testing/views";
import { chatRows, dayText, firstUnread, type ChatRow } from "./rows";
import { blocksOf, pieces, plainSpans, safeLink } from "./spans";

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute).getTime();
const shape = (rows: ChatRow[]) => rows.map((row) => (row.kind === "message" ? (row.head ? "head" : "more") : row.kind));

describe("the rows of the log", () => {
  test("divide days, group authors and mark what is new", () => {
    const rows = chatRows(
      [
        message("1", { sentAtMs: at(20, 23, 50) }),
        message("2", { sentAtMs: at(20, 23, 52) }),
        message("3", { sentAtMs: at(21, 0, 1) }),
        message("4", { sentAtMs: at(21, 0, 2), from: "Jonas" }),
        message("5", { sentAtMs: at(21, 0, 3), from: "Jonas" }),
        message("6", { sentAtMs: at(21, 9), from: "Jonas" }),
      ],
      "5",
    );
    expect(shape(rows)).toEqual(["day", "head", "more", "day", "head", "head", "unread", "head", "head"]);
    expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
  });

  test("name the day", () => {
    expect(dayText(at(21, 9), "en", at(21, 18))).toBe("Today");
    expect(dayText(at(20, 23), "ru", at(21, 1))).toBe("Вчера");
    expect(dayText(at(18, 9), "en", at(21, 9))).toContain("18");
  });

  test("begin the new ones at the first that was not seen", () => {
    const messages = [message("1"), message("2"), message("3", { mine: true }), message("4")];
    expect(firstUnread(messages, 2)).toBe("2");
    expect(firstUnread(messages, 0)).toBeNull();
    expect(firstUnread(messages, 9)).toBeNull();
  });
});

describe("the text of a message", () => {
  test("has links of known kinds only", () => {
    expect(safeLink("https://example.org/a?b=1")?.href).toBe("https://example.org/a?b=1");
    expect(safeLink("mailto:ada@example.org")?.protocol).toBe("mailto:");
    for (const bad of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "foo", null]) {
      expect(safeLink(bad)).toBeNull();
    }
  });

  test("finds addresses in plain text, without the full stop after them", () => {
    expect(plainSpans("See https://example.org/a. Then").map(({ text, link }) => [text, link])).toEqual([
      ["See ", null],
      ["https://example.org/a", "https://example.org/a"],
      [". Then", null],
    ]);
    expect(blocksOf(message("1", { text: "x" }))).toHaveLength(1);
  });

  test("marks what was searched for, in any case", () => {
    expect(pieces("Budget and budget", "BUDGET")).toEqual([
      { text: "Budget", hit: true },
      { text: " and ", hit: false },
      { text: "budget", hit: true },
    ]);
    expect(pieces("abc", "")).toEqual([{ text: "abc", hit: false }]);
  });
});
