//! H.264 by OpenH264: constrained baseline out, anything it can read in.

mod decoder;
mod encoder;

pub use decoder::H264Decoder;
pub use encoder::{H264Encoder, H264Settings, Usage};

/// Type of one NAL unit (ITU-T H.264, table 7-1).
const NAL_IDR: u8 = 5;

/// Types of the NAL units in an Annex B stream, in order.
pub fn nal_types(annex_b: &[u8]) -> impl Iterator<Item = u8> + '_ {
    annex_b
        .windows(4)
        .filter(|w| w[..3] == [0, 0, 1])
        .map(|w| w[3] & 0x1f)
}

#[cfg(test)]
mod tests;
