//! The buffer of one remote Opus stream.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use bytes::Bytes;

use super::delay::Delay;
use super::stitch;
use crate::clock::MediaTime;
use crate::codec::opus::{OpusDecoder, duration, has_repair, is_music, samples_per_frame};
use crate::encoded::{CodecError, EncodedAudio};
use crate::sound::BLOCK;

/// Packets that wait at most: 2 s of 20 ms.
const MAX_WAITING: usize = 100;
/// Packets that can be lost in a row: a minute.
const MAX_GAP: u64 = 3_000;
/// Made-up sound that is heard at most in a row: 100 ms, then silence.
const MAX_CONCEAL: usize = BLOCK * 10;
/// A stream that gives nothing for 1 s is at rest: what comes next starts afresh.
const AT_REST: i64 = BLOCK as i64 * 100;
/// Blocks over which the delay is judged: 1 s.
const JUDGED: u32 = 100;
/// The delay may be this far off before it is corrected.
const TOO_LONG: i64 = 15_000_000;
const TOO_SHORT: i64 = -10_000_000;
/// This far off, corrections do not wait.
const URGENT: i64 = 100_000_000;
/// No measurement counts for more.
const MOST_OFF: i64 = 2_000_000_000;
/// Blocks that a correction waits for silence: 4 s.
const PATIENCE: u32 = 400;

/// What became of a stream so far. Every sample that was played is counted in exactly one of `decoded`, `repaired`,
/// `concealed` and `silent` when it is made; `stretched` and `cut` say how many were added or left out afterwards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlayoutStats {
    /// Packets that came, without broken ones and duplicates.
    pub received: u64,
    /// Packets that were not there when it was their turn, repaired or not.
    pub lost: u64,
    /// Packets that came after their turn (each is also counted in `lost`, or was a repetition).
    pub late: u64,
    /// Packets that were no Opus.
    pub invalid: u64,
    /// Packets thrown away because too many waited.
    pub overflowed: u64,
    /// Samples from packets.
    pub decoded: u64,
    /// Samples of lost packets rebuilt from the copy in the packet after them.
    pub repaired: u64,
    /// Samples made up because there was nothing: by packet loss concealment.
    pub concealed: u64,
    /// Samples of silence after 100 ms of concealment; a sender that sends nothing while muted ends up here.
    pub silent: u64,
    /// Samples put in because the buffer held too little.
    pub stretched: u64,
    /// Samples left out because the buffer held too much.
    pub cut: u64,
    /// Delay that the buffer aims at, in ms.
    pub target_ms: u32,
}

impl PlayoutStats {
    /// Samples that stand for sound of the far side; silence after concealment is not among them.
    pub fn total(&self) -> u64 {
        self.decoded + self.repaired + self.concealed
    }

    /// Share of made-up samples, 0 to 1.
    pub fn concealed_share(&self) -> f64 {
        self.concealed as f64 / self.total().max(1) as f64
    }
}

/// Packets in at any time, 10 ms out at every pull. Holds packets back as long as the jitter demands (20 to 400 ms).
pub struct OpusBuffer {
    decoder: OpusDecoder,
    waiting: BTreeMap<u64, Packet>,
    turn: Option<Turn>,
    ready: VecDeque<f32>,
    past: [f32; stitch::HISTORY],
    delay: Delay,
    judge: Judge,
    concealed_in_row: usize,
    late_in_row: u32,
    stats: PlayoutStats,
}

struct Packet {
    timestamp: u64,
    samples: usize,
    data: Bytes,
}

/// What is to be decoded next.
#[derive(Clone, Copy, Debug)]
struct Turn {
    sequence: u64,
    timestamp: u64,
    /// Samples made up since the last packet.
    starved: i64,
    /// The last packet was music mode, after which Opus cannot repair.
    music: bool,
}

/// Watches the delay over a second and orders corrections.
#[derive(Default)]
struct Judge {
    blocks: u32,
    shortest: Option<i64>,
    /// Nanoseconds to cut (positive) or to put in (negative).
    correction: i64,
    patience: u32,
}

impl OpusBuffer {
    /// An empty buffer.
    pub fn new() -> Result<Self, CodecError> {
        Ok(Self {
            decoder: OpusDecoder::new()?,
            waiting: BTreeMap::new(),
            turn: None,
            ready: VecDeque::new(),
            past: [0.0; stitch::HISTORY],
            delay: Delay::new(),
            judge: Judge::default(),
            concealed_in_row: 0,
            late_in_row: 0,
            stats: PlayoutStats::default(),
        })
    }

