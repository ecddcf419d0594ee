//! A steady tone, and what every made-up sound shares: it runs as a microphone that follows the time.

use crate::clock::MediaTime;
use crate::device::CaptureError;
use crate::sound::{AudioSource, SAMPLE_RATE};

/// Samples that wait at most for whoever pulls: 200 ms.
const MAX_WAITING: u64 = SAMPLE_RATE as u64 / 5;

/// A sound that is computed sample by sample, always the same.
pub trait Samples: Send {
    /// Replaces `out` by the samples that come next.
    fn fill(&mut self, out: &mut [f32]);
}

/// A sine.
#[derive(Clone, Debug)]
pub struct Tone {
    hertz: f64,
    amplitude: f64,
    next: u64,
}

impl Tone {
    /// A tone whose RMS is `dbfs` below a full-scale square (so a full-scale sine is -3).
    pub fn new(hertz: f64, dbfs: f64) -> Self {
        Self {
            hertz: hertz.clamp(1.0, f64::from(SAMPLE_RATE) / 2.0),
            amplitude: (10f64.powf(dbfs / 20.0) * std::f64::consts::SQRT_2).min(1.0),
            next: 0,
        }
    }
}

impl Samples for Tone {
    fn fill(&mut self, out: &mut [f32]) {
        for sample in out {
            // The fraction of a turn, so that the phase stays exact for days.
            let turns = (self.next as f64 * self.hertz / f64::from(SAMPLE_RATE)).fract();
            *sample = (self.amplitude * (turns * std::f64::consts::TAU).sin()) as f32;
            self.next += 1;
        }
    }
}

/// A made-up sound as a running microphone.
pub struct SoundSource<S> {
    samples: S,
    start: Option<MediaTime>,
    made: u64,
    dropped: u64,
}

/// A running tone.
pub type ToneSource = SoundSource<Tone>;

impl<S: Samples> SoundSource<S> {
    /// Starts with the first pull.
    pub fn new(samples: S) -> Self {
        Self {
            samples,
            start: None,
            made: 0,
            dropped: 0,
        }
    }
}

impl<S: Samples> AudioSource for SoundSource<S> {
    fn pull(&mut self, now: MediaTime, out: &mut Vec<f32>) -> Result<(), CaptureError> {
        let start = *self.start.get_or_insert(now);
        let due = samples_in(now.since(start));
        let mut waiting = due.saturating_sub(self.made);
        if waiting > MAX_WAITING {
            // Time that nobody listened to is skipped; the sound itself goes on where it was.
            let lost = waiting - MAX_WAITING;
            self.dropped += lost;
            self.made += lost;
            waiting = MAX_WAITING;
        }
        let from = out.len();
        out.resize(from + waiting as usize, 0.0);
        self.samples.fill(&mut out[from..]);
        self.made += waiting;
        Ok(())
    }

    fn dropped(&self) -> u64 {
        self.dropped
    }
}

/// Whole samples that fit into this time.
pub(super) fn samples_in(time: std::time::Duration) -> u64 {
    u64::try_from(time.as_nanos() * u128::from(SAMPLE_RATE) / 1_000_000_000).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_tone_has_its_level_and_follows_the_time_to_the_sample() {
        let mut source = ToneSource::new(Tone::new(440.0, -20.0));
        let mut out = Vec::new();
        let start = MediaTime(5);
        source.pull(start, &mut out).unwrap();
        assert!(out.is_empty(), "no time has passed");
        for ms in 1..=1000u64 {
            source
                .pull(start.plus(Duration::from_millis(ms)), &mut out)
                .unwrap();
        }
        assert_eq!(out.len(), 48_000);
        let rms = (out.iter().map(|s| s * s).sum::<f32>() / 48_000.0).sqrt();
        assert!((20.0 * rms.log10() + 20.0).abs() < 0.1, "{rms}");
        assert_eq!(source.dropped(), 0);
    }

    #[test]
    fn what_nobody_pulls_within_200_ms_is_counted_as_dropped() {
        let mut source = ToneSource::new(Tone::new(440.0, -20.0));
        let mut out = Vec::new();
        source.pull(MediaTime(0), &mut out).unwrap();
        source.pull(MediaTime(1_000_000_000), &mut out).unwrap();
        assert_eq!(out.len(), 9_600);
        assert_eq!(source.dropped(), 38_400);
    }
}
