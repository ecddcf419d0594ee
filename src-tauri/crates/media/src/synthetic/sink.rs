//! Speakers that are no hardware: one that only keeps time, one that also keeps what it heard.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::tone::samples_in;
use crate::clock::MediaTime;
use crate::device::CaptureError;
use crate::sound::{AudioSink, SAMPLE_RATE};

/// Samples that a sink holds ahead of the time: 20 ms, as a real device at its best.
const AHEAD: u64 = SAMPLE_RATE as u64 / 50;
/// A mixer that stood still is not asked for more than this at once: 200 ms.
const MOST: u64 = SAMPLE_RATE as u64 / 5;
/// Samples a recording keeps: five minutes.
const MAX_KEPT: usize = SAMPLE_RATE as usize * 300;

/// Plays into nothing, in time.
#[derive(Debug, Default)]
pub struct SilentSink {
    start: Option<MediaTime>,
    pushed: u64,
}

impl SilentSink {
    /// Starts with the first question.
    pub fn new() -> Self {
        Self::default()
    }
}

impl AudioSink for SilentSink {
    fn wanted(&mut self, now: MediaTime) -> Result<usize, CaptureError> {
        let start = *self.start.get_or_insert(now);
        let played = samples_in(now.since(start));
        // What was not there when it was due is over, as on a device that ran dry.
        self.pushed = self.pushed.max(played.saturating_sub(MOST));
        Ok((played + AHEAD).saturating_sub(self.pushed) as usize)
    }

    fn push(&mut self, samples: &[f32]) {
        self.pushed += samples.len() as u64;
    }

    fn latency(&self) -> Duration {
        Duration::from_millis(20)
    }
}

/// What a [`RecordingSink`] was given so far; outlives it.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    samples: Arc<Mutex<Vec<f32>>>,
}

impl Recording {
    /// A copy of everything so far, five minutes at most.
    pub fn samples(&self) -> Vec<f32> {
        self.samples
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// Takes everything so far out.
    pub fn take(&self) -> Vec<f32> {
        std::mem::take(&mut *self.samples.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Keeps time and everything it is given.
#[derive(Debug, Default)]
pub struct RecordingSink {
    time: SilentSink,
    recording: Recording,
}

impl RecordingSink {
    /// The sink and what it records.
    pub fn new() -> (Self, Recording) {
        let sink = Self::default();
        let recording = sink.recording.clone();
        (sink, recording)
    }
}

impl AudioSink for RecordingSink {
    fn wanted(&mut self, now: MediaTime) -> Result<usize, CaptureError> {
        self.time.wanted(now)
    }

    fn push(&mut self, samples: &[f32]) {
        self.time.push(samples);
        let mut kept = self
            .recording
            .samples
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let room = MAX_KEPT.saturating_sub(kept.len());
        kept.extend_from_slice(&samples[..samples.len().min(room)]);
    }

    fn latency(&self) -> Duration {
        self.time.latency()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_sink_wants_as_much_as_time_passes() {
        let (mut sink, recording) = RecordingSink::new();
        assert_eq!(sink.wanted(MediaTime(0)).unwrap(), 960);
        sink.push(&[0.5; 960]);
        assert_eq!(sink.wanted(MediaTime(0)).unwrap(), 0);
        assert_eq!(sink.wanted(MediaTime(10_000_000)).unwrap(), 480);
        sink.push(&[0.25; 480]);
        assert_eq!(sink.wanted(MediaTime(10_000_000)).unwrap(), 0);
        assert_eq!(recording.take().len(), 1440);
        assert!(recording.samples().is_empty());
    }

    #[test]
    fn a_mixer_that_stood_still_is_not_asked_for_the_whole_gap() {
        let mut sink = SilentSink::new();
        sink.wanted(MediaTime(0)).unwrap();
        assert_eq!(sink.wanted(MediaTime(3_600_000_000_000)).unwrap(), 10_560);
    }
}
