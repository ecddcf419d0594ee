//! Codecs: H.264 both ways, VP8 for peers that send nothing else, Opus.

pub mod h264;
pub mod opus;
pub mod vp8;
