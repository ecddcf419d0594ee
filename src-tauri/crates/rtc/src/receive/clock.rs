//! Where a sender's RTP timestamps lie on the local time line.

use std::time::Duration;

use foyer_media::clock::MediaTime;

/// How long a delay counts as the least one seen: one to two windows.
const WINDOW: Duration = Duration::from_secs(5);
/// A timestamp this far from its place means that the sender began a new time line.
const BREAK_NANOS: i64 = 2_000_000_000;

/// Maps extended RTP timestamps to local time by the packets that travelled fastest, so that neither jitter nor
/// retransmission moves the map, and clock drift does so slowly.
#[derive(Debug)]
pub(crate) struct RtpClock {
    rate: u32,
    origin: Option<u64>,
    window_start: MediaTime,
    previous: Option<i64>,
    current: Option<i64>,
}

impl RtpClock {
    /// A clock of `rate` ticks a second, to be taught by [`Self::observe`].
    pub(crate) fn new(rate: u32) -> Self {
        Self {
            rate: rate.max(1),
            origin: None,
            window_start: MediaTime(0),
            previous: None,
            current: None,
        }
    }

    /// A packet with this timestamp arrived at `at`.
    pub(crate) fn observe(&mut self, timestamp: u64, at: MediaTime) {
        let origin = *self.origin.get_or_insert(timestamp);
        let offset = at.0.saturating_sub(self.nanos(origin, timestamp));
        let broken = self
            .offset()
            .is_some_and(|known| offset.saturating_sub(known).saturating_abs() > BREAK_NANOS);
        if broken {
            self.previous = None;
            self.current = None;
        }
        if self.current.is_none() || at.since(self.window_start) >= WINDOW {
            self.previous = self.current;
            self.current = Some(offset);
            self.window_start = at;
        }
        self.current = self.current.map(|least| least.min(offset));
    }

    /// The local time of a timestamp; zero before anything was observed.
    pub(crate) fn map(&self, timestamp: u64) -> MediaTime {
        let (Some(origin), Some(offset)) = (self.origin, self.offset()) else {
            return MediaTime(0);
        };
        MediaTime(self.nanos(origin, timestamp).saturating_add(offset))
    }

    fn offset(&self) -> Option<i64> {
        match (self.previous, self.current) {
            (Some(previous), Some(current)) => Some(previous.min(current)),
            (previous, current) => current.or(previous),
        }
    }

    fn nanos(&self, origin: u64, timestamp: u64) -> i64 {
        let ticks = i128::from(timestamp) - i128::from(origin);
        let nanos = ticks * 1_000_000_000 / i128::from(self.rate);
        nanos.clamp(i128::from(i64::MIN / 4), i128::from(i64::MAX / 4)) as i64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> MediaTime {
        MediaTime(millis * 1_000_000)
    }

    #[test]
    fn late_packets_do_not_move_the_map() {
        let mut clock = RtpClock::new(90_000);
        for frame in 0..100 {
            let jitter = if frame % 7 == 3 { 60 } else { 5 };
            let sent = MediaTime(frame as i64 * 33_333_333);
            clock.observe(
                1000 + frame * 3000,
                sent.plus(Duration::from_millis(500 + jitter)),
            );
        }
        let frame_ten = clock.map(1000 + 10 * 3000).as_millis();
        assert!((837..=839).contains(&frame_ten), "{frame_ten}");
    }

    #[test]
    fn drift_is_followed() {
        let mut clock = RtpClock::new(48_000);
        // The sender's clock is 0.1 % slow: after a minute it is 60 ms behind.
        for packet in 0..3000u64 {
            clock.observe(packet * 960, MediaTime(packet as i64 * 20_020_000));
        }
        let error = clock.map(2999 * 960).0 - 2999 * 20_020_000;
        assert!(error.abs() < 12_000_000, "{error}");
    }

    #[test]
    fn a_new_time_line_starts_over() {
        let mut clock = RtpClock::new(90_000);
        clock.observe(1000, at(0));
        clock.observe(90_000_000_000, at(33));
        assert_eq!(clock.map(90_000_000_000), at(33));
        clock.observe(u64::MAX, at(66));
        assert_eq!(clock.map(u64::MAX), at(66));
        clock.observe(0, at(99));
        assert_eq!(clock.map(0), at(99));
    }
}
