//! What Foyer sends and sees in these tests: a real encoder on a test card, a tone, and real decoders.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::codec::h264::{H264Decoder, H264Encoder, H264Settings, Usage};
use foyer_media::codec::opus::{OpusDecoder, OpusEncoder, PACKET};
use foyer_media::codec::vp8::Vp8Decoder;
use foyer_media::encoded::{Bitrate, EncodedAudio, VideoCodec, VideoDecoder, VideoEncoder};
use foyer_media::frame::VideoFrame;
use foyer_media::synthetic::card::{CardStyle, TestCard, Theme};
use foyer_media::synthetic::tone::{Samples, Tone};
use foyer_rtc::Transceiver;

/// Sends until dropped.
pub struct Feeder {
    stop: Arc<AtomicBool>,
    key: Arc<AtomicBool>,
    sent: Arc<AtomicU64>,
    keys: Arc<AtomicU64>,
    gap_micros: Arc<AtomicU64>,
}

impl Drop for Feeder {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Feeder {
    fn new() -> Self {
        Self {
            stop: Arc::default(),
            key: Arc::default(),
            sent: Arc::default(),
            keys: Arc::default(),
            gap_micros: Arc::default(),
        }
    }

    /// Makes the next frame a key frame.
    pub fn force_key(&self) {
        self.key.store(true, Ordering::Relaxed);
    }

    /// Frames or packets sent so far.
    pub fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Key frames among them.
    pub fn keys(&self) -> u64 {
        self.keys.load(Ordering::Relaxed)
    }

    /// The longest time between two frames sent.
    pub fn gap(&self) -> Duration {
        Duration::from_micros(self.gap_micros.load(Ordering::Relaxed))
    }

    /// Forgets the longest gap.
    pub fn forget_gap(&self) {
        self.gap_micros.store(0, Ordering::Relaxed);
    }

    /// The test card at 30 frames a second. `drop_first_key` holds the very first key frame back.
    pub fn video(
        transceiver: Transceiver,
        clock: SharedClock,
        (width, height): (u32, u32),
        drop_first_key: bool,
    ) -> Self {
        let feeder = Self::new();
        let (stop, key) = (feeder.stop.clone(), feeder.key.clone());
        let (sent, keys) = (feeder.sent.clone(), feeder.keys.clone());
        let gap = feeder.gap_micros.clone();
        std::thread::spawn(move || {
            let style = CardStyle {
                name: "Foyer".to_owned(),
                label: "interop".to_owned(),
                theme: Theme::nth(1),
            };
            let card = TestCard::new(width, height, &style).unwrap();
            let mut encoder = H264Encoder::new(H264Settings {
                usage: Usage::Camera,
                rate: Bitrate(width * height * 3 / 2),
                fps: 30,
            })
            .unwrap();
            let start = clock.now();
            let mut last: Option<MediaTime> = None;
            let mut counter = 0;
            let mut drop_key = drop_first_key;
            while !stop.load(Ordering::Relaxed) {
                let due = start.plus(Duration::from_micros(33_333) * counter);
                counter += 1;
                std::thread::sleep(due.since(clock.now()));
                // A machine too busy to keep up skips frames instead of catching up.
                let now = clock.now();
                counter = counter.max((now.since(start).as_micros() / 33_333) as u32);
                if !transceiver.can_send() {
                    key.store(true, Ordering::Relaxed);
                    continue;
                }
                let frame = VideoFrame {
                    at: now,
                    image: Arc::new(card.draw(counter, now.since(start))),
                };
                let forced = key.swap(false, Ordering::Relaxed);
                let Some(encoded) = encoder.encode(&frame, forced).unwrap() else {
                    key.fetch_or(forced, Ordering::Relaxed);
                    continue;
                };
                if encoded.key && drop_key {
                    drop_key = false;
                    continue;
                }
                if transceiver.send_video(&encoded) {
                    let passed = last.map_or(Duration::ZERO, |last| now.since(last));
                    gap.fetch_max(passed.as_micros() as u64, Ordering::Relaxed);
                    last = Some(now);
                    sent.fetch_add(1, Ordering::Relaxed);
                    keys.fetch_add(u64::from(encoded.key), Ordering::Relaxed);
                } else {
                    key.store(true, Ordering::Relaxed);
                }
            }
        });
        feeder
    }

