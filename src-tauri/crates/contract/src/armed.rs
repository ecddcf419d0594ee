//! Meetings that Foyer is to be ready for when they start.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::link::LinkKind;
use crate::network::NetworkState;

/// A meeting that will be rung for. The list of them comes over the channel `armed`, which `listen_armed` is given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ArmedMeeting {
    /// Unique among them.
    pub id: String,
    /// What the invitation calls it; may be empty.
    pub title: String,
    /// What sort of meeting it is.
    pub kind: LinkKind,
    /// What joins it, passcode included.
    pub link: String,
    /// Milliseconds since 1970.
    #[ts(type = "number")]
    pub starts_at_ms: i64,
    /// How far it has come.
    pub stage: ArmedStage,
    /// What was found shortly before the start.
    pub found: Option<ReadyCheck>,
}

/// How far an armed meeting has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum ArmedStage {
    /// There is time.
    #[default]
    Waiting,
    /// It starts soon: devices and network were looked at.
    Soon,
    /// It has started, and was rung for.
    Begun,
}

/// Whether there is what a meeting needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ReadyCheck {
    /// There is a microphone.
    pub microphone: bool,
    /// There is a camera.
    pub camera: bool,
    /// Whether the meeting can be reached.
    pub network: NetworkState,
}

/// Arguments of `arm`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Arm {
    /// The invitation, which says when the meeting starts.
    pub text: String,
    /// What the guest typed where the passcode was missing.
    pub passcode: Option<String>,
}

/// Arguments of `disarm`.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Disarm {
    /// Which.
    pub id: String,
}
