//! One tone of a telephone's keys, a packet every 20 ms (RFC 4733, 2.5).

use std::time::Duration;

use foyer_media::sound::{BLOCK, SAMPLE_RATE};
use foyer_rtc::Tone;

/// Blocks in a packet.
const PACKET: u32 = 2;
/// A longer tone begins anew, because a packet cannot say more than 65,535.
const LONGEST: u32 = SAMPLE_RATE;
/// The last packet is sent so often.
const ENDS: u32 = 3;

/// See the module.
pub(super) struct Playing {
    event: u8,
    /// Samples that are left.
    left: u32,
    /// Samples since it began, or began anew.
    sounded: u32,
    blocks: u32,
    begun: bool,
    ended: u32,
}

impl Playing {
    pub fn new(event: u8, duration: Duration) -> Self {
        let samples = duration.as_millis() as u64 * u64::from(SAMPLE_RATE) / 1_000;
        Self {
            event,
            left: samples.min(u32::MAX.into()) as u32,
            sounded: 0,
            blocks: 0,
            begun: false,
            ended: 0,
        }
    }

    /// A block has passed; false once the tone is over and that was said.
    pub fn take(&mut self, mut send: impl FnMut(Tone)) -> bool {
        if self.ended == ENDS {
            return false;
        }
        self.blocks += 1;
        let step = (BLOCK as u32).min(self.left);
        self.left -= step;
        self.sounded += step;
        if !self.blocks.is_multiple_of(PACKET) {
            return true;
        }
        let ends = self.left == 0;
        send(Tone {
            event: self.event,
            ticks: self.sounded as u16,
            begins: !self.begun,
            ends,
        });
        self.begun = true;
        self.ended += u32::from(ends);
        if self.sounded >= LONGEST && !ends {
            self.sounded = 0;
            self.begun = false;
        }
        true
    }
}

/// What a key's tone is called (RFC 4733, 3.2).
pub(crate) fn event_of(key: &str) -> Option<u8> {
    const KEYS: &str = "0123456789*#ABCD";
    let mut letters = key.chars();
    let (letter, None) = (letters.next()?, letters.next()) else {
        return None;
    };
    KEYS.find(letter).and_then(|at| u8::try_from(at).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(milliseconds: u64) -> Vec<Tone> {
        let mut playing = Playing::new(5, Duration::from_millis(milliseconds));
        let mut all = Vec::new();
        while playing.take(|tone| all.push(tone)) {}
        all
    }

    #[test]
    fn a_tone_begins_grows_and_ends_three_times() {
        let all = sent(100);
        let ticks: Vec<u16> = all.iter().map(|tone| tone.ticks).collect();
        assert_eq!(ticks, [960, 1_920, 2_880, 3_840, 4_800, 4_800, 4_800]);
        let begins: Vec<bool> = all.iter().map(|tone| tone.begins).collect();
        assert_eq!(begins.iter().position(|begins| *begins), Some(0));
        assert_eq!(begins.iter().filter(|begins| **begins).count(), 1);
        assert_eq!(all.iter().filter(|tone| tone.ends).count(), 3);
    }

    #[test]
    fn a_long_one_begins_anew() {
        let all = sent(2_500);
        assert_eq!(all.iter().filter(|tone| tone.begins).count(), 3);
        assert_eq!(all.last().map(|tone| tone.ticks), Some(24_000));
    }

    #[test]
    fn every_key_has_its_event() {
        let events = ["0", "9", "*", "#", "A", "D"].map(event_of);
        assert_eq!(events, [0, 9, 10, 11, 12, 15].map(Some));
        assert_eq!([event_of("E"), event_of(""), event_of("12")], [None; 3]);
    }
}
