//! Who is heard: SSRCs and CSRCs of the packets that came last (webrtc-pc 5.3.1).

use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use foyer_media::clock::MediaTime;
use serde::Serialize;

/// A source that was silent for so long is forgotten.
const MEMORY: Duration = Duration::from_secs(10);
/// Sources that are remembered at most.
const MAX_SOURCES: usize = 64;

/// `RTCRtpContributingSource`, or `RTCRtpSynchronizationSource` if it does not contribute.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Source {
    /// SSRC or CSRC.
    pub source: u32,
    /// It is a CSRC.
    pub contributing: bool,
    /// Arrival of its last packet, on the connection's clock, in nanoseconds.
    pub at: i64,
    /// RTP timestamp of its last packet.
    pub rtp_timestamp: u32,
    /// 0 to 1, linear, by RFC 6464; `None` without that extension.
    pub audio_level: Option<f64>,
}

/// The linear level of an RFC 6464 byte: 127 is silence.
pub(crate) fn linear(level: u8) -> f64 {
    match level & 0x7f {
        127 => 0.0,
        level => 10f64.powf(-f64::from(level) / 20.0),
    }
}

/// What is remembered of one receiver.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    known: Vec<Source>,
}

impl Sources {
    pub(crate) fn hear(
        &mut self,
        ssrc: u32,
        contributing: &[u32],
        rtp_timestamp: u32,
        level: Option<u8>,
        at: MediaTime,
    ) {
        let all =
            std::iter::once((ssrc, false)).chain(contributing.iter().map(|csrc| (*csrc, true)));
        for (source, contributing) in all {
            let heard = Source {
                source,
                contributing,
                at: at.0,
                rtp_timestamp,
                // The level is that of the mix.
                audio_level: level.filter(|_| !contributing).map(linear),
            };
            let known = self
                .known
                .iter_mut()
                .find(|known| known.source == source && known.contributing == contributing);
            match known {
                Some(known) => *known = heard,
                None => {
                    if self.known.len() == MAX_SOURCES {
                        let oldest = (0..MAX_SOURCES).min_by_key(|index| self.known[*index].at);
                        self.known.swap_remove(oldest.unwrap_or(0));
                    }
                    self.known.push(heard);
                }
            }
        }
    }

    pub(crate) fn recent(&mut self, now: MediaTime) -> Vec<Source> {
        self.known
            .retain(|source| now.since(MediaTime(source.at)) <= MEMORY);
        let mut recent = self.known.clone();
        recent.sort_by_key(|source| std::cmp::Reverse(source.at));
        recent
    }
}

const SILENT: u8 = 0;
const NEWS: u8 = 1;
const KNOWN: u8 = 2;

/// Whether packets have come since a receiver became active.
#[derive(Debug, Default)]
pub(crate) struct Flowing(AtomicU8);

impl Flowing {
    /// True for the first packet.
    pub(crate) fn begins(&self) -> bool {
        self.0
            .compare_exchange(SILENT, NEWS, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }

    /// True once after each beginning.
    pub(crate) fn take_news(&self) -> bool {
        self.0
            .compare_exchange(NEWS, KNOWN, Ordering::AcqRel, Ordering::Relaxed)
            .is_ok()
    }

    /// The receiver is not active any more.
    pub(crate) fn ends(&self) {
        self.0.store(SILENT, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> MediaTime {
        MediaTime(millis * 1_000_000)
    }

    #[test]
    fn the_newest_come_first_and_the_silent_go() {
        let mut sources = Sources::default();
        sources.hear(1, &[7], 10, Some(0), at(0));
        sources.hear(2, &[], 20, Some(127), at(5_000));
        sources.hear(1, &[], 30, Some(20), at(6_000));
        let recent = sources.recent(at(10_000));
        let short: Vec<_> = recent
            .iter()
            .map(|source| (source.source, source.contributing, source.rtp_timestamp))
            .collect();
        assert_eq!(short, [(1, false, 30), (2, false, 20), (7, true, 10)]);
        assert_eq!(recent[0].audio_level, Some(0.1));
        assert_eq!(recent[1].audio_level, Some(0.0));
        assert_eq!(recent[2].audio_level, None);
        assert_eq!(sources.recent(at(15_500)).len(), 1);
    }

    #[test]
    fn memory_is_bounded() {
        let mut sources = Sources::default();
        for ssrc in 0..1_000 {
            sources.hear(ssrc, &[], 0, None, at(i64::from(ssrc)));
        }
        let recent = sources.recent(at(1_000));
        assert_eq!((recent.len(), recent[0].source), (MAX_SOURCES, 999));
    }

    #[test]
    fn flowing_is_news_once() {
        let flowing = Flowing::default();
        assert!(!flowing.take_news());
        assert!(flowing.begins() && !flowing.begins());
        assert!(flowing.take_news() && !flowing.take_news());
        flowing.ends();
        assert!(flowing.begins());
    }
}
