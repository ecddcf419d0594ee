//! Sound inside Foyer: 48 kHz, mono, `f32` in -1..1, worked on in blocks of 10 ms.

use std::time::Duration;

use crate::clock::MediaTime;
use crate::device::CaptureError;

/// Samples per second, everywhere inside.
pub const SAMPLE_RATE: u32 = 48_000;
/// Samples in 10 ms.
pub const BLOCK: usize = 480;

/// A running microphone, file or tone. Dropping it releases the device.
pub trait AudioSource: Send {
    /// Appends whatever has been recorded since the last call; never blocks. At most 200 ms wait inside, the
    /// oldest are dropped and counted. An error is final: drop the source.
    fn pull(&mut self, now: MediaTime, out: &mut Vec<f32>) -> Result<(), CaptureError>;

    /// Samples lost because nobody pulled in time.
    fn dropped(&self) -> u64;
}

/// A running speaker, or a sink that only counts. Dropping it releases the device.
pub trait AudioSink: Send {
    /// Samples that should be pushed now so that the device does not run dry. Paces whoever mixes: the answer
    /// grows with what the device has really played. An error is final: drop the sink.
    fn wanted(&mut self, now: MediaTime) -> Result<usize, CaptureError>;

    /// Queues samples; never blocks, what does not fit is dropped.
    fn push(&mut self, samples: &[f32]);

    /// From `push` to the ear.
    fn latency(&self) -> Duration;
}
