//! Whether a meeting can be reached, before joining it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Arguments of `check_network`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckNetwork {
    /// The text that names the meeting.
    pub text: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NetworkCheck {
    /// In one word.
    pub state: NetworkState,
    /// Everything that was looked at.
    pub items: Vec<NetworkItem>,
}

/// How well the meeting can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NetworkState {
    /// Everything answers.
    Good,
    /// Some of it does not; joining may work.
    Partly,
    /// What joining needs does not answer.
    Failed,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct NetworkItem {
    /// What it is.
    pub part: NetworkPart,
    /// Who was asked; empty for the clock.
    pub host: String,
    /// How it went.
    pub outcome: NetworkOutcome,
    /// Milliseconds until the answer came.
    pub took_ms: Option<u32>,
    /// By how many seconds this machine's clock is ahead of theirs.
    pub ahead_s: Option<i32>,
}

/// What may be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NetworkPart {
    /// A practice meeting itself.
    Meeting,
    /// The organisation's service that lets guests in.
    Service,
    /// A host of Microsoft's.
    Host,
    /// This machine's clock.
    Clock,
}

/// How one thing went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NetworkOutcome {
    /// As it should be.
    Ok,
    /// It may get in the way.
    Warning,
    /// No answer.
    Failed,
}
