//! From an encoded frame to RTP packets on the wire.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use foyer_media::clock::MediaTime;
use foyer_media::encoded::{EncodedAudio, EncodedFrame, VideoCodec};
use rtc::rtp::{Header, Packet};
use rtc::shared::marshal::MarshalSize;

use super::route::{Extensions, MediaCodec, Payload, StreamSsrc, rtx_info, stream_info};
use super::wire::{ChainCommand, Wire};
use crate::payload;
use crate::send::audio::{AudioNumbering, Numbers};
use crate::transceiver::lock;

/// A bit of the second byte.
const END_OF_TONE: u8 = 0x80;
/// -10 dBm0, as telephones send them.
const TONE_VOLUME: u8 = 10;

/// One packet of a telephone's tone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tone {
    /// RFC 4733, 3.2: 0 to 9 for the digits, 10 star, 11 hash, 12 to 15 for A to D.
    pub event: u8,
    /// How long it has sounded, in samples of 48 kHz.
    pub ticks: u16,
    /// The first packet of a tone, or of another part of one that is longer than `ticks` can say.
    pub begins: bool,
    /// It is over. Sent three times, since it may be lost.
    pub ends: bool,
}

/// What has been agreed on for sending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SendConfig {
    pub payload: Payload,
    pub mid: String,
    pub extensions: Extensions,
}

/// What was sent, for statistics.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Sent {
    pub packets: u64,
    pub bytes: u64,
    pub header_bytes: u64,
    pub frames: u64,
    /// Of two and a half times the size that is usual up to then.
    pub huge_frames: u64,
}

struct State {
    config: Option<SendConfig>,
    sequence: u16,
    timestamp_base: u32,
    picture_id: u16,
    audio: AudioNumbering,
    sent: Sent,
}

/// The sending half of a transceiver. Its SSRCs stay the same for its whole life.
pub(crate) struct Outgoing {
    wire: Arc<Wire>,
    pub ssrc: StreamSsrc,
    open: AtomicBool,
    state: Mutex<State>,
}

impl Outgoing {
    pub(crate) fn new(wire: Arc<Wire>, ssrc: StreamSsrc) -> Self {
        // Unguessable, as RFC 3550, 5.1 wants; with room so that the first wrap comes late.
        let sequence = rand::random::<u16>() >> 1;
        let timestamp_base = rand::random();
        let state = State {
            config: None,
            sequence,
            timestamp_base,
            picture_id: rand::random::<u16>() & 0x7fff,
            audio: AudioNumbering::new(sequence, timestamp_base),
            sent: Sent::default(),
        };
        Self {
            wire,
            ssrc,
            open: AtomicBool::new(false),
            state: Mutex::new(state),
        }
    }

    /// Sends as agreed, or no longer if `config` is `None`.
    pub(crate) fn configure(&self, config: Option<SendConfig>) {
        let mut state = lock(&self.state);
        self.open.store(config.is_some(), Ordering::Release);
        let (before, after) = (&state.config, &config);
        let same_stream = match (before, after) {
            (Some(before), Some(after)) => {
                before.payload == after.payload && before.extensions == after.extensions
            }
            _ => false,
        };
        if let (Some(after), false) = (after, same_stream) {
            if let Some(before) = before {
                self.bind(before, ChainCommand::UnbindLocal);
            }
            self.bind(after, ChainCommand::BindLocal);
        }
        if config.is_some() {
            state.config = config;
        }
    }

    /// Tells a new chain what the old one knew.
    pub(crate) fn rebind(&self) {
        if let Some(config) = &lock(&self.state).config {
            self.bind(config, ChainCommand::BindLocal);
        }
    }

    fn bind(
        &self,
        config: &SendConfig,
        command: impl Fn(rtc::interceptor::StreamInfo) -> ChainCommand,
    ) {
        let StreamSsrc { ssrc, rtx } = self.ssrc;
        let (payload, extensions) = (&config.payload, &config.extensions);
        self.wire
            .command(command(stream_info(ssrc, rtx, payload, extensions)));
        if let (Some(rtx), Some(_)) = (rtx, payload.rtx) {
            self.wire
                .command(command(rtx_info(rtx, payload, extensions)));
        }
    }

    pub(crate) fn pause(&self) {
        self.open.store(false, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire) && self.wire.is_connected()
    }

    /// The SSRC of retransmissions, if they were agreed on.
    pub(crate) fn rtx(&self) -> Option<u32> {
        let state = lock(&self.state);
        state.config.as_ref()?.payload.rtx?;
        self.ssrc.rtx
    }

    pub(crate) fn sent(&self) -> Sent {
        lock(&self.state).sent
    }

