//! One m-line: what is sent and received on it.

use foyer_media::encoded::{EncodedAudio, EncodedFrame, VideoCodec};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

/// Audio or video.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum MediaKind {
    /// Opus.
    Audio,
    /// H.264 or VP8.
    Video,
}

/// Direction from our side (RFC 8829, 4.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Both ways.
    SendRecv,
    /// We send.
    SendOnly,
    /// We receive.
    RecvOnly,
    /// Held.
    Inactive,
}

/// Number of a transceiver in its connection; never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransceiverId(pub u32);

/// What a new transceiver is to be.
#[derive(Clone, Debug)]
pub struct TransceiverInit {
    /// Wanted direction.
    pub direction: Direction,
    /// Stream id for `a=msid`.
    pub stream_id: String,
    /// Track id for `a=msid`.
    pub track_id: String,
    /// Video codecs in order of preference; empty for all that Foyer has (H.264, then VP8). Ignored for audio.
    pub codecs: Vec<VideoCodec>,
}

/// Whole frames in decoding order. Bounded: a reader that is too slow loses frames up to the next key frame.
pub type ReceivedVideo = mpsc::Receiver<EncodedFrame>;
/// Packets in the order of arrival, duplicates removed. Bounded, oldest lost first.
pub type ReceivedAudio = mpsc::Receiver<EncodedAudio>;

/// A handle on one m-line. Cloning shares it.
#[derive(Clone, Debug)]
pub struct Transceiver {
    id: TransceiverId,
    kind: MediaKind,
}
