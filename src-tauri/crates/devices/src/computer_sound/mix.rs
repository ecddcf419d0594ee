//! Streams that come and go, as one that never stops.

use std::collections::{HashMap, VecDeque};

use foyer_media::clock::MediaTime;
use foyer_media::sound::SAMPLE_RATE;

/// Samples that a stream gathers before it is heard, so that it does not run dry at once: 40 ms.
const HEAD_START: usize = SAMPLE_RATE as usize / 25;
/// Samples that may wait: 200 ms. The clocks of streams differ.
const MOST: usize = SAMPLE_RATE as usize / 5;

#[derive(Default)]
struct Stream {
    waiting: VecDeque<f32>,
    is_heard: bool,
}

/// Mixes by the caller's clock: as many samples as time has passed, silence where nobody plays.
#[derive(Default)]
pub(super) struct Mix {
    streams: HashMap<u32, Stream>,
    from: Option<MediaTime>,
    dropped: u64,
}

impl Mix {
    /// What the stream played; an unknown one begins with it.
    pub fn add(&mut self, stream: u32, samples: impl Iterator<Item = f32>) {
        let stream = self.streams.entry(stream).or_default();
        stream.waiting.extend(samples);
        stream.is_heard |= stream.waiting.len() >= HEAD_START;
        let over = stream.waiting.len().saturating_sub(MOST);
        if over > 0 {
            // Back to where it began, so that this happens seldom.
            let over = stream.waiting.len() - HEAD_START;
            stream.waiting.drain(..over);
            self.dropped += over as u64;
        }
    }

    pub fn remove(&mut self, stream: u32) {
        self.streams.remove(&stream);
    }

    pub fn dropped(&self) -> u64 {
        self.dropped
    }

    /// Appends what was played since the last call.
    pub fn pull(&mut self, now: MediaTime, out: &mut Vec<f32>) {
        let from = *self.from.get_or_insert(now);
        let samples = now.since(from).as_nanos() * u128::from(SAMPLE_RATE) / 1_000_000_000;
        let samples = usize::try_from(samples).unwrap_or(usize::MAX);
        let taken = samples.min(MOST);
        // What is not a whole sample counts the next time; a long absence does not.
        self.from = Some(match samples == taken {
            true => {
                let nanos = samples as u64 * 1_000_000_000 / u64::from(SAMPLE_RATE);
                from.plus(std::time::Duration::from_nanos(nanos))
            }
            false => now,
        });
        let start = out.len();
        out.resize(start + taken, 0.0);
        let block = &mut out[start..];
        for stream in self.streams.values_mut().filter(|stream| stream.is_heard) {
            let there = stream.waiting.len().min(taken);
            for (sum, sample) in block.iter_mut().zip(stream.waiting.drain(..there)) {
                *sum += sample;
            }
            stream.is_heard = there == taken;
        }
        for sample in block {
            *sample = sample.clamp(-1.0, 1.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn at(millis: u64) -> MediaTime {
        MediaTime(0).plus(Duration::from_millis(millis))
    }

    fn pulled(mix: &mut Mix, millis: u64) -> Vec<f32> {
        let mut out = Vec::new();
        mix.pull(at(millis), &mut out);
        out
    }

    #[test]
    fn time_gives_samples_and_nobody_gives_silence() {
        let mut mix = Mix::default();
        assert_eq!(pulled(&mut mix, 1_000), []);
        let mut all = 0;
        for millis in 1_001..=2_000 {
            let out = pulled(&mut mix, millis);
            assert!(out.iter().all(|sample| *sample == 0.0));
            all += out.len();
        }
        assert!(all.abs_diff(48_000) <= 1, "{all}");
        assert_eq!(
            pulled(&mut mix, 60_000).len(),
            MOST,
            "nobody waits for an hour"
        );
        assert_eq!(pulled(&mut mix, 60_010).len(), 480);
    }

    #[test]
    fn streams_are_added_up_and_each_begins_with_a_head_start() {
        let mut mix = Mix::default();
        pulled(&mut mix, 0);
        mix.add(1, std::iter::repeat_n(0.25, HEAD_START - 1));
        assert_eq!(pulled(&mut mix, 1), [0.0; 48]);
        mix.add(1, std::iter::once(0.25));
        mix.add(2, std::iter::repeat_n(0.5, HEAD_START));
        assert_eq!(pulled(&mut mix, 2), [0.75; 48]);
        mix.remove(2);
        assert_eq!(pulled(&mut mix, 3), [0.25; 48]);
        mix.add(3, std::iter::repeat_n(0.9, HEAD_START));
        assert_eq!(pulled(&mut mix, 4), [1.0; 48], "no louder than can be");
    }

    #[test]
    fn a_stream_that_runs_dry_gathers_anew_and_one_that_runs_over_is_cut() {
        let mut mix = Mix::default();
        pulled(&mut mix, 0);
        mix.add(1, std::iter::repeat_n(0.5, HEAD_START));
        assert_eq!(
            pulled(&mut mix, 41).iter().filter(|s| **s == 0.5).count(),
            HEAD_START
        );
        mix.add(1, std::iter::repeat_n(0.5, 100));
        assert!(pulled(&mut mix, 42).iter().all(|sample| *sample == 0.0));
        mix.add(1, std::iter::repeat_n(0.5, MOST + 1));
        assert_eq!(mix.dropped() as usize, MOST + 101 - HEAD_START);
        assert_eq!(pulled(&mut mix, 43), [0.5; 48]);
    }
}
