//! What a bot shows and says: encoded once, then replayed in a loop.

use std::time::Duration;

use bytes::Bytes;
use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::codec::h264::{H264Encoder, H264Settings, Usage};
use foyer_media::codec::opus::{OpusEncoder, PACKET};
use foyer_media::encoded::{Bitrate, CodecError, EncodedAudio, EncodedFrame, VideoEncoder as _};
use foyer_media::frame::VideoFrame;
use foyer_media::synthetic::card::{CardStyle, TestCard, Theme};
use foyer_media::synthetic::speech::{Speech, Voice};
use foyer_media::synthetic::tone::Samples as _;
use tokio::time::{MissedTickBehavior, interval};

use crate::server::Published;

const WIDTH: u32 = 640;
const HEIGHT: u32 = 360;
const FPS: u32 = 15;
/// The card's hand turns in 4 s and its bob goes to and fro in 6 s: after 12 s both are where they began.
const LOOP_SECONDS: u32 = 12;
const FRAMES: u32 = FPS * LOOP_SECONDS;
/// A frame in so many is a key frame: who comes in is sent on to the next one.
const KEY_EVERY: u32 = FPS;
const VIDEO_RATE: Bitrate = Bitrate(350_000);
const AUDIO_RATE: Bitrate = Bitrate(24_000);
const PACKET_TIME: Duration = Duration::from_millis(20);
const PACKETS: u32 = LOOP_SECONDS * 50;
/// How long one bot speaks before it is the next one's turn.
const TURN: Duration = Duration::from_secs(4);
/// A player that was held up skips what is older.
const MAX_LATE: Duration = Duration::from_millis(200);

struct Packet {
    data: Bytes,
    level: u8,
}

/// A loop of pictures and speech.
pub(crate) struct Recording {
    frames: Vec<EncodedFrame>,
    speech: Vec<Packet>,
    silence: Packet,
}

/// Makes the recording of a look. Takes about a second of computing.
pub(crate) fn record(look: usize, name: &str) -> Result<Recording, CodecError> {
    let style = CardStyle {
        name: name.to_owned(),
        label: "Practice bot".into(),
        theme: Theme::nth(look),
    };
    Ok(Recording {
        frames: record_video(&style)?,
        speech: record_speech(look)?,
        silence: record_silence()?,
    })
}

fn record_video(style: &CardStyle) -> Result<Vec<EncodedFrame>, CodecError> {
    let card = TestCard::new(WIDTH, HEIGHT, style)
        .map_err(|error| CodecError::Input(error.to_string()))?;
    let mut encoder = H264Encoder::new(H264Settings {
        usage: Usage::Camera,
        rate: VIDEO_RATE,
        fps: FPS,
    })?;
    let mut frames = Vec::with_capacity(FRAMES as usize);
    for number in 0..FRAMES {
        let elapsed = period() * number;
        let picture = VideoFrame {
            at: MediaTime(0).plus(elapsed),
            image: card.draw(number, elapsed).into(),
        };
        frames.extend(encoder.encode(&picture, number % KEY_EVERY == 0)?);
    }
    Ok(frames)
}

fn record_speech(look: usize) -> Result<Vec<Packet>, CodecError> {
    let mut speech = Speech::new(Voice::nth(look));
    let mut encoder = OpusEncoder::new(AUDIO_RATE, 0)?;
    let mut samples = [0.0; PACKET];
    (0..PACKETS)
        .map(|_| {
            speech.fill(&mut samples);
            Ok(Packet {
                data: encoder.encode(&samples)?,
                level: level(&samples),
            })
        })
        .collect()
}

fn record_silence() -> Result<Packet, CodecError> {
    let mut encoder = OpusEncoder::new(AUDIO_RATE, 0)?;
    let mut packet = encoder.encode(&[0.0; PACKET])?;
    for _ in 0..50 {
        // The first packets still tell how the encoder settles.
        packet = encoder.encode(&[0.0; PACKET])?;
    }
    Ok(Packet {
        data: packet,
        level: 127,
    })
}

/// RFC 6464: RMS in -dBov.
fn level(samples: &[f32]) -> u8 {
    let mean = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
    (-10.0 * mean.max(1e-13).log10()).round().clamp(0.0, 127.0) as u8
}

fn period() -> Duration {
    Duration::from_secs(1) / FPS
}

