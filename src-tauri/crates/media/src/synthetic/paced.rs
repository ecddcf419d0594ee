//! Runs a picture source on a thread of its own at an even pace.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use crate::clock::SharedClock;
use crate::device::{CaptureError, VideoCapture};
use crate::frame::{I420, VideoFrame};
use crate::latest::latest;

/// How often a clock that does not follow real time is looked at, and how long a drop may take at most.
const LOOK: Duration = Duration::from_millis(20);

#[derive(Default)]
struct Stop {
    stopped: Mutex<bool>,
    told: Condvar,
}

impl Stop {
    /// True once stopped; waits no longer than `at_most`.
    fn wait(&self, at_most: Duration) -> bool {
        let guard = self.stopped.lock().unwrap_or_else(PoisonError::into_inner);
        if *guard || at_most.is_zero() {
            return *guard;
        }
        let (guard, _) = self
            .told
            .wait_timeout(guard, at_most)
            .unwrap_or_else(PoisonError::into_inner);
        *guard
    }
}

struct Guard(Arc<Stop>);

impl Drop for Guard {
    fn drop(&mut self) {
        *self
            .0
            .stopped
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        self.0.told.notify_all();
    }
}

/// Calls `make` with the number of each period that has begun; periods missed because of a slow maker are skipped.
pub fn run(
    name: &str,
    clock: SharedClock,
    period: Duration,
    mut make: impl FnMut(u64, Duration) -> Result<I420, CaptureError> + Send + 'static,
) -> Result<VideoCapture, CaptureError> {
    let stop = Arc::new(Stop::default());
    let (tx, rx) = latest();
    let told = Arc::clone(&stop);
    let step = period.as_nanos().max(1);
    let body = move || {
        let start = clock.now();
        let mut next = 0u64;
        loop {
            let due = start.plus(Duration::from_nanos_u128(step * u128::from(next)));
            let now = clock.now();
            let left = due.since(now);
            if told.wait(left.min(LOOK)) || tx.is_closed() {
                return;
            }
            if !left.is_zero() {
                continue;
            }
            let number = u64::try_from(now.since(start).as_nanos() / step).unwrap_or(u64::MAX);
            let elapsed = Duration::from_nanos_u128(step * u128::from(number));
            let made = make(number, elapsed).map(|image| VideoFrame {
                at: start.plus(elapsed),
                image: Arc::new(image),
            });
            let failed = made.is_err();
            if !tx.put(made) || failed {
                return;
            }
            next = number.saturating_add(1);
        }
    };
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(body)
        .map_err(|e| CaptureError::Failed(e.to_string()))?;
    Ok(VideoCapture {
        frames: rx,
        guard: Box::new(Guard(stop)),
    })
}
