//! What is pure on the way out.

pub(crate) mod audio;
