//! When to try again, and after how long.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::clock::since;

/// How often, and how long at most, a client tries before it reports a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Requests in all, the first one included.
    pub attempts: u32,
    /// The first wait where the server names none; it doubles each time.
    pub first_wait: Duration,
    /// The longest single wait. A server that asks for more is reported instead of waited for.
    pub longest_wait: Duration,
}

impl RetryPolicy {
    /// One request, whatever comes of it: for those who count their requests or keep their own schedule.
    pub const NONE: Self = Self {
        attempts: 1,
        first_wait: Duration::ZERO,
        longest_wait: Duration::ZERO,
    };

    /// What to wait after the request number `attempt` (from 1) failed in a way that may pass; `None` to give up.
    pub(crate) fn wait(
        &self,
        attempt: u32,
        asked: Option<Duration>,
        jitter: &mut Jitter,
    ) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        match asked {
            // Never earlier than asked; a little later, so that those who were refused together do not return together.
            Some(asked) if asked <= self.longest_wait => {
                Some(asked + asked.mul_f64(0.1 * jitter.fraction()))
            }
            Some(_) => None,
            None => {
                let doubled = self.first_wait * 2_u32.saturating_pow(attempt - 1);
                let wait = doubled.min(self.longest_wait);
                Some(wait.mul_f64(0.8 + 0.4 * jitter.fraction()))
            }
        }
    }
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 4,
            first_wait: Duration::from_millis(800),
            longest_wait: Duration::from_secs(30),
        }
    }
}

/// Evenly spread numbers from a seed (SplitMix64): enough to keep clients apart, and the same in every test.
#[derive(Clone, Debug)]
pub struct Jitter(u64);

impl Jitter {
    /// The numbers that belong to a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// At least 0, less than 1.
    pub fn fraction(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        // 53 bits are what an f64 holds.
        (bits >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Reads `Retry-After`: seconds, or a date as seen from `now`.
pub(crate) fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse::<u64>() {
        return Some(Duration::from_secs(seconds));
    }
    http_date(value).map(|date| since(date, now))
}

/// Reads an HTTP date.
pub(crate) fn http_date(value: &str) -> Option<Timestamp> {
    rfc2822::DateTimeParser::new()
        .parse_timestamp(value.trim())
        .ok()
}

/// Writes an HTTP date: whole seconds, GMT.
pub(crate) fn write_http_date(at: Timestamp) -> String {
    let whole = Timestamp::from_second(at.as_second()).unwrap_or(at);
    rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&whole)
        // Fails only before the year 0.
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_http_wants_them() {
        let date = "Sun, 22 Nov 2026 12:00:00 GMT";
        let at = http_date(date).unwrap();
        assert_eq!(at.as_second(), 1_795_348_800);
        assert_eq!(write_http_date(at), date);
        assert_eq!(http_date("yesterday"), None);
    }

    #[test]
    fn the_server_is_never_asked_again_before_it_said() {
        let mut jitter = Jitter::new(1);
        let policy = RetryPolicy::default();
        for attempt in 1..4 {
            let asked = Duration::from_secs(7);
            let wait = policy.wait(attempt, Some(asked), &mut jitter).unwrap();
            assert!(wait >= asked && wait < asked.mul_f64(1.1));
        }
        assert_eq!(
            policy.wait(4, None, &mut jitter),
            None,
            "four requests in all"
        );
        let hour = Duration::from_secs(3600);
        assert_eq!(
            policy.wait(1, Some(hour), &mut jitter),
            None,
            "too long to wait"
        );
    }

    #[test]
    fn waits_double_and_stay_apart() {
        let policy = RetryPolicy {
            attempts: 20,
            ..RetryPolicy::default()
        };
        for seed in 0..100 {
            let mut jitter = Jitter::new(seed);
            for attempt in 1..20 {
                let wait = policy.wait(attempt, None, &mut jitter).unwrap();
                let middle =
                    Duration::from_millis(800 << (attempt - 1).min(10)).min(policy.longest_wait);
                assert!(wait >= middle.mul_f64(0.8) && wait <= middle.mul_f64(1.2));
            }
        }
        assert_ne!(Jitter::new(1).fraction(), Jitter::new(2).fraction());
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = http_date("Sun, 22 Nov 2026 12:00:00 GMT").unwrap();
        let read = |value| retry_after(value, now).map(|wait| wait.as_secs());
        assert_eq!(read(" 30 "), Some(30));
        assert_eq!(read("Sun, 22 Nov 2026 12:01:00 GMT"), Some(60));
        assert_eq!(
            read("Sun, 22 Nov 2026 11:00:00 GMT"),
            Some(0),
            "past is now"
        );
        assert_eq!(read("soon"), None);
    }
}
