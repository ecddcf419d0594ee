//! Hearing oneself: what the microphone gives goes the way that it goes to others, and comes back.
//!
//! The way is the real one but for the network: processed, encoded, decoded. It is kept in memory, and nowhere else.

use std::time::Duration;

use foyer_media::codec::opus::{OpusDecoder, OpusEncoder, PACKET};
use foyer_media::encoded::CodecError;
use foyer_media::sound::{BLOCK, SAMPLE_RATE};
use foyer_media::voice::verdict::{Verdict, judge};

use super::mouth::{EXPECTED_LOSS_PERCENT, RATE};

/// Time for a sentence or two.
pub(crate) const LENGTH: Duration = Duration::from_secs(5);
const SAMPLES: usize = SAMPLE_RATE as usize * LENGTH.as_secs() as usize;

/// Where a check stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Stage {
    #[default]
    Idle,
    Recording,
    Playing(Verdict),
    Done(Verdict),
}

/// A recording under way.
pub(super) struct Recording {
    encoder: OpusEncoder,
    decoder: OpusDecoder,
    recorded: Vec<f32>,
    waiting: Vec<f32>,
    heard: Vec<f32>,
}

impl Recording {
    pub fn new() -> Result<Self, CodecError> {
        Ok(Self {
            encoder: OpusEncoder::new(RATE, EXPECTED_LOSS_PERCENT)?,
            decoder: OpusDecoder::new()?,
            recorded: Vec::with_capacity(SAMPLES),
            waiting: Vec::with_capacity(PACKET),
            heard: Vec::with_capacity(SAMPLES),
        })
    }

    /// What the microphone gave.
    pub fn recorded(&mut self, samples: &[f32]) {
        self.recorded.extend_from_slice(samples);
    }

    /// What was made of it.
    pub fn processed(&mut self, block: &[f32; BLOCK]) -> Result<(), CodecError> {
        self.waiting.extend_from_slice(block);
        if let Some((packet, rest)) = self.waiting.split_first_chunk::<PACKET>() {
            let encoded = self.encoder.encode(packet)?;
            // Nothing is said in it: then others hear nothing as well.
            match encoded.is_empty() {
                true => self.heard.resize(self.heard.len() + PACKET, 0.0),
                false => self.heard.extend_from_slice(self.decoder.decode(&encoded)?),
            }
            self.waiting = rest.to_vec();
        }
        Ok(())
    }

    pub fn is_full(&self) -> bool {
        self.heard.len() >= SAMPLES
    }

    /// What others would have heard, and what they would say.
    pub fn finish(self) -> (Vec<f32>, Verdict) {
        let verdict = judge(&self.recorded, &self.heard);
        (self.heard, verdict)
    }
}
