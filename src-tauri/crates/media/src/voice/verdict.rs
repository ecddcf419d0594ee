//! Whether others would hear somebody well, from a few seconds of their voice.

use crate::level::Level;
use crate::sound::SAMPLE_RATE;

/// What is judged at once: 20 ms, shorter than a syllable and the pause behind it.
const WINDOW: usize = SAMPLE_RATE as usize / 50;
/// A sample this large has hit the end of the scale.
const FULL_SCALE: f32 = 0.99;
/// Share of such samples that is heard as distortion.
const CLIPPED_SHARE: f32 = 0.0005;
/// Below this, in dBFS, nobody hears that there is somebody.
const NOTHING: f32 = -50.0;
/// Below this a voice drowns among the others, which automatic gain brings to some -25.
const QUIET: f32 = -36.0;
/// A noise below this is not noticed.
const AUDIBLE_NOISE: f32 = -48.0;
/// By how much a voice stands out of the noise in its pauses, in dB, if it can be followed without effort.
const STANDS_OUT: f32 = 12.0;

/// What others would say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Heard well.
    Well,
    /// Hardly heard.
    TooQuiet,
    /// Distorted.
    Clipping,
    /// Not heard at all.
    Nothing,
    /// Heard with a noise that never stops.
    Noisy,
}

/// Judges. `recorded` is what the microphone gave, `heard` what comes out at the far end.
pub fn judge(recorded: &[f32], heard: &[f32]) -> Verdict {
    let mut levels: Vec<f32> = heard.chunks(WINDOW).map(|w| Level::of(w).rms).collect();
    levels.sort_by(f32::total_cmp);
    let at = |share: f32| {
        let index = (levels.len() as f32 * share) as usize;
        levels.get(index).copied().unwrap_or(f32::NEG_INFINITY)
    };
    // The loud syllables, and the pauses.
    let (voice, pauses) = (at(0.9), at(0.1));
    let full = recorded.iter().filter(|s| s.abs() >= FULL_SCALE).count();
    if voice < NOTHING {
        Verdict::Nothing
    } else if full as f32 > recorded.len() as f32 * CLIPPED_SHARE {
        Verdict::Clipping
    } else if voice < QUIET {
        Verdict::TooQuiet
    } else if pauses > AUDIBLE_NOISE && voice - pauses < STANDS_OUT {
        Verdict::Noisy
    } else {
        Verdict::Well
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::speech::{Speech, Voice};
    use crate::synthetic::tone::Samples;

    /// Five seconds of a voice this loud, with noise this loud.
    fn voice(gain: f32, noise: f32) -> Vec<f32> {
        let mut samples = vec![0.0; 5 * SAMPLE_RATE as usize];
        Speech::new(Voice::nth(0)).fill(&mut samples);
        let mut seed = 1u32;
        for sample in &mut samples {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let white = (seed >> 8) as f32 / (1 << 23) as f32 - 1.0;
            *sample = (*sample * gain + white * noise).clamp(-1.0, 1.0);
        }
        samples
    }

    fn verdict(gain: f32, noise: f32) -> Verdict {
        let samples = voice(gain, noise);
        judge(&samples, &samples)
    }

    #[test]
    fn each_trouble_has_its_verdict() {
        assert_eq!(verdict(1.0, 0.001), Verdict::Well);
        assert_eq!(verdict(0.0, 0.0005), Verdict::Nothing);
        assert_eq!(verdict(0.06, 0.0005), Verdict::TooQuiet);
        assert_eq!(verdict(30.0, 0.0), Verdict::Clipping);
        assert_eq!(verdict(1.0, 0.2), Verdict::Noisy);
        assert_eq!(judge(&[], &[]), Verdict::Nothing);
    }
}
