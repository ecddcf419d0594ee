import type { ArmedMeeting } from "../contract/ArmedMeeting";
import type { BrandLook } from "../contract/BrandLook";
import type { CallEvent } from "../contract/CallEvent";
import type { CallView } from "../contract/CallView";
import type { ChatMessage } from "../contract/ChatMessage";
import type { Choices } from "../contract/Choices";
import type { Commands } from "../contract/Commands";
import type { DesktopWords } from "../contract/DesktopWords";
import type { DeviceState } from "../contract/DeviceState";
import type { HandedLink } from "../contract/HandedLink";
import type { Intent } from "../contract/Intent";
import type { Preferences } from "../contract/Preferences";
import type { RecentMeeting } from "../contract/RecentMeeting";
import type { SoundCheck } from "../contract/SoundCheck";
import { DEFAULT_PREFERENCES } from "../controls/preferences.svelte";
import type { Backend, CallTarget, OpenedCall, PlainCommand } from "./backend";
import { FakeMeeting } from "./fake-meeting";
import { FakePictures } from "./fake-pictures";
import { fakePreview, fakeSources } from "./fake-sources";
import { DEVICES, NAMES, PRACTICE_LINK, TITLE, emptyView, person, verdictOn } from "./fake-world";

/**
 * A call played by the page alone, for tests and for looking at every screen in a browser (`npm run dev`).
 * The address may say `people=4`, `lobbyMs=3000`, `start=lobby|meeting|reconnecting|ended`, `reason=removed`,
 * `people=1000` and `storm=50` (who come and go each second), `hands=2`, `reactions=1`, `captions=1`, `chat=10000`, `typing=1`,
 * `spotlight=1`, `hostmuted=1`, `kept=recording|transcription|both|consent`, `net=weak`, `relayed=1`, `theme=light`,
 * `brand=Contoso` (with colours of its own), `share=1`, `frames=URL` (polled for pictures instead of making them), `still=1` (no pictures),
 * `wire=1` (every event is written and read as JSON, as on its way from the shell), `failed=device.busy`, `notice=call.mutedByHost`,
 * `name=Ada`, `link=…`.
 */
export class FakeBackend implements Backend {
  readonly sent: Intent[] = [];
  /** Plays the system, which opens a link. */
  hand: (link: HandedLink) => void = () => undefined;
  /** Plays the system, whose window is being closed. */
  askClosing: () => void = () => undefined;
  /** What the guest said to that. */
  closed: boolean | null = null;
  termsAccepted = false;
  brand: BrandLook = { name: null, accent: null, logo: null };
  preferences: Preferences = DEFAULT_PREFERENCES;
  recents: RecentMeeting[] = [];
  /** What the clipboard holds. */
  copied: string | null;
  /** Plays somebody who closes the window of a share. */
  closeShare: () => void = () => undefined;
  /** Addresses that were opened outside. */
  readonly opened: string[] = [];
  armed: ArmedMeeting[] = [];
  /** What was written into a file. */
  saved: string | null = null;
  hidden = 0;
  mini = false;
  words: DesktopWords | null = null;
  updated = false;
  #onMini: (mini: boolean) => void = () => undefined;
  #onArmed: (meetings: ArmedMeeting[]) => void = () => undefined;
  #params: URLSearchParams;
  #view: CallView = emptyView();
  #emit: (event: CallEvent) => void = () => undefined;
  #pictures: FakePictures | null = null;
  #timers: ReturnType<typeof setTimeout>[] = [];
  #messages = 0;
  #chatShown = false;
  #meeting: FakeMeeting;

