//! How the call's media are doing. What is not known is `None`, never a guess.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The figures of one second.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallStats {
    /// There and back, in milliseconds.
    pub rtt_ms: Option<f64>,
    /// All that we send, in kilobits a second.
    pub sent_kbps: f64,
    /// All that we get, in kilobits a second.
    pub received_kbps: f64,
    /// Whether media go through a relay.
    pub relayed: Option<bool>,
    /// Every stream that runs.
    pub streams: Vec<StreamStats>,
}

/// One stream.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StreamStats {
    /// Ours or another's.
    pub direction: StreamDirection,
    /// What it carries.
    pub kind: StreamKind,
    /// Whose it is, if another's and known.
    pub person_id: Option<String>,
    /// Their name; empty for ours and where it is not known.
    pub name: String,
    /// Such as `H264` or `opus`; empty if not known.
    pub codec: String,
    /// Kilobits a second.
    pub kbps: f64,
    /// Of its packets, on the network.
    pub loss_percent: f64,
    /// How unevenly packets arrive.
    pub jitter_ms: Option<f64>,
    /// Pixels.
    pub width: Option<u32>,
    /// Pixels.
    pub height: Option<u32>,
    /// Pictures a second.
    pub fps: Option<f64>,
}

/// Which way a stream goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StreamDirection {
    /// From us.
    Sent,
    /// To us.
    Received,
}

/// What a stream carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum StreamKind {
    /// A voice.
    Audio,
    /// A camera.
    Video,
    /// A shared screen.
    Screen,
}
