import { flushSync, tick } from "svelte";
import { describe, expect, test, vi } from "vitest";
import type { ChatBlock } from "../contract/ChatBlock";
import type { ChatSpan } from "../contract/ChatSpan";
import { click, find, get, pressIn, textOf, type } from "../testing/render";
import { showMeeting } from "../testing/meeting.svelte";
import { inMeeting, message, person } from "../testing/views";
import { pretends } from "./spans";

const span = (text: string, look: Partial<ChatSpan> = {}): ChatSpan => ({
  text,
  bold: false,
  italic: false,
  underline: false,
  strike: false,
  code: false,
  link: null,
  mention: false,
  ...look,
});
const bubbles = () => [...document.querySelectorAll<HTMLElement>("[data-testid='chat-message']")];

function showChat(chat: Parameters<typeof showMeeting>[1] = {}, view: Parameters<typeof showMeeting>[0] = {}) {
  const shown = showMeeting(view, chat);
  click("chat");
  shown.onIntent.mockClear();
  return shown;
}

describe("formatted messages", () => {
  test("are drawn as elements, and their text stays text", () => {
    const blocks: ChatBlock[] = [
      { block: "paragraph", spans: [span("bold", { bold: true }), span("<img src=x onerror=alert(1)>")] },
      { block: "list", ordered: true, items: [[span("one")], [span("two")]] },
      { block: "quote", spans: [span("said before")] },
      { block: "code", text: "<script>alert(1)</script>" },
      { block: "image", alt: "a plan" },
    ];
    showChat({ chat: [message("1", { blocks })] });
    const [bubble] = bubbles();
    expect(bubble?.querySelector(".bold")?.textContent).toBe("bold");
    expect(bubble?.querySelectorAll("ol li")).toHaveLength(2);
    expect(bubble?.querySelector("blockquote")?.textContent).toBe("said before");
    expect(bubble?.querySelector("pre")?.textContent).toBe("<script>alert(1)</script>");
    expect(bubble?.querySelector("img, script")).toBeNull();
    expect(bubble?.textContent).toContain("<img src=x");
    expect(bubble?.textContent).toContain("Picture: a plan");
  });

  test("have links that say where they lead, and none to scripts", () => {
    const spans = [span("the plan", { link: "https://example.org/plan" }), span("trap", { link: "javascript:alert(1)" })];
    showChat({ chat: [message("1", { blocks: [{ block: "paragraph", spans }] })] });
    const links = [...document.querySelectorAll<HTMLAnchorElement>("[data-testid='chat-message'] a")];
    expect(links.map(({ title }) => title)).toEqual(["https://example.org/plan"]);
  });
});

describe("our own messages", () => {
  const own = message("7", { mine: true, from: "Ada", text: "Helo" });

  test("are edited in the field, and the draft is kept meanwhile", () => {
    const { intents } = showChat({ chat: [own] });
    type("chat-input", "half a thought");
    click("chat-edit");
    expect(get("chat-input")).toHaveProperty("value", "Helo");
    type("chat-input", "Hello");
    pressIn(get("chat-input"), "Enter");
    expect(intents("editChat")).toEqual([{ intent: "editChat", id: "7", text: "Hello" }]);
    expect(get("chat-input")).toHaveProperty("value", "half a thought");
  });

  test("are edited by arrow up in an empty field, and Escape gives up without closing the chat", () => {
    const { intents } = showChat({ chat: [own, message("8")] });
    pressIn(get("chat-input"), "ArrowUp");
    expect(get("chat-input")).toHaveProperty("value", "Helo");
    pressIn(get("chat-input"), "Escape");
    expect(get("chat-input")).toHaveProperty("value", "");
    expect(find("chat-pane")).not.toBeNull();
    expect(intents("editChat")).toEqual([]);
  });

  test("are deleted, and say so afterwards", () => {
    const { intents, show } = showChat({ chat: [own] });
    click("chat-delete");
    expect(intents("deleteChat")).toEqual([{ intent: "deleteChat", id: "7" }]);
    show({ chat: [{ ...own, text: "", state: "deleted" }] });
    expect(textOf("chat-message")).toBe("Message deleted");
    expect(find("chat-edit")).toBeNull();
  });

  test("tell that they are on their way or not sent, and go again", () => {
    const { intents, show } = showChat({ chat: [{ ...own, state: "sending" }] });
    expect(textOf("chat-log")).toContain("Sending…");
    expect(find("chat-edit")).toBeNull();
    show({ chat: [{ ...own, state: "failed" }] });
    expect(textOf("chat-log")).toContain("Not sent.");
    click("chat-resend");
    expect(intents("resendChat")).toEqual([{ intent: "resendChat", id: "7" }]);
  });

  test("cannot be changed where the meeting does not let us, and others' never", () => {
    showChat({ chat: [own] }, { abilities: { ...inMeeting().abilities, editChat: false } });
    expect(find("chat-edit") ?? find("chat-delete")).toBeNull();
    click("pane-close");
    showChat({ chat: [message("1")] });
    expect(find("chat-edit")).toBeNull();
  });
});