  constructor(params = new URLSearchParams()) {
    this.#params = params;
    this.copied = params.get("clipboard");
    const brand = params.get("brand");
    if (brand !== null) this.brand = { name: brand, accent: { light: "#7a1f6e", dark: "#e7a4dc" }, logo: null };
    if (params.has("recents")) {
      this.preferences = { ...DEFAULT_PREFERENCES, keepRecents: true };
      this.recents = [
        { id: "r1", title: TITLE, link: PRACTICE_LINK, joinedAtMs: Date.now() - 3_600_000 },
        { id: "r2", title: "", link: PRACTICE_LINK, joinedAtMs: Date.now() - 86_400_000 * 3 },
      ];
    }
    const theme = params.get("theme");
    if (theme === "light" || theme === "dark" || theme === "contrast") this.preferences = { ...this.preferences, theme };
    this.#meeting = new FakeMeeting(
      {
        view: () => this.#view,
        change: (change) => this.#change(change),
        emit: (event) => this.#emit(event),
        after: (ms, act) => this.#after(ms, act),
        every: (ms, act) => this.#every(ms, act),
      },
      params,
    );
  }

  async copy(text: string): Promise<void> {
    this.copied = text;
  }

  clipboard(): Promise<string | null> {
    return Promise.resolve(this.copied);
  }

  /** Plays the host, who lets the guest in from the lobby. */
  admit(): void {
    this.#enterMeeting(false);
  }

  async zoom(factor: number): Promise<void> {
    document.documentElement.style.setProperty("zoom", String(factor));
  }

  async run<K extends PlainCommand>(name: K, args: Commands[K][0]): Promise<Commands[K][1]> {
    const answers: { [C in PlainCommand]: (args: Commands[C][0]) => Commands[C][1] } = {
      app_info: () => ({
        version: "0.1.0",
        platform: "linux",
        suggestedName: this.#params.get("name") ?? "",
        problem: null,
        brand: this.brand,
        managed: (this.#params.get("managed")?.split(",") ?? []).map((name) => ({ name, place: "/etc/foyer/config.json" })),
      }),
      check_link: ({ text }) => verdictOn(text),
      list_devices: () => DEVICES,
      share_sources: () => fakeSources(this.#params),
      share_preview: ({ id }) => fakePreview(id, this.#params),
      check_network: () => {
        const state = this.#params.has("offline") ? "failed" : "good";
        const outcome = state === "good" ? "ok" : "failed";
        return { state, items: [{ part: "meeting", host: "127.0.0.1:40123", outcome, tookMs: 2, aheadS: null }] };
      },
      start_practice: () => ({ guestLink: PRACTICE_LINK, hostLink: PRACTICE_LINK.replace("meet", "host") }),
      look_for_update: () => {
        const version = this.#params.get("update");
        return version === null ? null : { version };
      },
      install_update: () => {
        this.updated = true;
        return null;
      },
      send_intent: ({ intent }) => {
        this.sent.push(intent);
        this.#obey(intent);
        return null;
      },
      open_in_browser: () => null,
      open_link: ({ address }) => {
        if (this.#params.has("browserless")) throw { code: "browser.failed", message: "no browser" };
        this.opened.push(address);
        return null;
      },
      bring_back_share: () => {
        this.closeShare();
        return null;
      },
      arm: ({ text }) => {
        const { kind = "practice", subject = "", startsAt, url = text } = verdictOn(text);
        if (!startsAt) throw { code: "armed.no_start", message: "no start" };
        const id = `a${this.armed.length}`;
        this.setArmed([...this.armed, { id, title: subject, kind, link: url, startsAtMs: Date.parse(startsAt), stage: "waiting", found: null }]);
        return null;
      },
      disarm: ({ id }) => {
        this.setArmed(this.armed.filter((meeting) => meeting.id !== id));
        return null;
      },
      save_text: ({ text }) => {
        if (this.#params.has("cancel")) return false;
        this.saved = text;
        return true;
      },
      copy_text: ({ text }) => {
        this.copied = text;
        return null;
      },
      clipboard_text: () => this.copied,
      set_desktop_words: ({ words }) => {
        this.words = words;
        return null;
      },
      desktop_abilities: () => ({ tray: this.#params.has("tray"), globalKeys: !this.#params.has("wayland"), above: !this.#params.has("wayland") }),
      answer_closing: ({ close }) => {
        this.closed = close;
        return null;
      },
      set_mini: ({ on }) => {
        this.setMini(on);
        return null;
      },
      hide_to_tray: () => {
        this.hidden += 1;
        return null;
      },
      teams_terms: () => ({ licence: "MICROSOFT SOFTWARE LICENSE TERMS" }),
      accept_teams_terms: () => {
        this.termsAccepted = true;
        return null;
      },
      close_call: () => {
        this.#stop();
        return null;
      },
      load_preferences: () => this.preferences,
      save_preferences: ({ preferences }) => {
        this.preferences = preferences;
        return null;
      },
      keep_background: () => {
        this.#change({ me: { ...this.#view.me, background: { ...this.#view.me.background, hasOwn: true } } });
        return null;
      },
      recent_meetings: () => (this.preferences.keepRecents ? this.recents : []),
      forget_recent: ({ id }) => {
        this.recents = id === null ? [] : this.recents.filter((recent) => recent.id !== id);
        return null;
      },
    };
    return answers[name](args);
  }

  async listenLinks(onLink: (link: HandedLink) => void): Promise<unknown> {
    this.hand = onLink;
    const link = this.#params.get("link");
    if (link) onLink({ shown: link, whole: link });
    return null;
  }

  async listenClosing(onClosing: () => void): Promise<unknown> {
    this.askClosing = onClosing;
    return null;
  }

  async listenArmed(onArmed: (meetings: ArmedMeeting[]) => void): Promise<unknown> {
    this.#onArmed = onArmed;
    onArmed(this.armed);
    return null;
  }

  /** Plays the shell, which keeps the list. */
  setArmed(armed: ArmedMeeting[]): void {
    this.armed = armed;
    this.#onArmed(armed);
  }

  async listenMini(onMini: (mini: boolean) => void): Promise<unknown> {
    this.#onMini = onMini;
    return null;
  }

  /** Plays the shell, whose window becomes small or large. */
  setMini(on: boolean): void {
    this.mini = on;
    this.#onMini(on);
  }

  async popOutShare(_title: string, onClosed: () => void): Promise<unknown> {
    if (!this.#view.share) throw { code: "share.none", message: "nobody shares" };
    this.closeShare = () => {
      this.closeShare = () => undefined;
      onClosed();
    };
    return null;
  }

  async openCall(target: CallTarget, onEvent: (event: CallEvent) => void): Promise<OpenedCall> {
    const verdict = verdictOn(target.text);
    if (verdict.verdict === "refused") throw { code: verdict.code, message: "not joinable" };
    if (this.#params.has("terms") && !this.termsAccepted) throw { code: "teams.terms_needed", message: "not accepted" };
    const { port1, port2 } = new MessageChannel();
    this.#view = emptyView();
    const frames = this.#params.get("frames");
    const still = frames !== null || this.#params.has("still");
    this.#pictures = still ? null : new FakePictures(port1, (feed) => this.#lookOf(feed));
    const wired = (event: CallEvent) => onEvent(JSON.parse(JSON.stringify(event)) as CallEvent);
    this.#emit = this.#params.has("wire") ? wired : onEvent;
    this.#change({});
    this.#every(100, () => {
      const live = this.#view.me.microphone.state === "live";
      this.#emit({ event: "levels", levels: { microphoneDbfs: live ? -35 + Math.random() * 25 : -100 } });
    });
    const start = this.#params.get("start");
    if (start === "lobby") this.#enterLobby();
    else if (start === "ended") this.#end(this.#params.get("reason") ?? "removed");
    else if (start) this.#enterMeeting(start === "reconnecting");
    return { frames: frames ? { kind: "scheme", url: frames } : { kind: "port", port: port2 } };
  }

  /** Plays something that the service does. */
  change(change: Partial<CallView>): void {
    this.#change(change);
  }

  #obey(intent: Intent): void {
    const { me } = this.#view;
    switch (intent.intent) {
      case "choose":
        this.#choose(intent.choices);
        break;
      case "join":
        this.#change({ phase: { state: "connecting" } });
        this.#after(500, () => this.#enterLobby());
        this.#after(500 + Number(this.#params.get("lobbyMs") ?? 3000), () => this.#enterMeeting(false));
        break;
      case "leave":
        this.#end("hungUp");
        break;
      case "setMuted":
        this.#change({ me: { ...me, microphone: { state: intent.muted ? "off" : "live" }, mutedByHost: false } });
        break;
      case "setCamera":
        this.#change({ me: { ...me, camera: { state: intent.on ? "live" : "off" }, cameraFeed: intent.on ? 1 : null, sentFeed: intent.on ? 1 : null } });
        break;
      case "setBackground": {
        const { background } = intent;
        const works = background !== "none" && me.camera.state === "live";
        const state = works ? { state: "running" as const, pictureMs: 9.4 } : { state: "idle" as const };
        this.#change({ me: { ...me, background: { ...me.background, chosen: background, state } } });
        break;
      }
      case "checkSound":
        this.#checkSound(intent.on);
        break;
      case "startShare":
        this.#change({ me: { ...me, share: { state: "live" }, shareFeed: 2 } });
        break;
      case "stopShare":
        this.#change({ me: { ...me, share: { state: "off" }, shareFeed: null } });
        break;
      case "sendChat":
        this.#say(me.name, true, intent.text);
        this.#after(1500, () => this.#say(NAMES[0] ?? "", false, `You said: ${intent.text}`));
        break;
      case "showChat":
        this.#chatShown = intent.open;
        this.#change({ unread: 0 });
        break;
      case "watch":
        this.#pictures?.watch(intent.feeds);
        break;
      default:
        this.#meeting.obey(intent);
    }
  }

  #choose(choices: Choices): void {
    const failed = this.#params.get("failed");
    const state = (on: boolean): DeviceState =>
      !on ? { state: "off" } : failed ? { state: "failed", code: failed } : { state: "live" };
    this.#change({
      me: {
        ...this.#view.me,
        name: choices.name,
        camera: state(choices.cameraOn),
        cameraFeed: choices.cameraOn && !failed ? 1 : null,
        sentFeed: this.#view.phase.state === "inMeeting" && choices.cameraOn && !failed ? 1 : null,
        microphone: choices.microphoneOn ? { state: "live" } : { state: "off" },
        cameraId: choices.cameraId,
        microphoneId: choices.microphoneId,
        speakerId: choices.speakerId,
      },
    });
  }

  #checkSound(on: boolean): void {
    const change = (soundCheck: SoundCheck) => this.#change({ me: { ...this.#view.me, soundCheck } });
    change(on ? { state: "recording", lengthMs: 5000 } : { state: "idle" });
    if (!on) return;
    this.#after(5000, () => change({ state: "playing", verdict: "well" }));
    this.#after(10_000, () => change({ state: "done", verdict: "well" }));
  }

  #enterLobby(): void {
    this.#change({ phase: { state: "lobby" }, title: TITLE, lobbySinceMs: performance.now() });
  }

  #enterMeeting(reconnecting: boolean): void {
    const people = Array.from({ length: Number(this.#params.get("people") ?? 3) }, (_, index) => person(index));
    const sharer = people[0];
    const notice = this.#params.get("notice");
    this.#change({
      phase: { state: reconnecting ? "reconnecting" : "inMeeting" },
      me: { ...this.#view.me, sentFeed: this.#view.me.cameraFeed },
      title: TITLE,
      inMeetingSinceMs: performance.now(),
      chatOpen: !reconnecting,
      people,
      share: this.#params.has("share") && sharer ? { personId: sharer.id, name: sharer.name, feed: 99 } : null,
      notices: notice ? [{ id: 1, code: notice, subject: null }] : [],
    });
    this.#meeting.begin(NAMES);
    this.#after(1200, () => this.#say(NAMES[0] ?? "", false, "Hello! Can you hear me?"));
    let turn = 0;
    this.#every(2000, () => {
      turn += 1;
      this.#change({
        people: this.#view.people.map((known, index) => ({
          ...known,
          speaking: !known.muted && index === turn % this.#view.people.length,
        })),
        dominant: this.#view.people.slice(turn % 4, (turn % 4) + 2).map(({ id }) => id),
      });
    });
  }

  #say(from: string, mine: boolean, text: string): void {
    this.#messages += 1;
    const message: ChatMessage = { id: String(this.#messages), from, mine, text, sentAtMs: Date.now(), state: "new", blocks: [] };
    this.#meeting.say(message);
    if (!mine && !this.#chatShown) this.#change({ unread: this.#view.unread + 1 });
  }

  #end(reason: string): void {
    this.#stop();
    this.#change({ phase: { state: "ended", reason, canRejoin: reason !== "meetingEnded" } });
  }

  #stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
    this.#pictures?.stop();
  }

  #change(change: Partial<CallView>): void {
    this.#view = { ...this.#view, ...change, nowMs: performance.now() };
    this.#emit({ event: "view", view: this.#view });
  }

  #after(ms: number, act: () => void): void {
    this.#timers.push(setTimeout(act, ms));
  }

  #every(ms: number, act: () => void): void {
    this.#timers.push(setInterval(act, ms));
  }

  #lookOf(feed: number): { name: string; screen: boolean } {
    if (feed === 99 || feed === 2) return { name: "", screen: true };
    const owner = this.#view.people.find(({ cameraFeed }) => cameraFeed === feed);
    return { name: owner?.name ?? this.#view.me.name, screen: false };
  }
}
