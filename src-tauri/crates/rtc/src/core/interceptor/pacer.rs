//! Spreads video over time: sound at once, then retransmissions within a budget, then pictures.
//!
//! Whatever waits too long is dropped by whole frames rather than left to grow the delay: the stream then pauses
//! until a packet opens its next key frame, which is asked for through [`LinkState`].

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use rtc::interceptor::{Attribute, Interceptor, Packet, StreamInfo, TaggedPacket};
use rtc::sansio::Protocol;
use rtc::shared::error::Error;
use rtc::shared::marshal::MarshalSize;

use super::link::LinkState;
use crate::payload::{h264, vp8};

/// Before congestion control has spoken, in bits per second.
const START_TARGET: f64 = 2_000_000.0;
/// Frames are sent faster than the average rate, or a key frame would take as long as the frames it displaces.
const BURST_FACTOR: f64 = 2.5;
/// The lowest sending rate: congestion control may be wrong, and a call is not worth having below.
const MIN_RATE: f64 = 1_000_000.0;
/// What may leave at once.
const BURST: Duration = Duration::from_millis(10);
const MIN_BURST_BITS: f64 = 6.0 * 1200.0 * 8.0;
/// Wake-ups are no closer than this.
const TICK: Duration = Duration::from_millis(2);
const MAX_DELAY: Duration = Duration::from_millis(500);
const MAX_VIDEO: usize = 4096;
const MAX_RTX: usize = 200;
/// The same packet is not repeated again before a round trip has passed, within these bounds.
const MIN_REPEAT: Duration = Duration::from_millis(20);
const MAX_REPEAT: Duration = Duration::from_millis(250);
const MAX_REPEATED: usize = 1024;
/// Room for headers, extensions and SRTP.
const OVERHEAD_BITS: f64 = 28.0 * 8.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Codec {
    H264,
    Vp8,
    Other,
}

impl Codec {
    fn opens_key_frame(self, payload: &Bytes) -> bool {
        match self {
            Self::H264 => {
                let signs = h264::signs(payload);
                signs.parameter_sets || signs.idr
            }
            Self::Vp8 => vp8::starts_key_frame(payload),
            Self::Other => true,
        }
    }
}

#[derive(Debug)]
struct Video {
    codec: Codec,
    paused: bool,
}

struct Waiting {
    since: Instant,
    packet: TaggedPacket,
}

/// See the module. Its place is [`Slot::Pacer`](rtc::interceptor::Slot::Pacer).
pub(crate) struct Pacer {
    link: Arc<LinkState>,
    streams: HashMap<u32, Video>,
    rtx_ssrcs: HashSet<u32>,
    target: f64,
    /// Bits that may leave now; below zero after a packet larger than the rest.
    budget: f64,
    rtx_budget: f64,
    refilled: Option<Instant>,
    video: VecDeque<Waiting>,
    rtx: VecDeque<Waiting>,
    repeated: VecDeque<((u32, u16), Instant)>,
    read: VecDeque<TaggedPacket>,
    write: VecDeque<TaggedPacket>,
}

impl Pacer {
    /// A pacer that takes the target from passing feedback and reports through `link`.
    pub(crate) fn new(link: Arc<LinkState>) -> Self {
        Self {
            link,
            streams: HashMap::new(),
            rtx_ssrcs: HashSet::new(),
            target: START_TARGET,
            budget: 0.0,
            rtx_budget: 0.0,
            refilled: None,
            video: VecDeque::new(),
            rtx: VecDeque::new(),
            repeated: VecDeque::new(),
            read: VecDeque::new(),
            write: VecDeque::new(),
        }
    }

    fn rate(&self) -> f64 {
        (self.target * BURST_FACTOR).max(MIN_RATE)
    }

    fn burst(&self) -> f64 {
        (self.rate() * BURST.as_secs_f64()).max(MIN_BURST_BITS)
    }

    fn refill(&mut self, now: Instant) {
        let burst = self.burst();
        let Some(before) = self.refilled else {
            self.refilled = Some(now);
            self.budget = burst;
            self.rtx_budget = burst;
            return;
        };
        let passed = now.saturating_duration_since(before).as_secs_f64();
        self.refilled = Some(before.max(now));
        self.budget = (self.budget + self.rate() * passed).min(burst);
        let rtx_rate = self.target.max(MIN_RATE / BURST_FACTOR);
        self.rtx_budget = (self.rtx_budget + rtx_rate * passed).min(burst);
    }

