import type { CallView } from "../contract/CallView";
import type { Text } from "../text/en";

/** What a screen reader says about a change, and how urgently. */
export interface Announcements {
  polite: string[];
  assertive: string[];
}

/** Compares two snapshots of a call. Notices and banners speak for themselves and are left out. */
export function announcements(before: CallView | null, after: CallView, text: Text): Announcements {
  const polite: string[] = [];
  if (!before || !isIn(after)) return { polite, assertive: [] };
  if (!isIn(before)) {
    const microphone = after.me.microphone.state === "live" ? text.announce.unmuted : text.announce.muted;
    polite.push(`${text.lobby.admitted} ${microphone}`);
    return { polite, assertive: [] };
  }
  if (before.phase.state === "reconnecting" && after.phase.state === "inMeeting") polite.push(text.announce.reconnected);
  const joined = after.people.filter(({ id }) => !before.people.some((person) => person.id === id));
  const left = before.people.filter(({ id }) => !after.people.some((person) => person.id === id));
  if (joined.length > 0) polite.push(text.announce.joined(joined.map(({ name }) => name)));
  if (left.length > 0) polite.push(text.announce.left(left.map(({ name }) => name)));
  if (after.share && after.share.feed !== before.share?.feed) polite.push(text.announce.shareStarted(after.share.name));
  if (before.share && !after.share) polite.push(text.announce.shareStopped);
  const { microphone, camera } = after.me;
  if (microphone.state !== before.me.microphone.state && !after.me.mutedByHost) {
    if (microphone.state === "live") polite.push(text.announce.unmuted);
    if (microphone.state === "off") polite.push(text.announce.muted);
  }
  if (camera.state !== before.me.camera.state) {
    if (camera.state === "live") polite.push(text.announce.cameraOn);
    if (camera.state === "off") polite.push(text.announce.cameraOff);
  }
  const mutedByHost = after.me.mutedByHost && !before.me.mutedByHost;
  const told = after.notices.some(
    ({ id, code }) => code === "call.mutedByHost" && !before.notices.some((notice) => notice.id === id),
  );
  return { polite, assertive: mutedByHost && !told ? [text.announce.muted] : [] };
}

function isIn(view: CallView): boolean {
  return view.phase.state === "inMeeting" || view.phase.state === "reconnecting";
}
