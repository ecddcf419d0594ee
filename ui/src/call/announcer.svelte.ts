import type { CallView } from "../contract/CallView";
import { t } from "../text/text.svelte";
import { ownAnnouncements, reactionAnnouncements, rosterAnnouncements } from "./announcements";
import type { SeenReaction } from "./call-state";

/** People come and go in bursts: what they do is told together, no more often than this. */
const ROSTER_MS = 2000;
/** As `ROSTER_MS`, for how people react. */
const REACTIONS_MS = 3000;

/** The text of the two live regions. */
export class Announcer {
  polite = $state("");
  assertive = $state("");
  #seen: CallView | null = null;
  /** The roster as it was last told. */
  #told: CallView | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Reactions that were not told yet, and the last that was heard of. */
  #reactions: SeenReaction[] = [];
  #lastReaction = 0;
  #reactionTimer: ReturnType<typeof setTimeout> | undefined;

  see(view: CallView): void {
    const own = ownAnnouncements(this.#seen, view, t());
    const entering = this.#seen !== null && !isIn(this.#seen) && isIn(view);
    this.#seen = view;
    if (entering) this.#told = view;
    this.say([...own.polite, ...(this.#timer === undefined ? this.#roster() : [])]);
    if (own.assertive.length > 0) this.assertive = fresh(this.assertive, own.assertive.join(". "));
  }

  say(sentences: readonly string[]): void {
    if (sentences.length > 0) this.polite = fresh(this.polite, sentences.join(". "));
  }

  /** Takes all that are known; those that were told before are left out. */
  react(reactions: readonly SeenReaction[]): void {
    this.#reactions.push(...reactions.filter(({ key }) => key > this.#lastReaction));
    this.#lastReaction = reactions.at(-1)?.key ?? this.#lastReaction;
    if (this.#reactionTimer === undefined) this.#tellReactions();
  }

  stop(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#reactionTimer);
  }

  #tellReactions(): void {
    if (this.#reactions.length === 0) return;
    this.say(reactionAnnouncements(this.#reactions, t()));
    this.#reactions = [];
    this.#reactionTimer = setTimeout(() => {
      this.#reactionTimer = undefined;
      this.#tellReactions();
    }, REACTIONS_MS);
  }

  #roster(): string[] {
    if (!this.#seen) return [];
    const said = rosterAnnouncements(this.#told, this.#seen, t());
    this.#told = this.#seen;
    if (said.length > 0) {
      this.#timer = setTimeout(() => {
        this.#timer = undefined;
        this.say(this.#roster());
      }, ROSTER_MS);
    }
    return said;
  }
}

/** A region that is given the same text again stays silent. */
function fresh(before: string, text: string): string {
  return before === text ? `${text}\u00a0` : text;
}

function isIn(view: CallView): boolean {
  return view.phase.state === "inMeeting" || view.phase.state === "reconnecting";
}
