//! Azure answers 1,000 identity requests in 30 seconds. Nobody here sends one without a turn.
//!
//! A request counts from before it is sent until 30 seconds after its answer came. However long it was on its way,
//! Azure has then seen no more than the limit in any 30 seconds of its own.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use foyer_acs::clock::{SharedClock, later, since};
use jiff::Timestamp;

use crate::seal::random;
use crate::store::shared::{Shared, Turn as SharedTurn};

/// Azure's window.
const WINDOW: Duration = Duration::from_secs(30);
/// Asked again after this where it is not known when a turn will be free.
const SOON: Duration = Duration::from_millis(100);
/// With several instances, this part of the limit is theirs one by one, for when Redis is gone. It is never theirs
/// together, so the sum stays below the limit even while some reach Redis and others do not.
const ALONE: f64 = 0.2;

/// Requests of this process.
#[derive(Debug, Default)]
struct Window {
    /// When each answered request stops counting, in order.
    ended: VecDeque<Timestamp>,
    on_their_way: usize,
}

impl Window {
    fn take(&mut self, limit: usize, now: Timestamp) -> Result<(), Duration> {
        let latest = later(now, WINDOW);
        // The clock was set back: nothing counts longer than the window.
        for end in self.ended.iter_mut().rev().take_while(|end| **end > latest) {
            *end = latest;
        }
        while self.ended.front().is_some_and(|end| *end <= now) {
            self.ended.pop_front();
        }
        if self.ended.len() + self.on_their_way < limit {
            self.on_their_way += 1;
            return Ok(());
        }
        Err(self.ended.front().map_or(SOON, |end| since(*end, now)))
    }

    fn end(&mut self, now: Timestamp) {
        self.on_their_way = self.on_their_way.saturating_sub(1);
        self.ended.push_back(later(now, WINDOW));
    }
}

/// How many requests may still be sent.
pub(crate) struct Budget {
    clock: SharedClock,
    alone: usize,
    window: Mutex<Window>,
    together: Option<(Arc<Shared>, usize)>,
    /// Azure itself said to wait until then.
    closed: Mutex<Option<Timestamp>>,
    name: String,
    numbered: AtomicU64,
}

/// The right to send one request; to be dropped when its answer is there.
pub(crate) struct Turn {
    budget: Arc<Budget>,
    shared: Option<String>,
}

impl Budget {
    /// For one instance.
    pub(crate) fn alone(limit: usize, clock: SharedClock) -> Arc<Self> {
        Arc::new(Self::with(limit, None, clock))
    }

    /// For up to so many instances.
    pub(crate) fn shared(
        limit: usize,
        instances: u32,
        redis: Arc<Shared>,
        clock: SharedClock,
    ) -> Arc<Self> {
        let alone = (limit as f64 * ALONE) as usize;
        let each = (alone / instances as usize).max(1);
        let together = limit.saturating_sub(each * instances as usize);
        Arc::new(Self::with(each, Some((redis, together)), clock))
    }

    fn with(alone: usize, together: Option<(Arc<Shared>, usize)>, clock: SharedClock) -> Self {
        Self {
            clock,
            alone,
            window: Mutex::default(),
            together,
            closed: Mutex::default(),
            name: random::<9>(),
            numbered: AtomicU64::new(0),
        }
    }

    /// A turn, if one is free and `keep` stay free; otherwise how long to wait at least.
    pub(crate) async fn take(self: &Arc<Self>, keep: usize) -> Result<Turn, Duration> {
        let now = self.clock.now();
        let closed = *self.closed();
        if let Some(until) = closed.filter(|until| *until > now) {
            return Err(since(until, now));
        }
        if let Some((redis, limit)) = &self.together {
            let number = self.numbered.fetch_add(1, Ordering::Relaxed);
            let name = format!("{}:{number}", self.name);
            match redis.take_turn(limit.saturating_sub(keep), &name).await {
                Ok(SharedTurn::Now) => return Ok(self.turn(Some(name))),
                Ok(SharedTurn::After(wait)) => return Err(wait),
                Ok(SharedTurn::Unknown) | Err(_) => {}
            }
        }
        // What is kept free is kept where there is plenty.
        let limit = self.alone.saturating_sub(keep).max(self.alone.min(1));
        self.window().take(limit, now)?;
        Ok(self.turn(None))
    }

