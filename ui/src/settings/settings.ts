import type { ComponentProps } from "svelte";
import type { DesktopAbilities } from "../contract/DesktopAbilities";
import type { Preferences } from "../contract/Preferences";
import type { RecentMeeting } from "../contract/RecentMeeting";
import type DevicePickers from "../join/DevicePickers.svelte";

/** Everything that the settings show and change. */
export interface SettingsView {
  preferences: Preferences;
  /** What the desktop offers. */
  desktop: DesktopAbilities;
  about: { version: string; platform: string };
  pickers: ComponentProps<typeof DevicePickers>;
  recents: readonly RecentMeeting[];
  onChange: (preferences: Preferences) => void;
  /** `null` for all of them. */
  onForget: (id: string | null) => void;
  onName: (name: string) => void;
}
