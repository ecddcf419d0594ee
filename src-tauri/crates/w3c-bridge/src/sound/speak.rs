//! Microphones and page-made samples on their way out: processed, watched, encoded, sent.

use std::collections::HashMap;
use std::time::Duration;

use foyer_contract::bridge::{Event, Handle};
use foyer_media::accompaniment::{self, Accompaniment};
use foyer_media::clock::MediaTime;
use foyer_media::codec::opus::OpusPackets;
use foyer_media::encoded::Bitrate;
use foyer_media::sound::{AudioSource, BLOCK};
use foyer_media::voice::{VoiceChain, VoiceSwitches};
use foyer_rtc::Transceiver;

use super::round::Watchers;
use super::tone::Playing;
use super::{Block, Leased, Origin};
use crate::figures::Spoken;
use crate::outbox::Outbox;
use crate::video::send::SoundPlan;

/// Speech with room for its own repair.
const RATE: Bitrate = Bitrate(32_000);
/// Enough that single losses are repaired.
const EXPECTED_LOSS_PERCENT: u8 = 10;
/// What Opus can do with one channel.
const RATES: std::ops::RangeInclusive<u32> = 6_000..=256_000;

struct Source {
    device: Box<dyn AudioSource>,
    chain: VoiceChain,
    is_microphone: bool,
}

struct Local {
    source: u32,
    enabled: bool,
}

struct Sender {
    track: Handle,
    target: Transceiver,
    plan: SoundPlan,
    packets: OpusPackets,
    spoken: Spoken,
    tone: Option<Playing>,
}

/// See the module.
pub(super) struct Mouths {
    outbox: Outbox,
    sources: HashMap<u32, Source>,
    next: u32,
    tracks: HashMap<Handle, Local>,
    senders: HashMap<Handle, Sender>,
    recorded: Vec<f32>,
    beside: Option<(Accompaniment, Leased)>,
}

fn rate(plan: SoundPlan) -> Bitrate {
    let wanted = plan.rate.unwrap_or(RATE.0);
    Bitrate(wanted.clamp(*RATES.start(), *RATES.end()))
}

impl Mouths {
    pub fn new(outbox: Outbox) -> Self {
        Self {
            outbox,
            sources: HashMap::new(),
            next: 0,
            tracks: HashMap::new(),
            senders: HashMap::new(),
            recorded: Vec::new(),
            beside: None,
        }
    }

    /// What a share sounds like, sent with the microphone's sound for as long as the lease is held.
    pub fn accompany(&mut self, source: Box<dyn AudioSource>, leased: Leased) {
        self.beside = Some((Accompaniment::new(source), leased));
        self.set_rates();
    }

    fn set_rates(&mut self) {
        for sender in self.senders.values_mut() {
            sender.set_rate(self.beside.is_some());
        }
    }

    pub fn open(&mut self, track: Handle, device: Box<dyn AudioSource>, origin: Origin) {
        self.next += 1;
        let (is_microphone, voice) = match origin {
            Origin::Page => (false, None),
            Origin::Microphone(voice) => (true, voice),
        };
        let source = Source {
            device,
            chain: VoiceChain::new(voice),
            is_microphone,
        };
        self.sources.insert(self.next, source);
        let local = Local {
            source: self.next,
            enabled: true,
        };
        self.tracks.insert(track, local);
    }

    pub fn clone_track(&mut self, track: Handle, of: Handle) {
        if let Some(Local { source, enabled }) = self.tracks.get(&of) {
            let local = Local {
                source: *source,
                enabled: *enabled,
            };
            self.tracks.insert(track, local);
        }
    }

    pub fn enable(&mut self, track: Handle, enabled: bool) {
        if let Some(track) = self.tracks.get_mut(&track) {
            track.enabled = enabled;
        }
    }

    /// Clones of the track hear it too: there is one microphone.
    pub fn process(&mut self, track: Handle, switches: VoiceSwitches) {
        let source = self.tracks.get(&track).map(|track| track.source);
        if let Some(source) = source.and_then(|source| self.sources.get_mut(&source)) {
            source.chain.set_switches(switches);
        }
    }

    pub fn stop(&mut self, track: Handle) {
        let Some(Local { source, .. }) = self.tracks.remove(&track) else {
            return;
        };
        if !self.tracks.values().any(|track| track.source == source) {
            self.sources.remove(&source);
        }
    }

    pub fn send(
        &mut self,
        sender: Handle,
        track: Handle,
        target: Transceiver,
        plan: SoundPlan,
        spoken: Spoken,
    ) {
        if let Some(known) = self.senders.get_mut(&sender) {
            known.track = track;
            if let Err(error) = known.packets.begin() {
                tracing::error!(%error, "no sound can be sent");
            }
            self.pace(sender, plan);
            return;
        }
        let packets = match OpusPackets::new(rate(plan), EXPECTED_LOSS_PERCENT) {
            Ok(packets) => packets,
            Err(error) => {
                tracing::error!(%error, "no sound can be sent");
                return;
            }
        };
        let fresh = Sender {
            track,
            target,
            plan,
            packets,
            spoken,
            tone: None,
        };
        let fresh = self.senders.entry(sender).insert_entry(fresh).into_mut();
        fresh.set_rate(self.beside.is_some());
    }