describe("the log", () => {
  test("tells who is writing", () => {
    const { change } = showChat({}, { people: [person("1", { typing: true, name: "Mira" })] });
    expect(textOf("chat-typing")).toBe("Mira is writing…");
    change({ people: ["1", "2", "3"].map((id) => person(id, { typing: true })) });
    expect(textOf("chat-typing")).toBe("Several people are writing…");
    change({ people: [] });
    expect(find("chat-typing")).toBeNull();
  });

  test("tells the others that we write, but not with every key", () => {
    const { intents } = showChat();
    for (const text of ["H", "He", "Hel"]) type("chat-input", text);
    expect(intents("typing")).toHaveLength(1);
  });

  test("marks where the unread ones begin", () => {
    showChat({ chat: ["1", "2", "3"].map((id) => message(id)) }, { unread: 2 });
    const log = get("chat-log").textContent ?? "";
    expect(log.indexOf("text 1")).toBeLessThan(log.indexOf("New messages"));
    expect(log.indexOf("New messages")).toBeLessThan(log.indexOf("text 2"));
  });

  test("says that new ones came while older ones are read, and goes there", async () => {
    const chat = Array.from({ length: 50 }, (_, index) => message(String(index)));
    const { show } = showChat({ chat });
    const log = get("chat-log");
    let top = 2400;
    vi.spyOn(log, "scrollHeight", "get").mockReturnValue(3000);
    vi.spyOn(log, "clientHeight", "get").mockReturnValue(600);
    vi.spyOn(log, "scrollTop", "get").mockImplementation(() => top);
    vi.spyOn(log, "scrollTop", "set").mockImplementation((next) => (top = next));
    const scroll = () => {
      log.dispatchEvent(new Event("scroll"));
      flushSync();
    };
    scroll();
    top = 300;
    scroll();
    show({ chat: [...chat, message("new", { from: "Jonas" })] });
    expect(textOf("chat-missed")).toBe("New messages1");
    click("chat-missed");
    await tick();
    expect(top).toBe(3000);
    expect(find("chat-missed")).toBeNull();
  });

  test("is searched, with what was found marked", () => {
    showChat({ chat: [message("1", { text: "The budget" }), message("2", { text: "Lunch" }), message("3", { from: "Budgeteer" })] });
    click("chat-search");
    type("chat-search-field", "BUDGET");
    expect(textOf("chat-pane")).toContain("2 messages found");
    expect(bubbles()).toHaveLength(2);
    expect(get("chat-log").querySelector("mark")?.textContent).toBe("budget");
    pressIn(get("chat-search-field"), "Escape");
    expect(bubbles()).toHaveLength(3);
    expect(find("chat-pane")).not.toBeNull();
  });

  test("draws of 10,000 messages only what can be seen, the last ones first", () => {
    const chat = Array.from({ length: 10_000 }, (_, index) => message(String(index), { from: `Person ${index % 7}` }));
    const { show } = showChat({ chat });
    expect(bubbles().length).toBeGreaterThan(5);
    expect(bubbles().length).toBeLessThan(50);
    expect(bubbles().at(-1)?.textContent).toContain("text 9999");
    const added: number[] = [];
    const observer = new MutationObserver(() => undefined);
    observer.observe(get("chat-log"), { childList: true, subtree: true });
    show({ chat: [...chat, message("last")] });
    added.push(observer.takeRecords().reduce((sum, { addedNodes }) => sum + addedNodes.length, 0));
    observer.disconnect();
    expect(bubbles().at(-1)?.textContent).toContain("text last");
    expect(added[0]).toBeLessThan(20);
  });
});

