//! Encoded frames to RTP payloads and back: H.264 (RFC 6184, packetisation mode 1), VP8 (RFC 7741), redundant sound (RFC 2198).
//!
//! Payloads come from the network: whatever they hold, the answer is a frame or a [`PayloadError`].

pub(crate) mod h264;
pub(crate) mod red;
pub(crate) mod sps;
pub(crate) mod vp8;

/// RTP payload bytes that fit every path with room for header extensions, SRTP and TURN.
pub(crate) const MAX_PAYLOAD: usize = 1200;

/// Why a frame could not be packetised or payloads make no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PayloadError {
    /// Nothing in it.
    #[error("empty payload or frame")]
    Empty,
    /// A length field or header reaches beyond the end.
    #[error("payload cut short in {0}")]
    Truncated(&'static str),
    /// A packetisation that was not negotiated.
    #[error("packet type {0} is not in use")]
    Unsupported(u8),
    /// Fragments that do not follow each other.
    #[error("fragments do not belong together")]
    Fragments,
    /// More than a frame may have.
    #[error("frame too large")]
    TooLarge,
    /// Not packets of one codec, or not the start of a frame where one must be.
    #[error("payloads do not make a frame")]
    NoFrame,
}
