//! RTP packets of one video stream to whole frames in decoding order.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use foyer_media::clock::MediaTime;
use foyer_media::encoded::{EncodedFrame, VideoCodec};

use crate::payload::{PayloadError, h264, vp8};
use crate::receive::clock::RtpClock;
use crate::receive::parameter_sets::ParameterSets;
use crate::sequence::{Numbered, SequenceSpace, extend32};

/// One RTP packet of video, retransmissions already unwrapped.
#[derive(Clone, Debug)]
pub(crate) struct VideoPacket {
    /// RTP sequence number.
    pub(crate) sequence: u16,
    /// RTP timestamp, 90 kHz.
    pub(crate) timestamp: u32,
    /// Last packet of its frame.
    pub(crate) marker: bool,
    /// By its payload type.
    pub(crate) codec: VideoCodec,
    /// RTP payload; empty for padding.
    pub(crate) payload: Bytes,
    /// Arrival.
    pub(crate) at: MediaTime,
}

/// How much the assembler holds and how long it waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Time from noticing a hole until it is given up.
    pub(crate) wait: Duration,
    /// Packets held.
    pub(crate) packets: usize,
    /// Bytes held, and the largest frame.
    pub(crate) bytes: usize,
    /// First interval between requests for a key frame; doubles up to eight times that.
    pub(crate) request_interval: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            wait: Duration::from_millis(200),
            packets: 2048,
            bytes: 8 << 20,
            request_interval: Duration::from_millis(250),
        }
    }
}

/// What comes out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Assembled {
    /// A whole frame; all that it builds on went out before it.
    Frame(EncodedFrame),
    /// The sender must be asked for a key frame.
    KeyFrameWanted,
}

/// Counters since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VideoCounters {
    /// Frames handed on.
    pub(crate) frames: u64,
    /// Key frames among them.
    pub(crate) key_frames: u64,
    /// Frames not handed on, after the first that was.
    pub(crate) dropped: u64,
    /// Holes that were not filled in time.
    pub(crate) given_up: u64,
    /// Requests for a key frame.
    pub(crate) key_frame_requests: u64,
    /// Packets that came twice.
    pub(crate) duplicates: u64,
    /// Packets that came after their frame was handed on or given up.
    pub(crate) late: u64,
    /// Frames whose payloads made no sense.
    pub(crate) broken: u64,
    /// Frames handed on of more than one packet, and the time from their first packet to their last.
    pub(crate) assembled: (u64, Duration),
}

#[derive(Debug)]
struct Held {
    timestamp: u32,
    marker: bool,
    codec: VideoCodec,
    payload: Bytes,
    at: MediaTime,
}

impl Held {
    fn is_padding(&self) -> bool {
        self.payload.is_empty()
    }
}

/// What stands at the front of the buffer.
enum Front {
    /// Packets up to this position, exclusive, make a frame.
    Whole(u64),
    /// No packet is known to be missing.
    Growing,
    /// This one is.
    Missing(u64),
    /// Larger than a frame may be; goes on beyond this position.
    TooLarge(u64),
}

/// The gate before the decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gate {
    /// Frames follow each other without a hole.
    Open,
    /// The front is where a key frame seems to start.
    KeyFrameComing,
    /// Nothing decodable is in sight.
    Closed,
}

/// Puts frames together; waits for retransmissions; after a loss hands nothing on before the next key frame.
///
/// Feed it with [`push`](Self::push), then call [`poll`](Self::poll) until it gives `None`, and again every few
/// milliseconds, for what comes due without a packet.
#[derive(Debug)]
pub(crate) struct VideoAssembler {
    limits: Limits,
    space: SequenceSpace,
    clock: RtpClock,
    timestamp: Option<u64>,
    held: BTreeMap<u64, Held>,
    held_bytes: usize,
    /// Everything below is over.
    front: u64,
    gate: Gate,
    codec: Option<VideoCodec>,
    stray: Option<VideoPacket>,
    hole: Option<(u64, MediaTime)>,
    request_at: Option<MediaTime>,
    requests_in_row: u32,
    parameter_sets: ParameterSets,
    last_dropped: Option<u32>,
    last_at: MediaTime,
    counters: VideoCounters,
}

