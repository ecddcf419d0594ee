//! From packets to the speaker: one buffer for each remote stream, one mixer for all of them.

mod buffer;
mod delay;
mod mixer;
mod stitch;

pub use buffer::{OpusBuffer, PlayoutStats};
pub use mixer::Mixer;
