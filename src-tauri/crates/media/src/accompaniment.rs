//! Sound that goes out with a microphone's: that of a share. It is heard whether the microphone is open or not.

use crate::clock::MediaTime;
use crate::device::CaptureError;
use crate::encoded::Bitrate;
use crate::sound::{AudioSource, BLOCK, SAMPLE_RATE};

/// Enough for music, where speech needs less.
pub const RATE: Bitrate = Bitrate(96_000);
/// Samples that wait for the microphone to take them along, 100 ms: devices deliver in bursts.
const PATIENCE: usize = SAMPLE_RATE as usize / 10;

/// Adds a source to whatever a microphone gives, after that was processed, so that nothing takes it for noise or echo.
/// The microphone sets the pace; while it gives nothing, the source does.
pub struct Accompaniment {
    source: Box<dyn AudioSource>,
    waiting: Vec<f32>,
}

impl Accompaniment {
    /// Nothing is lost of what comes from now on, but what nobody takes for long.
    pub fn new(source: Box<dyn AudioSource>) -> Self {
        Self {
            source,
            waiting: Vec::new(),
        }
    }

    /// Takes in what came. An error is final.
    pub fn collect(&mut self, now: MediaTime) -> Result<(), CaptureError> {
        self.source.pull(now, &mut self.waiting)
    }

    /// The next 10 ms, added to those of the microphone.
    pub fn join(&mut self, block: &mut [f32; BLOCK]) {
        let there = self.waiting.len().min(BLOCK);
        for (sum, sample) in block.iter_mut().zip(self.waiting.drain(..there)) {
            *sum = (*sum + sample).clamp(-1.0, 1.0);
        }
    }

    /// The next 10 ms that no microphone came for.
    pub fn alone(&mut self) -> Option<[f32; BLOCK]> {
        if self.waiting.len() < PATIENCE + BLOCK {
            return None;
        }
        let mut block = [0.0; BLOCK];
        self.join(&mut block);
        Some(block)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::time::Duration;

    use super::*;

    /// Gives 0.25 for as long as time passes.
    struct Even(Option<MediaTime>);

    impl AudioSource for Even {
        fn pull(&mut self, now: MediaTime, out: &mut Vec<f32>) -> Result<(), CaptureError> {
            let passed = now.since(self.0.replace(now).unwrap_or(now));
            let samples = passed.as_millis() as usize * SAMPLE_RATE as usize / 1_000;
            out.resize(out.len() + samples, 0.25);
            Ok(())
        }

        fn dropped(&self) -> u64 {
            0
        }
    }

    fn at(millis: u64) -> MediaTime {
        MediaTime(0).plus(Duration::from_millis(millis))
    }

    #[test]
    fn a_microphone_takes_it_along_block_by_block_and_nothing_goes_alone() {
        let mut sound = Accompaniment::new(Box::new(Even(None)));
        for millis in 0..=5_000 {
            sound.collect(at(millis)).unwrap();
            // A microphone that delivers 40 ms at a time.
            if millis > 0 && millis % 40 == 0 {
                for _ in 0..4 {
                    let mut block = [0.5; BLOCK];
                    sound.join(&mut block);
                    assert_eq!(block, [0.75; BLOCK], "at {millis} ms");
                }
            }
            assert_eq!(sound.alone(), None, "at {millis} ms");
        }
    }

    #[test]
    fn without_a_microphone_it_goes_alone_at_its_own_pace() {
        let mut sound = Accompaniment::new(Box::new(Even(None)));
        let mut blocks = 0;
        for millis in 0..=5_000 {
            sound.collect(at(millis)).unwrap();
            while let Some(block) = sound.alone() {
                assert_eq!(block, [0.25; BLOCK]);
                blocks += 1;
            }
        }
        assert_eq!(blocks, 490, "all but what still waits");
    }

    #[test]
    fn a_sum_is_no_louder_than_can_be_and_what_is_not_there_is_silent() {
        let mut sound = Accompaniment::new(Box::new(Even(None)));
        sound.collect(at(0)).unwrap();
        sound.collect(at(5)).unwrap();
        let mut block = [0.9; BLOCK];
        sound.join(&mut block);
        assert_eq!(block[..240], [1.0; 240]);
        assert_eq!(block[240..], [0.9; 240]);
    }
}
