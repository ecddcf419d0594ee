//! How long our devices were open.

use crate::call::Millis;

/// Adds up the times between opening and closing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Meter {
    before: Millis,
    since: Option<Millis>,
}

impl Meter {
    /// Open or closed from now on.
    pub fn set(&mut self, open: bool, now: Millis) {
        match (self.since, open) {
            (None, true) => self.since = Some(now),
            (Some(_), false) => {
                self.before = self.until(now);
                self.since = None;
            }
            (None, false) | (Some(_), true) => {}
        }
    }

    /// All of it up to now. A clock that runs backwards takes nothing away.
    pub fn until(&self, now: Millis) -> Millis {
        let current = self.since.map_or(0, |since| now.saturating_sub(since));
        self.before.saturating_add(current.max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_open_times_count_and_none_twice() {
        let mut meter = Meter::default();
        assert_eq!(meter.until(1_000), 0);
        meter.set(true, 1_000);
        meter.set(true, 2_000);
        assert_eq!(meter.until(4_000), 3_000, "open still");
        meter.set(false, 5_000);
        meter.set(false, 9_000);
        assert_eq!(meter.until(9_000), 4_000);
        meter.set(true, 10_000);
        assert_eq!(meter.until(9_000), 4_000, "a clock that runs backwards");
        meter.set(false, 10_500);
        assert_eq!(meter.until(20_000), 4_500);
    }
}
