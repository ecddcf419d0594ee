//! The others on their way to our ears: one buffer a stream, one mix.

use std::collections::HashMap;

use foyer_media::clock::MediaTime;
use foyer_media::playout::{Mixer, OpusBuffer};
use foyer_media::sound::BLOCK;
use foyer_rtc::ReceivedAudio;

use super::AudioCounters;

/// Number of the test sound in the mix; streams count up from 1.
const TEST_SOUND: u64 = 0;

struct Stream {
    number: u64,
    packets: ReceivedAudio,
    buffer: OpusBuffer,
    block: [f32; BLOCK],
}

/// What streams that are gone have counted.
#[derive(Clone, Copy, Default)]
struct Past {
    packets: u64,
    played: u64,
    concealed: u64,
    repaired: u64,
    lost: u64,
}

pub(super) struct Ears {
    streams: HashMap<String, Stream>,
    last_number: u64,
    mixer: Mixer,
    /// How loud whom, where that is not as loud as sent.
    gains: HashMap<String, f32>,
    test_sound: Vec<f32>,
    test_at: usize,
    past: Past,
    peak: f32,
}

impl Ears {
    pub fn new() -> Self {
        Self {
            streams: HashMap::new(),
            last_number: TEST_SOUND,
            mixer: Mixer::new(),
            gains: HashMap::new(),
            test_sound: Vec::new(),
            test_at: 0,
            past: Past::default(),
            peak: 0.0,
        }
    }

    pub fn hear(&mut self, participant: String, packets: ReceivedAudio) {
        self.forget(&participant);
        let buffer = match OpusBuffer::new() {
            Ok(buffer) => buffer,
            Err(error) => {
                tracing::error!(%error, "somebody cannot be heard");
                return;
            }
        };
        self.last_number += 1;
        let stream = Stream {
            number: self.last_number,
            packets,
            buffer,
            block: [0.0; BLOCK],
        };
        self.streams.insert(participant, stream);
    }

    pub fn forget(&mut self, participant: &str) {
        if let Some(stream) = self.streams.remove(participant) {
            self.past.add(&stream);
        }
    }

    pub fn set_volume(&mut self, participant: String, percent: u32) {
        match percent {
            100 => self.gains.remove(&participant),
            _ => self.gains.insert(participant, gain(percent)),
        };
    }

    pub fn play(&mut self, samples: Vec<f32>) {
        self.test_sound = samples;
        self.test_at = 0;
    }

    /// Whether the test sound is still to be heard.
    pub fn is_playing(&self) -> bool {
        self.test_at < self.test_sound.len()
    }

    /// Takes in what arrived.
    pub fn collect(&mut self) {
        for stream in self.streams.values_mut() {
            while let Ok(packet) = stream.packets.try_recv() {
                stream.buffer.push(packet);
            }
        }
    }

    /// The next 10 ms of everybody. The test sound waits until there is a speaker to test.
    pub fn block(&mut self, now: MediaTime, with_test_sound: bool) -> [f32; BLOCK] {
        for stream in self.streams.values_mut() {
            stream.buffer.pull(now, &mut stream.block);
        }
        let test = if with_test_sound {
            self.next_of_test_sound()
        } else {
            None
        };
        let gains = &self.gains;
        let streams = self.streams.iter().map(|(participant, stream)| {
            let gain = gains.get(participant).copied().unwrap_or(1.0);
            (stream.number, &stream.block, gain)
        });
        let mut out = [0.0; BLOCK];
        self.mixer.mix(
            streams.chain(test.iter().map(|block| (TEST_SOUND, block, 1.0))),
            &mut out,
        );
        self.peak = out.iter().fold(self.peak, |peak, s| peak.max(s.abs()));
        out
    }

    fn next_of_test_sound(&mut self) -> Option<[f32; BLOCK]> {
        let rest = self.test_sound.get(self.test_at..)?;
        if rest.is_empty() {
            return None;
        }
        let mut block = [0.0; BLOCK];
        let length = rest.len().min(BLOCK);
        block[..length].copy_from_slice(&rest[..length]);
        self.test_at += length;
        Some(block)
    }

    pub fn count(&self, counters: &mut AudioCounters) {
        let mut all = self.past;
        for stream in self.streams.values() {
            all.add(stream);
        }
        counters.packets_received = all.packets;
        counters.played = all.played;
        counters.concealed = all.concealed;
        counters.repaired = all.repaired;
        counters.lost = all.lost;
        counters.peak = self.peak;
    }
}

/// The factor for a volume in percent. Squared, because half as loud to the ear is far less than half the samples.
fn gain(percent: u32) -> f32 {
    let share = percent.min(100) as f32 / 100.0;
    share * share
}

impl Past {
    fn add(&mut self, stream: &Stream) {
        let stats = stream.buffer.stats();
        self.packets += stats.received;
        self.played += stats.total();
        self.concealed += stats.concealed;
        self.repaired += stats.repaired;
        self.lost += stats.lost;
    }
}
