//! A received share in a window of its own.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::intent::WatchedFeed;

/// The commands of that window with `[arguments, answer]`; `listen_share`, which is given the channel `shares`, beside
/// them.
#[derive(TS)]
#[allow(dead_code)] // Only its shape is used, by the generator.
pub struct ShareCommands {
    watch_share: (WatchShare, ()),
}

/// What the window shows. Comes over the channel `shares` whenever it changes; the window closes when nothing is
/// shared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct SharedApart {
    /// Number of the call, by which its pictures are asked for.
    pub call: u32,
    /// The feed of the shared screen.
    pub feed: u32,
    /// Who shares.
    pub name: String,
}

/// Arguments of `watch_share`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct WatchShare {
    /// The share's feed as the window shows it.
    pub feed: WatchedFeed,
}

/// Arguments of `pop_out_share`; `closed` (a Tauri channel) comes beside them and is told once when the window has
/// gone.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PopOutShare {
    /// Of the window.
    pub title: String,
}
