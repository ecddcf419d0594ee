//! How fast a page may command: a bucket that runs full again with time.

use std::time::Duration;

use foyer_media::clock::MediaTime;

/// Commands, or kilobytes of them, a second.
const RATE: f64 = 10_000.0;
/// At once.
const BURST: f64 = 20_000.0;

pub(super) struct Budget {
    left: f64,
    since: MediaTime,
}

impl Budget {
    pub fn new(now: MediaTime) -> Self {
        Self {
            left: BURST,
            since: now,
        }
    }

    /// How long to wait before these are obeyed; nothing more is read meanwhile.
    pub fn spend(&mut self, commands: usize, bytes: usize, now: MediaTime) -> Duration {
        let earned = now.since(self.since).as_secs_f64() * RATE;
        self.since = now;
        self.left = (self.left + earned).min(BURST) - commands as f64 - bytes as f64 / 1024.0;
        Duration::from_secs_f64((-self.left / RATE).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_slowed_down_and_a_pause_pays() {
        let mut budget = Budget::new(MediaTime(0));
        assert_eq!(budget.spend(20_000, 0, MediaTime(0)), Duration::ZERO);
        assert_eq!(
            budget.spend(5_000, 0, MediaTime(0)),
            Duration::from_millis(500)
        );
        let later = MediaTime(3_000_000_000);
        assert_eq!(budget.spend(10_000, 0, later), Duration::ZERO);
    }
}
