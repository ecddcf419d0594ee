//! Makes the microphone fit for others: no echo of the speaker, less noise, an even level.

mod chain;
pub mod verdict;

use std::time::Duration;

pub use chain::VoiceChain;
use sonora::config::{
    AdaptiveDigital, EchoCanceller, GainController2, HighPassFilter, MaxProcessingRate,
    NoiseSuppression, NoiseSuppressionLevel, Pipeline,
};
use sonora::{AudioProcessing, Config, StreamConfig};

use crate::sound::{BLOCK, SAMPLE_RATE};

/// What is done to the microphone, each part on its own (as `MediaTrackConstraints` has them).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VoiceSwitches {
    /// Removes what the speaker plays.
    pub echo_cancellation: bool,
    /// Removes steady noise.
    pub noise_suppression: bool,
    /// Brings quiet and loud voices to one level.
    pub auto_gain: bool,
}

impl VoiceSwitches {
    /// Everything on.
    pub const ALL: Self = Self {
        echo_cancellation: true,
        noise_suppression: true,
        auto_gain: true,
    };
    /// Sound as it comes.
    pub const NONE: Self = Self {
        echo_cancellation: false,
        noise_suppression: false,
        auto_gain: false,
    };
}

/// Processes a microphone block by block, on the thread that mixes. Make a new one when a device changes: what was
/// learnt about the room is then wrong. Adds about 10 ms of delay with everything on.
pub struct VoiceProcessor {
    inner: AudioProcessing,
    switches: VoiceSwitches,
    scratch: [f32; BLOCK],
}

impl VoiceProcessor {
    /// A processor that knows nothing about the room yet.
    pub fn new(switches: VoiceSwitches) -> Self {
        let mono = StreamConfig::new(SAMPLE_RATE, 1);
        Self {
            inner: AudioProcessing::builder()
                .config(config(switches))
                .capture_config(mono)
                .render_config(mono)
                .build(),
            switches,
            scratch: [0.0; BLOCK],
        }
    }

    /// Takes effect with the next block; what stays on keeps what it learnt.
    pub fn set_switches(&mut self, switches: VoiceSwitches) {
        if switches != self.switches {
            self.switches = switches;
            self.inner.apply_config(config(switches));
        }
    }

    /// The switches now.
    pub fn switches(&self) -> VoiceSwitches {
        self.switches
    }

    /// Processes 10 ms in place. `reference` is the block that the speaker was given in the same 10 ms: after the
    /// mix, silence included, none left out. `delay` is a hint how much later it comes back in by the microphone.
    pub fn process(&mut self, reference: &[f32; BLOCK], near: &mut [f32; BLOCK], delay: Duration) {
        if self.switches == VoiceSwitches::NONE {
            return;
        }
        let delay = i32::try_from(delay.as_millis()).unwrap_or(500).min(500);
        let done = self
            .inner
            .process_render_f32(&[&reference[..]], &mut [&mut self.scratch[..]])
            .and_then(|()| self.inner.set_stream_delay_ms(delay))
            .and_then(|()| {
                let out: &mut [&mut [f32]] = &mut [&mut self.scratch[..]];
                self.inner.process_capture_f32(&[&near[..]], out)
            });
        match done {
            Ok(()) => near.copy_from_slice(&self.scratch),
            // Raw sound is better than none; blocks of one size and rate give no reason to fail.
            Err(e) => tracing::warn!(error = ?e, "voice processing failed"),
        }
    }
}

