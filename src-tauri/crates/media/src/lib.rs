//! Pictures and sound as values: frames, clocks, the traits that sources and sinks implement, codecs, buffers
//! and the synthetic devices.
//!
//! Apart from `devices` so that everything above the traits is tested without hardware, and apart from `rtc`
//! so that nothing here knows the network. It opens no device, no socket and no file but those it is handed.
//! Start with [`device::Devices`] (what can be opened), then [`frame`] and [`encoded`] (what flows).

pub mod accompaniment;
pub mod clock;
pub mod codec;
pub mod convert;
pub mod device;
pub mod encoded;
pub mod frame;
pub mod latest;
pub mod level;
pub mod playout;
pub mod share;
pub mod sound;
pub mod synthetic;
pub mod voice;
