//! What all picture sources share: a thread that captures, a mailbox for the pictures, and a watchdog for the
//! thread that hangs in a driver.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::device::{CaptureError, VideoCapture};
use foyer_media::frame::VideoFrame;
use foyer_media::latest::{LatestTx, latest};

use crate::trouble;

/// How a source is run.
pub(crate) struct Plan {
    /// Name of the threads.
    pub(crate) name: &'static str,
    /// Longest time until the source says that it is open.
    pub(crate) opening: Duration,
    /// Longest time without a picture before the source counts as stalled.
    pub(crate) silence: Duration,
}

/// Where a capture thread leaves its pictures. Ends once: by the thread, its watchdog, or the holder.
#[derive(Clone)]
pub(crate) struct Outlet(Arc<State>);

struct State {
    mailbox: Mutex<Option<LatestTx<Result<VideoFrame, CaptureError>>>>,
    ended: Condvar,
    last_sign: AtomicI64,
}

impl Outlet {
    fn mailbox(&self) -> MutexGuard<'_, Option<LatestTx<Result<VideoFrame, CaptureError>>>> {
        // Nothing is half done under this lock, so a panic elsewhere leaves it sound.
        self.0
            .mailbox
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Hands out a picture. False once the stream has ended or nobody reads.
    pub(crate) fn put(&self, frame: VideoFrame) -> bool {
        self.alive(frame.at);
        let mut mailbox = self.mailbox();
        let read = mailbox.as_ref().is_some_and(|tx| tx.put(Ok(frame)));
        if !read {
            *mailbox = None;
        }
        read
    }

    /// Tells the watchdog that the device works although no picture is handed out.
    pub(crate) fn alive(&self, at: MediaTime) {
        self.0.last_sign.store(at.0, Ordering::Relaxed);
    }

    /// Ends the stream with an error; the first one counts.
    pub(crate) fn fail(&self, error: CaptureError) {
        if let Some(tx) = self.mailbox().take() {
            tx.put(Err(error));
        }
        self.0.ended.notify_all();
    }

    fn end(&self) {
        *self.mailbox() = None;
        self.0.ended.notify_all();
    }

    /// False once the stream has ended.
    pub(crate) fn is_open(&self) -> bool {
        self.mailbox().as_ref().is_some_and(|tx| !tx.is_closed())
    }

    /// Sleeps, but not beyond the end of the stream. False if it has ended.
    pub(crate) fn wait(&self, time: Duration) -> bool {
        let mailbox = self.mailbox();
        let (mailbox, _) = self
            .0
            .ended
            .wait_timeout_while(mailbox, time, |mailbox| mailbox.is_some())
            .unwrap_or_else(PoisonError::into_inner);
        mailbox.as_ref().is_some_and(|tx| !tx.is_closed())
    }
}

struct Guard {
    outlet: Outlet,
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.outlet.end();
    }
}

/// Says once that the source is open; the caller of [`run`] waits for it.
pub(crate) struct Opened(mpsc::SyncSender<Result<(), CaptureError>>);

impl Opened {
    /// The device is open, pictures follow.
    pub(crate) fn yes(&self) {
        // The second word of one source, or a caller who gave up: both change nothing.
        let _ = self.0.try_send(Ok(()));
    }
}

/// Runs `source` on a thread of its own until it returns or [`Outlet::is_open`] turns false. Before the source
/// says [`Opened::yes`] its error is the caller's; afterwards it ends the stream.
pub(crate) fn run(
    plan: Plan,
    clock: SharedClock,
    source: impl FnOnce(&Outlet, &Opened) -> Result<(), CaptureError> + Send + 'static,
) -> Result<VideoCapture, CaptureError> {
    let (tx, frames) = latest();
    let outlet = Outlet(Arc::new(State {
        mailbox: Mutex::new(Some(tx)),
        ended: Condvar::new(),
        last_sign: AtomicI64::new(clock.now().0),
    }));
    let guard = Guard {
        outlet: outlet.clone(),
    };
    let (say, said) = mpsc::sync_channel(1);
    let at_source = outlet.clone();
    thread::Builder::new()
        .name(plan.name.into())
        .spawn(move || {
            let opened = Opened(say);
            let outcome = catch_unwind(AssertUnwindSafe(|| source(&at_source, &opened)))
                .unwrap_or_else(|panic| Err(trouble::panicked(panic.as_ref())));
            if let Err(error) = outcome {
                // Refused if the source was open before: then the stream carries the error.
                let _ = opened.0.try_send(Err(error.clone()));
                at_source.fail(error);
            }
            at_source.end();
        })
        .map_err(|error| CaptureError::Failed(error.to_string()))?;
    match said.recv_timeout(plan.opening) {
        Ok(answer) => answer?,
        Err(mpsc::RecvTimeoutError::Timeout) => return Err(CaptureError::Stalled(plan.opening)),
        Err(mpsc::RecvTimeoutError::Disconnected) => return Err(CaptureError::Lost),
    }
    outlet.alive(clock.now());
    watch_over(plan, clock, outlet)?;
    Ok(VideoCapture {
        frames,
        guard: Box::new(guard),
    })
}

