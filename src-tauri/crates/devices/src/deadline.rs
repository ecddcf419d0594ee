//! Calls into system libraries that may never return.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use foyer_media::device::CaptureError;

use crate::trouble;

/// Runs `work` on a thread of its own and waits for its answer. When `limit` passes, the thread is abandoned
/// together with whatever it holds, and the answer is `Stalled`. A panic inside becomes `Failed`.
pub(crate) fn within<T: Send + 'static>(
    name: &str,
    limit: Duration,
    work: impl FnOnce() -> Result<T, CaptureError> + Send + 'static,
) -> Result<T, CaptureError> {
    let (answer, answered) = mpsc::sync_channel(1);
    thread::Builder::new()
        .name(name.into())
        .spawn(move || {
            let outcome = catch_unwind(AssertUnwindSafe(work))
                .unwrap_or_else(|panic| Err(trouble::panicked(panic.as_ref())));
            // Whoever asked may have given up by now.
            let _ = answer.send(outcome);
        })
        .map_err(|error| CaptureError::Failed(error.to_string()))?;
    answered
        .recv_timeout(limit)
        .unwrap_or(Err(CaptureError::Stalled(limit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_that_hangs_is_given_up() {
        let (_never, wait) = mpsc::channel::<()>();
        let limit = Duration::from_millis(20);
        let outcome = within("test", limit, move || {
            let _ = wait.recv();
            Ok(())
        });
        assert_eq!(outcome, Err(CaptureError::Stalled(limit)));
    }

    #[test]
    fn work_that_panics_is_a_failure() {
        let outcome: Result<(), _> = within("test", Duration::from_secs(30), || {
            std::panic::resume_unwind(Box::new("broken driver".to_owned()))
        });
        assert_eq!(outcome, Err(CaptureError::Failed("broken driver".into())));
    }
}
