import type { CallView } from "../contract/CallView";
import type { PersonView } from "../contract/PersonView";
import type { Reaction } from "../contract/Reaction";
import type { Text } from "../text/en";
import type { SeenReaction } from "./call-state";

/** What a screen reader says about a change, and how urgently. */
export interface Announcements {
  polite: string[];
  assertive: string[];
}

/** Compares two snapshots of a call. Notices and banners speak for themselves and are left out. */
export function announcements(before: CallView | null, after: CallView, text: Text): Announcements {
  const own = ownAnnouncements(before, after, text);
  return { polite: [...rosterAnnouncements(before, after, text), ...own.polite], assertive: own.assertive };
}

/** Who came, went or raised a hand. In a large meeting they come in numbers: compare snapshots some seconds apart. */
export function rosterAnnouncements(before: CallView | null, after: CallView, text: Text): string[] {
  if (!before || !isIn(before) || !isIn(after) || before.people === after.people) return [];
  const earlier = new Map(before.people.map((person) => [person.id, person]));
  const now = new Set(after.people.map(({ id }) => id));
  const names = (people: PersonView[]) => people.map(({ name }) => name);
  const joined = after.people.filter(({ id }) => !earlier.has(id));
  const left = before.people.filter(({ id }) => !now.has(id));
  const raised = after.people.filter(({ id, hand }) => hand !== null && (earlier.get(id)?.hand ?? null) === null);
  const polite: string[] = [];
  if (joined.length > 0) polite.push(text.announce.joined(names(joined)));
  if (left.length > 0) polite.push(text.announce.left(names(left)));
  if (raised.length > 0) polite.push(text.meeting.announce.raised(names(raised)));
  return polite;
}

/** What changed for us, and what is shared and kept. */
export function ownAnnouncements(before: CallView | null, after: CallView, text: Text): Announcements {
  const polite: string[] = [];
  const assertive: string[] = [];
  if (!before || !isIn(after)) return { polite, assertive };
  if (!isIn(before)) {
    const microphone = after.me.microphone.state === "live" ? text.announce.unmuted : text.announce.muted;
    return { polite: [`${text.lobby.admitted} ${microphone}`], assertive };
  }
  if (before.phase.state === "reconnecting" && after.phase.state === "inMeeting") polite.push(text.announce.reconnected);
  if (after.share && after.share.feed !== before.share?.feed) polite.push(text.announce.shareStarted(after.share.name));
  if (before.share && !after.share) polite.push(text.announce.shareStopped);
  const { microphone, camera, share, hand } = after.me;
  if (microphone.state !== before.me.microphone.state && !after.me.mutedByHost) {
    if (microphone.state === "live") polite.push(text.announce.unmuted);
    if (microphone.state === "off") polite.push(text.announce.muted);
  }
  if (camera.state !== before.me.camera.state) {
    if (camera.state === "live") polite.push(text.announce.cameraOn);
    if (camera.state === "off") polite.push(text.announce.cameraOff);
  }
  if (share.state !== before.me.share.state) {
    if (share.state === "live") polite.push(text.meeting.announce.youShare);
    if (share.state === "off") polite.push(text.meeting.announce.youStopped);
  }
  if ((hand === null) !== (before.me.hand === null)) {
    polite.push(hand === null ? text.meeting.announce.handDown : text.meeting.announce.handUp(hand));
  }
  const mutedByHost = after.me.mutedByHost && !before.me.mutedByHost;
  const told = after.notices.some(
    ({ id, code }) => code === "call.mutedByHost" && !before.notices.some((notice) => notice.id === id),
  );
  if (mutedByHost && !told) assertive.push(text.announce.muted);
  assertive.push(...keeping(before, after, text));
  return { polite, assertive };
}

/** Of more kinds than this, only how many there were and which. */
const KINDS_BY_NAME = 2;

/** Who reacted how. In a large meeting they come in numbers: hand over those of some seconds. */
export function reactionAnnouncements(reactions: readonly SeenReaction[], text: Text): string[] {
  const byKind = new Map<Reaction, string[]>();
  for (const { personId, name, reaction } of reactions) {
    const names = byKind.get(reaction) ?? [];
    const who = personId === null ? text.stage.you : name;
    byKind.set(reaction, names.includes(who) ? names : [...names, who]);
  }
  const { announce, reactions: kinds } = text.meeting;
  if (byKind.size > KINDS_BY_NAME) {
    return [announce.reactions(reactions.length, [...byKind.keys()].map((kind) => kinds[kind]).join(", "))];
  }
  return [...byKind].map(([kind, names]) => announce.reacted(names, kinds[kind]));
}

/** A question for consent is an alert of its own. */
function keeping(before: CallView, after: CallView, text: Text): string[] {
  const { recording, transcription, waitsForConsent } = after.keeping;
  const began = (recording && !before.keeping.recording) || (transcription && !before.keeping.transcription);
  if (began && !waitsForConsent) return [text.stage.kept(recording, transcription)];
  const ended = (before.keeping.recording || before.keeping.transcription) && !recording && !transcription;
  return ended ? [text.meeting.kept.ended] : [];
}

function isIn(view: CallView): boolean {
  return view.phase.state === "inMeeting" || view.phase.state === "reconnecting";
}
