import type { CallView } from "../contract/CallView";
import { t } from "../text/text.svelte";
import { ownAnnouncements, rosterAnnouncements } from "./announcements";

/** People come and go in bursts: what they do is told together, no more often than this. */
const ROSTER_MS = 2000;

/** The text of the two live regions. */
export class Announcer {
  polite = $state("");
  assertive = $state("");
  #seen: CallView | null = null;
  /** The roster as it was last told. */
  #told: CallView | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

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

  stop(): void {
    clearTimeout(this.#timer);
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
