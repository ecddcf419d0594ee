//! The receiving task: packets in, whole frames and audio packets to their readers, key-frame requests out.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foyer_media::clock::MediaTime;
use foyer_media::encoded::EncodedFrame;
use rtc::rtcp::payload_feedbacks::picture_loss_indication::PictureLossIndication;
use rtc::shared::marshal::MarshalSize;
use tokio::sync::mpsc::{self, error::TrySendError};

use super::route::MediaCodec;
use super::wire::{Inbound, Wire};
use crate::receive::audio::{AudioPacket, AudioSequencer};
use crate::receive::video::{Assembled, Limits, VideoAssembler, VideoPacket};
use crate::transceiver::{Readers, Slot, TransceiverId, lock};

const TICK: Duration = Duration::from_millis(20);
/// At most one request per stream in this time, whoever asks.
const REQUEST_INTERVAL: Duration = Duration::from_millis(200);
/// A stream that was silent for so long gives way to another on the same m-line.
const SILENCE: Duration = Duration::from_secs(1);

/// Transceivers that may receive.
pub(crate) type Slots = Arc<Mutex<HashMap<TransceiverId, Arc<Slot>>>>;

/// What has arrived on a transceiver, for statistics.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Received {
    pub ssrc: u32,
    pub packets: u64,
    pub bytes: u64,
    pub header_bytes: u64,
    pub last_packet: Option<MediaTime>,
    pub frames: u64,
    /// Frames of more than one packet, and the time from their first packet to their last.
    pub assembled: (u64, Duration),
    pub frames_dropped: u64,
    pub requests: u64,
}

/// Statistics of all transceivers.
pub(crate) type ReceivedTable = Arc<Mutex<HashMap<TransceiverId, Received>>>;

struct Stream {
    ssrc: u32,
    earlier: Vec<u32>,
    last_packet: MediaTime,
    last_request: Option<MediaTime>,
    video: VideoAssembler,
    audio: AudioSequencer,
    reading: bool,
    counted: Received,
    /// Counters of assemblers that were replaced.
    dropped_before: u64,
    assembled_before: (u64, Duration),
}

impl Stream {
    fn new(ssrc: u32) -> Self {
        Self {
            ssrc,
            earlier: Vec::new(),
            last_packet: MediaTime(0),
            last_request: None,
            video: VideoAssembler::new(Limits::default()),
            audio: AudioSequencer::default(),
            reading: false,
            counted: Received::default(),
            dropped_before: 0,
            assembled_before: (0, Duration::ZERO),
        }
    }

    fn restart(&mut self) {
        let counters = self.video.counters();
        self.dropped_before += counters.dropped;
        self.assembled_before.0 += counters.assembled.0;
        self.assembled_before.1 += counters.assembled.1;
        self.video = VideoAssembler::new(Limits::default());
    }

    /// False for a packet of a stream that another has replaced.
    fn takes(&mut self, ssrc: u32, at: MediaTime) -> bool {
        if ssrc != self.ssrc {
            let returns = self.earlier.contains(&ssrc);
            if returns && at.since(self.last_packet) < SILENCE {
                return false;
            }
            self.earlier.retain(|earlier| *earlier != ssrc);
            self.earlier.push(self.ssrc);
            if self.earlier.len() > 8 {
                self.earlier.remove(0);
            }
            self.ssrc = ssrc;
            self.restart();
            self.audio = AudioSequencer::default();
        }
        self.last_packet = at;
        true
    }
}

/// Runs until the wire is gone.
pub(crate) async fn run(
    mut packets: mpsc::Receiver<Inbound>,
    wire: Arc<Wire>,
    slots: Slots,
    table: ReceivedTable,
) {
    let mut streams: HashMap<TransceiverId, Stream> = HashMap::new();
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            packet = packets.recv() => match packet {
                Some(packet) => take(packet, &slots, &mut streams),
                None => return,
            },
            _ = tick.tick() => {
                let now = wire.clock.now();
                let live = lock(&slots).clone();
                streams.retain(|id, _| live.contains_key(id));
                for (id, slot) in &live {
                    let stream = streams.get_mut(id);
                    if let Some(stream) = stream {
                        advance(slot, stream, now);
                        lock(&table).insert(*id, stream.counted);
                    }
                    request(slot, streams.get_mut(id), now, &wire);
                }
            }
        }
    }
}

