//! From an encoded frame to RTP packets on the wire.

mod layer;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use foyer_media::clock::MediaTime;
use foyer_media::encoded::{EncodedAudio, EncodedFrame, VideoCodec};
use rtc::rtp::Packet;

use super::route::{Extensions, MediaCodec, Payload, StreamSsrc};
use super::wire::Wire;
use crate::payload;
use crate::send::audio::{AudioNumbering, Numbers};
use crate::transceiver::{self, MediaKind, lock};
use layer::{Layer, Stamp};

pub(crate) use layer::Sent;

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
    /// Empty for a single stream.
    pub layers: Vec<transceiver::Layer>,
}

/// One stream for statistics.
#[derive(Clone, Debug)]
pub(crate) struct SentStream {
    pub ssrc: u32,
    /// The SSRC of retransmissions, if they were agreed on.
    pub rtx: Option<u32>,
    pub rid: Option<String>,
    pub sent: Sent,
}

struct State {
    config: Option<SendConfig>,
    /// All there ever were; the first has the primary SSRC.
    layers: Vec<Layer>,
    /// Those that are sent now, best name first, as they were agreed on.
    active: Vec<usize>,
    audio: AudioNumbering,
    /// The newest sound, which the next packet may repeat.
    newest: Option<(u16, u32, Bytes)>,
}

impl State {
    /// The streams of this configuration; new ones get SSRCs of their own.
    fn select(&mut self, config: &SendConfig) {
        if config.layers.is_empty() {
            self.active = vec![0];
            return;
        }
        self.active.clear();
        for wanted in &config.layers {
            let named = |layer: &Layer| layer.rid.as_deref() == Some(&wanted.rid);
            let known = self.layers.iter().position(named);
            let free = || self.layers.iter().position(|layer| layer.rid.is_none());
            let index = known.or_else(free).unwrap_or_else(|| {
                let ssrc = StreamSsrc::random(MediaKind::Video);
                self.layers.push(Layer::new(ssrc));
                self.layers.len() - 1
            });
            self.layers[index].rid = Some(wanted.rid.clone());
            self.active.push(index);
        }
    }
}

/// The sending half of a transceiver.
pub(crate) struct Outgoing {
    wire: Arc<Wire>,
    /// Of a single stream, or of the first layer. It also stands for us in feedback.
    pub primary: StreamSsrc,
    open: AtomicBool,
    state: Mutex<State>,
}

impl Outgoing {
    pub(crate) fn new(wire: Arc<Wire>, primary: StreamSsrc) -> Self {
        let first = Layer::new(primary);
        let audio = AudioNumbering::new(first.sequence, first.timestamp_base);
        let state = State {
            config: None,
            layers: vec![first],
            active: vec![0],
            audio,
            newest: None,
        };
        Self {
            wire,
            primary,
            open: AtomicBool::new(false),
            state: Mutex::new(state),
        }
    }

    /// Sends as agreed, or no longer if `config` is `None`.
    pub(crate) fn configure(&self, config: Option<SendConfig>) {
        let mut guard = lock(&self.state);
        let state = &mut *guard;
        self.open.store(config.is_some(), Ordering::Release);
        let Some(config) = config else { return };
        state.select(&config);
        if config.layers.is_empty() {
            // A single stream has no name; if it had one, its layer was the first.
            state.layers[0].rid = None;
        }
        for (index, layer) in state.layers.iter_mut().enumerate() {
            if state.active.contains(&index) {
                layer.bind(&config, &self.wire);
            } else {
                layer.unbind(&self.wire);
            }
        }
        state.config = Some(config);
    }

    /// Tells a new chain what the old one knew.
    pub(crate) fn rebind(&self) {
        for layer in &lock(&self.state).layers {
            layer.rebind(&self.wire);
        }
    }