    /// The same, waiting up to `patience`.
    pub(crate) async fn wait(self: &Arc<Self>, patience: Duration) -> Result<Turn, Duration> {
        let give_up = later(self.clock.now(), patience);
        loop {
            match self.take(0).await {
                Ok(turn) => return Ok(turn),
                Err(wait) if later(self.clock.now(), wait) > give_up => return Err(wait),
                Err(wait) => self.clock.sleep(wait.max(Duration::from_millis(1))).await,
            }
        }
    }

    /// Azure wants no requests for so long.
    pub(crate) fn close(&self, wait: Duration) {
        let until = later(self.clock.now(), wait);
        let mut closed = self.closed();
        *closed = Some(closed.map_or(until, |before| before.max(until)));
    }

    fn turn(self: &Arc<Self>, shared: Option<String>) -> Turn {
        Turn {
            budget: Arc::clone(self),
            shared,
        }
    }

    fn window(&self) -> MutexGuard<'_, Window> {
        self.window.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn closed(&self) -> MutexGuard<'_, Option<Timestamp>> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(name) = self.shared.take() else {
            let now = self.budget.clock.now();
            self.budget.window().end(now);
            return;
        };
        // Without a runtime nothing runs any more; the place then counts a little longer.
        if let (Some((redis, _)), Ok(runtime)) =
            (&self.budget.together, tokio::runtime::Handle::try_current())
        {
            let redis = Arc::clone(redis);
            runtime.spawn(async move { redis.end_turn(&name).await });
        }
    }
}

#[cfg(test)]
mod tests {
    use foyer_acs::clock::{Clock as _, ManualClock};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[tokio::test]
    async fn no_window_of_thirty_seconds_sees_more_than_the_limit() {
        let clock = ManualClock::shared(Timestamp::UNIX_EPOCH);
        let budget = Budget::alone(10, clock.clone());
        // When Azure sees a request is anywhere between its start and its answer: here, at the answer.
        let mut seen: Vec<Timestamp> = Vec::new();
        let mut waiting: VecDeque<(u64, Turn)> = VecDeque::new();
        for second in 0..300_u64 {
            for _ in 0..3 {
                if let Ok(turn) = budget.take(0).await {
                    waiting.push_back((second + second % 7, turn));
                }
            }
            clock.advance(SECOND);
            waiting.retain(|(until, _)| {
                let over = *until <= second;
                if over {
                    seen.push(clock.now());
                }
                !over
            });
        }
        assert!(seen.len() >= 80, "it is used: {}", seen.len());
        for (at, first) in seen.iter().enumerate() {
            let within = seen[at..]
                .iter()
                .take_while(|later| since(**later, *first) < WINDOW)
                .count();
            assert!(within <= 10, "{within} in a window");
        }
    }

    #[tokio::test]
    async fn what_is_kept_free_is_there_for_those_who_may_have_it() {
        let clock = ManualClock::shared(Timestamp::UNIX_EPOCH);
        let budget = Budget::alone(10, clock.clone());
        let mut turns = Vec::new();
        while let Ok(turn) = budget.take(4).await {
            turns.push(turn);
        }
        assert_eq!(turns.len(), 6);
        while let Ok(turn) = budget.take(0).await {
            turns.push(turn);
        }
        assert_eq!(turns.len(), 10);
        drop(turns);
        let wait = budget.take(0).await.err().unwrap();
        assert_eq!(wait, WINDOW);
        let refused = budget.wait(SECOND).await.err();
        assert_eq!(refused, Some(WINDOW), "too long to wait");
    }

    #[tokio::test]
    async fn azures_own_word_outweighs_the_count() {
        let clock = ManualClock::impatient(Timestamp::UNIX_EPOCH);
        let budget = Budget::alone(10, clock.clone());
        budget.close(7 * SECOND);
        budget.close(SECOND);
        assert_eq!(budget.take(0).await.err(), Some(7 * SECOND));
        assert!(budget.wait(10 * SECOND).await.is_ok());
        assert_eq!(clock.now().as_second(), 7);
    }
}