fn take(inbound: Inbound, slots: &Slots, streams: &mut HashMap<TransceiverId, Stream>) {
    let Inbound {
        destination,
        packet,
        at,
    } = inbound;
    let Some(slot) = lock(slots).get(&destination.transceiver).cloned() else {
        return;
    };
    let header = packet.header;
    let stream = streams
        .entry(destination.transceiver)
        .or_insert_with(|| Stream::new(header.ssrc));
    if !stream.takes(header.ssrc, at) {
        return;
    }
    stream.counted.ssrc = stream.ssrc;
    stream.counted.packets += 1;
    stream.counted.bytes += packet.payload.len() as u64;
    stream.counted.header_bytes += header.marshal_size() as u64;
    stream.counted.last_packet = Some(at);
    let level = destination
        .level
        .and_then(|id| header.get_extension(id))
        .and_then(|value| value.first().copied())
        .map(|byte| byte & 0x7f);
    lock(&slot.sources).hear(header.ssrc, &header.csrc, header.timestamp, level, at);
    slot.flows();
    match destination.payload.codec {
        MediaCodec::Opus => {
            let packet = AudioPacket {
                sequence: header.sequence_number,
                timestamp: header.timestamp,
                payload: packet.payload,
                level,
                at,
            };
            let packets = if destination.payload.red == Some(header.payload_type) {
                packet.unpacked(destination.payload.pt)
            } else {
                vec![packet]
            };
            let mut readers = lock(&slot.readers);
            for packet in packets {
                let Some(packet) = stream.audio.push(packet) else {
                    continue;
                };
                stream.counted.frames += 1;
                if let Some(reader) = &readers.audio
                    && let Err(TrySendError::Closed(_)) = reader.try_send(packet)
                {
                    readers.audio = None;
                }
            }
        }
        MediaCodec::Video(codec) => {
            let reading = lock(&slot.readers).video.is_some();
            if reading && !stream.reading {
                // What was missed while nobody read is not coming back.
                stream.restart();
            }
            stream.reading = reading;
            if reading {
                stream.video.push(VideoPacket {
                    sequence: header.sequence_number,
                    timestamp: header.timestamp,
                    marker: header.marker,
                    codec,
                    payload: packet.payload,
                    at,
                });
                advance(&slot, stream, at);
            }
        }
    }
}

fn advance(slot: &Slot, stream: &mut Stream, now: MediaTime) {
    if !stream.reading {
        return;
    }
    while let Some(assembled) = stream.video.poll(now) {
        match assembled {
            Assembled::Frame(frame) => {
                // The measurement of the bridge's delay begins here (tests/sdks).
                tracing::trace!(target: "foyer_rtc::whole", at_us = frame.at.0 / 1_000);
                stream.counted.frames += 1;
                hand_on(slot, &mut lock(&slot.readers), frame, &mut stream.counted);
            }
            Assembled::KeyFrameWanted => slot.key_wanted.store(true, Ordering::Release),
        }
    }
    let counters = stream.video.counters();
    stream.counted.frames_dropped = stream
        .counted
        .frames_dropped
        .max(stream.dropped_before + counters.dropped);
    let (frames, time) = stream.assembled_before;
    stream.counted.assembled = (frames + counters.assembled.0, time + counters.assembled.1);
}

fn hand_on(slot: &Slot, readers: &mut Readers, frame: EncodedFrame, counted: &mut Received) {
    let Some(reader) = &readers.video else {
        return;
    };
    if readers.wants_key && !frame.key {
        slot.key_wanted.store(true, Ordering::Release);
        return;
    }
    match reader.try_send(frame) {
        Ok(()) => readers.wants_key = false,
        Err(TrySendError::Full(_)) => {
            counted.frames_dropped += 1;
            readers.wants_key = true;
            slot.key_wanted.store(true, Ordering::Release);
        }
        Err(TrySendError::Closed(_)) => readers.video = None,
    }
}

fn request(slot: &Slot, stream: Option<&mut Stream>, now: MediaTime, wire: &Wire) {
    if !slot.key_wanted.load(Ordering::Acquire) {
        return;
    }
    let Some(stream) = stream else { return };
    let soon = stream
        .last_request
        .is_some_and(|last| now.since(last) < REQUEST_INTERVAL);
    if soon || !wire.streams_of(slot.id).contains(&stream.ssrc) {
        return;
    }
    slot.key_wanted.store(false, Ordering::Release);
    stream.last_request = Some(now);
    stream.counted.requests += 1;
    let sender_ssrc = slot.outgoing.primary.ssrc;
    let request = PictureLossIndication {
        sender_ssrc,
        media_ssrc: stream.ssrc,
    };
    wire.feedback(sender_ssrc, Box::new(request));
}
