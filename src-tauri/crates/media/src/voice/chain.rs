//! A microphone and what the speaker plays meanwhile, block by block.

use std::collections::VecDeque;
use std::time::Duration;

use super::{VoiceProcessor, VoiceSwitches};
use crate::sound::BLOCK;

/// Blocks of what was played that wait for the microphone: more means that the clocks drift apart.
const REFERENCE_BLOCKS: usize = 12;

/// Cuts what a microphone records into blocks and processes each against what was played with it.
#[derive(Default)]
pub struct VoiceChain {
    processor: Option<VoiceProcessor>,
    played: VecDeque<[f32; BLOCK]>,
    raw: Vec<f32>,
}

impl VoiceChain {
    /// `None` for what is no hardware: it hears no room, so there is nothing to take out of it.
    pub fn new(voice: Option<VoiceSwitches>) -> Self {
        Self {
            processor: voice.map(VoiceProcessor::new),
            ..Self::default()
        }
    }

    /// Takes effect with the next block, if there is a room.
    pub fn set_switches(&mut self, switches: VoiceSwitches) {
        if let Some(processor) = &mut self.processor {
            processor.set_switches(switches);
        }
    }

    /// What the speaker was given: every block, silence included.
    pub fn heard(&mut self, block: &[f32; BLOCK]) {
        if self.processor.is_none() {
            return;
        }
        if self.played.len() == REFERENCE_BLOCKS {
            self.played.pop_front();
        }
        self.played.push_back(*block);
    }

    /// Takes what was recorded and hands whole blocks on. `latency` is how much later the speaker sounds.
    pub fn process(
        &mut self,
        recorded: &[f32],
        latency: Duration,
        mut hand_on: impl FnMut(&[f32; BLOCK]),
    ) {
        self.raw.extend_from_slice(recorded);
        let whole = self.raw.len() / BLOCK * BLOCK;
        let raw: Vec<f32> = self.raw.drain(..whole).collect();
        for chunk in raw.as_chunks::<BLOCK>().0 {
            let mut block = *chunk;
            if let Some(processor) = &mut self.processor {
                let reference = self.played.pop_front().unwrap_or([0.0; BLOCK]);
                processor.process(&reference, &mut block, latency);
            }
            hand_on(&block);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_of_any_number_become_blocks_in_order() {
        let mut chain = VoiceChain::new(None);
        let samples: Vec<f32> = (0..2_000).map(|n| n as f32 / 2_000.0).collect();
        let mut out = Vec::new();
        for part in samples.chunks(333) {
            chain.heard(&[0.5; BLOCK]);
            chain.process(part, Duration::ZERO, |block| out.extend_from_slice(block));
        }
        assert_eq!(out, samples[..1_920]);
    }
}