    /// Takes a packet, in any order.
    pub fn push(&mut self, packet: EncodedAudio) {
        let Ok(samples) = duration(&packet.data) else {
            self.stats.invalid += 1;
            return;
        };
        if self.waiting.contains_key(&packet.sequence) {
            return;
        }
        self.stats.received += 1;
        if !self.delay.arrived(packet.timestamp, packet.at) {
            self.rest();
        }
        if self
            .turn
            .is_some_and(|turn| packet.sequence < turn.sequence)
        {
            self.stats.late += 1;
            self.late_in_row += 1;
            if self.late_in_row < 50 {
                return;
            }
            // Nobody is late that often: the sender counts anew.
            self.rest();
        }
        self.late_in_row = 0;
        self.waiting.insert(
            packet.sequence,
            Packet {
                timestamp: packet.timestamp,
                samples,
                data: packet.data,
            },
        );
        if self.waiting.len() > MAX_WAITING {
            self.waiting.pop_first();
            self.stats.overflowed += 1;
        }
    }

    /// Fills the next 10 ms. Call it once for every 10 ms that are played, be it in bursts.
    pub fn pull(&mut self, now: MediaTime, out: &mut [f32; BLOCK]) {
        if self.turn.is_none() && !self.begin(now) {
            out.fill(0.0);
            return;
        }
        self.watch(now);
        if !self.correct(out) {
            while self.ready.len() < BLOCK {
                if self.turn.is_none() {
                    self.ready.resize(BLOCK, 0.0);
                    break;
                }
                self.step();
            }
            for (out, sample) in out.iter_mut().zip(self.ready.drain(..BLOCK)) {
                *out = sample;
            }
        }
        self.past.copy_within(BLOCK.., 0);
        self.past[BLOCK..].copy_from_slice(out);
    }

    /// Counters so far.
    pub fn stats(&self) -> PlayoutStats {
        PlayoutStats {
            target_ms: self.delay.target().as_millis() as u32,
            ..self.stats
        }
    }

    /// Delay that the buffer aims at.
    pub fn target(&self) -> Duration {
        self.delay.target()
    }

    /// True while the stream gives sound, or its gaps are filled.
    pub fn is_playing(&self) -> bool {
        self.turn.is_some()
    }

    fn rest(&mut self) {
        self.turn = None;
        self.waiting.clear();
        self.ready.clear();
        self.judge = Judge::default();
        self.late_in_row = 0;
    }

    /// Starts with the first packet that waits, once it has waited long enough.
    fn begin(&mut self, now: MediaTime) -> bool {
        let Some((sequence, packet)) = self.waiting.first_key_value() else {
            return false;
        };
        let target = self.delay.target().as_nanos() as i64;
        let waited = self.delay.lateness(packet.timestamp, now);
        if waited.is_none_or(|waited| waited < target) {
            return false;
        }
        self.turn = Some(Turn {
            sequence: *sequence,
            timestamp: packet.timestamp,
            starved: 0,
            music: false,
        });
        self.judge = Judge::default();
        true
    }

    /// Makes at least one more sample ready, or comes to rest.
    fn step(&mut self) {
        let Some(turn) = self.turn else { return };
        let Some((&sequence, head)) = self.waiting.first_key_value() else {
            if turn.starved >= AT_REST {
                self.turn = None;
            } else {
                self.conceal(BLOCK);
            }
            return;
        };
        let missing = sequence.saturating_sub(turn.sequence);
        let ahead = head.timestamp.wrapping_sub(turn.timestamp) as i64;
        let hole = ahead.saturating_sub(turn.starved);
        if ahead >= AT_REST {
            self.miss(missing);
            self.turn = None;
            return;
        }
        if hole <= 0 {
            self.miss(missing);
            self.play(sequence);
            return;
        }
        let hole = hole as usize;
        let whole = samples_per_frame(&head.data);
        let repairs = missing > 0 && !turn.music && has_repair(&head.data);
        if repairs && hole == whole {
            self.repair(sequence, hole);
            self.miss(missing);
        } else if repairs && hole > whole {
            self.conceal((hole - whole).min(BLOCK));
        } else {
            self.conceal(hole.min(BLOCK));
        }
    }

    fn miss(&mut self, packets: u64) {
        // A larger jump is a sender that counts anew.
        if (1..=MAX_GAP).contains(&packets) {
            self.stats.lost += packets;
            self.delay.missed();
        }
    }

    fn play(&mut self, sequence: u64) {
        let Some(packet) = self.waiting.remove(&sequence) else {
            return;
        };
        match self.decoder.decode(&packet.data) {
            Ok(samples) => {
                self.stats.decoded += samples.len() as u64;
                self.ready.extend(samples);
                self.concealed_in_row = 0;
            }
            Err(_) => {
                self.stats.invalid += 1;
                self.conceal(packet.samples);
            }
        }
        self.turn = Some(Turn {
            sequence: sequence.saturating_add(1),
            timestamp: packet.timestamp.wrapping_add(packet.samples as u64),
            starved: 0,
            music: is_music(&packet.data),
        });
    }

