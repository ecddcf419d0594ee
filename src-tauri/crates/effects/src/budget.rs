//! What an effect may cost, and whether it keeps to it.

use std::collections::VecDeque;
use std::time::Duration;

/// Pictures that are judged together.
const WINDOW: usize = 45;
/// A machine that needs this long for fewer is judged by these.
const PATIENCE: Duration = Duration::from_secs(3);
/// But never by fewer.
const LEAST: usize = 6;

/// Costs of the last pictures. Each counts as the mean of itself and the one before, because only every second has a
/// mask of its own.
pub(crate) struct Budget {
    limit: Duration,
    last: Option<Duration>,
    window: VecDeque<Duration>,
}

impl Budget {
    pub fn new(limit: Duration) -> Self {
        Self {
            limit,
            last: None,
            window: VecDeque::with_capacity(WINDOW),
        }
    }

    /// Notes what a picture cost. The median of the window, if that is too much.
    pub fn spend(&mut self, cost: Duration) -> Option<Duration> {
        // What comes first has loaded the model.
        let last = self.last.replace(cost)?;
        if self.window.len() == WINDOW {
            self.window.pop_front();
        }
        self.window.push_back((last + cost) / 2);
        let full = self.window.len() == WINDOW;
        let tired = self.window.len() >= LEAST && self.window.iter().sum::<Duration>() >= PATIENCE;
        if !full && !tired {
            return None;
        }
        self.median().filter(|median| *median > self.limit)
    }

    /// The median of what is known so far.
    pub fn median(&self) -> Option<Duration> {
        let mut sorted: Vec<_> = self.window.iter().copied().collect();
        sorted.sort_unstable();
        sorted.get(sorted.len() / 2).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_window_above_the_limit_is_too_much_and_single_pictures_are_not() {
        let mut budget = Budget::new(ms(33));
        for picture in 0..200 {
            let cost = if picture % 10 == 0 { ms(300) } else { ms(12) };
            assert_eq!(budget.spend(cost), None, "picture {picture}");
        }
        let over = (0..WINDOW).find_map(|_| budget.spend(ms(40)));
        assert_eq!(over, Some(ms(40)));
    }

    #[test]
    fn every_second_picture_is_cheap_and_their_mean_counts() {
        let mut budget = Budget::new(ms(33));
        let spent = (0..100).find_map(|n| budget.spend(if n % 2 == 0 { ms(50) } else { ms(4) }));
        assert_eq!(spent, None);
        assert_eq!(budget.median(), Some(ms(27)));
    }

    #[test]
    fn a_very_slow_machine_is_not_watched_for_a_whole_window() {
        let mut budget = Budget::new(ms(33));
        let pictures = (1..100).find(|_| budget.spend(ms(600)).is_some());
        assert_eq!(pictures, Some(7), "one for loading, then six");
    }
}
