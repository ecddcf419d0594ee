//! Speech-like sound: syllables of vowels and hisses in phrases with pauses, by formant synthesis.

use super::tone::{Samples, SoundSource};
use crate::sound::SAMPLE_RATE;

const RATE: f32 = SAMPLE_RATE as f32;
/// Mean square while speaking: -22 dBFS.
const NOMINAL_POWER: f32 = 0.0063;

/// Who speaks. The same voice always says the same.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Voice {
    /// Mean pitch in Hz; 90 to 250 sounds human.
    pub pitch: f32,
    /// What is said.
    pub seed: u64,
}

impl Voice {
    /// Clearly different voices for the participants of a meeting.
    pub fn nth(n: usize) -> Self {
        const PITCHES: [f32; 6] = [118.0, 205.0, 98.0, 176.0, 140.0, 230.0];
        Self {
            pitch: PITCHES[n % PITCHES.len()],
            seed: n as u64 + 1,
        }
    }
}

/// A running voice.
pub type SpeechSource = SoundSource<Speech>;

/// The endless monologue of a voice.
#[derive(Clone, Debug)]
pub struct Speech {
    voice: Voice,
    random: Random,
    gain: f32,
    power: f32,
    phase: f32,
    tract: [Resonator; 4],
    hiss: Resonator,
    syllables_left: u32,
    phrase: u32,
    now: Syllable,
    at: u32,
    from: Vowel,
}

/// First four formants in Hz.
type Vowel = [f32; 4];

const VOWELS: [Vowel; 7] = [
    [730.0, 1090.0, 2440.0, 3400.0],
    [530.0, 1840.0, 2480.0, 3500.0],
    [390.0, 1990.0, 2550.0, 3600.0],
    [300.0, 2290.0, 3010.0, 3700.0],
    [570.0, 840.0, 2410.0, 3300.0],
    [440.0, 1020.0, 2240.0, 3300.0],
    [300.0, 870.0, 2240.0, 3200.0],
];
const BANDWIDTHS: [f32; 4] = [100.0, 110.0, 150.0, 220.0];

#[derive(Clone, Copy, Debug)]
struct Syllable {
    /// Samples of hiss that open it, then of voice; a pause has neither.
    hiss: u32,
    voiced: u32,
    length: u32,
    vowel: Vowel,
    pitch: f32,
    loud: f32,
}

impl Speech {
    /// Starts at the beginning of the first phrase.
    pub fn new(voice: Voice) -> Self {
        let mut probe = Self::with_gain(voice, 1.0);
        let sound: Vec<f32> = (0..SAMPLE_RATE * 8).map(|_| probe.sample()).collect();
        // The pauses do not count: only blocks with sound tell the level of the voice.
        let (mut sum, mut count) = (0.0f32, 0);
        for block in sound.chunks(480) {
            let energy = block.iter().map(|s| s * s).sum::<f32>() / 480.0;
            if energy > 1e-8 {
                sum += energy;
                count += 1;
            }
        }
        let rms = (sum / (count.max(1) as f32)).sqrt().max(1e-6);
        Self::with_gain(voice, NOMINAL_POWER.sqrt() / rms)
    }

    fn with_gain(voice: Voice, gain: f32) -> Self {
        let pitch = if voice.pitch.is_finite() {
            voice.pitch.clamp(50.0, 500.0)
        } else {
            120.0
        };
        let mut made = Self {
            voice: Voice { pitch, ..voice },
            random: Random(voice.seed ^ 0x9e37_79b9_7f4a_7c15),
            gain,
            power: 0.0,
            phase: 0.0,
            tract: [Resonator::default(); 4],
            hiss: Resonator::tuned(5200.0, 1800.0),
            syllables_left: 0,
            phrase: 1,
            now: Syllable {
                hiss: 0,
                voiced: 0,
                length: 0,
                vowel: VOWELS[0],
                pitch,
                loud: 0.0,
            },
            at: 0,
            from: VOWELS[0],
        };
        made.begin_phrase();
        made.next_syllable();
        made
    }

    fn begin_phrase(&mut self) {
        self.phrase = 4 + self.random.below(6);
        self.syllables_left = self.phrase;
    }

    fn next_syllable(&mut self) {
        self.from = self.now.vowel;
        self.at = 0;
        if self.syllables_left == 0 {
            self.begin_phrase();
            self.now = Syllable {
                hiss: 0,
                voiced: 0,
                length: ms(350 + self.random.below(500)),
                loud: 0.0,
                ..self.now
            };
            return;
        }
        // The pitch falls along the phrase and wanders from syllable to syllable.
        let progress = 1.0 - self.syllables_left as f32 / self.phrase as f32;
        self.syllables_left -= 1;
        let wander = self.random.unit() * 0.16 - 0.08;
        let hiss = if self.random.below(3) == 0 {
            ms(40 + self.random.below(40))
        } else {
            0
        };
        let voiced = ms(130 + self.random.below(110));
        self.now = Syllable {
            hiss,
            voiced,
            length: hiss + voiced + ms(self.random.below(30)),
            vowel: VOWELS[self.random.below(VOWELS.len() as u32) as usize],
            pitch: self.voice.pitch * (1.12 - 0.25 * progress + wander),
            loud: 0.75 + 0.25 * self.random.unit(),
        };
    }

