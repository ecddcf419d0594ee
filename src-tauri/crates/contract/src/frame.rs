//! The header before each encoded picture on the binary channel to the UI.
//!
//! Little endian, 20 bytes, then the payload:
//! `u8 version (1) | u8 codec (1 H.264 Annex B, 2 VP8) | u8 flags (bit 0 key frame) | u8 0 | u32 feed |
//! i64 timestamp in microseconds | u16 width | u16 height` (0 where only the decoder knows).

/// Bytes before the payload.
pub const HEADER_LEN: usize = 20;
/// The version this build writes and reads.
pub const VERSION: u8 = 1;
/// Larger frames are not frames.
pub const MAX_PAYLOAD: usize = 8 * 1024 * 1024;

/// Codec numbers on the channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// H.264, Annex B.
    H264,
    /// VP8.
    Vp8,
}

/// The header of one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameHeader {
    /// How the payload is encoded.
    pub codec: Codec,
    /// Whether it can be decoded by itself.
    pub key: bool,
    /// Which feed it belongs to.
    pub feed: u32,
    /// Capture time in microseconds on the local time line.
    pub timestamp_us: i64,
    /// Pixels, or 0.
    pub width: u16,
    /// Pixels, or 0.
    pub height: u16,
}

/// Why bytes are no frame.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum HeaderError {
    /// Fewer bytes than a header.
    #[error("{0} bytes are no frame")]
    Short(usize),
    /// A version or codec that this build does not know.
    #[error("unknown {what} {value}")]
    Unknown {
        /// Which field.
        what: &'static str,
        /// Its value.
        value: u8,
    },
    /// Payload beyond [`MAX_PAYLOAD`].
    #[error("{0} bytes are too many for a frame")]
    TooLarge(usize),
}

impl FrameHeader {
    /// The header as bytes.
    pub fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let mut out = [0; HEADER_LEN];
        out[0] = VERSION;
        out[1] = match self.codec {
            Codec::H264 => 1,
            Codec::Vp8 => 2,
        };
        out[2] = u8::from(self.key);
        out[4..8].copy_from_slice(&self.feed.to_le_bytes());
        out[8..16].copy_from_slice(&self.timestamp_us.to_le_bytes());
        out[16..18].copy_from_slice(&self.width.to_le_bytes());
        out[18..20].copy_from_slice(&self.height.to_le_bytes());
        out
    }

    /// Splits a message into header and payload.
    pub fn parse(message: &[u8]) -> Result<(Self, &[u8]), HeaderError> {
        let Some((head, payload)) = message.split_first_chunk::<HEADER_LEN>() else {
            return Err(HeaderError::Short(message.len()));
        };
        if head[0] != VERSION {
            return Err(HeaderError::Unknown {
                what: "version",
                value: head[0],
            });
        }
        let codec = match head[1] {
            1 => Codec::H264,
            2 => Codec::Vp8,
            value => {
                return Err(HeaderError::Unknown {
                    what: "codec",
                    value,
                });
            }
        };
        if payload.len() > MAX_PAYLOAD {
            return Err(HeaderError::TooLarge(payload.len()));
        }
        let [
            _,
            _,
            flags,
            _,
            f0,
            f1,
            f2,
            f3,
            t0,
            t1,
            t2,
            t3,
            t4,
            t5,
            t6,
            t7,
            w0,
            w1,
            h0,
            h1,
        ] = *head;
        let header = Self {
            codec,
            key: flags & 1 == 1,
            feed: u32::from_le_bytes([f0, f1, f2, f3]),
            timestamp_us: i64::from_le_bytes([t0, t1, t2, t3, t4, t5, t6, t7]),
            width: u16::from_le_bytes([w0, w1]),
            height: u16::from_le_bytes([h0, h1]),
        };
        Ok((header, payload))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_survives_the_way_to_the_ui() {
        let header = FrameHeader {
            codec: Codec::Vp8,
            key: true,
            feed: 0xdead_beef,
            timestamp_us: -5,
            width: 1280,
            height: 720,
        };
        let mut message = header.to_bytes().to_vec();
        message.extend_from_slice(b"payload");
        assert_eq!(
            FrameHeader::parse(&message),
            Ok((header, b"payload".as_slice()))
        );
    }

    #[test]
    fn what_is_no_frame_is_refused_by_name() {
        assert_eq!(FrameHeader::parse(&[1; 19]), Err(HeaderError::Short(19)));
        assert!(matches!(
            FrameHeader::parse(&[9; 20]),
            Err(HeaderError::Unknown {
                what: "version",
                value: 9
            })
        ));
    }
}