fn watch_over(plan: Plan, clock: SharedClock, outlet: Outlet) -> Result<(), CaptureError> {
    thread::Builder::new()
        .name(format!("{} watchdog", plan.name))
        .spawn(move || {
            while outlet.wait(plan.silence / 8) {
                let last = MediaTime(outlet.0.last_sign.load(Ordering::Relaxed));
                if clock.now().since(last) > plan.silence {
                    tracing::warn!(
                        source = plan.name,
                        "capture stalled, its thread is abandoned"
                    );
                    outlet.fail(CaptureError::Stalled(plan.silence));
                }
            }
        })
        .map_err(|error| CaptureError::Failed(error.to_string()))?;
    Ok(())
}

/// Lets through no more pictures a second than wanted, evenly.
pub(crate) struct Pace {
    interval: Duration,
    next: Option<MediaTime>,
}

impl Pace {
    pub(crate) fn new(fps: u32) -> Self {
        Self {
            interval: Duration::from_secs(1) / fps.clamp(1, 240),
            next: None,
        }
    }

    /// True if a picture taken now may pass. A source that runs at the wanted rate with jitter loses none.
    pub(crate) fn due(&mut self, now: MediaTime) -> bool {
        let Some(next) = self.next else {
            self.next = Some(now.plus(self.interval));
            return true;
        };
        let tolerance = self.interval / 2;
        if now.plus(tolerance) < next {
            return false;
        }
        let late = now.since(next) > self.interval;
        self.next = Some(if late { now } else { next }.plus(self.interval));
        true
    }

    /// Time until the next picture is due.
    pub(crate) fn rest(&self, now: MediaTime) -> Duration {
        self.next.map_or(Duration::ZERO, |next| next.since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use foyer_media::clock::{ManualClock, MonotonicClock};
    use foyer_media::frame::I420;

    const PLAN: Plan = Plan {
        name: "test",
        opening: Duration::from_secs(30),
        silence: Duration::from_millis(80),
    };

    fn picture(at: MediaTime) -> VideoFrame {
        VideoFrame {
            at,
            image: Arc::new(I420::black(2, 2).unwrap()),
        }
    }

    #[test]
    fn an_error_before_the_opening_is_the_callers() {
        let outcome = run(PLAN, MonotonicClock::shared(), |_, _| {
            Err(CaptureError::Busy)
        });
        assert_eq!(outcome.err(), Some(CaptureError::Busy));
    }

    #[tokio::test]
    async fn a_source_that_hangs_ends_as_stalled() {
        let (_never, hang) = mpsc::channel::<()>();
        let clock = MonotonicClock::shared();
        let mut capture = run(PLAN, clock.clone(), move |outlet, opened| {
            opened.yes();
            outlet.put(picture(clock.now()));
            let _ = hang.recv();
            Ok(())
        })
        .unwrap();
        let mut last = None;
        while let Some(item) = capture.frames.recv().await {
            last = Some(item.map(|_| ()));
        }
        assert_eq!(last, Some(Err(CaptureError::Stalled(PLAN.silence))));
    }

    #[tokio::test]
    async fn a_source_that_panics_ends_as_failed() {
        let mut capture = run(PLAN, MonotonicClock::shared(), |_, opened| {
            opened.yes();
            std::panic::resume_unwind(Box::new("driver"))
        })
        .unwrap();
        let item = capture.frames.recv().await.unwrap();
        assert_eq!(item.err(), Some(CaptureError::Failed("driver".into())));
    }

    #[test]
    fn dropping_the_capture_ends_its_thread_at_once() {
        let (done, ended) = mpsc::channel();
        let capture = run(PLAN, MonotonicClock::shared(), move |outlet, opened| {
            opened.yes();
            while outlet.wait(Duration::from_secs(3600)) {}
            let _ = done.send(());
            Ok(())
        })
        .unwrap();
        drop(capture);
        ended.recv_timeout(Duration::from_secs(30)).unwrap();
    }

    #[test]
    fn a_faster_source_is_thinned_and_an_equal_one_is_not() {
        let clock = ManualClock::shared();
        let count = |source_fps: u32| {
            use foyer_media::clock::Clock;
            let mut pace = Pace::new(30);
            (0..source_fps * 10)
                .filter(|_| {
                    clock.advance(Duration::from_secs(1) / source_fps);
                    pace.due(clock.now())
                })
                .count()
        };
        assert!((295..=305).contains(&count(60)), "60 becomes 30");
        assert!(count(30) >= 299, "30 stays 30");
        assert_eq!(count(15), 150, "15 stays 15");
    }
}
