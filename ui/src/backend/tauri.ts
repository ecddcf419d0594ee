import { Channel, convertFileSrc, invoke } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import type { ArmedMeeting } from "../contract/ArmedMeeting";
import type { CallEvent } from "../contract/CallEvent";
import type { Commands } from "../contract/Commands";
import type { HandedLink } from "../contract/HandedLink";
import type { Backend, CallTarget, OpenedCall, PlainCommand } from "./backend";

/** WebKitGTK keeps the clipboard from its pages. Elsewhere the page has it once something was clicked. */
const KEEPS_CLIPBOARD = navigator.userAgent.includes("Linux");

/** The shell. */
export class TauriBackend implements Backend {
  run<K extends PlainCommand>(name: K, args: Commands[K][0]): Promise<Commands[K][1]> {
    return invoke<Commands[K][1]>(name, { ...args });
  }

  listenLinks(onLink: (link: HandedLink) => void): Promise<unknown> {
    return invoke("listen_links", { links: new Channel<HandedLink>(onLink) });
  }

  listenClosing(onClosing: () => void): Promise<unknown> {
    return invoke("listen_closing", { closing: new Channel<null>(onClosing) });
  }

  listenArmed(onArmed: (meetings: ArmedMeeting[]) => void): Promise<unknown> {
    return invoke("listen_armed", { armed: new Channel<ArmedMeeting[]>(onArmed) });
  }

  listenMini(onMini: (mini: boolean) => void): Promise<unknown> {
    return invoke("listen_mini", { mini: new Channel<boolean>(onMini) });
  }

  popOutShare(title: string, onClosed: () => void): Promise<unknown> {
    return invoke("pop_out_share", { title, closed: new Channel<null>(onClosed) });
  }

  async openCall({ text, passcode }: CallTarget, onEvent: (event: CallEvent) => void): Promise<OpenedCall> {
    const call = await invoke<number>("open_call", { text, passcode, events: new Channel<CallEvent>(onEvent) });
    return { frames: { kind: "scheme", url: convertFileSrc(String(call), "foyer-frames") } };
  }

  async clipboard(): Promise<string | null> {
    if (KEEPS_CLIPBOARD) return this.run("clipboard_text", {}).catch(() => null);
    return (await navigator.clipboard?.readText().catch(() => null)) ?? null;
  }

  copy(text: string): Promise<unknown> {
    return KEEPS_CLIPBOARD ? this.run("copy_text", { text }) : navigator.clipboard.writeText(text);
  }

  zoom(factor: number): Promise<void> {
    return getCurrentWebview().setZoom(factor);
  }
}