/// Replays until it is dropped; speaks when it is its turn (of so many).
pub(crate) async fn play(
    recording: &Recording,
    published: &Published,
    (turn, turns): (u32, u32),
    clock: SharedClock,
) {
    let mut tick = interval(PACKET_TIME);
    tick.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let start = clock.now();
    let mut video = Position::new(start, period());
    let mut audio = Position::new(start, PACKET_TIME);
    let mut next_frame = 0;
    let mut ticks = 0_u64;
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = published.camera.key_asked() => {
                next_frame = next_key(&recording.frames, next_frame);
                continue;
            }
        }
        let now = clock.now();
        while let Some((_, at)) = audio.due(now) {
            let speaks = u128::from(turn)
                == now.since(MediaTime(0)).as_millis() / TURN.as_millis() % u128::from(turns);
            let packet = if speaks {
                &recording.speech[(ticks % u64::from(PACKETS)) as usize]
            } else {
                &recording.silence
            };
            let packet = EncodedAudio {
                sequence: ticks,
                timestamp: at.since(start).as_millis() as u64 * 48,
                data: packet.data.clone(),
                level: Some(packet.level),
                at,
            };
            ticks += 1;
            published.audio.publish(&packet, now);
        }
        while let Some((_, at)) = video.due(now) {
            let Some(frame) = recording.frames.get(next_frame) else {
                break;
            };
            next_frame = (next_frame + 1) % recording.frames.len();
            let frame = EncodedFrame {
                at,
                ..frame.clone()
            };
            published.camera.publish(&frame, now);
        }
    }
}

/// The key frame at or after a place in the loop.
fn next_key(frames: &[EncodedFrame], from: usize) -> usize {
    (0..frames.len())
        .map(|ahead| (from + ahead) % frames.len())
        .find(|place| frames[*place].key)
        .unwrap_or(0)
}

/// Where a stream with a fixed period is in time.
struct Position {
    start: MediaTime,
    period: Duration,
    next: u32,
}

impl Position {
    fn new(start: MediaTime, period: Duration) -> Self {
        Self {
            start,
            period,
            next: 0,
        }
    }

    /// The next element if its time has come, with that time. What is much too late is skipped.
    fn due(&mut self, now: MediaTime) -> Option<(u32, MediaTime)> {
        loop {
            let at = self.start.plus(self.period * self.next);
            if at > now {
                return None;
            }
            let number = self.next;
            self.next = self.next.wrapping_add(1);
            if now.since(at) <= MAX_LATE {
                return Some((number, at));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use foyer_media::codec::h264::H264Decoder;
    use foyer_media::encoded::{VideoCodec, VideoDecoder as _};
    use foyer_media::synthetic::card::read_counter;

    use super::*;

    #[test]
    fn a_recording_can_be_entered_at_every_key_frame_and_counts_up() {
        let recording = record(1, "Ben").unwrap();
        let keys = recording.frames.iter().filter(|frame| frame.key).count();
        assert_eq!(keys, LOOP_SECONDS as usize);
        assert!(
            recording
                .frames
                .iter()
                .all(|frame| frame.codec == VideoCodec::H264)
        );
        let from = next_key(&recording.frames, 20);
        let mut decoder = H264Decoder::new().unwrap();
        let mut counters = Vec::new();
        for frame in &recording.frames[from..from + 10] {
            if let Some(picture) = decoder.decode(frame).unwrap() {
                counters.extend(read_counter(&picture.image));
            }
        }
        assert!(counters.len() >= 9, "{counters:?}");
        assert!(
            counters.windows(2).all(|pair| pair[0] < pair[1]),
            "{counters:?}"
        );
        let loud = recording
            .speech
            .iter()
            .filter(|packet| packet.level < 40)
            .count();
        assert!(loud > recording.speech.len() / 3, "{loud} loud packets");
        assert!(recording.silence.data.len() < 40);
    }

    #[test]
    fn a_stream_keeps_its_pace_and_skips_what_is_too_late() {
        let mut position = Position::new(MediaTime(0), PACKET_TIME);
        let ms = |n| MediaTime(0).plus(Duration::from_millis(n));
        assert_eq!(position.due(ms(0)), Some((0, ms(0))));
        assert_eq!(position.due(ms(19)), None);
        assert_eq!(position.due(ms(45)), Some((1, ms(20))));
        assert_eq!(position.due(ms(45)), Some((2, ms(40))));
        assert_eq!(position.due(ms(45)), None);
        assert_eq!(position.due(ms(1000)), Some((40, ms(800))));
    }
}
