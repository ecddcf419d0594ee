//! RTP packets of one audio stream to Opus packets, numbered without wrap.

use bytes::Bytes;
use foyer_media::clock::MediaTime;
use foyer_media::encoded::EncodedAudio;

use crate::payload::red;
use crate::sequence::{Numbered, SequenceSpace, extend32};

const CLOCK_RATE: u64 = 48_000;
/// Timestamp step of a 20 ms packet.
const FRAME: u64 = 960;
/// How many packets back a late one is still told from a duplicate.
const MEMORY: u64 = 1024;

/// One RTP packet of audio.
#[derive(Clone, Debug)]
pub(crate) struct AudioPacket {
    /// RTP sequence number.
    pub(crate) sequence: u16,
    /// RTP timestamp, 48 kHz.
    pub(crate) timestamp: u32,
    /// The Opus packet.
    pub(crate) payload: Bytes,
    /// RFC 6464 level, 0 to 127.
    pub(crate) level: Option<u8>,
    /// Arrival.
    pub(crate) at: MediaTime,
}

impl AudioPacket {
    /// The packets that one with redundancy stands for, oldest first; those that came before are dropped as duplicates.
    /// Blocks follow each other without a hole, as all senders have them. `pt` is the plain type: others are left out.
    pub(crate) fn unpacked(self, pt: u8) -> Vec<Self> {
        let blocks = match red::unpack(&self.payload) {
            Ok(blocks) => blocks,
            Err(error) => {
                tracing::debug!(%error, "redundant sound not read");
                return Vec::new();
            }
        };
        let count = blocks.len() as u16;
        let packets = blocks.into_iter().enumerate().map(|(index, block)| {
            let back = count - 1 - index as u16;
            let packet = Self {
                sequence: self.sequence.wrapping_sub(back),
                timestamp: self.timestamp.wrapping_sub(block.earlier),
                payload: block.data,
                level: self.level.filter(|_| back == 0),
                at: self.at,
            };
            (block.payload_type == pt).then_some(packet)
        });
        packets.flatten().collect()
    }
}

/// Numbers packets and drops duplicates; order stays the order of arrival.
#[derive(Debug)]
pub(crate) struct AudioSequencer {
    space: SequenceSpace,
    newest: u64,
    timestamp: u64,
    newest_at: MediaTime,
    seen: [u64; (MEMORY / 64) as usize],
}

impl Default for AudioSequencer {
    fn default() -> Self {
        Self {
            space: SequenceSpace::default(),
            newest: 0,
            timestamp: 0,
            newest_at: MediaTime(0),
            seen: [0; (MEMORY / 64) as usize],
        }
    }
}

impl AudioSequencer {
    /// The packet to hand on; `None` for a duplicate, an empty or a stray one.
    pub(crate) fn push(&mut self, packet: AudioPacket) -> Option<EncodedAudio> {
        let position = match self.space.number(packet.sequence) {
            Numbered::At(position) => position,
            Numbered::Restart(position) => {
                self.restart(position, packet.timestamp, packet.at);
                position
            }
            Numbered::Stray => return None,
        };
        if packet.payload.is_empty() || position + MEMORY <= self.newest {
            return None;
        }
        if self.newest == 0 {
            self.restart(position, packet.timestamp, packet.at);
        }
        while self.newest < position {
            self.newest += 1;
            self.mark(self.newest, false);
        }
        if self.is_marked(position) {
            return None;
        }
        self.mark(position, true);
        let timestamp = extend32(self.timestamp, packet.timestamp);
        if timestamp >= self.timestamp {
            self.timestamp = timestamp;
            self.newest_at = packet.at;
        }
        Some(EncodedAudio {
            sequence: position,
            timestamp,
            data: packet.payload,
            level: packet.level,
            at: packet.at,
        })
    }

    /// A new numbering: the time line goes on by the time that passed, whatever the sender's timestamps say.
    fn restart(&mut self, position: u64, timestamp: u32, at: MediaTime) {
        self.timestamp = if self.newest == 0 {
            (1 << 32) + u64::from(timestamp)
        } else {
            let passed = at.since(self.newest_at).as_micros() as u64 * CLOCK_RATE / 1_000_000;
            let target = self.timestamp + passed.max(FRAME);
            // The nearest number above the target that is congruent to the sender's.
            let step = timestamp.wrapping_sub(target as u32);
            target + u64::from(step)
        };
        self.newest = position;
        self.newest_at = at;
        self.seen = [0; (MEMORY / 64) as usize];
    }

