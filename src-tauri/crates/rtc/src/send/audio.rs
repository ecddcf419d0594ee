//! Numbers for forwarded or own sound: what is missing at the source stays missing on the wire.

use foyer_media::clock::MediaTime;
use foyer_media::encoded::EncodedAudio;

/// A leap of the source beyond which its numbers start anew instead of showing a loss.
const MAX_GAP: i64 = 100;
/// Timestamp step of a 20 ms packet.
const FRAME: u64 = 960;
const CLOCK_RATE: u64 = 48_000;

/// RTP numbers of one packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// RTP sequence number.
    pub(crate) sequence: u16,
    /// RTP timestamp, 48 kHz.
    pub(crate) timestamp: u32,
    /// First packet of a talk spurt or source (RFC 3551, 4.1).
    pub(crate) marker: bool,
}

#[derive(Clone, Copy, Debug)]
struct Newest {
    source: u64,
    source_timestamp: u64,
    sequence: u16,
    timestamp: u32,
    at: MediaTime,
}

/// Maps the numbering of whatever source is sent to one RTP stream.
#[derive(Debug)]
pub(crate) struct AudioNumbering {
    first_sequence: u16,
    first_timestamp: u32,
    newest: Option<Newest>,
}

impl AudioNumbering {
    /// A stream that begins with these numbers, which should be random (RFC 3550, 5.1).
    pub(crate) fn new(first_sequence: u16, first_timestamp: u32) -> Self {
        Self {
            first_sequence,
            first_timestamp,
            newest: None,
        }
    }

    /// The numbers of this packet. Losses and reordering at the source are kept; another source, or a source that
    /// begins anew, goes on where the last one ended.
    pub(crate) fn number(&mut self, audio: &EncodedAudio) -> Numbers {
        let Some(newest) = self.newest else {
            return self.advance(audio, self.first_sequence, self.first_timestamp, true);
        };
        let steps = audio.sequence.wrapping_sub(newest.source) as i64;
        let ticks = audio.timestamp.wrapping_sub(newest.source_timestamp) as i64;
        if steps.abs() > MAX_GAP || ticks.signum() * steps.signum() < 0 {
            let passed = audio.at.since(newest.at).as_micros() as u64 * CLOCK_RATE / 1_000_000;
            let timestamp = newest.timestamp.wrapping_add(passed.max(FRAME) as u32);
            return self.advance(audio, newest.sequence.wrapping_add(1), timestamp, true);
        }
        let sequence = newest.sequence.wrapping_add(steps as u16);
        let timestamp = newest.timestamp.wrapping_add(ticks as u32);
        if steps > 0 {
            return self.advance(audio, sequence, timestamp, false);
        }
        Numbers {
            sequence,
            timestamp,
            marker: false,
        }
    }

    /// The numbers of one packet of a telephone's tone, which takes the place of sound: all of a tone's have the time
    /// at which it began. Sound goes on with another source.
    pub(crate) fn tone(&mut self, at: MediaTime, begins: bool) -> Numbers {
        let newest = self.newest.get_or_insert(Newest {
            source: 0,
            source_timestamp: 0,
            sequence: self.first_sequence.wrapping_sub(1),
            timestamp: self.first_timestamp,
            at,
        });
        newest.sequence = newest.sequence.wrapping_add(1);
        if begins {
            let passed = at.since(newest.at).as_micros() as u64 * CLOCK_RATE / 1_000_000;
            newest.timestamp = newest.timestamp.wrapping_add(passed as u32);
            newest.at = at;
        }
        Numbers {
            sequence: newest.sequence,
            timestamp: newest.timestamp,
            marker: begins,
        }
    }

    fn advance(
        &mut self,
        audio: &EncodedAudio,
        sequence: u16,
        timestamp: u32,
        marker: bool,
    ) -> Numbers {
        self.newest = Some(Newest {
            source: audio.sequence,
            source_timestamp: audio.timestamp,
            sequence,
            timestamp,
            at: audio.at,
        });
        Numbers {
            sequence,
            timestamp,
            marker,
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn packet(sequence: u64, millis: i64) -> EncodedAudio {
        EncodedAudio {
            sequence,
            timestamp: 7_000_000_000 + sequence * FRAME,
            data: Bytes::from_static(&[1]),
            level: None,
            at: MediaTime(millis * 1_000_000),
        }
    }

    #[test]
    fn gaps_and_reordering_at_the_source_are_kept() {
        let mut numbering = AudioNumbering::new(65_534, u32::MAX - 1000);
        let numbers: Vec<_> = [10, 11, 14, 13, 15]
            .map(|sequence| numbering.number(&packet(sequence, 0)))
            .into();
        let sequences: Vec<_> = numbers.iter().map(|numbers| numbers.sequence).collect();
        assert_eq!(sequences, [65_534, 65_535, 2, 1, 3]);
        for numbers in &numbers {
            let steps = numbers.sequence.wrapping_sub(65_534);
            let expected = (u32::MAX - 1000).wrapping_add(u32::from(steps) * FRAME as u32);
            assert_eq!(numbers.timestamp, expected);
        }
        assert_eq!(numbers.iter().filter(|numbers| numbers.marker).count(), 1);
    }

    #[test]
    fn a_tone_stands_between_sound_and_sound() {
        let mut numbering = AudioNumbering::new(100, 0);
        numbering.number(&packet(1_000_000, 0));
        let at = |millis: i64| MediaTime(millis * 1_000_000);
        let tone = [(20, true), (40, false), (60, false)]
            .map(|(millis, begins)| numbering.tone(at(millis), begins));
        assert_eq!(tone.map(|numbers| numbers.sequence), [101, 102, 103]);
        assert_eq!(tone.map(|numbers| numbers.timestamp), [960; 3]);
        assert_eq!(tone.map(|numbers| numbers.marker), [true, false, false]);
        let after = numbering.number(&packet(5, 80));
        assert_eq!((after.sequence, after.timestamp), (104, 960 + 2_880));
        let mut silent = AudioNumbering::new(100, 7);
        let first = silent.tone(at(0), true);
        assert_eq!((first.sequence, first.timestamp), (100, 7));
    }

    #[test]
    fn another_source_goes_on_without_a_hole() {
        let mut numbering = AudioNumbering::new(100, 0);
        let before = numbering.number(&packet(1_000_000, 0));
        let after = numbering.number(&packet(5, 500));
        assert_eq!(after.sequence, before.sequence + 1);
        assert_eq!(after.timestamp, before.timestamp + 24_000);
        assert!(after.marker);
        let next = numbering.number(&packet(6, 520));
        assert_eq!((next.sequence, next.timestamp), (102, 24_960));
    }

    #[test]
    fn a_source_whose_clock_runs_backwards_starts_anew() {
        let mut numbering = AudioNumbering::new(0, 0);
        numbering.number(&packet(10, 0));
        let broken = EncodedAudio {
            timestamp: 3,
            ..packet(11, 20)
        };
        let numbers = numbering.number(&broken);
        assert_eq!((numbers.sequence, numbers.timestamp), (1, 960));
    }
}
