import type { ArmedMeeting } from "../contract/ArmedMeeting";
import type { CallEvent } from "../contract/CallEvent";
import type { CommandError } from "../contract/CommandError";
import type { Commands } from "../contract/Commands";
import type { HandedLink } from "../contract/HandedLink";
import type { LinkKind } from "../contract/LinkKind";
import type { FrameSourceSpec } from "../feeds/source";

/** Commands without a channel beside their arguments. */
export type PlainCommand = Exclude<keyof Commands, "open_call" | "listen_links" | "listen_closing" | "listen_mini" | "listen_armed" | "pop_out_share">;

/** The half of Foyer that is not the page. Refused commands reject with a `CommandError`. */
export interface Backend {
  run<K extends PlainCommand>(name: K, args: Commands[K][0]): Promise<Commands[K][1]>;
  /** Tells of every link that the system hands over, that of the command line first. */
  listenLinks(onLink: (link: HandedLink) => void): Promise<unknown>;
  /** Tells of every time that somebody closes the window during a call; answered by `answer_closing`. */
  listenClosing(onClosing: () => void): Promise<unknown>;
  /** Tells which meetings are rung for, now and whenever that changes. */
  listenArmed(onArmed: (meetings: ArmedMeeting[]) => void): Promise<unknown>;
  /** Tells whether the window is a small one whenever that changes, also by somebody who minimises it. */
  listenMini(onMini: (mini: boolean) => void): Promise<unknown>;
  /** Opens a call in pre-join. `onEvent` gets its events in order until it has ended. */
  openCall(target: CallTarget, onEvent: (event: CallEvent) => void): Promise<OpenedCall>;
  /** Shows the received share in a window of its own; tells once when that has gone. */
  popOutShare(title: string, onClosed: () => void): Promise<unknown>;
  /** The text in the clipboard; `null` where it may not be read. Only after the guest has done something. */
  clipboard(): Promise<string | null>;
  /** Puts a text into the clipboard; rejects where that does not work. Only after the guest has done something. */
  copy(text: string): Promise<unknown>;
  /** Draws everything larger or smaller; 1 is the natural size. */
  zoom(factor: number): Promise<void>;
}

/** Where a call goes. */
export interface CallTarget {
  /** Whatever was pasted: the shell reads it again, since a cleaned link no longer holds what lets one in. */
  text: string;
  /** What was typed where the text lacks it. */
  passcode: string | null;
  /** What sort of meeting it is. */
  kind: LinkKind;
  /** A link that may be passed on; `null` where there is none. */
  shareUrl: string | null;
}

export interface OpenedCall {
  /** Where the pictures of this call come from. Used once. */
  frames: FrameSourceSpec;
}

export function commandError(error: unknown): CommandError {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string") {
    const message = "message" in error && typeof error.message === "string" ? error.message : "";
    return { code: error.code, message };
  }
  return { code: "app.failed", message: String(error) };
}
