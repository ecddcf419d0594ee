//! How long to hold packets back so that the late ones are still in time.

use std::collections::VecDeque;
use std::time::Duration;

use crate::clock::MediaTime;
use crate::sound::SAMPLE_RATE;

/// Before anything is known.
const START: Duration = Duration::from_millis(60);
const MIN: Duration = Duration::from_millis(20);
const MAX: Duration = Duration::from_millis(400);
/// On top of the delay of the late packets: pulls come in steps of 10 ms.
const MARGIN: Duration = Duration::from_millis(10);
/// While packets get lost: the one after a lost one must be there in time to repair it.
const REPAIR: Duration = Duration::from_millis(20);
/// Packets that are remembered: 8 s of 20 ms.
const KEPT: usize = 400;
/// Of a hundred packets, this many may be too late.
const LATE_PERCENT: usize = 2;
/// Packets before the delay may fall below the start.
const TRUSTED: usize = 50;
/// How much the delay falls with one [`Delay::settle`].
const FALL: Duration = Duration::from_millis(10);
/// A packet that is this far off the others belongs to another time line.
const BREAK_NANOS: i64 = 2_000_000_000;

/// Learns from the arrivals. Times of flight are only known up to a constant: sender and receiver share no clock.
#[derive(Debug)]
pub struct Delay {
    origin: Option<u64>,
    flights: VecDeque<i64>,
    target: Duration,
    lossy: usize,
}

impl Delay {
    pub fn new() -> Self {
        Self {
            origin: None,
            flights: VecDeque::with_capacity(KEPT),
            target: START,
            lossy: 0,
        }
    }

    /// Notes a packet; false if it does not fit the time line at all, which is then forgotten.
    pub fn arrived(&mut self, timestamp: u64, at: MediaTime) -> bool {
        let origin = *self.origin.get_or_insert(timestamp);
        let flight = at.0.saturating_sub(media_nanos(timestamp, origin));
        if let Some(fastest) = self.fastest()
            && flight.saturating_sub(fastest).saturating_abs() > BREAK_NANOS
        {
            *self = Self {
                target: self.target,
                ..Self::new()
            };
            self.arrived(timestamp, at);
            return false;
        }
        if self.flights.len() == KEPT {
            self.flights.pop_front();
        }
        self.flights.push_back(flight);
        self.lossy = self.lossy.saturating_sub(1);
        let wanted = self.wanted();
        if self.flights.len() < 10 {
            // Too few to tell.
        } else if wanted > self.target {
            self.target = wanted;
        }
        true
    }

    /// A packet was missing when it was needed.
    pub fn missed(&mut self) {
        self.lossy = KEPT;
    }

    /// Lets the target fall a step if it is higher than needed; call about once a second.
    pub fn settle(&mut self) {
        let floor = if self.flights.len() < TRUSTED {
            START
        } else {
            MIN
        };
        let lower = self.target.saturating_sub(FALL);
        self.target = self.wanted().max(lower).clamp(floor.min(self.target), MAX);
    }

    /// Delay to aim at, counted from the fastest flight.
    pub fn target(&self) -> Duration {
        self.target
    }

    /// How much later than with the fastest flight this moment of the stream would be played now; negative if it
    /// could not even have arrived. `None` before the first packet.
    pub fn lateness(&self, timestamp: u64, now: MediaTime) -> Option<i64> {
        let flight = now.0.saturating_sub(media_nanos(timestamp, self.origin?));
        Some(flight.saturating_sub(self.fastest()?))
    }

    fn fastest(&self) -> Option<i64> {
        self.flights.iter().copied().min()
    }

    fn wanted(&self) -> Duration {
        let mut flights: Vec<i64> = self.flights.iter().copied().collect();
        flights.sort_unstable();
        let Some(fastest) = flights.first() else {
            return START;
        };
        let late = flights.len() * LATE_PERCENT / 100;
        let slow = flights[flights.len() - 1 - late];
        let spread = Duration::from_nanos(u64::try_from(slow - fastest).unwrap_or(0));
        let repair = if self.lossy > 0 {
            REPAIR
        } else {
            Duration::ZERO
        };
        (spread + MARGIN + repair).clamp(MIN, MAX)
    }
}

fn media_nanos(timestamp: u64, origin: u64) -> i64 {
    let samples = timestamp.wrapping_sub(origin) as i64;
    let nanos = i128::from(samples) * 1_000_000_000 / i128::from(SAMPLE_RATE);
    i64::try_from(nanos).unwrap_or(if samples < 0 { i64::MIN } else { i64::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn feed(delay: &mut Delay, count: u64, jitter_ms: impl Fn(u64) -> i64) {
        for n in 0..count {
            let at = MediaTime((n as i64 * 20 + jitter_ms(n)) * 1_000_000);
            assert!(delay.arrived(n * 960, at));
            if n % 50 == 49 {
                delay.settle();
            }
        }
    }

    #[test]
    fn an_even_stream_ends_at_the_minimum_and_loss_adds_a_packet() {
        let mut delay = Delay::new();
        assert_eq!(delay.target(), START);
        feed(&mut delay, 1000, |_| 5);
        assert_eq!(delay.target(), MIN);
        delay.missed();
        delay.settle();
        assert_eq!(delay.target(), MARGIN + REPAIR);
    }

    #[test]
    fn the_target_covers_the_jitter_and_one_straggler_does_not_count() {
        let mut delay = Delay::new();
        feed(&mut delay, 1000, |n| (n * 7919 % 41) as i64);
        assert!((40..=55).contains(&delay.target().as_millis()), "{delay:?}");
        let mut delay = Delay::new();
        feed(&mut delay, 1000, |n| if n == 700 { 300 } else { 0 });
        assert_eq!(delay.target(), MIN);
        let mut delay = Delay::new();
        feed(&mut delay, 1000, |n| if n % 5 == 0 { 1500 } else { 0 });
        assert_eq!(delay.target(), MAX, "more is never held back");
    }

    #[test]
    fn another_time_line_starts_afresh() {
        let mut delay = Delay::new();
        feed(&mut delay, 100, |_| 0);
        assert!(!delay.arrived(u64::MAX / 2, MediaTime(2_000_000_000)));
        assert!(delay.arrived(u64::MAX / 2 + 960, MediaTime(2_020_000_000)));
        for at in [i64::MIN, i64::MAX, 0] {
            for timestamp in [0, u64::MAX, 1 << 63] {
                delay.arrived(timestamp, MediaTime(at));
                delay.settle();
                assert!((MIN..=MAX).contains(&delay.target()));
            }
        }
    }
}