    pub(crate) fn pause(&self) {
        self.open.store(false, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.open.load(Ordering::Acquire) && self.wire.is_connected()
    }

    /// What is sent now, in the order of the layers.
    pub(crate) fn streams(&self) -> Vec<SentStream> {
        let state = lock(&self.state);
        let repaired = state.config.as_ref().and_then(|config| config.payload.rtx);
        let layers = state.active.iter().map(|index| &state.layers[*index]);
        let streams = layers.map(|layer| SentStream {
            ssrc: layer.ssrc.ssrc,
            rtx: layer.ssrc.rtx.filter(|_| repaired.is_some()),
            rid: layer.rid.clone(),
            sent: layer.sent,
        });
        streams.collect()
    }

    /// Notes that a key frame of this stream is wanted; false if it is none of these.
    pub(crate) fn want_key_frame(&self, ssrc: u32) -> bool {
        let mut state = lock(&self.state);
        let mut layers = state.layers.iter_mut();
        let found = layers.find(|layer| layer.ssrc.ssrc == ssrc);
        found.map(|layer| layer.key_wanted = true).is_some()
    }

    /// The layers, by number, of which key frames have been wanted since the last call.
    pub(crate) fn take_key_requests(&self) -> Vec<usize> {
        let mut guard = lock(&self.state);
        let State { layers, active, .. } = &mut *guard;
        let wanted = |(_, index): &(usize, &usize)| std::mem::take(&mut layers[**index].key_wanted);
        let numbers = active.iter().enumerate().filter(wanted);
        numbers.map(|(number, _)| number).collect()
    }

    /// Sends a frame of a layer, by its number; a single stream is the first.
    pub(crate) fn send_video(&self, number: usize, frame: &EncodedFrame) -> bool {
        if !self.is_open() {
            return false;
        }
        let mut guard = lock(&self.state);
        let state = &mut *guard;
        let (Some(config), Some(index)) = (&state.config, state.active.get(number)) else {
            return false;
        };
        if config.payload.codec != MediaCodec::Video(frame.codec) {
            return false;
        }
        let layer = &mut state.layers[*index];
        let payloads = match frame.codec {
            VideoCodec::H264 => payload::h264::packetise(&frame.data, payload::MAX_PAYLOAD),
            VideoCodec::Vp8 => {
                layer.picture_id = (layer.picture_id + 1) & 0x7fff;
                payload::vp8::packetise(&frame.data, layer.picture_id, payload::MAX_PAYLOAD)
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
        let timestamp = layer.timestamp_base.wrapping_add(ticks as u32);
        let last = payloads.len().saturating_sub(1);
        let mut sequence = layer.sequence;
        let packets: Vec<Packet> = payloads
            .into_iter()
            .enumerate()
            .map(|(index, payload)| {
                let stamp = Stamp {
                    sequence,
                    timestamp,
                    marker: index == last,
                };
                sequence = sequence.wrapping_add(1);
                layer.packet(config, stamp, payload, None)
            })
            .collect();
        let queued = layer.push(packets, &self.wire);
        if queued {
            layer.sequence = sequence;
        }
        queued
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
        let Numbers {
            sequence,
            timestamp,
            ..
        } = numbers;
        let newest = (sequence, timestamp, audio.data.clone());
        let before = state.newest.replace(newest);
        let layer = &mut state.layers[0];
        let packet = match config.payload.red.filter(|_| config.payload.red_first) {
            None => layer.packet(config, numbers.into(), audio.data.clone(), audio.level),
            Some(red) => {
                // A receiver takes a repeated block for that of the packet before.
                let before = before
                    .as_ref()
                    .filter(|(last, ..)| last.wrapping_add(1) == sequence)
                    .map(|(_, at, data)| (timestamp.wrapping_sub(*at), data));
                let body = payload::red::pack(config.payload.pt, before, &audio.data);
                let mut packet = layer.packet(config, numbers.into(), body, audio.level);
                packet.header.payload_type = red;
                packet
            }
        };
        layer.push(vec![packet], &self.wire)
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
        let stamp = state.audio.tone(at, tone.begins).into();
        let end = if tone.ends { END_OF_TONE } else { 0 };
        let [high, low] = tone.ticks.to_be_bytes();
        let body = Bytes::copy_from_slice(&[tone.event, end | TONE_VOLUME, high, low]);
        let layer = &mut state.layers[0];
        let mut packet = layer.packet(config, stamp, body, None);
        packet.header.payload_type = pt;
        layer.push(vec![packet], &self.wire)
    }
}

impl From<Numbers> for Stamp {
    fn from(numbers: Numbers) -> Self {
        Self {
            sequence: numbers.sequence,
            timestamp: numbers.timestamp,
            marker: numbers.marker,
        }
    }
}