    /// Lets go what the budget allows.
    fn pump(&mut self, now: Instant) {
        self.refill(now);
        self.drop_late(now);
        while self.budget > 0.0 {
            let rtx_first = self.rtx_budget > 0.0 || self.video.is_empty();
            let waiting = if rtx_first && self.rtx_budget > 0.0 {
                self.rtx.pop_front().or_else(|| self.video.pop_front())
            } else {
                self.video.pop_front()
            };
            let Some(waiting) = waiting else { break };
            let bits = bits_of(&waiting.packet);
            if waiting.packet.message.has(&Attribute::Retransmission) {
                self.rtx_budget -= bits;
            }
            self.release(waiting.packet, bits, now);
        }
    }

    fn release(&mut self, mut packet: TaggedPacket, bits: f64, now: Instant) {
        // Sound is never held back, but it must not build up a debt that starves pictures for long.
        self.budget = (self.budget - bits).max(-self.burst());
        packet.now = now;
        self.write.push_back(packet);
    }

    fn drop_late(&mut self, now: Instant) {
        let late = |waiting: &Waiting| now.saturating_duration_since(waiting.since) > MAX_DELAY;
        while self.rtx.front().is_some_and(late) {
            self.rtx.pop_front();
        }
        while self.video.front().is_some_and(late) {
            let Some(ssrc) = self.video.front().and_then(|front| ssrc_of(&front.packet)) else {
                self.video.pop_front();
                continue;
            };
            self.drop_stream(ssrc);
        }
    }

    /// Drops what waits of a stream, up to the last key frame in the queue.
    fn drop_stream(&mut self, ssrc: u32) {
        let codec = self
            .streams
            .get(&ssrc)
            .map_or(Codec::Other, |stream| stream.codec);
        // The packet at the very front may open a key frame itself, and is late all the same.
        let resume = self
            .video
            .iter()
            .enumerate()
            .skip(1)
            .rev()
            .find(|(_, waiting)| {
                ssrc_of(&waiting.packet) == Some(ssrc) && opens_key_frame(codec, &waiting.packet)
            });
        // Both the parameter sets and the slice after them look like an opening: keep from the first of that frame.
        let timestamp = resume.and_then(|(_, waiting)| timestamp_of(&waiting.packet));
        let mut resumed = false;
        let mut last_dropped = None;
        let mut frames = 0;
        self.video.retain(|waiting| {
            if ssrc_of(&waiting.packet) != Some(ssrc) {
                return true;
            }
            resumed |= timestamp.is_some() && timestamp_of(&waiting.packet) == timestamp;
            if !resumed {
                let dropped = timestamp_of(&waiting.packet);
                frames += u64::from(dropped != last_dropped);
                last_dropped = dropped;
            }
            resumed
        });
        // A key frame that was itself late from its first packet on goes as well.
        if last_dropped.is_none() {
            self.video
                .retain(|waiting| ssrc_of(&waiting.packet) != Some(ssrc));
            resumed = false;
            frames = 1;
        }
        self.link
            .with_outgoing(ssrc, |counters| counters.frames_dropped += frames);
        if !resumed {
            self.pause(ssrc);
        }
    }

    fn pause(&mut self, ssrc: u32) {
        if let Some(stream) = self.streams.get_mut(&ssrc) {
            stream.paused = true;
        }
        self.link.want_key_frame(ssrc);
    }

    fn admit_video(&mut self, packet: TaggedPacket) {
        let Some(ssrc) = ssrc_of(&packet) else { return };
        if let Some(stream) = self.streams.get_mut(&ssrc)
            && stream.paused
        {
            if !opens_key_frame(stream.codec, &packet) {
                self.link.want_key_frame(ssrc);
                return;
            }
            stream.paused = false;
        }
        if self.video.len() >= MAX_VIDEO {
            self.drop_stream(ssrc);
            if self.video.len() >= MAX_VIDEO {
                self.pause(ssrc);
                return;
            }
        }
        let since = packet.now;
        self.video.push_back(Waiting { since, packet });
    }

    /// Which packet a retransmission repeats: with RTX that stands in the payload, else in the header.
    fn repeated_key(&self, packet: &TaggedPacket) -> Option<(u32, u16)> {
        let Packet::Rtp(packet) = &packet.message.packet else {
            return None;
        };
        let ssrc = packet.header.ssrc;
        if !self.rtx_ssrcs.contains(&ssrc) {
            return Some((ssrc, packet.header.sequence_number));
        }
        let sequence = packet.payload.first_chunk::<2>()?;
        Some((ssrc, u16::from_be_bytes(*sequence)))
    }

    fn admit_rtx(&mut self, packet: TaggedPacket) {
        let now = packet.now;
        let Some(key) = self.repeated_key(&packet) else {
            return;
        };
        let interval = self
            .link
            .rtt()
            .unwrap_or_default()
            .clamp(MIN_REPEAT, MAX_REPEAT);
        while self.repeated.len() >= MAX_REPEATED
            || self
                .repeated
                .front()
                .is_some_and(|(_, at)| now.saturating_duration_since(*at) > MAX_REPEAT)
        {
            self.repeated.pop_front();
        }
        let again = self
            .repeated
            .iter()
            .rev()
            .any(|(known, at)| *known == key && now.saturating_duration_since(*at) < interval);
        if again || self.rtx.len() >= MAX_RTX {
            return;
        }
        self.repeated.push_back((key, now));
        self.rtx.push_back(Waiting { since: now, packet });
    }
}

