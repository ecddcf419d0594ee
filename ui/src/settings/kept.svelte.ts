import { commandError, type Backend } from "../backend/backend";
import type { Preferences } from "../contract/Preferences";
import type { RecentMeeting } from "../contract/RecentMeeting";
import { preferences, setPreferences } from "../controls/preferences.svelte";

/** Whoever manages this computer has set what was to be changed. */
const MANAGED = "settings.managed";
/** Another app has the keys that mute. */
const KEYS_TAKEN = "desktop.keys_taken";

/** What stays on this computer between calls. A change takes effect at once and is then kept. */
export class Kept {
  recents: readonly RecentMeeting[] = $state.raw([]);
  /** Code of why the last change could not be kept. */
  problem: string | null = $state(null);
  #backend: Backend;
  /** Commands may overtake each other on their way; the last change has to win. */
  #lastSave: Promise<unknown> = Promise.resolve();
  #changed = false;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async load(): Promise<void> {
    try {
      const loaded = await this.#backend.run("load_preferences", {});
      if (!this.#changed) setPreferences(loaded);
    } catch (error: unknown) {
      this.problem = commandError(error).code;
    }
    await this.listRecents();
  }

  change(next: Preferences): void {
    const before = preferences();
    this.#changed = true;
    setPreferences(next);
    this.#lastSave = this.#lastSave.then(async () => {
      await this.#try(() => this.#backend.run("save_preferences", { preferences: next }));
      if (this.problem === MANAGED) setPreferences(await this.#backend.run("load_preferences", {}).catch(() => before));
      // The shell has kept the rest.
      if (this.problem === KEYS_TAKEN) setPreferences({ ...preferences(), globalMute: false });
      if (next.keepRecents !== before.keepRecents) await this.listRecents();
    });
  }

  async listRecents(): Promise<void> {
    this.recents = await this.#backend.run("recent_meetings", {}).catch(() => this.recents);
  }

  async forget(id: string | null): Promise<void> {
    await this.#try(() => this.#backend.run("forget_recent", { id }));
    await this.listRecents();
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      this.problem = null;
    } catch (error: unknown) {
      this.problem = commandError(error).code;
    }
  }
}
