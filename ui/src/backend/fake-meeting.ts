import type { CallEvent } from "../contract/CallEvent";
import type { CallView } from "../contract/CallView";
import type { ChatBlock } from "../contract/ChatBlock";
import type { ChatMessage } from "../contract/ChatMessage";
import type { ChatSpan } from "../contract/ChatSpan";
import type { Intent } from "../contract/Intent";
import type { PersonView } from "../contract/PersonView";
import type { Reaction } from "../contract/Reaction";
import type { StreamStats } from "../contract/StreamStats";

/** What the played meeting may do to the call it is in. */
export interface FakeCall {
  view: () => CallView;
  change: (change: Partial<CallView>) => void;
  emit: (event: CallEvent) => void;
  after: (ms: number, act: () => void) => void;
  every: (ms: number, act: () => void) => void;
}

const REACTIONS: readonly Reaction[] = ["like", "heart", "applause", "laugh", "surprised"];
const SENTENCES = [
  "Good morning everybody, can you see my screen?",
  "Yes, we can. The numbers on the second page look better than last week.",
  "Then let us go through them one by one before we decide.",
];
const DAY_MS = 86_400_000;

/** Hands, reactions, captions, chat and statistics of a played meeting. */
export class FakeMeeting {
  #call: FakeCall;
  #params: URLSearchParams;
  #chat: ChatMessage[] = [];
  #statsOn = false;
  #captions = 0;

  constructor(call: FakeCall, params: URLSearchParams) {
    this.#call = call;
    this.#params = params;
  }

