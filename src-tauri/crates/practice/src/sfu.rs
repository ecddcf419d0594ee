//! The selective forwarding unit: encoded frames and packets of each participant go, unopened, to those who
//! want them. A [`source`](VideoSource) fans out one stream; a [`leg`](Leg) is one participant's media
//! connection and keeps its m-lines as the meeting wants them.

mod audio;
mod leg;
mod lines;
mod loudness;
mod pump;
mod video;

pub(crate) use audio::AudioSource;
pub(crate) use leg::{Leg, LegCommand, LegEvent, LegOptions};
pub(crate) use lines::{Desired, Source};
pub(crate) use video::VideoSource;
