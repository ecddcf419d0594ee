import { beforeEach, describe, expect, test, vi } from "vitest";
import type { LinkVerdict } from "../contract/LinkVerdict";
import type { RecentMeeting } from "../contract/RecentMeeting";
import { click, find, get, render, submit, textOf, type } from "../testing/render";
import Home from "./Home.svelte";

const LINK = "http://127.0.0.1:1/meet/abc";

interface Change {
  text?: string;
  problem?: string | null;
  busy?: "opening" | null;
  verdict?: LinkVerdict;
  recents?: RecentMeeting[];
  clipboard?: string | null;
}

function home(change: Change = {}) {
  const verdict: LinkVerdict = change.verdict ?? { verdict: "join", kind: "practice", url: LINK };
  const calls = {
    onCheck: vi.fn(async () => verdict),
    onText: vi.fn(),
    onContinue: vi.fn(),
    onPractise: vi.fn(),
    onBrowser: vi.fn(),
    onClipboard: vi.fn(async () => change.clipboard ?? null),
    onKeepRecents: vi.fn(),
    onForget: vi.fn(),
    onSettings: vi.fn(),
    onHelp: vi.fn(),
  };
  render(Home, {
    text: change.text ?? "",
    problem: change.problem ?? null,
    setup: null,
    busy: change.busy ?? null,
    version: "1.2.3",
    recents: change.recents ?? [],
    keepRecents: change.recents !== undefined,
    ...calls,
  });
  return calls;
}

