//! What Foyer makes of a pasted text.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The verdict on a pasted text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "verdict"
)]
pub enum LinkVerdict {
    /// Can be joined.
    Join {
        /// What kind of meeting.
        kind: LinkKind,
        /// The cleaned link, safe to show.
        url: String,
    },
    /// Cannot be joined; `code` such as `link.teams_needs_service`, `link.nothing_found`.
    Refused {
        /// What the UI explains.
        code: String,
    },
}

/// Kinds of meetings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum LinkKind {
    /// A practice meeting.
    Practice,
}
