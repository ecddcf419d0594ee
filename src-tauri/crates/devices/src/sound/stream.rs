//! A running sound stream: its thread, and what it reports from its callbacks.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use cpal::traits::StreamTrait;
use foyer_media::device::CaptureError;

use crate::sound::LIMIT;
use crate::trouble::{self, Stage};

/// How often the thread of a stream looks after it.
const ROUND: Duration = Duration::from_millis(50);
/// Rounds between two log lines about the same trouble.
const QUIET_ROUNDS: u32 = 100;

/// What callbacks leave for others without waiting for anyone.
#[derive(Default)]
pub(crate) struct Reports {
    ended: OnceLock<CaptureError>,
    passing: AtomicU64,
    /// Samples of one channel that found no room, or were missing.
    pub(crate) lost: AtomicU64,
    /// Frames of the largest block that the device asked for or brought.
    pub(crate) largest_block: AtomicU32,
    /// Frames that went through.
    pub(crate) frames: AtomicU64,
    /// Microseconds between the callback and the ear.
    pub(crate) device_latency: AtomicU64,
}

impl Reports {
    /// Why the stream is over, if it is.
    pub(crate) fn check(&self) -> Result<(), CaptureError> {
        self.ended.get().map_or(Ok(()), |error| Err(error.clone()))
    }

    fn end(&self, error: CaptureError) {
        // The first reason counts.
        let _ = self.ended.set(error);
    }

    /// For cpal's error callback, which may run where sound is made: no log, no wait.
    pub(crate) fn hear(&self, error: &cpal::Error) {
        if trouble::is_passing(error) {
            self.passing.fetch_add(1, Ordering::Relaxed);
        } else {
            self.end(trouble::from_sound(Stage::Running, error));
        }
    }

    /// Counts a block of a callback.
    pub(crate) fn count(&self, frames: usize) {
        let frames = u32::try_from(frames).unwrap_or(u32::MAX);
        self.largest_block.fetch_max(frames, Ordering::Relaxed);
        self.frames.fetch_add(frames.into(), Ordering::Relaxed);
    }
}

/// Keeps a stream running; dropping it releases the device without waiting.
pub(crate) struct Running {
    _stop: mpsc::Sender<()>,
}

/// Builds a stream on a thread of its own, starts it and keeps it until [`Running`] is dropped. `tend` is
/// called there twenty times a second.
pub(crate) fn run<T: Send + 'static>(
    name: &'static str,
    reports: Arc<Reports>,
    build: impl FnOnce() -> Result<(cpal::Stream, T), CaptureError> + Send + 'static,
    tend: impl Fn() + Send + 'static,
) -> Result<(T, Running), CaptureError> {
    let (stop, stopped) = mpsc::channel();
    let (say, said) = mpsc::sync_channel(1);
    let ending = Arc::clone(&reports);
    thread::Builder::new()
        .name(name.into())
        .spawn(move || {
            let work = AssertUnwindSafe(|| {
                let started = build().and_then(|(stream, handed)| {
                    stream
                        .play()
                        .map_err(|error| trouble::from_sound(Stage::Opening, &error))?;
                    Ok((stream, handed))
                });
                let stream = match started {
                    Ok((stream, handed)) => {
                        // Whoever asked may have given up; then `stopped` ends the loop below.
                        let _ = say.send(Ok(handed));
                        stream
                    }
                    Err(error) => {
                        let _ = say.send(Err(error));
                        return;
                    }
                };
                keep(name, &reports, &stopped, &tend);
                drop(stream);
            });
            if let Err(panic) = catch_unwind(work) {
                ending.end(trouble::panicked(panic.as_ref()));
            }
        })
        .map_err(|error| CaptureError::Failed(error.to_string()))?;
    let handed = match said.recv_timeout(LIMIT) {
        Ok(answer) => answer?,
        Err(mpsc::RecvTimeoutError::Timeout) => return Err(CaptureError::Stalled(LIMIT)),
        Err(mpsc::RecvTimeoutError::Disconnected) => return Err(CaptureError::Lost),
    };
    Ok((handed, Running { _stop: stop }))
}

fn keep(name: &str, reports: &Reports, stopped: &mpsc::Receiver<()>, tend: &impl Fn()) {
    let (mut quiet, mut told) = (0_u32, (0, 0));
    while stopped.recv_timeout(ROUND) == Err(mpsc::RecvTimeoutError::Timeout) {
        tend();
        if reports.ended.get().is_some() {
            return;
        }
        quiet = quiet.saturating_sub(1);
        let passing = reports.passing.load(Ordering::Relaxed);
        let lost = reports.lost.load(Ordering::Relaxed);
        if quiet == 0 && (passing, lost) != told {
            tracing::debug!(stream = name, passing, lost, "sound stream had trouble");
            (quiet, told) = (QUIET_ROUNDS, (passing, lost));
        }
    }
}
