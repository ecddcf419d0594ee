//! Our microphone on its way to the others: processed, joined by the sound of a share, encoded, sent.

use std::time::Duration;

use foyer_media::accompaniment::{self, Accompaniment};
use foyer_media::clock::MediaTime;
use foyer_media::codec::opus::OpusPackets;
use foyer_media::device::CaptureError;
use foyer_media::encoded::Bitrate;
use foyer_media::sound::{AudioSource, BLOCK};
use foyer_media::voice::{VoiceChain, VoiceSwitches};
use foyer_rtc::Transceiver;

use super::sound_check::Recording;

/// Speech with room for its own repair.
pub(super) const RATE: Bitrate = Bitrate(32_000);
/// Enough that single losses are repaired.
pub(super) const EXPECTED_LOSS_PERCENT: u8 = 10;

pub(super) struct Mouth {
    chain: VoiceChain,
    packets: Option<OpusPackets>,
    target: Option<Transceiver>,
    peak: f32,
    sent: u64,
    check: Option<Recording>,
    beside: Option<Accompaniment>,
}

impl Mouth {
    pub fn new() -> Self {
        let packets = OpusPackets::new(RATE, EXPECTED_LOSS_PERCENT);
        Self {
            chain: VoiceChain::new(None),
            packets: packets
                .inspect_err(|error| tracing::error!(%error, "no sound can be sent"))
                .ok(),
            target: None,
            peak: 0.0,
            sent: 0,
            check: None,
            beside: None,
        }
    }

    /// Sound of a share, which goes out with the microphone's and stays when that is gone.
    pub fn accompany(&mut self, source: Option<Box<dyn AudioSource>>) {
        let rate = if source.is_some() {
            accompaniment::RATE
        } else {
            RATE
        };
        self.beside = source.map(Accompaniment::new);
        let Some(packets) = &mut self.packets else {
            return;
        };
        // The rate before is better than nothing.
        if let Err(error) = packets.set_rate(rate) {
            tracing::warn!(%error, rate = rate.0, "rate not changed");
        }
        if self.beside.is_none() {
            packets.forget();
        }
    }

    /// Takes in what the share sounds like. An error is final.
    pub fn collect(&mut self, now: MediaTime) -> Result<(), CaptureError> {
        self.beside
            .as_mut()
            .map_or(Ok(()), |beside| beside.collect(now))
    }

    /// Sends what sounds without a microphone.
    pub fn go_on(&mut self, now: MediaTime) {
        while let Some(block) = self.beside.as_mut().and_then(Accompaniment::alone) {
            send(
                &mut self.packets,
                self.target.as_ref(),
                &mut self.sent,
                &block,
                now,
            );
        }
    }

    /// A microphone starts. What is no hardware hears no room, so there is nothing to take out of it.
    pub fn begin(&mut self, synthetic: bool) {
        self.fall_silent();
        self.chain = VoiceChain::new((!synthetic).then_some(VoiceSwitches::ALL));
        if let Some(Err(error)) = self.packets.as_mut().map(OpusPackets::begin) {
            tracing::error!(%error, "no sound can be sent");
        }
    }

    /// The microphone is gone; nothing recorded before is sent any more.
    pub fn fall_silent(&mut self) {
        self.chain = VoiceChain::new(None);
        if let Some(packets) = &mut self.packets {
            packets.forget();
        }
        self.peak = 0.0;
        self.check = None;
    }

    pub fn send_to(&mut self, target: Option<Transceiver>) {
        self.target = target;
    }

    /// Records beside what is sent, until it is taken or the microphone changes.
    pub fn begin_check(&mut self, recording: Recording) {
        self.check = Some(recording);
    }

    pub fn give_up_check(&mut self) {
        self.check = None;
    }

    pub fn is_checking(&self) -> bool {
        self.check.is_some()
    }

    /// The recording, once it is long enough.
    pub fn take_check(&mut self) -> Option<Recording> {
        self.check.take_if(|recording| recording.is_full())
    }

    /// What the speaker was given, for the echo canceller.
    pub fn heard(&mut self, block: &[f32; BLOCK]) {
        self.chain.heard(block);
    }

    /// Takes what was recorded. `latency` is how much later the speaker sounds.
    pub fn speak(&mut self, recorded: &[f32], latency: Duration, now: MediaTime) {
        let Self {
            chain,
            packets,
            target,
            peak,
            sent,
            check,
            beside,
        } = self;
        if let Some(check) = check {
            check.recorded(recorded);
        }
        let mut spoilt = false;
        chain.process(recorded, latency, |block| {
            *peak = block.iter().fold(*peak, |peak, s| peak.max(s.abs()));
            if let Some(Err(error)) = check.as_mut().map(|check| check.processed(block)) {
                tracing::warn!(%error, "sound check given up");
                spoilt = true;
            }
            let mut block = *block;
            if let Some(beside) = beside {
                beside.join(&mut block);
            }
            send(packets, target.as_ref(), sent, &block, now);
        });
        if spoilt {
            *check = None;
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

fn send(
    packets: &mut Option<OpusPackets>,
    target: Option<&Transceiver>,
    sent: &mut u64,
    block: &[f32; BLOCK],
    now: MediaTime,
) {
    let Some(packets) = packets else {
        return;
    };
    let wanted = target.is_some_and(Transceiver::can_send);
    let pushed = packets.push(block, wanted, now, |packet| {
        if target.is_some_and(|target| target.send_audio(&packet)) {
            *sent += 1;
        }
    });
    if let Err(error) = pushed {
        tracing::warn!(%error, "sound not encoded");
    }
}
