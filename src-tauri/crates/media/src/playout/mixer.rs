//! Adds streams up without clicks and without clipping.

use std::collections::HashMap;

use crate::sound::BLOCK;

/// -1 dBFS: no mix is louder.
const CEILING: f32 = 0.891_251;
/// Below this (-6 dBFS) the mix is not touched.
const KNEE: f32 = 0.501_187;
/// A change of gain takes 5 ms.
const RAMP: usize = BLOCK / 2;

/// Mixes blocks of 10 ms.
#[derive(Debug, Default)]
pub struct Mixer {
    gains: HashMap<u64, f32>,
    sum: Vec<f32>,
}

impl Mixer {
    /// A mixer that has heard nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Mixes the streams of this block into `out`. Each is named by a number that stays the same from block to block,
    /// and has a linear gain; new streams and changed gains are faded in 5 ms. To end a stream without a click, give
    /// it gain 0 once before leaving it out.
    pub fn mix<'a>(
        &mut self,
        streams: impl IntoIterator<Item = (u64, &'a [f32; BLOCK], f32)>,
        out: &mut [f32; BLOCK],
    ) {
        self.sum.clear();
        self.sum.resize(BLOCK, 0.0);
        let mut gains = HashMap::with_capacity(self.gains.len());
        for (stream, block, gain) in streams {
            let gain = if gain.is_finite() {
                gain.clamp(0.0, 8.0)
            } else {
                0.0
            };
            let from = self.gains.get(&stream).copied().unwrap_or(0.0);
            gains.insert(stream, gain);
            for (i, (sum, sample)) in self.sum.iter_mut().zip(block).enumerate() {
                let along = (i.min(RAMP) as f32) / RAMP as f32;
                let sample = if sample.is_finite() { *sample } else { 0.0 };
                *sum += sample * (from + (gain - from) * along);
            }
        }
        self.gains = gains;
        for (out, sum) in out.iter_mut().zip(&self.sum) {
            *out = soft_clip(*sum);
        }
    }
}

/// Straight up to the knee, then bent so that it nears the ceiling and never passes it.
fn soft_clip(sample: f32) -> f32 {
    let size = sample.abs();
    if size <= KNEE {
        return sample;
    }
    let room = CEILING - KNEE;
    (KNEE + room * ((size - KNEE) / room).tanh()).copysign(sample)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_streams_are_added_as_they_are() {
        let mut mixer = Mixer::new();
        let (a, b) = ([0.1; BLOCK], [-0.3; BLOCK]);
        let mut out = [0.0; BLOCK];
        for _ in 0..2 {
            mixer.mix([(1, &a, 1.0), (2, &b, 0.5)], &mut out);
        }
        assert!(out.iter().all(|s| (s + 0.05).abs() < 1e-6));
    }

    #[test]
    fn nothing_passes_the_ceiling_and_order_is_kept() {
        let mut mixer = Mixer::new();
        let mut last = 0.0;
        for level in [0.4, 0.6, 0.9, 1.5, 4.0] {
            let block = [level; BLOCK];
            let mut out = [0.0; BLOCK];
            for _ in 0..2 {
                mixer.mix([(1, &block, 1.0)], &mut out);
            }
            assert!(out[BLOCK - 1] <= CEILING && out[BLOCK - 1] > last);
            last = out[BLOCK - 1];
        }
        let mut out = [1.0; BLOCK];
        mixer.mix([(1, &[f32::NAN; BLOCK], f32::NAN)], &mut out);
        assert_eq!(out, [0.0; BLOCK]);
    }

    #[test]
    fn gains_and_new_streams_are_faded() {
        let mut mixer = Mixer::new();
        let block = [0.4; BLOCK];
        let mut heard = Vec::new();
        for gain in [1.0, 1.0, 0.0, 0.5] {
            let mut out = [0.0; BLOCK];
            mixer.mix([(1, &block, gain)], &mut out);
            heard.extend(out);
        }
        let steepest = heard
            .windows(2)
            .map(|w| (w[1] - w[0]).abs())
            .fold(0.0, f32::max);
        assert!(steepest < 0.4 / 200.0, "{steepest}");
        assert!((heard[BLOCK - 1] - 0.4).abs() < 1e-6);
        assert_eq!(heard[BLOCK * 3 - 1], 0.0);
    }

    #[test]
    fn no_streams_give_silence() {
        let mut out = [1.0; BLOCK];
        Mixer::new().mix([], &mut out);
        assert_eq!(out, [0.0; BLOCK]);
    }
}