describe("the home screen", () => {
  beforeEach(() => vi.useRealTimers());

  test("starts with an empty field, a hint and a way to practise", () => {
    const { onPractise } = home();
    expect(get("link-field")).toHaveProperty("value", "");
    expect(find("link-clear")).toBeNull();
    expect(get("continue")).toHaveProperty("disabled", true);
    get("practise").click();
    expect(onPractise).toHaveBeenCalledOnce();
  });

  test("passes on what is pasted and lets it be cleared", () => {
    const { onText } = home({ text: "old" });
    type("link-field", "new");
    get("link-clear").click();
    expect(onText.mock.calls).toEqual([["new"], [""]]);
  });

  test("shows the cleaned link of a meeting that can be joined, and continues with it", async () => {
    const { onContinue } = home({ text: `Please join: ${LINK}!` });
    await vi.waitFor(() => expect(get("link-verdict").dataset.verdict).toBe("join"));
    expect(textOf("link-verdict")).toContain(LINK);
    submit("continue");
    await vi.waitFor(() => expect(onContinue).toHaveBeenCalledExactlyOnceWith({ text: `Please join: ${LINK}!`, passcode: null, kind: "practice", shareUrl: LINK }));
  });

  test("puts the verdict below every button of the form, so that none moves away from under the pointer", async () => {
    home({ text: LINK });
    await vi.waitFor(() => get("link-verdict"));
    for (const button of ["continue", "open-file", "practise"]) {
      const order = get(button).compareDocumentPosition(get("link-verdict"));
      expect(order & Node.DOCUMENT_POSITION_FOLLOWING, button).toBeTruthy();
    }
  });

  test("explains a Teams link, as an alert, and keeps the paste", async () => {
    const text = "https://teams.microsoft.com/l/meetup-join/x";
    const calls = home({ text, verdict: { verdict: "refused", code: "link.teams_needs_service" } });
    await vi.waitFor(() => expect(get("link-verdict").dataset.verdict).toBe("refused"));
    expect(textOf("link-verdict")).toContain("organisation");
    expect(get("link-refused").getAttribute("role")).toBe("alert");
    expect(get("link-field")).toHaveProperty("value", text);
    expect(get("continue")).toHaveProperty("disabled", true);
    submit("continue");
    await Promise.resolve();
    expect(calls.onContinue).not.toHaveBeenCalled();
  });

  test("continues even when Enter comes before the verdict", async () => {
    const { onContinue } = home({ text: LINK });
    submit("continue");
    await vi.waitFor(() => expect(onContinue).toHaveBeenCalledExactlyOnceWith({ text: LINK, passcode: null, kind: "practice", shareUrl: LINK }));
  });

  test("tells what went wrong while opening", () => {
    home({ text: LINK, problem: "practice.listen" });
    expect(textOf("home-problem")).toContain("practice meeting could not be started");
    expect(get("home-problem").getAttribute("role")).toBe("alert");
  });

  test("starts nothing twice", () => {
    const { onContinue } = home({ text: LINK, busy: "opening" });
    expect(get("practise")).toHaveProperty("disabled", true);
    submit("continue");
    expect(onContinue).not.toHaveBeenCalled();
  });

  test("does not continue until a missing passcode is typed", async () => {
    const text = "Meeting ID: 241 412 830 128 1";
    const { onContinue } = home({
      text,
      verdict: { verdict: "needsPasscode", kind: "teamsId", meetingId: "2414128301281", hasPasscode: false },
    });
    await vi.waitFor(() => expect(get("link-verdict").dataset.verdict).toBe("needsPasscode"));
    expect(textOf("link-card")).toContain("241 412 830 128 1");
    expect(textOf("link-next")).toContain("Enter the passcode");
    expect(get("continue")).toHaveProperty("disabled", true);
    submit("continue");
    await Promise.resolve();
    expect(onContinue).not.toHaveBeenCalled();
    type("passcode", " Nz8DLM ");
    await vi.waitFor(() => expect(get("continue")).toHaveProperty("disabled", false));
    submit("continue");
    await vi.waitFor(() =>
      expect(onContinue).toHaveBeenCalledExactlyOnceWith({ text, passcode: "Nz8DLM", kind: "teamsId", shareUrl: null }),
    );
  });

  test("offers to open in a browser what cannot be joined here", async () => {
    const text = "https://teams.microsoft.com/meet/2414128301281?p=x";
    const url = "https://teams.microsoft.com/meet/2414128301281";
    const { onBrowser } = home({
      text,
      verdict: { verdict: "refused", kind: "teamsShort", code: "link.teams_unavailable", url },
    });
    await vi.waitFor(() => get("open-in-browser"));
    get("open-in-browser").click();
    expect(onBrowser).toHaveBeenCalledExactlyOnceWith(text);
  });

  test("has the links behind the words of a pasted mail checked, though the field shows the words", () => {
    const { onText } = home();
    const page = `<a href="${LINK}">Join the meeting now</a>`;
    expect(pasted("Join the\nmeeting now\n", page).defaultPrevented).toBe(true);
    expect(onText).toHaveBeenCalledExactlyOnceWith("Join the meeting now");
  });

  test("leaves an ordinary paste to the field", () => {
    const { onText } = home();
    expect(pasted(LINK, "").defaultPrevented).toBe(false);
    expect(onText).not.toHaveBeenCalled();
  });

  test("offers a link from the clipboard after a click, and takes it only when told to", async () => {
    const { onText, onContinue } = home({ clipboard: `Join:\n${LINK}` });
    expect(find("clipboard-offer")).toBeNull();
    click("link-field");
    await vi.waitFor(() => expect(textOf("clipboard-offer")).toContain("127.0.0.1:1"));
    expect(onText).not.toHaveBeenCalled();
    click("clipboard-offer");
    expect(onText).toHaveBeenCalledExactlyOnceWith(`Join: ${LINK}`);
    expect(onContinue).not.toHaveBeenCalled();
  });

  test("offers nothing from the clipboard that cannot be joined", async () => {
    const { onCheck } = home({ clipboard: "a recipe", verdict: { verdict: "refused", code: "link.nothing_found" } });
    click("link-field");
    await vi.waitFor(() => expect(onCheck).toHaveBeenCalledWith("a recipe"));
    await Promise.resolve();
    expect(find("clipboard-offer")).toBeNull();
  });

  test("shows where a dragged invitation can be dropped, and takes it anywhere in the window", async () => {
    const { onText } = home();
    window.dispatchEvent(new Event("dragover", { cancelable: true }));
    await vi.waitFor(() => get("drop-target"));
    const file = new File(["BEGIN:VCALENDAR"], "meeting.ics", { type: "text/calendar" });
    window.dispatchEvent(Object.assign(new Event("drop", { cancelable: true }), { dataTransfer: { files: [file] } }));
    await vi.waitFor(() => expect(onText).toHaveBeenCalledExactlyOnceWith("meeting.ics"));
    expect(find("drop-target")).toBeNull();
  });

  test("opens an invitation from a file, and says so when it cannot be read", async () => {
    const { onText } = home();
    choose(new File(["BEGIN:VCALENDAR"], "interview.ics"));
    await vi.waitFor(() => expect(onText).toHaveBeenCalledWith("interview.ics"));
    choose(Object.assign(new File([], "gone.ics"), { slice: () => ({ text: () => Promise.reject(new Error("gone")) }) }));
    await vi.waitFor(() => expect(textOf("home-problem")).toContain("cannot be read"));
  });

  test("remembers no meeting unless asked to", () => {
    const { onKeepRecents } = home();
    expect(textOf("recents-none")).toContain("only if you say so");
    click("recents-keep");
    expect(onKeepRecents).toHaveBeenCalledExactlyOnceWith(true);
  });

  test("lists remembered meetings to take up again, forget one, or forget all", () => {
    const recents = [
      { id: "a", title: "Interview", link: LINK, joinedAtMs: Date.now() - 7_200_000 },
      { id: "b", title: "", link: LINK, joinedAtMs: Date.now() - 86_400_000 },
    ];
    const { onText, onForget } = home({ recents });
    expect(textOf("recent-a")).toMatch(/Interview.*2 hours ago/u);
    expect(textOf("recent-b")).toMatch(/Untitled meeting.*yesterday/u);
    get("recent-a").querySelector<HTMLElement>("button")?.click();
    expect(onText).toHaveBeenCalledExactlyOnceWith(LINK);
    click("forget-b");
    click("forget-all");
    expect(onForget.mock.calls).toEqual([["b"], [null]]);
  });

  test("leads to settings and help, and tells the version", () => {
    const { onSettings, onHelp } = home();
    click("settings-open");
    click("help-open");
    expect(onSettings).toHaveBeenCalledOnce();
    expect(onHelp).toHaveBeenCalledOnce();
    expect(textOf("version")).toContain("1.2.3");
  });
});

function choose(file: File): void {
  const input = get("file-input") as HTMLInputElement;
  Object.defineProperty(input, "files", { value: [file], configurable: true });
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function pasted(plain: string, page: string): Event {
  const event = new Event("paste", { bubbles: true, cancelable: true });
  const getData = (type: string) => (type === "text/html" ? page : plain);
  Object.assign(event, { clipboardData: { getData } });
  get("link-field").dispatchEvent(event);
  return event;
}
