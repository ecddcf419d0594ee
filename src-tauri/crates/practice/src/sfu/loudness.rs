//! Who speaks, without opening a packet.

use std::time::Duration;

use foyer_media::clock::MediaTime;

/// Louder than this (RFC 6464, -dBov) may be speech.
const SPEECH_LEVEL: u8 = 50;
/// Where no level is sent: Opus packets of 20 ms with speech are larger than this, silence and comfort noise
/// smaller.
const SPEECH_BYTES: usize = 40;
/// Loud packets in a row before it counts: a click is no speech.
const ONSET: u32 = 3;
/// Speech goes on over pauses of this length.
const HANGOVER: Duration = Duration::from_millis(700);

/// Share of the newest packet in the loudness.
const SMOOTHING: f32 = 0.1;

/// Decides from packet levels whether somebody speaks.
#[derive(Clone, Debug, Default)]
pub(crate) struct Loudness {
    run: u32,
    last_speech: Option<MediaTime>,
    /// How loud speech is, smoothed over some ten packets; larger is louder.
    loud: f32,
}

impl Loudness {
    /// A packet passed.
    pub(crate) fn hear(&mut self, level: Option<u8>, bytes: usize, now: MediaTime) {
        let loud = match level {
            Some(level) => level <= SPEECH_LEVEL,
            None => bytes > SPEECH_BYTES,
        };
        self.run = if loud { self.run.saturating_add(1) } else { 0 };
        if self.run >= ONSET {
            self.last_speech = Some(now);
            let level = level.map_or(0.0, |level| f32::from(SPEECH_LEVEL.saturating_sub(level)));
            self.loud += (level - self.loud) * SMOOTHING;
        }
    }

    /// How loud the speech is that there was just now; `None` if there was none.
    pub(crate) fn speech(&self, now: MediaTime) -> Option<f32> {
        self.speaks(now).then_some(self.loud)
    }

    /// Whether there was speech just now.
    pub(crate) fn speaks(&self, now: MediaTime) -> bool {
        self.last_speech.is_some_and(|at| now.since(at) < HANGOVER)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(n: u64) -> MediaTime {
        MediaTime(0).plus(Duration::from_millis(n))
    }

    #[test]
    fn speech_begins_after_an_onset_and_outlasts_short_pauses() {
        let mut loudness = Loudness::default();
        loudness.hear(Some(20), 80, ms(0));
        loudness.hear(Some(127), 80, ms(20));
        assert!(!loudness.speaks(ms(20)), "a click");
        for n in 2..6 {
            loudness.hear(Some(20), 80, ms(n * 20));
        }
        assert!(loudness.speaks(ms(100)));
        loudness.hear(Some(127), 80, ms(600));
        assert!(loudness.speaks(ms(600)), "a pause");
        assert!(!loudness.speaks(ms(900)));
        assert_eq!(loudness.speech(ms(900)), None);
    }

    #[test]
    fn who_shouts_is_louder_than_who_speaks() {
        let heard = |level| {
            let mut loudness = Loudness::default();
            for n in 0..30 {
                loudness.hear(Some(level), 80, ms(n * 20));
            }
            loudness.speech(ms(600))
        };
        assert!(heard(10) > heard(35), "{:?} {:?}", heard(10), heard(35));
    }

    #[test]
    fn without_levels_the_size_of_packets_tells() {
        let mut loudness = Loudness::default();
        for n in 0..10 {
            loudness.hear(None, 3, ms(n * 20));
        }
        assert!(!loudness.speaks(ms(200)));
        for n in 10..20 {
            loudness.hear(None, 90, ms(n * 20));
        }
        assert!(loudness.speaks(ms(400)));
    }
}
