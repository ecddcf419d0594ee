import { Channel, convertFileSrc, invoke } from "@tauri-apps/api/core";
import type { Preferences } from "../contract/Preferences";
import type { ShareCommands } from "../contract/ShareCommands";
import type { SharedApart } from "../contract/SharedApart";
import type { WatchedFeed } from "../contract/WatchedFeed";
import { FeedPlayer } from "../feeds/feed-player";
import type { FeedProblem } from "../feeds/messages";
import { Watching } from "../feeds/watching";
import type { ShareBackend } from "./share-backend";

/** The shell, as far as this window may ask. */
export class TauriShare implements ShareBackend {
  preferences(): Promise<Preferences> {
    return invoke<Preferences>("load_preferences");
  }

  listen(onShare: (share: SharedApart) => void): Promise<unknown> {
    return invoke("listen_share", { shares: new Channel<SharedApart>(onShare) });
  }

  watch(feed: WatchedFeed): Promise<unknown> {
    const args: ShareCommands["watch_share"][0] = { feed };
    return invoke("watch_share", { ...args });
  }

  feeds(call: number, onProblem: (problem: FeedProblem) => void): FeedPlayer {
    return new FeedPlayer({
      source: { kind: "scheme", url: convertFileSrc(`apart-${call}`, "foyer-frames") },
      // A share that has ended is watched no more: the window is about to close.
      watching: new Watching((feeds) => feeds.forEach((feed) => void this.watch(feed).catch(() => undefined))),
      onProblem,
    });
  }
}
