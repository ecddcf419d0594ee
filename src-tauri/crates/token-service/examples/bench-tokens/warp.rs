//! A clock that runs as the machine's does, and can be put forward.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use foyer_acs::Timestamp;
use foyer_acs::clock::{BoxFuture, Clock, later};

/// A little more than Azure's window.
const STEP: u64 = 31;

#[derive(Clone, Default)]
pub struct Warp {
    ahead: Arc<AtomicU64>,
}

impl Warp {
    pub fn shared() -> Arc<Self> {
        Arc::new(Self::default())
    }

    pub fn skip(&self) {
        self.ahead.fetch_add(STEP, Ordering::Relaxed);
    }
}

impl Clock for Warp {
    fn now(&self) -> Timestamp {
        let ahead = self.ahead.load(Ordering::Relaxed);
        later(Timestamp::now(), Duration::from_secs(ahead))
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let clock = self.clone();
        Box::pin(async move {
            let until = later(clock.now(), time);
            while clock.now() < until {
                tokio::time::sleep(time.min(Duration::from_millis(20))).await;
            }
        })
    }
}