  begin(names: readonly string[]): void {
    const { every, emit, view } = this.#call;
    this.#people();
    this.#keep();
    this.#surroundings();
    this.#history(names);
    if (this.#params.has("reactions")) {
      every(700, () => {
        const { people } = view();
        const someone = people[Math.floor(Math.random() * Math.min(6, people.length))];
        const reaction = REACTIONS[Math.floor(Math.random() * REACTIONS.length)];
        if (someone && reaction) emit({ event: "reaction", personId: someone.id, name: someone.name, reaction });
      });
    }
    if (this.#params.has("captions")) this.#setCaptions(true, "en-GB");
    const storm = Number(this.#params.get("storm") ?? 0);
    if (storm > 0) this.#storm(storm, names);
    every(1000, () => this.#measure());
  }

  obey(intent: Intent): void {
    const { change, view, emit } = this.#call;
    const { me, people } = view();
    switch (intent.intent) {
      case "raiseHand": {
        const raised = people.filter(({ hand }) => hand !== null).length;
        change({ me: { ...me, hand: intent.up ? raised + 1 : null } });
        break;
      }
      case "react":
        emit({ event: "reaction", personId: null, name: me.name, reaction: intent.reaction });
        break;
      case "setCaptions":
        this.#setCaptions(intent.on, intent.language);
        break;
      case "setVolume":
        change({
          people: people.map((person) => (person.id === intent.personId ? { ...person, volume: intent.volume } : person)),
        });
        break;
      case "editChat":
        this.#become(intent.id, { text: intent.text, blocks: [], state: "edited" });
        break;
      case "deleteChat":
        this.#become(intent.id, { text: "", blocks: [], state: "deleted" });
        break;
      case "resendChat":
        this.#become(intent.id, { state: "sending" });
        this.#call.after(800, () => this.#become(intent.id, { state: "new" }));
        break;
      case "watchStats":
        this.#statsOn = intent.on;
        break;
      default:
        break;
    }
  }

  /** Shows a message and keeps it for what may become of it. */
  say(message: ChatMessage): void {
    this.#chat.push(message);
    this.#call.emit({ event: "chat", message });
  }

  #become(id: string, change: Partial<ChatMessage>): void {
    const at = this.#chat.findIndex((message) => message.id === id);
    const old = this.#chat[at];
    if (!old) return;
    const message = { ...old, ...change };
    this.#chat[at] = message;
    this.#call.emit({ event: "chat", message });
  }

  #people(): void {
    const { after, change, view } = this.#call;
    const hands = Number(this.#params.get("hands") ?? 0);
    const { people } = view();
    change({
      people: people.map((person, index) => ({
        ...person,
        hand: index >= 1 && index <= hands ? index : null,
        spotlit: this.#params.has("spotlight") && index === 1,
        typing: this.#params.has("typing") && index === 0,
      })),
      dominant: people.slice(0, 2).map(({ id }) => id),
    });
    if (this.#params.has("hostmuted")) {
      after(500, () => change({ me: { ...view().me, microphone: { state: "off" }, mutedByHost: true } }));
    }
  }

  /** What only a meeting of an organisation has: rooms, a lobby of our own to open, telephone numbers. */
  #surroundings(): void {
    const { change, view } = this.#call;
    if (this.#params.has("rights")) {
      change({
        abilities: { ...view().abilities, muteOthers: true, remove: true, admit: true, spotlight: true },
        waiting: [
          { id: "w1", name: "Grace Hopper" },
          { id: "w2", name: "Maximilian Featherstonehaugh-Cholmondeley" },
        ],
      });
    }
    const room = this.#params.get("room");
    if (room) change({ room: { name: "Room 2", inside: room === "inside", mayChange: true, automatic: false } });
    if (this.#params.has("phone")) {
      const number = (number: string, free: boolean, place: string) => ({ number, free, place });
      change({
        dialIn: {
          conferenceId: "123 456 789#",
          numbers: [number("+1 800 555 0100", true, "United States"), number("+49 30 5550100", false, "Berlin, Germany")],
        },
      });
    }
    const trouble = this.#params.get("trouble");
    if (trouble) change({ troubles: [trouble] });
  }

  #keep(): void {
    const kept = this.#params.get("kept");
    if (!kept) return;
    this.#call.change({
      keeping: {
        recording: kept !== "transcription",
        transcription: kept === "transcription" || kept === "both",
        waitsForConsent: kept === "consent",
      },
    });
  }

  #history(names: readonly string[]): void {
    const count = Number(this.#params.get("chat") ?? 0);
    const { name: own } = this.#call.view().me;
    const now = Date.now();
    for (let index = 0; index < count; index += 1) {
      const mine = index % 7 === 3;
      const from = mine ? own : (names[Math.floor(index / 3) % names.length] ?? "");
      const sentAtMs = now - DAY_MS + index * (DAY_MS / (count + 1));
      const text = SENTENCES[index % SENTENCES.length] ?? "";
      this.say({ id: `old${index}`, from, mine, text, sentAtMs, state: "new", blocks: index % 40 === 5 ? RICH : [] });
    }
    if (count > 0) {
      const failed = { from: own, mine: true, sentAtMs: now, blocks: [] };
      this.say({ ...failed, id: "failed", text: "Can you send me the file again?", state: "failed" });
    }
  }

  #setCaptions(on: boolean, language: string | null): void {
    const { change, after, every, view } = this.#call;
    const languages = ["en-GB", "de-DE", "ru-RU"];
    const chosen = language ?? "en-GB";
    if (!on) {
      change({ captions: { state: "off", language: chosen, languages } });
      return;
    }
    const first = this.#captions === 0;
    change({ captions: { state: first ? "starting" : "on", language: chosen, languages } });
    if (!first) return;
    this.#captions = 1;
    after(600, () => change({ captions: { ...view().captions, state: "on" } }));
    let words = 0;
    every(220, () => {
      if (view().captions.state !== "on") return;
      const sentence = (SENTENCES[this.#captions % SENTENCES.length] ?? "").split(" ");
      words += 1;
      const { people } = view();
      const name = people[this.#captions % Math.max(1, Math.min(3, people.length))]?.name ?? "";
      const done = words >= sentence.length;
      const text = sentence.slice(0, words).join(" ");
      this.#call.emit({ event: "caption", caption: { id: this.#captions, name, text, done } });
      if (done) {
        this.#captions += 1;
        words = 0;
      }
    });
  }

  /** Somebody comes, and somebody who came so goes, so many times a second. */
  #storm(perSecond: number, names: readonly string[]): void {
    let count = 0;
    this.#call.every(1000 / perSecond, () => {
      count += 1;
      const { people } = this.#call.view();
      const newcomer = { ...(people[0] as PersonView), id: `storm${count}`, name: `${names[count % names.length]} ${count}` };
      const staying = people.filter(({ id }) => id !== `storm${count - 100}`);
      this.#call.change({ people: [...staying, { ...newcomer, cameraFeed: null, hand: null, speaking: false }] });
    });
  }

  #measure(): void {
    if (!this.#statsOn) return;
    const weak = this.#params.get("net") === "weak";
    const wave = (middle: number, range: number) => middle + (Math.random() - 0.5) * range;
    const stream = (change: Partial<StreamStats>): StreamStats => ({
      direction: "received",
      kind: "audio",
      personId: null,
      name: "",
      codec: "Opus",
      kbps: wave(32, 8),
      lossPercent: weak ? wave(5, 3) : wave(0.2, 0.3),
      jitterMs: wave(8, 6),
      width: null,
      height: null,
      fps: null,
      ...change,
    });
    const video = { kind: "video", codec: "H.264", width: 640, height: 360, fps: 30 } as const;
    this.#call.emit({
      event: "stats",
      stats: {
        rttMs: wave(weak ? 320 : 38, 20),
        sentKbps: wave(820, 150),
        receivedKbps: wave(1900, 600),
        relayed: this.#params.has("relayed"),
        streams: [
          stream({ direction: "sent", jitterMs: null }),
          stream({ ...video, direction: "sent", kbps: wave(760, 90), jitterMs: null }),
          ...this.#call
            .view()
            .people.slice(0, 3)
            .flatMap(({ id, name }) => [
              stream({ personId: id, name }),
              stream({ ...video, personId: id, name, kbps: wave(480, 60) }),
            ]),
        ],
      },
    });
  }
}

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

const RICH: ChatBlock[] = [
  { block: "paragraph", spans: [span("Ada", { mention: true }), span(", the "), span("agenda", { bold: true }), span(" for today:")] },
  { block: "list", ordered: true, items: [[span("Budget")], [span("Hiring, "), span("see the plan", { link: "https://example.org/plan" })]] },
  { block: "quote", spans: [span("We said that already", { italic: true })] },
  { block: "code", text: "cargo xtask check" },
  { block: "image", alt: "The new floor plan" },
];
