//! What the shell sends to the UI about a call, in order, until the view's phase is `ended`.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::chat::ChatMessage;
use crate::stats::CallStats;
use crate::view::CallView;

/// Something to draw, to say or to play.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "event"
)]
#[allow(clippy::large_enum_variant)] // Views are the rule; a box would only cost.
pub enum CallEvent {
    /// The call changed.
    View {
        /// The whole new snapshot.
        view: CallView,
    },
    /// A message came, or one of ours got further.
    Chat {
        /// The message.
        message: ChatMessage,
    },
    /// Loudness.
    Levels {
        /// The values.
        levels: Levels,
    },
    /// Somebody reacts.
    Reaction {
        /// Who; `None` for us.
        person_id: Option<String>,
        /// Their name.
        name: String,
        /// How.
        reaction: Reaction,
    },
    /// Something was said, in writing.
    Caption {
        /// A new line, or another version of one.
        caption: Caption,
    },
    /// How media are doing, once a second while it is watched.
    Stats {
        /// The figures.
        stats: CallStats,
    },
}

/// Loudness for meters and speaking rings, some ten times a second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Levels {
    /// Peak of our microphone since the last report, in dBFS, -100 for silence.
    pub microphone_dbfs: f32,
}

/// What a reaction says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)] // The words say it.
pub enum Reaction {
    Like,
    Heart,
    Applause,
    Laugh,
    Surprised,
}

/// A line of captions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Caption {
    /// The same number replaces.
    pub id: u32,
    /// Who said it.
    pub name: String,
    /// What.
    pub text: String,
    /// It will not change any more.
    pub done: bool,
}
