//! Takes about 10 ms out of a sound, or puts about 10 ms in, where its waves match (after WSOLA).

use crate::sound::BLOCK;

/// Shortest cut: one period of a voice of 200 Hz.
const MIN_LAG: usize = BLOCK / 2;
/// Longest cut: one period of a voice of 67 Hz.
const MAX_LAG: usize = BLOCK * 3 / 2;
/// Samples that [`shrink`] looks at.
pub const SHRINK_NEEDS: usize = MAX_LAG + BLOCK;
/// Samples already played that [`stretch`] looks at.
pub const HISTORY: usize = BLOCK * 2;

/// Fills `out` in place of the first samples of `next` and says how many: [`BLOCK`] and what was cut out.
pub fn shrink(next: &[f32; SHRINK_NEEDS], out: &mut [f32; BLOCK]) -> usize {
    let lag = best_lag(&next[..BLOCK], |lag| &next[lag..lag + BLOCK]);
    fade(&next[..BLOCK], &next[lag..lag + BLOCK], out);
    lag + BLOCK
}

/// Fills `out` with a block to play between `past` and `next`, and says how far before the end of `past` to go on
/// after it; if that is less than [`BLOCK`], go on within `next` by the difference.
pub fn stretch(past: &[f32; HISTORY], next: &[f32; BLOCK], out: &mut [f32; BLOCK]) -> usize {
    let mut all = [0.0; HISTORY + BLOCK];
    all[..HISTORY].copy_from_slice(past);
    all[HISTORY..].copy_from_slice(next);
    let lag = best_lag(next, |lag| &all[HISTORY - lag..HISTORY - lag + BLOCK]);
    fade(next, &all[HISTORY - lag..HISTORY - lag + BLOCK], out);
    lag
}

/// True if nobody hears a cut in it: below -55 dBFS.
pub fn is_silent<'a>(samples: impl ExactSizeIterator<Item = &'a f32>) -> bool {
    let limit = samples.len() as f32 * 3.2e-6;
    samples.map(|s| s * s).sum::<f32>() <= limit
}

fn best_lag<'a>(like: &[f32], at: impl Fn(usize) -> &'a [f32]) -> usize {
    let mut best = (f32::MIN, BLOCK);
    for lag in (MIN_LAG..=MAX_LAG).step_by(2) {
        let other = at(lag);
        let (mut product, mut energy) = (0.0, 1e-9);
        // Every second sample tells enough of a voice, for a quarter of the work.
        for (a, b) in like.iter().zip(other).step_by(2) {
            product += a * b;
            energy += b * b;
        }
        let match_here = product / energy.sqrt();
        if match_here > best.0 {
            best = (match_here, lag);
        }
    }
    best.1
}

fn fade(from: &[f32], to: &[f32], out: &mut [f32; BLOCK]) {
    for (i, ((from, to), out)) in from.iter().zip(to).zip(out).enumerate() {
        let along = (i as f32 + 0.5) / BLOCK as f32;
        *out = from * (1.0 - along) + to * along;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::level::tone_share;
    use crate::synthetic::tone::{Samples, Tone};

    #[test]
    fn a_tone_stays_a_tone_through_a_cut_and_an_insertion() {
        let mut tone = vec![0.0; 4800];
        Tone::new(330.0, -20.0).fill(&mut tone);

        let mut out = [0.0; BLOCK];
        let used = shrink(tone[960..960 + SHRINK_NEEDS].try_into().unwrap(), &mut out);
        assert!((BLOCK + MIN_LAG..=BLOCK + MAX_LAG).contains(&used));
        let cut = [&tone[..960], &out, &tone[960 + used..]].concat();
        assert!(tone_share(&cut[..2400], 330.0) > 0.98);

        let past = tone[..HISTORY].try_into().unwrap();
        let next = tone[HISTORY..HISTORY + BLOCK].try_into().unwrap();
        let back = stretch(past, next, &mut out);
        let goes_on = HISTORY + BLOCK - back;
        let longer = [&tone[..HISTORY], &out, &tone[goes_on..]].concat();
        assert_eq!(longer.len(), tone.len() + back);
        assert!(tone_share(&longer[..2400], 330.0) > 0.98);
    }

    #[test]
    fn silence_is_told_from_sound() {
        assert!(is_silent([0.0; 10].iter()));
        assert!(is_silent([0.001; 10].iter()));
        assert!(!is_silent([0.01; 10].iter()));
    }
}