fn config(switches: VoiceSwitches) -> Config {
    let VoiceSwitches {
        echo_cancellation,
        noise_suppression,
        auto_gain,
    } = switches;
    Config {
        pipeline: Pipeline {
            // The default of 32 kHz would cut everything above 16 kHz off.
            maximum_internal_processing_rate: MaxProcessingRate::Rate48kHz,
            ..Pipeline::default()
        },
        high_pass_filter: (switches != VoiceSwitches::NONE).then(HighPassFilter::default),
        echo_canceller: echo_cancellation.then(EchoCanceller::default),
        noise_suppression: noise_suppression.then(|| NoiseSuppression {
            level: NoiseSuppressionLevel::Moderate,
            ..NoiseSuppression::default()
        }),
        gain_controller2: auto_gain.then(|| GainController2 {
            adaptive_digital: Some(AdaptiveDigital::default()),
            ..GainController2::default()
        }),
        ..Config::default()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::level::Level;
    use crate::synthetic::speech::{Speech, Voice};
    use crate::synthetic::tone::Samples;

    /// Plays a far voice of `seconds`; the microphone hears `near` plus the far voice 60 ms later at a third.
    /// Returns what came in and what came out.
    fn room(
        switches: VoiceSwitches,
        seconds: usize,
        near: impl Fn(usize) -> f32,
    ) -> (Vec<f32>, Vec<f32>) {
        const DELAY: usize = 2_880;
        let mut far = vec![0.0; seconds * SAMPLE_RATE as usize];
        Speech::new(Voice::nth(1)).fill(&mut far);
        let heard: Vec<f32> = (0..far.len())
            .map(|i| near(i) + i.checked_sub(DELAY).map_or(0.0, |j| far[j] * 0.33))
            .collect();
        let mut voice = VoiceProcessor::new(switches);
        let mut out = Vec::new();
        for (far, heard) in far.chunks_exact(BLOCK).zip(heard.chunks_exact(BLOCK)) {
            let mut block: [f32; BLOCK] = heard.try_into().unwrap();
            voice.process(
                far.try_into().unwrap(),
                &mut block,
                Duration::from_millis(60),
            );
            out.extend(block);
        }
        (heard, out)
    }

    #[test]
    fn the_echo_of_the_far_voice_is_gone() {
        let switches = VoiceSwitches {
            auto_gain: false,
            ..VoiceSwitches::ALL
        };
        let (heard, out) = room(switches, 10, |_| 0.0);
        let last = heard.len() * 3 / 4..;
        let before = Level::of(&heard[last.clone()]).rms;
        let after = Level::of(&out[last]).rms;
        assert!(before - after > 28.0, "{before} dBFS became {after}");
    }

    #[test]
    fn the_near_voice_stays() {
        let mut near = vec![0.0; 6 * SAMPLE_RATE as usize];
        Speech::new(Voice::nth(2)).fill(&mut near);
        let mut voice = VoiceProcessor::new(VoiceSwitches {
            auto_gain: false,
            ..VoiceSwitches::ALL
        });
        let mut out = Vec::new();
        for block in near.chunks_exact(BLOCK) {
            let mut block: [f32; BLOCK] = block.try_into().unwrap();
            voice.process(&[0.0; BLOCK], &mut block, Duration::ZERO);
            out.extend(block);
        }
        let (before, after) = (Level::of(&near).rms, Level::of(&out).rms);
        assert!((before - after).abs() < 4.0, "{before} dBFS became {after}");
    }

    #[test]
    fn with_everything_off_the_sound_is_untouched() {
        let (heard, out) = room(VoiceSwitches::NONE, 1, |i| (i as f32 * 0.05).sin() * 0.1);
        assert_eq!(heard, out);
    }

    #[test]
    fn auto_gain_lifts_a_quiet_voice() {
        let mut near = vec![0.0; 10 * SAMPLE_RATE as usize];
        Speech::new(Voice::nth(0)).fill(&mut near);
        let mut voice = VoiceProcessor::new(VoiceSwitches::ALL);
        let mut out = Vec::new();
        for block in near.chunks_exact(BLOCK) {
            let mut block: [f32; BLOCK] = block.try_into().unwrap();
            block.iter_mut().for_each(|s| *s *= 0.1);
            voice.process(&[0.0; BLOCK], &mut block, Duration::ZERO);
            out.extend(block);
        }
        let before = Level::of(&near[near.len() / 2..]).rms - 20.0;
        let after = Level::of(&out[out.len() / 2..]).rms;
        assert!(after > before + 6.0, "{before} dBFS became {after}");
    }

    #[test]
    fn switches_change_while_it_runs() {
        let mut voice = VoiceProcessor::new(VoiceSwitches::ALL);
        let mut block = [0.01; BLOCK];
        for switches in [VoiceSwitches::NONE, VoiceSwitches::ALL] {
            voice.set_switches(switches);
            assert_eq!(voice.switches(), switches);
            voice.process(&[0.0; BLOCK], &mut block, Duration::from_secs(9));
            assert!(block.iter().all(|s| s.is_finite()));
        }
    }
}