    fn sample(&mut self) -> f32 {
        if self.at >= self.now.length {
            self.next_syllable();
        }
        let now = self.now;
        let at = self.at;
        self.at += 1;
        let voiced_at = at.saturating_sub(now.hiss);
        if at.is_multiple_of(48) {
            // Formants glide for 50 ms from one vowel to the next; setting them every ms is smooth enough.
            let glide = (voiced_at as f32 / ms(50) as f32).min(1.0);
            for (i, resonator) in self.tract.iter_mut().enumerate() {
                let hertz = self.from[i] + (now.vowel[i] - self.from[i]) * glide;
                resonator.tune(hertz, BANDWIDTHS[i]);
            }
        }
        let noise = self.random.unit() * 2.0 - 1.0;
        let mut voice = 0.0;
        let mut hiss = 0.0;
        if at < now.hiss {
            hiss = noise * 0.25 * swell(at, now.hiss, ms(12));
        } else if voiced_at < now.voiced {
            let envelope = swell(voiced_at, now.voiced, ms(25)) * now.loud;
            self.phase = (self.phase + now.pitch / RATE).fract();
            voice = (glottal(self.phase) + noise * 0.015) * envelope;
        }
        let voiced = self
            .tract
            .iter_mut()
            .fold(voice, |signal, resonator| resonator.run(signal));
        let hissed = self.hiss.run(hiss);
        voiced + hissed
    }
}

impl Samples for Speech {
    fn fill(&mut self, out: &mut [f32]) {
        for sample in out {
            let raw = self.sample() * self.gain;
            // A harmonic that meets a formant is loud: hold it back, as a speaker would.
            self.power += (raw * raw - self.power) / ms(50) as f32;
            let over = self.power / NOMINAL_POWER;
            *sample = (raw / (0.5 + 0.5 * over).sqrt()).clamp(-0.9, 0.9);
        }
    }
}

/// Change of the air flow through the glottis over one period (after Rosenberg): opening, fast closing, closed.
fn glottal(phase: f32) -> f32 {
    const OPEN: f32 = 0.4;
    const CLOSE: f32 = 0.16;
    if phase < OPEN {
        (std::f32::consts::PI * phase / OPEN).sin() * (CLOSE / OPEN)
    } else if phase < OPEN + CLOSE {
        -(std::f32::consts::FRAC_PI_2 * (phase - OPEN) / CLOSE).sin()
    } else {
        0.0
    }
}

/// Rises and falls within `edge` samples.
fn swell(at: u32, length: u32, edge: u32) -> f32 {
    let edge = edge.min(length / 2).max(1);
    let near = at.min(length - at.min(length)).min(edge) as f32 / edge as f32;
    near * near * (3.0 - 2.0 * near)
}

const fn ms(ms: u32) -> u32 {
    ms * (SAMPLE_RATE / 1000)
}

/// A resonance of two poles with gain one at 0 Hz.
#[derive(Clone, Copy, Debug, Default)]
struct Resonator {
    a: f32,
    b: f32,
    c: f32,
    y1: f32,
    y2: f32,
}

impl Resonator {
    fn tuned(hertz: f32, bandwidth: f32) -> Self {
        let mut made = Self::default();
        made.tune(hertz, bandwidth);
        made
    }

    fn tune(&mut self, hertz: f32, bandwidth: f32) {
        let radius = (-std::f32::consts::PI * bandwidth / RATE).exp();
        self.c = -radius * radius;
        self.b = 2.0 * radius * (std::f32::consts::TAU * hertz / RATE).cos();
        self.a = 1.0 - self.b - self.c;
    }

    fn run(&mut self, input: f32) -> f32 {
        let out = self.a * input + self.b * self.y1 + self.c * self.y2;
        self.y2 = self.y1;
        // A tail too quiet to hear would slow the processor down.
        self.y1 = if out.abs() < 1e-15 { 0.0 } else { out };
        out
    }
}

/// SplitMix64: small, and the same everywhere.
#[derive(Clone, Debug)]
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ self.0 >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1 << 24) as f32
    }

    fn below(&mut self, limit: u32) -> u32 {
        (self.next() % u64::from(limit)) as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(voice: Voice, seconds: usize) -> Vec<f32> {
        let mut out = vec![0.0; seconds * SAMPLE_RATE as usize];
        Speech::new(voice).fill(&mut out);
        out
    }

    fn dbfs(samples: &[f32]) -> f32 {
        let mean = samples.iter().map(|s| s * s).sum::<f32>() / samples.len() as f32;
        10.0 * mean.max(1e-12).log10()
    }

    #[test]
    fn the_same_voice_says_the_same_and_another_voice_something_else() {
        let one = said(Voice::nth(0), 2);
        assert_eq!(one, said(Voice::nth(0), 2));
        assert_ne!(one, said(Voice::nth(1), 2));
        let mut speech = Speech::new(Voice::nth(0));
        let mut pieces = vec![0.0; one.len()];
        for piece in pieces.chunks_mut(313) {
            speech.fill(piece);
        }
        assert_eq!(one, pieces, "the size of the pieces changes nothing");
    }

    #[test]
    fn voices_have_a_pleasant_level_never_clip_and_pause() {
        for n in 0..6 {
            let sound = said(Voice::nth(n), 12);
            let level = dbfs(&sound);
            assert!((-26.0..=-20.0).contains(&level), "voice {n}: {level} dBFS");
            assert!(sound.iter().all(|s| s.abs() <= 0.9 && s.is_finite()));
            let still = sound.chunks(4800).filter(|c| dbfs(c) < -60.0).count();
            assert!((5..60).contains(&still), "voice {n}: {still} of 120 still");
            let clipped = sound.iter().filter(|s| s.abs() >= 0.9).count();
            assert!(clipped < 20, "voice {n}: {clipped}");
        }
    }

    #[test]
    fn absurd_voices_still_give_sound() {
        for pitch in [f32::NAN, 0.0, -5.0, f32::INFINITY, 1e9] {
            let sound = said(Voice { pitch, seed: 7 }, 3);
            assert!(sound.iter().all(|s| s.is_finite()));
            assert!(dbfs(&sound) > -40.0, "{pitch}");
        }
    }
}
