//! From RTP packets to encoded frames. Pure: packets and the time come in, frames go out.

pub(crate) mod audio;
pub(crate) mod clock;
mod parameter_sets;
pub(crate) mod sources;
pub(crate) mod video;
