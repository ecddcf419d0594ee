//! Our microphone on its way to the others: processed, encoded, sent.

use std::collections::VecDeque;
use std::time::Duration;

use foyer_media::clock::MediaTime;
use foyer_media::codec::opus::{OpusEncoder, PACKET};
use foyer_media::encoded::{Bitrate, EncodedAudio};
use foyer_media::level::Level;
use foyer_media::sound::BLOCK;
use foyer_media::voice::{VoiceProcessor, VoiceSwitches};
use foyer_rtc::Transceiver;

/// Speech with room for its own repair.
const RATE: Bitrate = Bitrate(32_000);
/// Enough that single losses are repaired.
const EXPECTED_LOSS_PERCENT: u8 = 10;
/// Blocks of what was played that wait for the microphone: more means that the clocks drift apart.
const REFERENCE_BLOCKS: usize = 12;
/// No loss is as long as this.
const NEW_SOURCE: u64 = 1 << 32;

pub(super) struct Mouth {
    processor: Option<VoiceProcessor>,
    encoder: Option<OpusEncoder>,
    target: Option<Transceiver>,
    played: VecDeque<[f32; BLOCK]>,
    raw: Vec<f32>,
    ready: Vec<f32>,
    peak: f32,
    sequence: u64,
    sent: u64,
}

impl Mouth {
    pub fn new() -> Self {
        Self {
            processor: None,
            encoder: None,
            target: None,
            played: VecDeque::new(),
            raw: Vec::new(),
            ready: Vec::new(),
            peak: 0.0,
            sequence: 0,
            sent: 0,
        }
    }

    /// A microphone starts. What is no hardware hears no room, so there is nothing to take out of it.
    pub fn begin(&mut self, synthetic: bool) {
        self.fall_silent();
        // Far from the last number: to the engine this is another source, whose clock is the time.
        self.sequence += NEW_SOURCE;
        self.processor = (!synthetic).then(|| VoiceProcessor::new(VoiceSwitches::ALL));
        match OpusEncoder::new(RATE, EXPECTED_LOSS_PERCENT) {
            Ok(encoder) => self.encoder = Some(encoder),
            Err(error) => tracing::error!(%error, "no sound can be sent"),
        }
    }

    /// The microphone is gone; nothing recorded before is sent any more.
    pub fn fall_silent(&mut self) {
        self.processor = None;
        self.encoder = None;
        self.played.clear();
        self.raw.clear();
        self.ready.clear();
        self.peak = 0.0;
    }

    pub fn send_to(&mut self, target: Option<Transceiver>) {
        self.target = target;
    }

    /// What the speaker was given, for the echo canceller.
    pub fn heard(&mut self, block: &[f32; BLOCK]) {
        if self.processor.is_none() {
            return;
        }
        if self.played.len() == REFERENCE_BLOCKS {
            self.played.pop_front();
        }
        self.played.push_back(*block);
    }

    /// Takes what was recorded. `latency` is how much later the speaker sounds.
    pub fn speak(&mut self, recorded: &[f32], latency: Duration, now: MediaTime) {
        self.raw.extend_from_slice(recorded);
        let whole = self.raw.len() / BLOCK * BLOCK;
        let raw: Vec<f32> = self.raw.drain(..whole).collect();
        for chunk in raw.as_chunks::<BLOCK>().0 {
            let mut block = *chunk;
            if let Some(processor) = &mut self.processor {
                let reference = self.played.pop_front().unwrap_or([0.0; BLOCK]);
                processor.process(&reference, &mut block, latency);
            }
            self.peak = block.iter().fold(self.peak, |peak, s| peak.max(s.abs()));
            self.ready.extend_from_slice(&block);
        }
        let whole = self.ready.len() / PACKET * PACKET;
        let ready: Vec<f32> = self.ready.drain(..whole).collect();
        for packet in ready.as_chunks::<PACKET>().0 {
            self.send(packet, now);
        }
    }

    fn send(&mut self, samples: &[f32; PACKET], now: MediaTime) {
        let (Some(target), Some(encoder)) = (&self.target, &mut self.encoder) else {
            return;
        };
        // Time passes even if nothing is sent: the far side must not play later what is sent after a pause.
        self.sequence += 1;
        if !target.can_send() {
            return;
        }
        let data = match encoder.encode(samples) {
            Ok(data) if !data.is_empty() => data,
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(%error, "sound not encoded");
                return;
            }
        };
        let packet = EncodedAudio {
            sequence: self.sequence,
            timestamp: self.sequence * PACKET as u64,
            data,
            level: Some(Level::of(samples).dbov()),
            at: now,
        };
        if target.send_audio(&packet) {
            self.sent += 1;
        }
    }

    /// The loudest sample since the last question.
    pub fn take_peak(&mut self) -> f32 {
        std::mem::take(&mut self.peak)
    }

    pub fn sent(&self) -> u64 {
        self.sent
    }
}
