//! How often one address, or one invitation, may ask.

use std::collections::HashMap;
use std::time::Duration;

use foyer_acs::clock::{later, since};
use jiff::Timestamp;

/// So many in a minute, after a burst of as many (the generic cell rate algorithm).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rate {
    /// Between two, in the long run.
    pub interval: Duration,
    /// How far ahead of that pace one may be.
    pub ahead: Duration,
}

impl Rate {
    pub(crate) fn per_minute(most: u32) -> Self {
        let interval = Duration::from_secs(60) / most.max(1);
        Self {
            interval,
            ahead: interval * most.saturating_sub(1),
        }
    }
}

/// When each would be back at its pace.
#[derive(Debug, Default)]
pub(crate) struct Paces {
    due: HashMap<String, Timestamp>,
    tidy_at: usize,
}

/// Below this, forgetting is not worth the while.
const FEW: usize = 4_096;

impl Paces {
    /// Counts one; otherwise says how long to wait.
    pub(crate) fn take(&mut self, key: &str, rate: Rate, now: Timestamp) -> Result<(), Duration> {
        self.tidy(now);
        // After the clock was set back, nobody waits longer than for an empty burst.
        let latest = later(now, rate.ahead + rate.interval);
        let due = self.due.get(key).copied().unwrap_or(now).clamp(now, latest);
        let early = since(due, now);
        if early > rate.ahead {
            return Err(early - rate.ahead);
        }
        self.due.insert(key.to_owned(), later(due, rate.interval));
        Ok(())
    }

    fn tidy(&mut self, now: Timestamp) {
        if self.due.len() > self.tidy_at.max(FEW) {
            self.due.retain(|_, due| *due > now);
            self.tidy_at = self.due.len() * 2;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_burst_passes_and_then_the_pace_holds() {
        let mut paces = Paces::default();
        let rate = Rate::per_minute(60);
        let mut taken = |second| {
            (0..100)
                .filter(|_| paces.take("a", rate, at(second)).is_ok())
                .count()
        };
        assert_eq!(taken(0), 60);
        assert_eq!(taken(10), 10);
        assert_eq!(taken(1_000), 60, "no more than the burst");
        let wait = paces.take("a", rate, at(1_000)).unwrap_err();
        assert_eq!(wait, Duration::from_secs(1));
        assert!(paces.take("b", rate, at(1_000)).is_ok(), "others are free");
    }

    #[test]
    fn a_clock_set_back_locks_nobody_out() {
        let mut paces = Paces::default();
        let rate = Rate::per_minute(1);
        paces.take("a", rate, at(1_000_000)).unwrap();
        let wait = paces.take("a", rate, at(0)).unwrap_err();
        assert!(wait <= Duration::from_secs(60));
    }

    #[test]
    fn those_who_are_back_at_their_pace_are_forgotten() {
        let mut paces = Paces::default();
        for number in 0..20_000 {
            let key = format!("{number}");
            paces.take(&key, Rate::per_minute(60), at(number)).unwrap();
        }
        assert!(paces.due.len() <= FEW + 2, "{}", paces.due.len());
    }
}