    /// Rebuilds the samples just before the packet `next`.
    fn repair(&mut self, next: u64, samples: usize) {
        let Some((packet, turn)) = self.waiting.get(&next).zip(self.turn.as_mut()) else {
            return;
        };
        turn.sequence = next;
        turn.timestamp = packet.timestamp;
        turn.starved = 0;
        match self.decoder.repair(&packet.data, samples) {
            Ok(rebuilt) => {
                self.stats.repaired += rebuilt.len() as u64;
                self.ready.extend(rebuilt);
                self.concealed_in_row = 0;
            }
            Err(_) => self.conceal(samples),
        }
    }

    fn conceal(&mut self, samples: usize) {
        if let Some(turn) = &mut self.turn {
            turn.starved = turn.starved.saturating_add(samples as i64);
        }
        // The decoder works in steps of 2.5 ms.
        let asked = samples.next_multiple_of(BLOCK / 4);
        if self.concealed_in_row < MAX_CONCEAL
            && let Ok(made) = self.decoder.conceal(asked)
        {
            let made = &made[..samples.min(made.len())];
            let before = self.concealed_in_row;
            self.concealed_in_row += made.len();
            self.stats.concealed += made.len() as u64;
            // The last block goes out softly.
            let fades = self.concealed_in_row >= MAX_CONCEAL;
            let length = made.len() as f32;
            self.ready.extend(made.iter().enumerate().map(|(i, s)| {
                if fades {
                    s * (1.0 - i as f32 / length)
                } else {
                    *s
                }
            }));
            debug_assert!(self.concealed_in_row > before);
            return;
        }
        self.stats.silent += samples as u64;
        self.ready.extend(std::iter::repeat_n(0.0, samples));
    }

    /// Measures the delay of the sample played next.
    fn watch(&mut self, now: MediaTime) {
        let Some(turn) = self.turn else { return };
        if turn.starved > 0 {
            return;
        }
        let playing = turn.timestamp.wrapping_sub(self.ready.len() as u64);
        let Some(lateness) = self.delay.lateness(playing, now) else {
            return;
        };
        let judge = &mut self.judge;
        judge.shortest = Some(judge.shortest.map_or(lateness, |s| s.min(lateness)));
        judge.blocks += 1;
        if judge.blocks < JUDGED {
            return;
        }
        self.delay.settle();
        let target = self.delay.target().as_nanos() as i64;
        let off = judge.shortest.map_or(0, |s| s.saturating_sub(target));
        let off = off.clamp(-MOST_OFF, MOST_OFF);
        let ordered = judge.correction != 0;
        judge.correction = if (TOO_SHORT..=TOO_LONG).contains(&off) {
            0
        } else {
            off
        };
        if !ordered || off.abs() > URGENT {
            judge.patience = if off.abs() > URGENT { 0 } else { PATIENCE };
        }
        judge.blocks = 0;
        judge.shortest = None;
    }

    /// Plays a corrected block if one is ordered and this is the moment for it.
    fn correct(&mut self, out: &mut [f32; BLOCK]) -> bool {
        const NANOS: i64 = 1_000_000_000 / crate::sound::SAMPLE_RATE as i64;
        if self.judge.correction == 0 {
            return false;
        }
        while self.ready.len() < stitch::SHRINK_NEEDS && self.head_follows() {
            self.step();
        }
        self.judge.patience = self.judge.patience.saturating_sub(1);
        let silent = stitch::is_silent(self.ready.iter());
        if self.ready.len() < stitch::SHRINK_NEEDS || !silent && self.judge.patience > 0 {
            return false;
        }
        let ready = self.ready.make_contiguous();
        if self.judge.correction > 0 {
            let Some(next) = ready.first_chunk() else {
                return false;
            };
            let used = stitch::shrink(next, out);
            self.ready.drain(..used);
            let cut = (used - BLOCK) as i64;
            self.stats.cut += cut as u64;
            self.judge.correction = (self.judge.correction - cut * NANOS).max(0);
        } else {
            let Some(next) = ready.first_chunk() else {
                return false;
            };
            let back = stitch::stretch(&self.past, next, out);
            if back < BLOCK {
                self.ready.drain(..BLOCK - back);
            } else {
                let again = &self.past[stitch::HISTORY - (back - BLOCK)..];
                for sample in again.iter().rev() {
                    self.ready.push_front(*sample);
                }
            }
            self.stats.stretched += back as u64;
            self.judge.correction = (self.judge.correction + back as i64 * NANOS).min(0);
        }
        // One audible correction every 100 ms; what is left is not worth another.
        if !silent {
            self.judge.patience = 10;
        }
        if self.judge.correction.abs() < 7_500_000 {
            self.judge.correction = 0;
        }
        // What was measured before does not count any more.
        self.judge.blocks = 0;
        self.judge.shortest = None;
        true
    }

    fn head_follows(&self) -> bool {
        let head = self.waiting.first_key_value();
        head.zip(self.turn)
            .is_some_and(|((sequence, packet), turn)| {
                *sequence == turn.sequence && packet.timestamp == turn.timestamp
            })
    }
}

#[cfg(test)]
mod tests;
