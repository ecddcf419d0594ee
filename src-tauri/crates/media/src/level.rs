//! How loud it is: meters, who speaks, and whether a tone is there.

use crate::sound::SAMPLE_RATE;

/// What a meter shows for digital silence.
pub const SILENCE_DBFS: f32 = -100.0;

/// Peak and RMS of a block of sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Level {
    /// Largest sample, dBFS (0 is full scale), not below [`SILENCE_DBFS`].
    pub peak: f32,
    /// Root mean square, dBFS, not below [`SILENCE_DBFS`].
    pub rms: f32,
}

impl Level {
    /// Measures; an empty block is silent.
    pub fn of(samples: &[f32]) -> Self {
        let (peak, sum) = samples.iter().fold((0.0f32, 0.0f32), |(peak, sum), s| {
            (peak.max(s.abs()), sum + s * s)
        });
        Self {
            peak: dbfs(peak),
            rms: dbfs((sum / samples.len().max(1) as f32).sqrt()),
        }
    }

    /// RMS as RFC 6464 carries it: -dBov, 0 loudest, 127 silence.
    pub fn dbov(&self) -> u8 {
        if self.rms <= SILENCE_DBFS {
            127
        } else {
            (-self.rms).round().clamp(0.0, 127.0) as u8
        }
    }
}

/// A linear amplitude in dBFS, not below [`SILENCE_DBFS`]; what is no number is silent.
pub fn dbfs(amplitude: f32) -> f32 {
    if amplitude.is_nan() {
        return SILENCE_DBFS;
    }
    (20.0 * amplitude.abs().max(1e-5).log10()).max(SILENCE_DBFS)
}

/// Decides whether somebody speaks, from levels every 10 ms or so: quick to say yes, slow to say no.
#[derive(Clone, Debug, Default)]
pub struct SpeakingDetector {
    speaking: bool,
    loud: u32,
    quiet: u32,
}

impl SpeakingDetector {
    /// Above this the block may be speech.
    pub const ON_DBFS: f32 = -45.0;
    /// Below this it is not.
    pub const OFF_DBFS: f32 = -52.0;
    /// Loud blocks in a row that start it.
    pub const ATTACK: u32 = 3;
    /// Quiet blocks in a row that end it: pauses between words are shorter.
    pub const RELEASE: u32 = 40;

    /// Nobody speaks yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes the next level (RMS in dBFS) and says whether somebody speaks.
    pub fn update(&mut self, rms_dbfs: f32) -> bool {
        if rms_dbfs >= Self::ON_DBFS {
            self.loud += 1;
            self.quiet = 0;
        } else {
            self.loud = 0;
            if rms_dbfs < Self::OFF_DBFS {
                self.quiet += 1;
            }
        }
        if self.loud >= Self::ATTACK {
            self.speaking = true;
        } else if self.quiet >= Self::RELEASE {
            self.speaking = false;
        }
        self.speaking
    }

    /// The last answer.
    pub fn is_speaking(&self) -> bool {
        self.speaking
    }
}

/// Samples of one window of [`tone_share`]: 50 ms, so that one dropout spoils one window only.
pub const TONE_WINDOW: usize = SAMPLE_RATE as usize / 20;

/// Share of the energy (0 to 1) that a tone of this frequency has in the samples (Goertzel); 0 if they are silent.
pub fn tone_share(samples: &[f32], hertz: f64) -> f64 {
    let energy: f64 = samples.iter().map(|s| f64::from(*s) * f64::from(*s)).sum();
    // Below -80 dBFS there is nothing to speak of.
    if samples.is_empty() || energy / (samples.len() as f64) < 1e-8 {
        return 0.0;
    }
    let turn = std::f64::consts::TAU * hertz / f64::from(SAMPLE_RATE);
    let factor = 2.0 * turn.cos();
    let (mut s1, mut s2) = (0.0, 0.0);
    for sample in samples {
        let s0 = f64::from(*sample) + factor * s1 - s2;
        (s2, s1) = (s1, s0);
    }
    let power = s1 * s1 + s2 * s2 - factor * s1 * s2;
    (2.0 * power / (samples.len() as f64 * energy)).clamp(0.0, 1.0)
}

/// Share of whole 50 ms windows in which at least `share` of the energy is the tone.
pub fn windows_with_tone(samples: &[f32], hertz: f64, share: f64) -> f64 {
    let windows = samples.chunks_exact(TONE_WINDOW);
    let count = windows.len();
    if count == 0 {
        return 0.0;
    }
    let with = windows.filter(|w| tone_share(w, hertz) >= share).count();
    with as f64 / count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::synthetic::speech::{Speech, Voice};
    use crate::synthetic::tone::{Samples, Tone};

    fn tone(hertz: f64, dbfs: f64, samples: usize) -> Vec<f32> {
        let mut out = vec![0.0; samples];
        Tone::new(hertz, dbfs).fill(&mut out);
        out
    }

    #[test]
    fn meters_read_what_was_put_in() {
        let level = Level::of(&tone(1000.0, -20.0, 4800));
        assert!((level.rms + 20.0).abs() < 0.1, "{level:?}");
        assert!((level.peak + 17.0).abs() < 0.1, "{level:?}");
        assert_eq!(level.dbov(), 20);
        let silent = Level::of(&[0.0; 480]);
        assert_eq!(silent.rms, SILENCE_DBFS);
        assert_eq!(silent.dbov(), 127);
        assert_eq!(Level::of(&[]).dbov(), 127);
        assert_eq!(Level::of(&[f32::NAN]).rms, SILENCE_DBFS);
    }

    #[test]
    fn a_phrase_is_speaking_without_flutter_and_silence_ends_it() {
        let mut sound = vec![0.0; 48_000];
        Speech::new(Voice::nth(0)).fill(&mut sound);
        let mut detector = SpeakingDetector::new();
        let mut changes = 0;
        let mut before = false;
        for block in sound.chunks(480) {
            let speaking = detector.update(Level::of(block).rms);
            changes += usize::from(speaking != before);
            before = speaking;
        }
        assert_eq!(changes, 1, "one second of one phrase");
        for _ in 0..SpeakingDetector::RELEASE {
            detector.update(SILENCE_DBFS);
        }
        assert!(!detector.is_speaking());
    }

    #[test]
    fn a_click_is_not_speech() {
        let mut detector = SpeakingDetector::new();
        assert!(!detector.update(-10.0));
        assert!(!detector.update(-60.0));
        assert!(!detector.update(-10.0));
    }

    #[test]
    fn the_tone_is_told_from_other_tones_from_speech_and_from_silence() {
        let right = tone(440.0, -20.0, 48_000);
        assert!(windows_with_tone(&right, 440.0, 0.95) > 0.99);
        assert!(windows_with_tone(&right, 880.0, 0.5) < 0.01);
        let mut talk = vec![0.0; 48_000];
        Speech::new(Voice::nth(1)).fill(&mut talk);
        assert!(windows_with_tone(&talk, 440.0, 0.9) < 0.1);
        assert_eq!(windows_with_tone(&[0.0; 48_000], 440.0, 0.1), 0.0);
        assert_eq!(windows_with_tone(&[0.0; 10], 440.0, 0.1), 0.0);
    }

    #[test]
    fn a_dropout_spoils_only_its_own_windows() {
        let mut sound = tone(440.0, -20.0, 48_000);
        sound[10_000..10_480].fill(0.0);
        let share = windows_with_tone(&sound, 440.0, 0.97);
        assert!((0.85..1.0).contains(&share), "{share}");
    }
}
