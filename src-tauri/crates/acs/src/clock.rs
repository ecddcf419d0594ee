//! Time, handed in: the time of day that signatures, tokens and messages carry, and waiting.

use std::collections::BTreeMap;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{oneshot, watch};

/// A future that owns or borrows what it needs.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Tells the time of day and waits. Below the shell nobody reads a clock: whoever needs the time is handed one.
pub trait Clock: Send + Sync + 'static {
    /// Now. May jump, as the machine's clock does when it is set.
    fn now(&self) -> Timestamp;

    /// Completes after `time` has passed. Dropping it gives up waiting.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// A shared clock, as everything here takes it.
pub type SharedClock = Arc<dyn Clock>;

/// The real thing: the time of day from whoever may read it, waiting from tokio.
pub struct TokioClock<F> {
    wall: F,
}

impl<F: Fn() -> Timestamp + Send + Sync + 'static> TokioClock<F> {
    /// A clock that asks `wall` for the time of day.
    pub fn shared(wall: F) -> SharedClock {
        Arc::new(Self { wall })
    }
}

impl<F: Fn() -> Timestamp + Send + Sync + 'static> Clock for TokioClock<F> {
    fn now(&self) -> Timestamp {
        (self.wall)()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// `time` later than `at`; the end of all time if that is too late to write down.
pub fn later(at: Timestamp, time: Duration) -> Timestamp {
    at.saturating_add(time).unwrap_or(Timestamp::MAX)
}

/// From `earlier` to `at`; zero if it is not earlier.
pub fn since(at: Timestamp, earlier: Timestamp) -> Duration {
    Duration::try_from(at.duration_since(earlier)).unwrap_or_default()
}

/// A clock that moves only when told to, for tests. Those who sleep on it can be seen and waited for.
pub struct ManualClock {
    sleepers: Mutex<Sleepers>,
    asleep: watch::Sender<usize>,
    now: watch::Sender<Timestamp>,
}

#[derive(Default)]
struct Sleepers {
    waiting: BTreeMap<(Timestamp, u64), oneshot::Sender<()>>,
    numbered: u64,
    impatient: bool,
    slept: Vec<Duration>,
}

impl ManualClock {
    /// A clock that stands at `now`.
    pub fn shared(now: Timestamp) -> Arc<Self> {
        Arc::new(Self {
            sleepers: Mutex::default(),
            asleep: watch::Sender::new(0),
            now: watch::Sender::new(now),
        })
    }

    /// A clock on which nobody waits: every sleep moves the time on at once.
    pub fn impatient(now: Timestamp) -> Arc<Self> {
        let clock = Self::shared(now);
        clock.sleepers().impatient = true;
        clock
    }

    /// Moves the time on and wakes those whose time has come, in order.
    pub fn advance(&self, by: Duration) {
        self.set(later(self.now(), by));
    }

    /// Sets the time, which may be earlier.
    pub fn set(&self, now: Timestamp) {
        self.now.send_replace(now);
        let mut sleepers = self.sleepers();
        while let Some(entry) = sleepers.waiting.first_entry() {
            if entry.key().0 > now {
                break;
            }
            // Whoever gave up waiting needs no waking.
            let _ = entry.remove().send(());
        }
        self.count(&mut sleepers);
    }

    /// Waits until somebody sleeps, and says until when the first of them does.
    pub async fn next_waking(&self) -> Timestamp {
        let mut asleep = self.asleep.subscribe();
        loop {
            asleep.borrow_and_update();
            {
                let mut sleepers = self.sleepers();
                self.count(&mut sleepers);
                if let Some(((at, _), _)) = sleepers.waiting.first_key_value() {
                    return *at;
                }
            }
            // The sender lives as long as `self`.
            let _ = asleep.changed().await;
        }
    }

    /// Waits until somebody sleeps and wakes the first of them; returns how far that moved the time.
    pub async fn wake_next(&self) -> Duration {
        let at = self.next_waking().await;
        let passed = since(at, self.now());
        self.set(at.max(self.now()));
        passed
    }

    /// How long each sleep was asked for, in order.
    pub fn slept(&self) -> Vec<Duration> {
        self.sleepers().slept.clone()
    }

    fn count(&self, sleepers: &mut Sleepers) {
        sleepers.waiting.retain(|_, wake| !wake.is_closed());
        let count = sleepers.waiting.len();
        self.asleep
            .send_if_modified(|known| std::mem::replace(known, count) != count);
    }

    fn sleepers(&self) -> MutexGuard<'_, Sleepers> {
        self.sleepers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ManualClock({})", self.now())
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        *self.now.borrow()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let until = later(self.now(), time);
        let mut sleepers = self.sleepers();
        sleepers.slept.push(time);
        if sleepers.impatient {
            drop(sleepers);
            self.set(until);
            return Box::pin(std::future::ready(()));
        }
        let (wake, woken) = oneshot::channel();
        sleepers.numbered += 1;
        let number = sleepers.numbered;
        sleepers.waiting.insert((until, number), wake);
        self.asleep.send_replace(sleepers.waiting.len());
        Box::pin(async move {
            // A clock that is gone never reaches the time.
            if woken.await.is_err() {
                std::future::pending::<()>().await;
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sleepers_wake_in_order_and_not_before_their_time() {
        let clock = ManualClock::shared(Timestamp::UNIX_EPOCH);
        let second = clock.sleep(Duration::from_secs(20));
        let first = clock.sleep(Duration::from_secs(10));
        assert_eq!(clock.wake_next().await, Duration::from_secs(10));
        first.await;
        drop(second);
        let third = clock.sleep(Duration::from_secs(5));
        assert_eq!(
            clock.wake_next().await,
            Duration::from_secs(5),
            "the dropped one is forgotten"
        );
        third.await;
        assert_eq!(clock.now().as_second(), 15);
    }
}
