import { Channel, convertFileSrc, invoke } from "@tauri-apps/api/core";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import { getCurrentWindow } from "@tauri-apps/api/window";
import type { CallEvent } from "../contract/CallEvent";
import type { Commands } from "../contract/Commands";
import type { HandedLink } from "../contract/HandedLink";
import type { Backend, CallTarget, OpenedCall, PlainCommand } from "./backend";

/** The shell. */
export class TauriBackend implements Backend {
  run<K extends PlainCommand>(name: K, args: Commands[K][0]): Promise<Commands[K][1]> {
    return invoke<Commands[K][1]>(name, { ...args });
  }

  listenLinks(onLink: (link: HandedLink) => void): Promise<unknown> {
    return invoke("listen_links", { links: new Channel<HandedLink>(onLink) });
  }

  async openCall({ text, passcode }: CallTarget, onEvent: (event: CallEvent) => void): Promise<OpenedCall> {
    const call = await invoke<number>("open_call", { text, passcode, events: new Channel<CallEvent>(onEvent) });
    return { frames: { kind: "scheme", url: convertFileSrc(String(call), "foyer-frames") } };
  }

  async clipboard(): Promise<string | null> {
    return (await navigator.clipboard?.readText().catch(() => null)) ?? null;
  }

  hideWindow(): Promise<void> {
    return getCurrentWindow().minimize();
  }

  zoom(factor: number): Promise<void> {
    return getCurrentWebview().setZoom(factor);
  }
}