    /// 440 Hz, 20 ms a packet.
    pub fn tone(transceiver: Transceiver, clock: SharedClock) -> Self {
        let feeder = Self::new();
        let (stop, sent) = (feeder.stop.clone(), feeder.sent.clone());
        std::thread::spawn(move || {
            let mut encoder = OpusEncoder::new(Bitrate(32_000), 5).unwrap();
            let mut tone = Tone::new(440.0, -12.0);
            let start = clock.now();
            let mut sequence = 0u64;
            while !stop.load(Ordering::Relaxed) {
                let due = start.plus(Duration::from_millis(20) * sequence as u32);
                std::thread::sleep(due.since(clock.now()));
                let mut samples = [0.0; PACKET];
                tone.fill(&mut samples);
                let packet = EncodedAudio {
                    sequence,
                    timestamp: sequence * PACKET as u64,
                    data: encoder.encode(&samples).unwrap(),
                    level: Some(12),
                    at: clock.now(),
                };
                sequence += 1;
                if transceiver.send_audio(&packet) {
                    sent.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
        feeder
    }
}

/// What was seen on one transceiver.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Pictures decoded, or sound packets.
    pub decoded: u64,
    /// Key frames received.
    pub keys: u64,
    /// Frames that the decoder refused.
    pub refused: u64,
    /// Size of the last picture.
    pub size: (u32, u32),
    /// When the first came out of the decoder.
    pub first: Option<MediaTime>,
    /// When the last came out of the decoder.
    pub last: Option<MediaTime>,
    /// The longest time between two.
    pub gap: Duration,
    /// Mean square of the sound.
    pub energy: f64,
    /// Codec of the last frame.
    pub codec: Option<VideoCodec>,
}

/// Receives and decodes until dropped.
#[derive(Clone)]
pub struct Watcher {
    seen: Arc<Mutex<Seen>>,
}

impl Watcher {
    /// What was seen up to now.
    pub fn seen(&self) -> Seen {
        self.seen.lock().unwrap().clone()
    }

    /// Forgets the longest gap.
    pub fn forget_gap(&self) {
        self.seen.lock().unwrap().gap = Duration::ZERO;
    }

    /// Decodes the transceiver's pictures.
    pub fn video(transceiver: &Transceiver, clock: SharedClock) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let weak = Arc::downgrade(&seen);
        let mut frames = transceiver.receive_video();
        let transceiver = transceiver.clone();
        std::thread::spawn(move || {
            let mut decoder: Option<(VideoCodec, Box<dyn VideoDecoder>)> = None;
            while let Some(frame) = frames.blocking_recv() {
                if decoder
                    .as_ref()
                    .is_none_or(|(codec, _)| *codec != frame.codec)
                {
                    let made: Box<dyn VideoDecoder> = match frame.codec {
                        VideoCodec::H264 => Box::new(H264Decoder::new().unwrap()),
                        VideoCodec::Vp8 => Box::new(Vp8Decoder::new().unwrap()),
                    };
                    decoder = Some((frame.codec, made));
                }
                let (_, running) = decoder.as_mut().unwrap();
                let picture = running.decode(&frame);
                let Some(seen) = weak.upgrade() else { return };
                let mut seen = seen.lock().unwrap();
                seen.keys += u64::from(frame.key);
                seen.codec = Some(frame.codec);
                match picture {
                    Ok(Some(picture)) => {
                        seen.decoded += 1;
                        seen.size = (picture.image.width(), picture.image.height());
                        note(&mut seen, clock.now());
                    }
                    Ok(None) => {}
                    Err(_) => {
                        seen.refused += 1;
                        transceiver.request_key_frame();
                    }
                }
            }
        });
        Self { seen }
    }

    /// Decodes the transceiver's sound.
    pub fn audio(transceiver: &Transceiver, clock: SharedClock) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let weak = Arc::downgrade(&seen);
        let mut packets = transceiver.receive_audio();
        std::thread::spawn(move || {
            let mut decoder = OpusDecoder::new().unwrap();
            while let Some(packet) = packets.blocking_recv() {
                let energy = match decoder.decode(&packet.data) {
                    Ok(sound) if !sound.is_empty() => {
                        let sum: f32 = sound.iter().map(|sample| sample * sample).sum();
                        Some(f64::from(sum) / sound.len() as f64)
                    }
                    _ => None,
                };
                let Some(seen) = weak.upgrade() else { return };
                let mut seen = seen.lock().unwrap();
                match energy {
                    Some(energy) => {
                        seen.decoded += 1;
                        seen.energy = seen.energy.max(energy);
                        note(&mut seen, clock.now());
                    }
                    None => seen.refused += 1,
                }
            }
        });
        Self { seen }
    }
}

fn note(seen: &mut Seen, now: MediaTime) {
    if let Some(last) = seen.last {
        seen.gap = seen.gap.max(now.since(last));
    }
    seen.first.get_or_insert(now);
    seen.last = Some(now);
}
