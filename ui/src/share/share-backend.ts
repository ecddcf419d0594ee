import type { Preferences } from "../contract/Preferences";
import type { SharedApart } from "../contract/SharedApart";
import type { WatchedFeed } from "../contract/WatchedFeed";
import type { Feeds } from "../feeds/feed-player";
import type { FeedProblem } from "../feeds/messages";

/** What the window of a share may ask. */
export interface ShareBackend {
  preferences(): Promise<Preferences>;
  /** Tells what is shared, now and whenever that changes. */
  listen(onShare: (share: SharedApart) => void): Promise<unknown>;
  watch(feed: WatchedFeed): Promise<unknown>;
  /** The pictures of a call's share. `stop` ends them. */
  feeds(call: number, onProblem: (problem: FeedProblem) => void): Feeds & { stop: () => void };
}
