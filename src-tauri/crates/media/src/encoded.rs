//! Encoded pictures and sound on their way, and the codec traits.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::clock::MediaTime;
use crate::frame::VideoFrame;

/// Video codecs that Foyer sends or receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum VideoCodec {
    /// H.264 constrained baseline, Annex B byte stream, parameter sets in band before each key frame.
    H264,
    /// VP8 (RFC 6386).
    Vp8,
}

/// A whole encoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedFrame {
    /// How it is encoded.
    pub codec: VideoCodec,
    /// True if it can be decoded without any before it.
    pub key: bool,
    /// Capture time at the sender; on the receiving side mapped from RTP to the local time line.
    pub at: MediaTime,
    /// Width in pixels; 0 where only the decoder knows (VP8 and H.264 deltas).
    pub width: u16,
    /// Height in pixels; 0 as for `width`.
    pub height: u16,
    /// The payload: Annex B for H.264, one frame for VP8.
    pub data: Bytes,
}

/// One Opus packet, 48 kHz, normally 20 ms.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedAudio {
    /// Position in the stream: consecutive packets differ by one, gaps are losses.
    pub sequence: u64,
    /// RTP timestamp, 48 kHz, extended to 64 bits.
    pub timestamp: u64,
    /// The Opus packet; never empty.
    pub data: Bytes,
    /// Loudness in -dBov (0 loudest, 127 silence) where known (RFC 6464).
    pub level: Option<u8>,
    /// When it arrived or was encoded.
    pub at: MediaTime,
}

/// Bits per second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Bitrate(pub u32);

/// Why a codec refused.
#[derive(Debug, thiserror::Error)]
pub enum CodecError {
    /// The codec library is not on this machine.
    #[error("{what} is not available: {detail}")]
    Missing {
        /// Name of the library or feature.
        what: &'static str,
        /// What the loader said.
        detail: String,
    },
    /// The picture or packet is not one that can be coded.
    #[error("not codable: {0}")]
    Input(String),
    /// The codec library failed.
    #[error("codec failed: {0}")]
    Failed(String),
}

impl CodecError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "codec.missing",
            Self::Input(_) => "codec.input",
            Self::Failed(_) => "codec.failed",
        }
    }
}

/// Pictures in, encoded pictures out. Lives on one thread; a change of picture size makes a key frame by itself.
pub trait VideoEncoder: Send {
    /// Encodes; `None` if rate control drops the picture.
    fn encode(
        &mut self,
        frame: &VideoFrame,
        force_key: bool,
    ) -> Result<Option<EncodedFrame>, CodecError>;
    /// Aims at this rate from the next picture on.
    fn set_rate(&mut self, rate: Bitrate) -> Result<(), CodecError>;
}

/// Encoded pictures in, pictures out.
pub trait VideoDecoder: Send {
    /// Decodes; `None` if this frame shows nothing by itself. After an error, feed a key frame.
    fn decode(&mut self, frame: &EncodedFrame) -> Result<Option<VideoFrame>, CodecError>;
}
