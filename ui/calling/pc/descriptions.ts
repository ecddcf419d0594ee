/** The four descriptions of a connection and what follows from them. */
import type { RTCSignalingState } from "../idl/generated/types";
import { SessionDescription } from "../idl/values";
import type { Description, Descriptions } from "../wire/contract";
import { sectionsOf, ufragsOf } from "./sdp";

type Slot = keyof Descriptions;
const SLOTS: readonly Slot[] = ["currentLocal", "pendingLocal", "currentRemote", "pendingRemote"];

/** The description slots, and those that belong to them. */
export class DescriptionSlots {
  currentLocal: SessionDescription | null = null;
  pendingLocal: SessionDescription | null = null;
  currentRemote: SessionDescription | null = null;
  pendingRemote: SessionDescription | null = null;
  lastOffer = "";
  lastAnswer = "";
  /** ICE user name fragments that `restartIce()` wants to be replaced. */
  credentialsToReplace: Set<string> = new Set();

  get local(): SessionDescription | null {
    return this.pendingLocal ?? this.currentLocal;
  }

  get remote(): SessionDescription | null {
    return this.pendingRemote ?? this.currentRemote;
  }

  /** A description has been applied: sets the slots to what the engine has. */
  apply(type: Description["type"], remote: boolean, now: Descriptions): void {
    const [pendingOwn, pendingOther] = remote
      ? (["pendingRemote", "pendingLocal"] as const)
      : (["pendingLocal", "pendingRemote"] as const);
    const [currentOwn, currentOther] = remote
      ? (["currentRemote", "currentLocal"] as const)
      : (["currentLocal", "currentRemote"] as const);
    if (type === "answer") {
      this[currentOwn] = null;
      this[currentOther] = this[pendingOther];
      this[pendingOwn] = null;
      this[pendingOther] = null;
      this.lastOffer = "";
      this.lastAnswer = "";
    } else if (type === "rollback") {
      this[pendingOwn] = null;
      this[pendingOther] = null;
    } else {
      this[pendingOwn] = null;
    }
    this.refresh(now);
    if (type === "answer") {
      this.#dropReplaced();
    }
  }

  /** Takes texts that gained candidates. The objects stay the same. */
  refresh(now: Descriptions): void {
    for (const slot of SLOTS) {
      const [before, after] = [this[slot], now[slot]];
      if (before && after && before.type === after.type) {
        (before as { sdp: string }).sdp = after.sdp;
      } else {
        this[slot] = after && new SessionDescription(null, after);
      }
    }
  }

  #dropReplaced(): void {
    const used = ufragsOf(this.currentLocal?.sdp ?? "");
    if (![...this.credentialsToReplace].some((ufrag) => used.has(ufrag))) {
      this.credentialsToReplace = new Set();
    }
  }

  /** Notes the credentials in use as to be replaced. */
  replaceCredentials(): void {
    const texts = [this.currentLocal?.sdp ?? "", this.pendingLocal?.sdp ?? ""];
    this.credentialsToReplace = new Set(texts.flatMap((sdp) => [...ufragsOf(sdp)]));
  }
}

/** Whether a description has a data m-line in use. */
export const describesData = (sdp: string): boolean =>
  sectionsOf(sdp).some(({ kind, rejected }) => kind === "application" && !rejected);

/** Whether a description rejects the data m-line. */
export const rejectsData = (sdp: string): boolean =>
  sectionsOf(sdp).some(({ kind, rejected }) => kind === "application" && rejected);

/** Whether a description of this type may be set in this state (RFC 9429, 3.2). */
export function fits(type: Description["type"], remote: boolean, state: RTCSignalingState): boolean {
  const own = remote ? "remote" : "local";
  const other = remote ? "local" : "remote";
  switch (type) {
    case "offer":
      return state === "stable" || state === `have-${own}-offer`;
    case "rollback":
      return state === `have-${own}-offer`;
    default:
      return state === `have-${other}-offer` || state === `have-${own}-pranswer`;
  }
}