    pub fn pace(&mut self, sender: Handle, plan: SoundPlan) {
        if let Some(sender) = self.senders.get_mut(&sender) {
            sender.plan = plan;
            sender.set_rate(self.beside.is_some());
        }
    }

    /// In place of sound for so long.
    pub fn play_tone(&mut self, sender: Handle, event: u8, duration: Duration) {
        if let Some(sender) = self.senders.get_mut(&sender) {
            sender.tone = Some(Playing::new(event, duration));
        }
    }

    pub fn stop_sending(&mut self, sender: Handle) {
        self.senders.remove(&sender);
    }

    /// What the speaker was given, for the echo cancellers.
    pub fn heard(&mut self, block: &Block) {
        for source in self.sources.values_mut() {
            source.chain.heard(block);
        }
    }

    /// Takes what was recorded. `latency` is how much later the speaker sounds.
    pub fn speak(&mut self, now: MediaTime, latency: Duration, watchers: &mut Watchers) {
        self.collect(now);
        let carrier = self.carrier();
        let mut lost = Vec::new();
        for (number, source) in &mut self.sources {
            self.recorded.clear();
            if let Err(error) = source.device.pull(now, &mut self.recorded) {
                tracing::warn!(code = error.code(), %error, "microphone failed");
                lost.push(*number);
                continue;
            }
            let (tracks, senders) = (&self.tracks, &mut self.senders);
            let mut beside = self.beside.as_mut().filter(|_| carrier == Some(*number));
            source.chain.process(&self.recorded, latency, |block| {
                let mut along = [0.0; BLOCK];
                if let Some((beside, _)) = &mut beside {
                    beside.join(&mut along);
                }
                for (handle, track) in tracks.iter().filter(|(_, of)| of.source == *number) {
                    let block = if track.enabled { *block } else { [0.0; BLOCK] };
                    watchers.give(*handle, &block);
                    for sender in senders
                        .values_mut()
                        .filter(|sender| sender.track == *handle)
                    {
                        sender.take(&sum(&block, &along), now);
                    }
                }
            });
        }
        self.go_on(carrier, now);
        for number in lost {
            self.lose(number, watchers);
        }
    }

    /// Takes in what the share sounds like.
    fn collect(&mut self, now: MediaTime) {
        let Some((beside, leased)) = &mut self.beside else {
            return;
        };
        let collected = beside.collect(now);
        if let Err(error) = &collected {
            tracing::warn!(code = error.code(), %error, "the share has no sound any more");
        }
        if collected.is_err() || leased.strong_count() == 0 {
            self.beside = None;
            self.set_rates();
        }
    }

    /// The microphone that is sent and takes the sound of the share along.
    fn carrier(&self) -> Option<u32> {
        let sent = self.senders.values().filter_map(|sender| {
            let source = self.tracks.get(&sender.track)?.source;
            self.sources.get(&source)?.is_microphone.then_some(source)
        });
        self.beside.as_ref().and_then(|_| sent.min())
    }

    /// Sends what the share sounds like while the microphone that would take it along is muted.
    fn go_on(&mut self, carrier: Option<u32>, now: MediaTime) {
        let Some((beside, _)) = &mut self.beside else {
            return;
        };
        while let Some(block) = beside.alone() {
            let tracks = &self.tracks;
            let is_carried = |sender: &Sender| {
                let track = tracks.get(&sender.track);
                carrier.is_some() && track.map(|track| track.source) == carrier
            };
            for sender in self
                .senders
                .values_mut()
                .filter(|sender| is_carried(sender))
            {
                sender.take(&block, now);
            }
        }
    }

    fn lose(&mut self, number: u32, watchers: &mut Watchers) {
        self.sources.remove(&number);
        let gone: Vec<Handle> = self
            .tracks
            .iter()
            .filter(|(_, track)| track.source == number)
            .map(|(handle, _)| *handle)
            .collect();
        for track in gone {
            self.tracks.remove(&track);
            watchers.end(track);
            // A page without room for it is as good as gone.
            self.outbox.try_event(Event::TrackEnded { track });
        }
    }
}

fn sum(block: &Block, along: &Block) -> Block {
    std::array::from_fn(|at| (block[at] + along[at]).clamp(-1.0, 1.0))
}

impl Sender {
    /// As the page wants it; without a wish, enough for what is sent.
    fn set_rate(&mut self, with_share: bool) {
        let wanted = match self.plan.rate {
            None if with_share => accompaniment::RATE,
            _ => rate(self.plan),
        };
        if let Err(error) = self.packets.set_rate(wanted) {
            tracing::warn!(%error, "rate not changed");
        }
    }

    fn take(&mut self, block: &Block, now: MediaTime) {
        self.spoken.lock().add(block);
        let target = &self.target;
        if let Some(playing) = &mut self.tone {
            let goes_on = playing.take(|tone| {
                target.send_tone(tone, now);
            });
            if goes_on {
                return;
            }
            self.tone = None;
            if let Err(error) = self.packets.begin() {
                tracing::error!(%error, "no sound can be sent");
            }
        }
        let wanted = self.plan.active && self.target.can_send();
        let sent = self.packets.push(block, wanted, now, |packet| {
            target.send_audio(&packet);
        });
        if let Err(error) = sent {
            tracing::warn!(%error, "sound not encoded");
        }
    }
}