fn bits_of(packet: &TaggedPacket) -> f64 {
    match &packet.message.packet {
        Packet::Rtp(packet) => packet.marshal_size() as f64 * 8.0 + OVERHEAD_BITS,
        _ => 0.0,
    }
}

fn ssrc_of(packet: &TaggedPacket) -> Option<u32> {
    match &packet.message.packet {
        Packet::Rtp(packet) => Some(packet.header.ssrc),
        _ => None,
    }
}

fn timestamp_of(packet: &TaggedPacket) -> Option<u32> {
    match &packet.message.packet {
        Packet::Rtp(packet) => Some(packet.header.timestamp),
        _ => None,
    }
}

fn opens_key_frame(codec: Codec, packet: &TaggedPacket) -> bool {
    match &packet.message.packet {
        Packet::Rtp(packet) => codec.opens_key_frame(&packet.payload),
        _ => false,
    }
}

impl Protocol<TaggedPacket, TaggedPacket, ()> for Pacer {
    type Rout = TaggedPacket;
    type Wout = TaggedPacket;
    type Eout = ();
    type Error = Error;
    type Time = Instant;

    fn handle_read(&mut self, tagged: TaggedPacket) -> Result<(), Error> {
        let any = Attribute::TargetBitrateChanged {
            bits_per_second: 0.0,
        };
        if let Some(Attribute::TargetBitrateChanged { bits_per_second }) = tagged.message.get(&any)
            && bits_per_second.is_finite()
        {
            self.target = bits_per_second.max(0.0);
            self.link.set_target(self.target);
        }
        self.read.push_back(tagged);
        Ok(())
    }

    fn poll_read(&mut self) -> Option<TaggedPacket> {
        self.read.pop_front()
    }

    fn handle_write(&mut self, tagged: TaggedPacket) -> Result<(), Error> {
        let now = tagged.now;
        let Some(ssrc) = ssrc_of(&tagged) else {
            // Feedback is of use only while it is fresh.
            self.write.push_back(tagged);
            return Ok(());
        };
        if tagged.message.has(&Attribute::Retransmission) {
            self.admit_rtx(tagged);
        } else if self.streams.contains_key(&ssrc) {
            self.admit_video(tagged);
        } else {
            self.refill(now);
            let bits = bits_of(&tagged);
            self.release(tagged, bits, now);
        }
        self.pump(now);
        Ok(())
    }

    fn poll_write(&mut self) -> Option<TaggedPacket> {
        self.write.pop_front()
    }

    fn handle_timeout(&mut self, now: Instant) -> Result<(), Error> {
        if !self.video.is_empty() || !self.rtx.is_empty() {
            self.pump(now);
        }
        Ok(())
    }

    fn poll_timeout(&mut self) -> Option<Instant> {
        if self.video.is_empty() && self.rtx.is_empty() {
            return None;
        }
        let debt = (-self.budget).max(0.0) / self.rate();
        let rtx_debt = (-self.rtx_budget).max(0.0) / self.target.max(MIN_RATE / BURST_FACTOR);
        let debt = if self.video.is_empty() {
            debt.max(rtx_debt)
        } else {
            debt
        };
        let wait = Duration::from_secs_f64(debt).max(TICK);
        Some(self.refilled? + wait)
    }
}

impl Interceptor for Pacer {
    fn bind_local_stream(&mut self, info: &StreamInfo) {
        self.rtx_ssrcs.extend(info.ssrc_rtx);
        let mime = info.mime_type.to_ascii_lowercase();
        let codec = match mime.as_str() {
            "video/h264" => Codec::H264,
            "video/vp8" => Codec::Vp8,
            _ if mime.starts_with("video/") => Codec::Other,
            _ => return,
        };
        let paused = false;
        self.streams.insert(info.ssrc, Video { codec, paused });
    }

    fn unbind_local_stream(&mut self, info: &StreamInfo) {
        self.streams.remove(&info.ssrc);
        self.video
            .retain(|waiting| ssrc_of(&waiting.packet) != Some(info.ssrc));
        if let Some(rtx) = info.ssrc_rtx {
            self.rtx_ssrcs.remove(&rtx);
            self.rtx
                .retain(|waiting| ssrc_of(&waiting.packet) != Some(rtx));
        }
    }

    fn bind_remote_stream(&mut self, _info: &StreamInfo) {}
    fn unbind_remote_stream(&mut self, _info: &StreamInfo) {}
}

#[cfg(test)]
mod tests;