describe("a link that is clicked", () => {
  function follow(text: string, link: string, onOpenLink = vi.fn(async (): Promise<string | null> => null)) {
    showChat({ chat: [message("1", { blocks: [{ block: "paragraph", spans: [span(text, { link })] }] })], onOpenLink });
    document.querySelector<HTMLAnchorElement>("[data-testid='chat-message'] a")?.click();
    flushSync();
    return onOpenLink;
  }

  test("is looked at before it is opened outside", async () => {
    const onOpenLink = follow("the plan", "https://files.example.org:8443/plan?x=1");
    expect(textOf("link-owner")).toBe("files.example.org:8443");
    expect(textOf("link-whole")).toBe("https://files.example.org:8443/plan?x=1");
    expect(find("link-pretends")).toBeNull();
    expect(onOpenLink).not.toHaveBeenCalled();
    click("link-open");
    expect(onOpenLink).toHaveBeenCalledExactlyOnceWith("https://files.example.org:8443/plan?x=1");
    await vi.waitFor(() => expect(find("link-dialog")).toBeNull());
  });

  test("shows the host that it really has, and warns when the text names another", () => {
    follow("https://teams.microsoft.com/meet", "https://teams.microsoft.com@evil.example/meet");
    expect(textOf("link-owner")).toBe("evil.example");
    expect(textOf("link-pretends")).toContain("the message says teams.microsoft.com");
  });

  test("in letters of another alphabet shows what it is on the wire", () => {
    follow("аррle.com", "https://аррle.com/");
    expect(textOf("link-owner")).toMatch(/^xn--/u);
  });

  test("to a mail address says who gets the mail", () => {
    follow("write", "mailto:ada@example.org?subject=x");
    expect(textOf("link-owner")).toBe("ada@example.org");
    expect(textOf("link-open")).toBe("Open the mail program");
    expect(find("link-whole")).toBeNull();
  });

  test("is copied, or left alone", async () => {
    const write = vi.spyOn(navigator.clipboard, "writeText").mockResolvedValue();
    const onOpenLink = follow("the plan", "https://example.org/plan");
    click("link-copy");
    await vi.waitFor(() => expect(textOf("link-copied")).toBe("Copied."));
    expect(write).toHaveBeenCalledExactlyOnceWith("https://example.org/plan");
    click("link-cancel");
    expect(find("link-dialog")).toBeNull();
    expect(onOpenLink).not.toHaveBeenCalled();
  });

  test("that no browser takes says so and stays", async () => {
    follow("the plan", "https://example.org/plan", vi.fn(async () => "browser.failed"));
    click("link-open");
    await vi.waitFor(() => expect(textOf("link-problem")).toContain("No browser could be opened"));
    expect(find("link-dialog")).not.toBeNull();
  });
});

test("a link's text pretends only where it names another host", () => {
  const leads = new URL("https://www.example.org/a");
  for (const text of ["example.org", "https://example.org/other", "see the plan", "EXAMPLE.org:443/x", "a. b"]) {
    expect(pretends(text, leads), text).toBeNull();
  }
  expect(pretends("bank.example", leads)).toBe("bank.example");
  expect(pretends("bank.example", new URL("mailto:a@b.c"))).toBeNull();
});
