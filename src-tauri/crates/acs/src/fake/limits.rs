//! Azure's limits: so many requests in a window that slides.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use jiff::Timestamp;

use super::request::Reply;
use crate::clock::{later, since};

/// So many requests in so many seconds.
pub(crate) type Rule = (usize, u64);

pub(crate) struct Limits {
    on: bool,
    taken: BTreeMap<String, VecDeque<Timestamp>>,
}

impl Limits {
    pub(crate) fn new(on: bool) -> Self {
        Self {
            on,
            taken: BTreeMap::new(),
        }
    }

    /// Counts a request, unless one of the rules for one of the keys is used up: then nothing is counted.
    pub(crate) fn take(
        &mut self,
        buckets: &[(String, &[Rule])],
        now: Timestamp,
    ) -> Result<(), Reply> {
        if !self.on {
            return Ok(());
        }
        let waits = buckets
            .iter()
            .flat_map(|(key, rules)| rules.iter().filter_map(|rule| self.wait(key, *rule, now)));
        if let Some(wait) = waits.max() {
            let seconds = wait.as_millis().div_ceil(1000).max(1);
            return Err(Reply::error(429, "TooManyRequests", "Too many requests.")
                .with("retry-after", seconds.to_string()));
        }
        for (key, rules) in buckets {
            let longest = rules.iter().map(|rule| rule.1).max().unwrap_or(0);
            let taken = self.taken.entry(key.clone()).or_default();
            let over = |at: &Timestamp| later(*at, Duration::from_secs(longest)) <= now;
            while taken.front().is_some_and(over) {
                taken.pop_front();
            }
            taken.push_back(now);
        }
        Ok(())
    }

    /// How long until the rule has room; `None` if it has.
    fn wait(&self, key: &str, (most, seconds): Rule, now: Timestamp) -> Option<Duration> {
        let taken = self.taken.get(key)?;
        // The one whose leaving makes room.
        let blocking = taken.len().checked_sub(most)?;
        let free = later(*taken.get(blocking)?, Duration::from_secs(seconds));
        (free > now).then(|| since(free, now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_slides() {
        let mut limits = Limits::new(true);
        let at = |second: i64| Timestamp::from_second(second).unwrap();
        let mut take = |second| limits.take(&[("key".into(), &[(2, 10), (3, 60)])], at(second));
        assert!(take(0).is_ok() && take(4).is_ok());
        let refused = take(5).unwrap_err();
        assert!(
            refused.headers.contains(&("retry-after", "5".into())),
            "the first leaves at 10"
        );
        assert!(take(10).is_ok());
        let refused = take(20).unwrap_err();
        assert!(
            refused.headers.contains(&("retry-after", "40".into())),
            "now the minute counts"
        );
        assert!(take(60).is_ok());
    }
}