impl VideoAssembler {
    /// An assembler waiting for its first key frame.
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            space: SequenceSpace::default(),
            clock: RtpClock::new(90_000),
            timestamp: None,
            held: BTreeMap::new(),
            held_bytes: 0,
            front: 0,
            gate: Gate::Closed,
            codec: None,
            stray: None,
            hole: None,
            request_at: None,
            requests_in_row: 0,
            parameter_sets: ParameterSets::default(),
            last_dropped: None,
            last_at: MediaTime(i64::MIN),
            counters: VideoCounters::default(),
        }
    }

    /// Counters since the start.
    pub(crate) fn counters(&self) -> VideoCounters {
        self.counters
    }

    /// Takes a packet in any order, any number of times.
    pub(crate) fn push(&mut self, packet: VideoPacket) {
        let position = match self.space.number(packet.sequence) {
            Numbered::At(position) => position,
            Numbered::Stray => {
                self.stray = Some(packet);
                return;
            }
            Numbered::Restart(position) => {
                let before = self.stray.take();
                self.close(position - 1);
                self.timestamp = None;
                if let Some(before) = before {
                    self.hold(position - 1, before);
                }
                position
            }
        };
        self.hold(position, packet);
    }

    fn hold(&mut self, position: u64, packet: VideoPacket) {
        if position < self.front {
            self.counters.late += 1;
            return;
        }
        if self.held.contains_key(&position) {
            self.counters.duplicates += 1;
            return;
        }
        let full = self.held.len() >= self.limits.packets
            || self.held_bytes + packet.payload.len() > self.limits.bytes;
        if full {
            let newest = self
                .held
                .last_key_value()
                .map_or(position, |(last, _)| *last);
            self.counters.given_up += 1;
            self.close(newest.max(position) + 1);
            return;
        }
        if !packet.payload.is_empty() {
            let timestamp = match self.timestamp {
                Some(newest) => extend32(newest, packet.timestamp),
                None => (1 << 32) + u64::from(packet.timestamp),
            };
            self.timestamp = Some(
                self.timestamp
                    .map_or(timestamp, |newest| newest.max(timestamp)),
            );
            self.clock.observe(timestamp, packet.at);
        }
        self.held_bytes += packet.payload.len();
        self.held.insert(
            position,
            Held {
                timestamp: packet.timestamp,
                marker: packet.marker,
                codec: packet.codec,
                payload: packet.payload,
                at: packet.at,
            },
        );
    }

    /// The next frame or request, if there is one by `now`.
    pub(crate) fn poll(&mut self, now: MediaTime) -> Option<Assembled> {
        loop {
            if self.gate == Gate::Closed && !self.find_key_frame(now) {
                return self.request(now);
            }
            match self.front() {
                Front::Whole(end) => {
                    if let Some(frame) = self.take(end) {
                        return Some(Assembled::Frame(frame));
                    }
                }
                Front::Growing => return None,
                Front::TooLarge(position) => {
                    self.counters.broken += 1;
                    self.close(position + 1);
                }
                Front::Missing(position) => {
                    if now < self.hole_since(position).plus(self.limits.wait) {
                        return None;
                    }
                    self.counters.given_up += 1;
                    self.close(position + 1);
                }
            }
        }
    }

    /// When [`Self::poll`] has something to do without a packet; `None` if never. Valid right after it gave `None`.
    #[cfg(test)]
    pub(crate) fn deadline(&self) -> Option<MediaTime> {
        let hole = self.hole.map(|(_, since)| since.plus(self.limits.wait));
        match self.gate {
            Gate::Closed => self.request_at,
            _ => hole,
        }
    }

    fn front(&mut self) -> Front {
        let mut expected = self.front;
        let mut timestamp = None;
        let mut bytes = 0;
        let mut found = Front::Growing;
        for (&position, packet) in self.held.range(self.front..) {
            if position != expected {
                found = Front::Missing(expected);
                break;
            }
            expected += 1;
            if packet.is_padding() {
                continue;
            }
            if *timestamp.get_or_insert(packet.timestamp) != packet.timestamp {
                found = Front::Whole(position);
                break;
            }
            bytes += packet.payload.len();
            if bytes > self.limits.bytes {
                found = Front::TooLarge(position);
                break;
            }
            if packet.marker {
                found = Front::Whole(expected);
                break;
            }
        }
        if !matches!(found, Front::Missing(_)) {
            self.hole = None;
        }
        found
    }

    /// Since when this position is known to be missing.
    fn hole_since(&mut self, position: u64) -> MediaTime {
        match self.hole {
            Some((known, since)) if known == position => since,
            _ => {
                let since = self
                    .held
                    .range(position..)
                    .map(|(_, packet)| packet.at)
                    .min();
                let since = since.unwrap_or_default();
                self.hole = Some((position, since));
                since
            }
        }
    }

    /// Moves the front to where a key frame starts, if one is held.
    fn find_key_frame(&mut self, now: MediaTime) -> bool {
        let start = self
            .held
            .iter()
            .find(|(position, packet)| self.opens_key_frame(**position, packet))
            .map(|(position, packet)| (*position, packet.timestamp));
        let Some((mut start, timestamp)) = start else {
            // The start of a key frame may still be on its way, so what came in lately stays.
            let horizon = now;
            while let Some(entry) = self.held.first_entry() {
                if entry.get().at.plus(self.limits.wait) > horizon {
                    break;
                }
                let position = *entry.key();
                self.discard_below(position + 1);
            }
            return false;
        };
        while self.held.get(&(start - 1)).is_some_and(|before| {
            before.timestamp == timestamp && !before.marker && !before.is_padding()
        }) {
            start -= 1;
        }
        self.discard_below(start);
        self.gate = Gate::KeyFrameComing;
        true
    }

    fn opens_key_frame(&self, position: u64, packet: &Held) -> bool {
        match packet.codec {
            VideoCodec::Vp8 => vp8::starts_key_frame(&packet.payload),
            VideoCodec::H264 => {
                let signs = h264::signs(&packet.payload);
                // Without its parameter sets in sight, an IDR slice counts only if it is known to begin its frame.
                let bare = signs.idr
                    && self.parameter_sets.is_known()
                    && self.held.get(&(position - 1)).is_some_and(|before| {
                        before.marker || before.timestamp != packet.timestamp
                    });
                signs.parameter_sets || bare
            }
        }
    }

    /// Gives up everything below `front` and waits for a key frame.
    fn close(&mut self, front: u64) {
        self.discard_below(front);
        self.gate = Gate::Closed;
        self.hole = None;
        self.parameter_sets.forget_pending();
        self.request_at = None;
        self.requests_in_row = 0;
    }

    fn discard_below(&mut self, front: u64) {
        while let Some(entry) = self.held.first_entry() {
            if *entry.key() >= front {
                break;
            }
            let packet = entry.remove();
            self.held_bytes -= packet.payload.len();
            if !packet.is_padding() {
                self.count_dropped(packet.timestamp);
            }
        }
        self.front = self.front.max(front);
    }

    fn count_dropped(&mut self, timestamp: u32) {
        if self.last_dropped.replace(timestamp) != Some(timestamp) && self.counters.frames > 0 {
            self.counters.dropped += 1;
        }
    }

    fn request(&mut self, now: MediaTime) -> Option<Assembled> {
        // Before the first packet nobody is known to send.
        self.timestamp?;
        if self.request_at.is_some_and(|at| now < at) {
            return None;
        }
        let interval = self.limits.request_interval * (1 << self.requests_in_row.min(3));
        self.requests_in_row += 1;
        self.request_at = Some(now.plus(interval));
        self.counters.key_frame_requests += 1;
        Some(Assembled::KeyFrameWanted)
    }

    /// Takes the packets up to `end` out and makes a frame of them; `None` if they show nothing.
    fn take(&mut self, end: u64) -> Option<EncodedFrame> {
        let rest = self.held.split_off(&end);
        let packets = std::mem::replace(&mut self.held, rest);
        self.held_bytes -= packets
            .values()
            .map(|packet| packet.payload.len())
            .sum::<usize>();
        self.front = end;
        self.hole = None;
        let packets: Vec<Held> = packets
            .into_values()
            .filter(|packet| !packet.is_padding())
            .collect();
        let first = packets.first()?;
        let timestamp = first.timestamp;
        match self.make_frame(&packets) {
            Ok(Some(frame)) if frame.key || self.gate == Gate::Open => {
                self.gate = Gate::Open;
                self.codec = Some(frame.codec);
                self.request_at = None;
                self.requests_in_row = 0;
                self.last_dropped = None;
                self.counters.frames += 1;
                self.counters.key_frames += u64::from(frame.key);
                if packets.len() > 1 {
                    let arrivals = || packets.iter().map(|packet| packet.at);
                    let (began, ended) = (arrivals().min(), arrivals().max());
                    self.counters.assembled.0 += 1;
                    self.counters.assembled.1 += ended
                        .zip(began)
                        .map_or(Duration::ZERO, |(ended, began)| ended.since(began));
                }
                Some(frame)
            }
            // Parameter sets alone: they go with the next picture.
            Ok(None) => None,
            result => {
                self.counters.broken += u64::from(result.is_err());
                self.count_dropped(timestamp);
                if self.gate == Gate::Open {
                    self.close(end);
                } else {
                    self.gate = Gate::Closed;
                }
                None
            }
        }
    }

    fn make_frame(&mut self, packets: &[Held]) -> Result<Option<EncodedFrame>, PayloadError> {
        let first = packets.first().ok_or(PayloadError::Empty)?;
        let codec = first.codec;
        if packets.iter().any(|packet| packet.codec != codec) {
            return Err(PayloadError::NoFrame);
        }
        let payloads = packets.iter().map(|packet| &packet.payload);
        let (data, key, size) = match codec {
            VideoCodec::Vp8 => {
                let data = vp8::assemble(payloads)?;
                let key = vp8::is_key(&data);
                let size = vp8::dimensions(&data);
                (data, key, size)
            }
            VideoCodec::H264 => {
                let unit = h264::assemble(payloads, self.limits.bytes)?;
                let Some(picture) = self.parameter_sets.complete(unit)? else {
                    return Ok(None);
                };
                (picture.data, picture.key, picture.size)
            }
        };
        if !key && self.codec.is_some_and(|running| running != codec) {
            return Err(PayloadError::NoFrame);
        }
        let timestamp = extend32(self.timestamp.unwrap_or_default(), first.timestamp);
        self.last_at = self.last_at.max(self.clock.map(timestamp));
        let (width, height) = size.unwrap_or_default();
        Ok(Some(EncodedFrame {
            codec,
            key,
            at: self.last_at,
            width,
            height,
            data,
        }))
    }
}

#[cfg(test)]
mod tests;
