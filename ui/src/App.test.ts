import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import App from "./App.svelte";
import { FakeBackend } from "./backend/fake";
import { languageFor, setLanguage } from "./text/text.svelte";
import { CTRL_SHIFT, click, find, get, press, render, submit, textOf, type } from "./testing/render";

const LINK = "http://127.0.0.1:40123/meet/k3v9t2qd";

function start(query = ""): FakeBackend {
  const backend = new FakeBackend(new URLSearchParams(query));
  render(App, { backend });
  return backend;
}

const intents = (backend: FakeBackend) => backend.sent.map(({ intent }) => intent);

async function practise(): Promise<void> {
  await vi.waitFor(() => get("practise"));
  click("practise");
}

describe("the app", () => {
  beforeEach(() => setLanguage("en"));
  afterEach(() => setLanguage(languageFor(["en"])));

  test("goes from a pasted link through the lobby into the meeting and out again", async () => {
    const backend = start("name=Ada&lobbyMs=50&people=2");
    type("link-field", `Join: ${LINK}`);
    await vi.waitFor(() => get("link-verdict"));
    submit("continue");
    await vi.waitFor(() => expect(get("name")).toHaveProperty("value", "Ada"));
    submit("join");
    await vi.waitFor(() => get("lobby"), { timeout: 3000 });
    await vi.waitFor(() => get("meeting"), { timeout: 3000 });
    expect(find("tile-p1")).not.toBeNull();
    click("leave");
    await vi.waitFor(() => expect(get("ended").dataset.reason).toBe("hungUp"));
    expect(intents(backend).filter((intent) => intent !== "watch")).toEqual(["choose", "choose", "join", "watchStats", "leave"]);
    click("home");
    await vi.waitFor(() => expect(get("link-field")).toHaveProperty("value", `Join: ${LINK}`));
  });

  test("offers a newer version where nobody is in a call", async () => {
    const backend = start("update=1.2.0");
    await vi.waitFor(() => expect(textOf("update")).toContain("1.2.0"));
    click("update-now");
    await vi.waitFor(() => expect(backend.updated).toBe(true));
  });

  test("takes links that the system opens while it runs, and what an invitation file holds", async () => {
    const backend = start("name=Ada&link=foyer");
    await vi.waitFor(() => expect(get("link-field")).toHaveProperty("value", "foyer"));
    backend.hand({ shown: "sync.ics", whole: `BEGIN:VCALENDAR\nURL:${LINK}` });
    await vi.waitFor(() => expect(get("link-field")).toHaveProperty("value", "sync.ics"));
    await vi.waitFor(() => expect(get("link-verdict").dataset.verdict).toBe("join"));
    submit("continue");
    await vi.waitFor(() => get("name"));
    backend.hand({ shown: `${LINK}?later`, whole: `${LINK}?later` });
    expect(find("name")).not.toBeNull();
  });

  test("checks what is behind a pasted mail until its words are changed", async () => {
    start("name=Ada");
    const getData = (type: string) => (type === "text/html" ? `<a href="${LINK}">Join</a>` : "Join\nnow");
    const event = Object.assign(new Event("paste", { bubbles: true, cancelable: true }), { clipboardData: { getData } });
    get("link-field").dispatchEvent(event);
    await vi.waitFor(() => expect(get("link-verdict").dataset.verdict).toBe("join"));
    expect(get("link-field")).toHaveProperty("value", "Join now");
    type("link-field", "Join");
    await vi.waitFor(() => expect(get("link-verdict").dataset.verdict).toBe("refused"));
  });

  test("asks once for agreement to the terms of Teams meetings", async () => {
    const backend = start("name=Ada&terms");
    const paste = async () => {
      type("link-field", LINK);
      await vi.waitFor(() => get("link-verdict"));
      submit("continue");
      await vi.waitFor(() => expect(textOf("terms-licence")).toContain("LICENSE TERMS"));
    };
    await paste();
    click("terms-decline");
    await vi.waitFor(() => get("link-field"));
    expect(backend.termsAccepted).toBe(false);
    await paste();
    click("terms-agree");
    await vi.waitFor(() => get("prejoin"));
    expect(backend.termsAccepted).toBe(true);
  });

  test("rejoins the same meeting with the same choices, without asking again", async () => {
    const backend = start("name=Ada&start=lobby");
    await practise();
    await vi.waitFor(() => get("lobby"));
    click("leave");
    await vi.waitFor(() => get("rejoin"));
    backend.sent.length = 0;
    click("rejoin");
    await vi.waitFor(() => expect(intents(backend)).toContain("join"));
    const [first] = backend.sent;
    expect(first).toMatchObject({ intent: "choose", choices: { name: "Ada", cameraOn: true } });
  });

  test("leaves pre-join without a trace", async () => {
    start("name=Ada");
    await practise();
    await vi.waitFor(() => get("prejoin"));
    click("back");
    await vi.waitFor(() => get("home"));
  });

  test("opens with the link of the command line", async () => {
    start(`link=${encodeURIComponent(LINK)}`);
    await vi.waitFor(() => expect(get("link-field")).toHaveProperty("value", LINK));
  });

  test("says at home what the shell refused", async () => {
    const backend = start();
    vi.spyOn(backend, "openCall").mockRejectedValue({ code: "link.invalid", message: "" });
    await practise();
    await vi.waitFor(() => expect(textOf("home-problem")).toContain("This link is damaged"));
  });

  test("shows notices as toasts that can be dismissed, once", async () => {
    const backend = start("name=Ada&start=meeting&notice=call.mutedByHost");
    await practise();
    const toast = () => document.querySelector<HTMLElement>("[data-code='call.mutedByHost']");
    await vi.waitFor(() => expect(toast()?.textContent).toContain("The host turned your microphone off"));
    toast()?.querySelector("button")?.click();
    await vi.waitFor(() => expect(toast()).toBeNull());
    backend.change({ unread: 1 });
    await vi.waitFor(() => expect(get("chat").dataset.unread).toBe("1"));
    expect(toast()).toBeNull();
  });

  test("explains a broken device in the bar and not in a toast as well", async () => {
    const backend = start("name=Ada&start=meeting&failed=device.lost");
    await practise();
    await vi.waitFor(() => expect(textOf("problem-bar")).toContain("Camera:"));
    backend.change({ notices: [{ id: 1, code: "device.lost", subject: "camera" }] });
    await vi.waitFor(() => expect(get("announce-polite")).not.toBeNull());
    expect([...document.querySelectorAll("[data-code='device.lost']")]).toEqual([]);
  });

  test("reads out who comes and what they write", async () => {
    start("name=Ada&start=meeting&people=1");
    await practise();
    await vi.waitFor(() => expect(textOf("announce-polite")).toContain("Hello! Can you hear me?"), { timeout: 3000 });
  });

  test("says that video cannot be shown where the web view lacks it", async () => {
    start("name=Ada&start=meeting");
    await practise();
    await vi.waitFor(() => expect(get("toast").dataset.code).toBe("feeds.noWebCodecs"));
  });

  test("speaks Russian", async () => {
    setLanguage("ru");
    start();
    expect(textOf("home")).toContain("Присоединиться к встрече");
    expect(document.documentElement.lang).toBe("ru");
  });

  test("keeps what is set, and shows it at once", async () => {
    const backend = start();
    await vi.waitFor(() => expect(textOf("version")).toContain("0.1.0"));
    press("Comma", { ctrlKey: true });
    click("settings-section-appearance");
    get("settings-theme").querySelector<HTMLElement>("[value=dark]")?.click();
    await vi.waitFor(() => expect(backend.preferences.theme).toBe("dark"));
    expect(document.documentElement.dataset.theme).toBe("dark");
    click("settings-reducedMotion");
    await vi.waitFor(() => expect(backend.preferences.reducedMotion).toBe(true));
    expect(document.documentElement.dataset.motion).toBe("still");
    const language = get("settings-language") as HTMLSelectElement;
    language.value = "ru";
    language.dispatchEvent(new Event("change", { bubbles: true }));
    await vi.waitFor(() => expect(textOf("settings")).toContain("Настройки"));
    const scale = get("settings-scale") as HTMLInputElement;
    scale.value = "125";
    scale.dispatchEvent(new Event("change", { bubbles: true }));
    await vi.waitFor(() => expect(backend.preferences).toMatchObject({ language: "ru", scale: 125 }));
    press("Comma", { ctrlKey: true });
    expect(find("settings")).toBeNull();
  });

  test("lists recent meetings once that is wanted, and forgets them", async () => {
    const backend = start("recents");
    await vi.waitFor(() => get("recent-r1"));
    click("forget-r1");
    await vi.waitFor(() => expect(find("recent-r1")).toBeNull());
    click("forget-all");
    await vi.waitFor(() => get("recents-none"));
    expect(backend.recents).toEqual([]);
  });

  test("shows help at any time", async () => {
    start("name=Ada");
    press("Slash", { ctrlKey: true });
    get("shortcut-sheet");
    click("shortcuts-edit");
    await vi.waitFor(() => get("shortcut-table"));
  });

  test("switches microphone and camera while waiting, and hides the window", async () => {
    const backend = start("name=Ada&start=lobby");
    await practise();
    await vi.waitFor(() => expect(get("camera").dataset.state).toBe("live"));
    click("mic");
    click("camera");
    click("lobby-hide");
    await vi.waitFor(() => expect(backend.hidden).toBe(1));
    expect(backend.sent).toContainEqual({ intent: "setMuted", muted: true });
    await vi.waitFor(() => expect(backend.sent).toContainEqual({ intent: "setCamera", on: false }));
  });

  test("lets help lie over a meeting, whose keys do nothing meanwhile", async () => {
    const backend = start("name=Ada&start=meeting");
    await practise();
    await vi.waitFor(() => get("meeting"));
    press("Slash", { ctrlKey: true });
    expect(textOf("shortcut-sheet")).toContain("Space");
    press("KeyO", CTRL_SHIFT);
    click("dialog-close");
    expect(find("shortcut-sheet")).toBeNull();
    press("KeyK", CTRL_SHIFT);
    await vi.waitFor(() => expect(intents(backend)).toContain("raiseHand"));
    expect(intents(backend)).not.toContain("setCamera");
  });
});