    pub(crate) fn send_video(&self, frame: &EncodedFrame) -> bool {
        if !self.is_open() {
            return false;
        }
        let mut guard = lock(&self.state);
        let state = &mut *guard;
        let Some(config) = &state.config else {
            return false;
        };
        if config.payload.codec != MediaCodec::Video(frame.codec) {
            return false;
        }
        let payloads = match frame.codec {
            VideoCodec::H264 => payload::h264::packetise(&frame.data, payload::MAX_PAYLOAD),
            VideoCodec::Vp8 => {
                state.picture_id = (state.picture_id + 1) & 0x7fff;
                payload::vp8::packetise(&frame.data, state.picture_id, payload::MAX_PAYLOAD)
            }
        };
        let payloads = match payloads {
            Ok(payloads) => payloads,
            Err(error) => {
                tracing::debug!(%error, "frame not sent");
                return false;
            }
        };
        let ticks = i128::from(frame.at.0) * 90_000 / 1_000_000_000;
        let timestamp = state.timestamp_base.wrapping_add(ticks as u32);
        let last = payloads.len().saturating_sub(1);
        let mut sequence = state.sequence;
        let packets: Vec<Packet> = payloads
            .into_iter()
            .enumerate()
            .map(|(index, payload)| {
                let packet = self.packet(config, sequence, timestamp, index == last, payload, None);
                sequence = sequence.wrapping_add(1);
                packet
            })
            .collect();
        self.push(state, packets, sequence)
    }

    pub(crate) fn send_audio(&self, audio: &EncodedAudio) -> bool {
        if !self.is_open() || audio.data.is_empty() {
            return false;
        }
        let mut guard = lock(&self.state);
        let state = &mut *guard;
        let Some(config) = &state.config else {
            return false;
        };
        if config.payload.codec != MediaCodec::Opus {
            return false;
        }
        let numbers = state.audio.number(audio);
        let packet = self.packet(
            config,
            numbers.sequence,
            numbers.timestamp,
            numbers.marker,
            audio.data.clone(),
            audio.level,
        );
        let next = state.sequence;
        self.push(state, vec![packet], next)
    }

    /// One packet of a telephone's tone (RFC 4733, 2.3). False where nobody has agreed to get them.
    pub(crate) fn send_tone(&self, tone: Tone, at: MediaTime) -> bool {
        if !self.is_open() {
            return false;
        }
        let mut guard = lock(&self.state);
        let state = &mut *guard;
        let Some(config) = &state.config else {
            return false;
        };
        let Some(pt) = config.payload.tones else {
            return false;
        };
        let numbers = state.audio.tone(at, tone.begins);
        let end = if tone.ends { END_OF_TONE } else { 0 };
        let [high, low] = tone.ticks.to_be_bytes();
        let body = Bytes::copy_from_slice(&[tone.event, end | TONE_VOLUME, high, low]);
        let Numbers {
            sequence,
            timestamp,
            marker,
        } = numbers;
        let mut packet = self.packet(config, sequence, timestamp, marker, body, None);
        packet.header.payload_type = pt;
        let next = state.sequence;
        self.push(state, vec![packet], next)
    }

    fn packet(
        &self,
        config: &SendConfig,
        sequence: u16,
        timestamp: u32,
        marker: bool,
        payload: Bytes,
        level: Option<u8>,
    ) -> Packet {
        let mut header = Header {
            version: 2,
            marker,
            payload_type: config.payload.pt,
            sequence_number: sequence,
            timestamp,
            ssrc: self.ssrc.ssrc,
            ..Header::default()
        };
        let mid = config
            .extensions
            .mid
            .map(|id| (id, Bytes::copy_from_slice(config.mid.as_bytes())));
        let level = config
            .extensions
            .level
            .zip(level)
            .map(|(id, level)| (id, Bytes::copy_from_slice(&[level & 0x7f])));
        for (id, value) in mid.into_iter().chain(level) {
            if let Err(error) = header.set_extension(id, value) {
                tracing::debug!(%error, "header extension left out");
            }
        }
        Packet { header, payload }
    }

    fn push(&self, state: &mut State, packets: Vec<Packet>, next: u16) -> bool {
        let count = packets.len() as u64;
        let bytes: usize = packets.iter().map(|packet| packet.payload.len()).sum();
        let headers: usize = packets
            .iter()
            .map(|packet| packet.header.marshal_size())
            .sum();
        if count == 0 || !self.wire.send(packets) {
            return false;
        }
        state.sequence = next;
        let usual = state.sent.bytes / state.sent.frames.max(1);
        let is_huge = state.sent.frames > 0 && bytes as u64 * 2 > usual * 5;
        state.sent.huge_frames += u64::from(is_huge);
        state.sent.header_bytes += headers as u64;
        state.sent.packets += count;
        state.sent.bytes += bytes as u64;
        state.sent.frames += 1;
        true
    }
}
