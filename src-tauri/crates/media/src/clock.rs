//! One monotonic time line for everything that is captured, sent, received and played.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

/// Nanoseconds on the process-wide monotonic time line. Only differences mean something.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct MediaTime(pub i64);

impl MediaTime {
    /// The moment `later` after this one.
    pub fn plus(self, later: Duration) -> Self {
        Self(
            self.0
                .saturating_add(i64::try_from(later.as_nanos()).unwrap_or(i64::MAX)),
        )
    }

    /// Time from `earlier` to this moment; zero if `earlier` is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Whole milliseconds on the time line.
    pub fn as_millis(self) -> i64 {
        self.0 / 1_000_000
    }
}

/// Tells the time. Below the shell nobody reads a clock: whoever needs the time is handed one of these.
pub trait Clock: Send + Sync + 'static {
    /// Now, never less than any earlier answer.
    fn now(&self) -> MediaTime;
}

/// A shared clock, as everything below the shell takes it.
pub type SharedClock = Arc<dyn Clock>;

/// The machine's monotonic clock, made once by whoever starts the program.
#[derive(Debug)]
pub struct MonotonicClock {
    start: Instant,
}

impl MonotonicClock {
    /// A clock whose time line starts now.
    #[allow(clippy::disallowed_methods)] // The one place that reads the machine's clock.
    pub fn shared() -> SharedClock {
        Arc::new(Self {
            start: Instant::now(),
        })
    }
}

impl Clock for MonotonicClock {
    fn now(&self) -> MediaTime {
        MediaTime(i64::try_from(self.start.elapsed().as_nanos()).unwrap_or(i64::MAX))
    }
}

/// A clock that moves only when told to, for tests.
#[derive(Debug, Default)]
pub struct ManualClock {
    now: AtomicI64,
}

impl ManualClock {
    /// A clock standing at zero.
    pub fn shared() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Moves the time on.
    pub fn advance(&self, by: Duration) {
        self.now.fetch_add(
            i64::try_from(by.as_nanos()).unwrap_or(i64::MAX),
            Ordering::SeqCst,
        );
    }
}

impl Clock for ManualClock {
    fn now(&self) -> MediaTime {
        MediaTime(self.now.load(Ordering::SeqCst))
    }
}
