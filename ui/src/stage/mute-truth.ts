import type { MeView } from "../contract/MeView";
import { t } from "../text/text.svelte";

/** One sentence on whether we are heard, and why not. */
export function muteTruth({ microphone, mutedByHost }: MeView): string {
  if (microphone.state === "off" && mutedByHost) return t().meeting.mute.byHost;
  return t().meeting.mute[microphone.state];
}
