//! Our own stages of the RTP chain. What the rest of the engine needs from them passes through [`link::LinkState`].

pub(crate) mod bandwidth;
mod key_frame_request;
pub(crate) mod link;
pub(crate) mod pacer;
pub(crate) mod repair_names;
pub(crate) mod rtx_unwrap;
pub(crate) mod tap;