    fn mark(&mut self, position: u64, seen: bool) {
        let slot = (position % MEMORY) as usize;
        let bit = 1 << (slot % 64);
        if seen {
            self.seen[slot / 64] |= bit;
        } else {
            self.seen[slot / 64] &= !bit;
        }
    }

    fn is_marked(&self, position: u64) -> bool {
        let slot = (position % MEMORY) as usize;
        self.seen[slot / 64] & 1 << (slot % 64) != 0
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    fn packet(sequence: u16, timestamp: u32) -> AudioPacket {
        AudioPacket {
            sequence,
            timestamp,
            payload: Bytes::from_static(&[1]),
            level: Some(30),
            at: MediaTime(0),
        }
    }

    #[test]
    fn order_of_arrival_stays_and_gaps_show() {
        let mut audio = AudioSequencer::default();
        let first = audio.push(packet(65_535, u32::MAX)).unwrap();
        let third = audio.push(packet(1, 1919)).unwrap();
        let second = audio.push(packet(0, 959)).unwrap();
        let fifth = audio.push(packet(3, 3839)).unwrap();
        assert_eq!(second.sequence, first.sequence + 1);
        assert_eq!(third.sequence, first.sequence + 2);
        assert_eq!(fifth.sequence, first.sequence + 4);
        assert_eq!(third.timestamp, first.timestamp + 1920);
        assert_eq!(second.timestamp, first.timestamp + 960);
    }

    #[test]
    fn duplicates_and_empty_packets_are_dropped() {
        let mut audio = AudioSequencer::default();
        assert!(audio.push(packet(7, 0)).is_some());
        assert!(audio.push(packet(7, 0)).is_none());
        let empty = AudioPacket {
            payload: Bytes::new(),
            ..packet(8, 960)
        };
        assert!(audio.push(empty).is_none());
        assert!(audio.push(packet(8, 960)).is_some());
    }

    #[test]
    fn what_was_lost_comes_with_the_next_packet_and_what_was_not_comes_once() {
        let mut audio = AudioSequencer::default();
        let sound: Vec<Bytes> = (0..5).map(|byte| Bytes::from(vec![byte + 1; 3])).collect();
        let mut heard = Vec::new();
        for number in [0_u16, 1, 3, 4] {
            let index = usize::from(number);
            let before = index.checked_sub(1).map(|before| (960, &sound[before]));
            let whole = AudioPacket {
                payload: red::pack(111, before, &sound[index]),
                ..packet(number.wrapping_sub(2), u32::from(number) * 960)
            };
            heard.extend(
                whole
                    .unpacked(111)
                    .into_iter()
                    .filter_map(|packet| audio.push(packet)),
            );
        }
        let data: Vec<Bytes> = heard.iter().map(|packet| packet.data.clone()).collect();
        assert_eq!(data, sound);
        let steps = heard.windows(2).map(|pair| {
            (
                pair[1].sequence - pair[0].sequence,
                pair[1].timestamp - pair[0].timestamp,
            )
        });
        assert_eq!(steps.collect::<Vec<_>>(), [(1, 960); 4]);
        let other = AudioPacket {
            payload: red::pack(8, None, &sound[0]),
            ..packet(9, 0)
        };
        assert!(other.unpacked(111).is_empty());
    }

    #[test]
    fn a_restarted_sender_goes_on_upwards() {
        let mut audio = AudioSequencer::default();
        let before = audio.push(packet(50_000, 4_000_000_000)).unwrap();
        assert!(audio.push(packet(10, 500)).is_none());
        let after = audio.push(packet(11, 1460)).unwrap();
        let next = audio.push(packet(12, 2420)).unwrap();
        assert!(after.sequence > before.sequence && after.timestamp > before.timestamp);
        assert_eq!(next.sequence, after.sequence + 1);
        assert_eq!(next.timestamp, after.timestamp + 960);
    }

    proptest! {
        #[test]
        fn any_packets_give_each_position_once(sequences in prop::collection::vec((0u16..200, any::<u32>()), 1..300)) {
            let mut audio = AudioSequencer::default();
            let mut positions = std::collections::HashSet::new();
            for (sequence, timestamp) in sequences {
                if let Some(audio) = audio.push(packet(sequence, timestamp)) {
                    prop_assert!(positions.insert(audio.sequence));
                }
            }
        }
    }
}
