import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import App from "./App.svelte";
import { FakeBackend } from "./backend/fake";
import { setBrand } from "./controls/brand.svelte";
import { en } from "./text/en";
import { ru } from "./text/ru";
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
    const backend = start("name=Ada&lobbyMs=600000&people=2");
    type("link-field", `Join: ${LINK}`);
    await vi.waitFor(() => get("link-verdict"));
    submit("continue");
    await vi.waitFor(() => expect(get("name")).toHaveProperty("value", "Ada"));
    submit("join");
    await vi.waitFor(() => get("lobby"));
    backend.admit();
    await vi.waitFor(() => get("meeting"));
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

  test("looks as the organisation that built it has it, and says what it is", async () => {
    const backend = new FakeBackend(new URLSearchParams("brand=Contoso Meetings"));
    backend.brand = { ...backend.brand, logo: "data:image/svg+xml;base64,PHN2Zy8+" };
    render(App, { backend });
    const { style } = document.documentElement;
    await vi.waitFor(() => expect(textOf("wordmark")).toBe("Contoso Meetings"));
    expect(get("wordmark").querySelector("img")?.getAttribute("src")).toBe(backend.brand.logo);
    expect(style.getPropertyValue("--brand-light")).toBe("#7a1f6e");
    expect(style.getPropertyValue("--brand-dark")).toBe("#e7a4dc");
    press("Comma", { ctrlKey: true });
    click("settings-section-about");
    expect(textOf("settings-version").replace(/\s+/g, " ")).toBe("Contoso Meetings · Foyer 0.1.0");
    press("Escape");
    await practise();
    await vi.waitFor(() => expect(document.title).toContain("Contoso Meetings"));
    setBrand({ name: null, accent: null, logo: null });
    expect(style.getPropertyValue("--brand-light")).toBe("");
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
    await vi.waitFor(() => expect(textOf("announce-polite")).toContain("Hello! Can you hear me?"));
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
    const backend = start("name=Ada&start=lobby&tray=1");
    await practise();
    await vi.waitFor(() => expect(get("camera").dataset.state).toBe("live"));
    await vi.waitFor(() => get("lobby-hide"));
    click("mic");
    click("camera");
    click("lobby-hide");
    await vi.waitFor(() => expect(backend.hidden).toBe(1));
    expect(backend.sent).toContainEqual({ intent: "setMuted", muted: true });
    await vi.waitFor(() => expect(backend.sent).toContainEqual({ intent: "setCamera", on: false }));
  });

  test("does not offer to hide where nothing would bring the window back", async () => {
    start("name=Ada&start=lobby");
    await practise();
    await vi.waitFor(() => get("lobby-copy"));
    expect(find("lobby-hide")).toBeNull();
  });

  test("asks before the window is closed during a call", async () => {
    const backend = start("name=Ada&start=meeting&tray=1");
    await practise();
    await vi.waitFor(() => get("meeting"));
    backend.askClosing();
    await vi.waitFor(() => get("closing"));
    click("closing-stay");
    await vi.waitFor(() => expect(backend.closed).toBe(false));
    expect(find("closing")).toBeNull();
    backend.askClosing();
    await vi.waitFor(() => get("closing-hide"));
    click("closing-hide");
    await vi.waitFor(() => expect(backend.hidden).toBe(1));
    backend.askClosing();
    await vi.waitFor(() => get("closing-leave"));
    click("closing-leave");
    await vi.waitFor(() => expect(backend.closed).toBe(true));
  });

  describe("a meeting that starts later", () => {
    const invitation = (startsAtMs: number) =>
      `BEGIN:VCALENDAR\nDTSTART:${new Date(startsAtMs).toISOString()}\nURL:${LINK}`;

    async function armed(more = "") {
      const backend = start(`name=Ada&link=foyer${more}`);
      await vi.waitFor(() => expect(get("link-field")).toHaveProperty("value", "foyer"));
      backend.hand({ shown: "sync.ics", whole: invitation(Date.now() + 3_600_000) });
      await vi.waitFor(() => get("arm"));
      click("arm");
      await vi.waitFor(() => get("is-armed"));
      return backend;
    }
    const begin = (backend: FakeBackend) => backend.setArmed(backend.armed.map((meeting) => ({ ...meeting, stage: "begun" as const })));

    test("is armed from its invitation, listed, and taken out again", async () => {
      const backend = await armed();
      expect(find("arm")).toBeNull();
      expect(textOf("armed-a0")).toContain("Team sync");
      backend.setArmed(backend.armed.map((meeting) => ({
        ...meeting,
        stage: "soon" as const,
        found: { microphone: false, camera: true, network: "good" as const },
      })));
      await vi.waitFor(() => expect(textOf("armed-a0")).toContain("no microphone was found"));
      click("disarm-a0");
      await vi.waitFor(() => expect(find("armed")).toBeNull());
      expect(find("arm")).not.toBeNull();
    });

    test("is none once it has started, and where nobody says when it does", async () => {
      const backend = start("name=Ada&link=foyer");
      await vi.waitFor(() => expect(get("link-field")).toHaveProperty("value", "foyer"));
      for (const text of [invitation(Date.now() - 60_000), `DTSTART:2030-01-01T10:00:00\n${LINK}`, LINK]) {
        backend.hand({ shown: text.slice(0, 20), whole: text });
        await vi.waitFor(() => expect(get("link-verdict").dataset.verdict).toBe("join"));
        expect(find("arm"), text).toBeNull();
      }
    });

    test("rings at its start, and one press leads to it", async () => {
      const backend = await armed();
      begin(backend);
      await vi.waitFor(() => expect(textOf("ring")).toContain("Team sync"));
      click("ring-join");
      await vi.waitFor(() => get("prejoin"));
      expect(backend.armed).toEqual([]);
      expect(find("ring")).toBeNull();
    });

    test("is put off, and can still be joined from the list", async () => {
      const backend = await armed();
      begin(backend);
      await vi.waitFor(() => get("ring-later"));
      click("ring-later");
      await vi.waitFor(() => expect(find("ring")).toBeNull());
      expect(textOf("armed-a0")).toContain("has begun");
      click("armed-join-a0");
      await vi.waitFor(() => get("prejoin"));
    });

    test("does not ring into another call, but after it", async () => {
      const backend = await armed("&start=meeting");
      click("practise");
      await vi.waitFor(() => get("meeting"));
      begin(backend);
      await new Promise((resolve) => setTimeout(resolve, 0));
      expect(find("ring")).toBeNull();
      click("leave");
      await vi.waitFor(() => get("ring"));
    });
  });

  test("undoes what whoever manages the computer does not let one change", async () => {
    const backend = start("managed=keepRecents");
    await vi.waitFor(() => expect(get("recents-keep")).toHaveProperty("disabled", true));
    const kept = backend.preferences;
    const run = backend.run.bind(backend);
    vi.spyOn(backend, "run").mockImplementation(async (name, args) => {
      if (name === "save_preferences") throw { code: "settings.managed", message: "" };
      return name === "load_preferences" ? (kept as never) : run(name, args);
    });
    click("settings-open");
    await vi.waitFor(() => get("settings-section-video"));
    click("settings-section-video");
    click("settings-mirror");
    await vi.waitFor(() => expect(textOf("settings-problem")).toContain("manages this computer"));
    expect(get("settings-mirror")).toHaveProperty("checked", true);
  });

  test("offers what was seen to be saved after the call, only to who wants that", async () => {
    for (const wanted of [true, false]) {
      const backend = new FakeBackend(new URLSearchParams("name=Ada&start=meeting&captions=1"));
      backend.preferences = { ...backend.preferences, offerTranscript: wanted };
      document.body.replaceChildren();
      render(App, { backend });
      await practise();
      await vi.waitFor(() => get("meeting"));
      await vi.waitFor(() => expect(get("chat").dataset.unread).not.toBe("0"), { timeout: 3000 });
      click("leave");
      await vi.waitFor(() => get("ended"));
      if (wanted) {
        click("transcript-save");
        await vi.waitFor(() => expect(backend.saved).toContain("(chat): Hello! Can you hear me?"));
      } else expect(find("transcript")).toBeNull();
    }
  });

  test("shows a share in a window of its own until that is closed", async () => {
    const backend = start("name=Ada&start=meeting&share=1");
    await practise();
    await vi.waitFor(() => get("share-apart"));
    click("share-apart");
    await vi.waitFor(() => expect(textOf("share-is-apart")).toContain("window of its own"));
    expect(find("share-view")).toBeNull();
    backend.closeShare();
    await vi.waitFor(() => get("share-view"));
    click("share-apart");
    await vi.waitFor(() => expect(find("share-bring-back")).not.toBeNull());
    click("share-bring-back");
    await vi.waitFor(() => expect(find("share-view")).not.toBeNull());
    expect(find("share-is-apart")).toBeNull();
  });

  test("goes on in a mini window and comes back", async () => {
    const backend = start("name=Ada&start=meeting");
    await practise();
    await vi.waitFor(() => get("meeting"));
    click("more");
    click("menu-mini");
    await vi.waitFor(() => get("mini"));
    expect(backend.mini).toBe(true);
    click("mini-mic");
    await vi.waitFor(() => expect(intents(backend)).toContain("setMuted"));
    click("mini-back");
    await vi.waitFor(() => expect(find("mini")).toBeNull());
    expect(backend.mini).toBe(false);
    click("more");
    click("menu-mini");
    await vi.waitFor(() => get("mini-leave"));
    click("mini-leave");
    await vi.waitFor(() => get("ended"));
    await vi.waitFor(() => expect(backend.mini).toBe(false));
  });

  test("goes on in a mini window when the window is minimised", async () => {
    const backend = start("name=Ada&start=meeting");
    await practise();
    await vi.waitFor(() => get("meeting"));
    backend.setMini(true);
    await vi.waitFor(() => get("mini"));
    click("mini-back");
    await vi.waitFor(() => expect(find("mini")).toBeNull());
    expect(backend.mini).toBe(false);
  });

  test("hands the shell its words, and again in another language", async () => {
    const backend = start("name=Ada");
    await vi.waitFor(() => expect(backend.words?.mute).toBe(en.desktop.mute));
    setLanguage("ru");
    await vi.waitFor(() => expect(backend.words?.mute).toBe(ru.desktop.mute));
    setLanguage("en");
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
