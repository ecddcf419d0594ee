//! Devices, tracks, and the sockets that carry pictures and samples.
//!
//! A media socket is a WebSocket of its own at the path that `Media` names, with the subprotocols
//! [`PROTOCOL`](super::PROTOCOL) and `token.` + its token, which is good once. Every binary message is one record:
//! `[u8 kind][u8 flags][u16 0][u32 width][u32 height][i64 microseconds][payload]`, little endian. Kinds:
//! 1 H.264 (Annex B), 2 VP8, 3 AV1, 4 I420 (packed planes), 5 `f32` samples (48 kHz, mono; width is their number).
//! Flag 1: key frame. The page grants credit: a text message `{"credit":n}` allows n more records of pictures; at
//! the start there are 4. Without credit deltas are dropped and a key frame is asked for. On sockets of tracks that
//! the page makes, records flow from the page, without credit.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// `MediaDeviceInfo`; the polyfill hides what the page may not see yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MediaDevice {
    /// Stable.
    pub device_id: String,
    /// `videoinput`, `audioinput` or `audiooutput`.
    pub kind: String,
    /// As the system names it.
    pub label: String,
    /// Devices of one piece of hardware share it.
    pub group_id: String,
    /// Test card, tone: chosen if named, or where there is no other.
    pub synthetic: bool,
}

/// What a track shows or plays. Missing parts are the engine's to choose.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
pub struct TrackSettings {
    /// Where it comes from.
    pub device_id: Option<String>,
    /// Exactly: the engine crops and scales.
    pub width: Option<u32>,
    /// Exactly.
    pub height: Option<u32>,
    /// At most.
    pub frame_rate: Option<f64>,
    /// For microphones.
    pub echo_cancellation: Option<bool>,
    /// For microphones.
    pub noise_suppression: Option<bool>,
    /// For microphones.
    pub auto_gain_control: Option<bool>,
}

/// What to open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "from", rename_all = "camelCase")]
pub enum Source {
    /// A camera.
    Camera(TrackSettings),
    /// A microphone.
    Microphone(TrackSettings),
    /// A display or window, chosen by the guest outside of the page.
    Screen(TrackSettings),
}

/// A track that is open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct OpenTrack {
    /// `track.label`.
    pub label: String,
    /// As they are; width, height and frame rate are there for pictures.
    pub settings: TrackSettings,
    /// `monitor`, `window` or `browser`, for screens.
    pub display_surface: Option<String>,
}

/// Where a track's pictures or samples go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MediaSocket {
    /// Such as `/track/7`.
    pub path: String,
    /// Good once.
    pub token: String,
}
