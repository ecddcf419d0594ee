//! One open camera: a thread between the device and all who look at it.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use foyer_media::clock::SharedClock;
use foyer_media::device::{CaptureError, VideoCapture};
use foyer_media::frame::VideoFrame;
use foyer_media::latest::{LatestRx, LatestTx, latest};

use tokio::runtime;

use crate::budget::Budget;
use crate::compositor::{Behind, Compositor};
use crate::effects::{Effects, Status, Stop};
use crate::mask::{FinderError, MakeFinder};

type Frame = Result<VideoFrame, CaptureError>;

/// Pictures between two reports of the cost.
const REPORT_EVERY: u32 = 30;

/// A camera that somebody looks at. It closes with the last of them.
pub(crate) struct Camera {
    /// The device, until the camera ends.
    device: Mutex<Option<Box<dyn Any + Send>>>,
    /// One for each who looks; none once it has ended.
    lookers: Mutex<Option<Vec<LatestTx<Frame>>>>,
}

/// What a camera's thread works with.
pub(crate) struct Workshop {
    pub effects: Effects,
    pub clock: SharedClock,
    pub make_finder: MakeFinder,
    /// What a picture may cost.
    pub limit: Duration,
}

impl Camera {
    /// Starts the thread, for the first who looks.
    pub fn start(
        capture: VideoCapture,
        workshop: Workshop,
    ) -> Result<(Weak<Self>, VideoCapture), CaptureError> {
        let (tx, shown) = latest();
        let camera = Arc::new(Self {
            device: Mutex::new(Some(capture.guard)),
            lookers: Mutex::new(Some(vec![tx])),
        });
        let shared = Arc::downgrade(&camera);
        let thread = Thread {
            camera: Weak::clone(&shared),
            budget: Budget::new(workshop.limit),
            workshop,
            compositor: None,
            pictures: 0,
        };
        let frames = capture.frames;
        // Only to wait for pictures: they wake whoever waits by themselves.
        let waiting = runtime::Builder::new_current_thread()
            .build()
            .map_err(|error| CaptureError::Failed(error.to_string()))?;
        thread::Builder::new()
            .name("camera effects".into())
            .spawn(move || thread.run(&waiting, frames))
            .map_err(|error| CaptureError::Failed(error.to_string()))?;
        let first = VideoCapture {
            frames: shown,
            guard: Box::new(camera),
        };
        Ok((shared, first))
    }

    /// One more who looks, from the next picture on; `None` if it has ended.
    pub fn look(self: &Arc<Self>) -> Option<VideoCapture> {
        let (tx, frames) = latest();
        lock(&self.lookers).as_mut()?.push(tx);
        Some(VideoCapture {
            frames,
            guard: Box::new(Arc::clone(self)),
        })
    }

    fn show(&self, frame: &Frame) {
        if let Some(lookers) = lock(&self.lookers).as_mut() {
            lookers.retain(|looker| looker.put(frame.clone()));
        }
    }

    /// Nothing comes any more, and the device is free.
    fn end(&self) {
        *lock(&self.lookers) = None;
        drop(lock(&self.device).take());
    }
}

/// Nothing is half done under these locks, so a panic elsewhere leaves them sound.
fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Thread {
    camera: Weak<Camera>,
    workshop: Workshop,
    budget: Budget,
    compositor: Option<Compositor>,
    pictures: u32,
}

impl Thread {
    fn run(mut self, waiting: &runtime::Runtime, mut frames: LatestRx<Frame>) {
        self.workshop
            .effects
            .set_status(match self.workshop.effects.behind() {
                Some(_) => Status::Starting,
                None => Status::Idle,
            });
        while let Some(frame) = waiting.block_on(frames.recv()) {
            let Some(camera) = self.camera.upgrade() else {
                break;
            };
            match frame {
                Ok(frame) => {
                    if let Err(stop) = self.picture(&camera, &frame) {
                        tracing::warn!(?stop, "the camera pauses: the background cannot be hidden");
                        // The reason is there before anybody sees that the camera has closed.
                        self.workshop.effects.set_status(Status::Stopped(stop));
                        camera.show(&Err(CaptureError::Paused(stop.code())));
                        camera.end();
                        return;
                    }
                }
                Err(error) => {
                    camera.show(&Err(error));
                    break;
                }
            }
        }
        self.workshop.effects.set_status(Status::Idle);
        if let Some(camera) = self.camera.upgrade() {
            camera.end();
        }
    }

    fn picture(&mut self, camera: &Camera, frame: &VideoFrame) -> Result<(), Stop> {
        let effects = self.workshop.effects.clone();
        let Some(behind) = effects.behind() else {
            if self.compositor.take().is_some() {
                self.budget = Budget::new(self.workshop.limit);
                self.pictures = 0;
                effects.set_status(Status::Idle);
            }
            effects.pass_untouched(|| camera.show(&Ok(frame.clone())));
            return Ok(());
        };
        if self.compositor.is_none() {
            effects.set_status(Status::Starting);
        }
        let begun = self.workshop.clock.now();
        let composed = self.compose(frame, &behind)?;
        let cost = self.workshop.clock.now().since(begun);
        camera.show(&Ok(composed));
        if let Some(per_picture) = self.budget.spend(cost) {
            return Err(Stop::TooSlow {
                per_picture,
                limit: self.workshop.limit,
            });
        }
        if self.pictures.is_multiple_of(REPORT_EVERY) {
            let per_picture = self.budget.median().unwrap_or(cost);
            effects.set_status(Status::Running { per_picture });
        }
        self.pictures += 1;
        Ok(())
    }

    fn compose(&mut self, frame: &VideoFrame, behind: &Behind) -> Result<VideoFrame, Stop> {
        // A runtime that panics must not take the thread with it unheard: the camera would hang.
        let made = catch_unwind(AssertUnwindSafe(|| {
            let compositor = match &mut self.compositor {
                Some(compositor) => compositor,
                none => none.insert(Compositor::new((self.workshop.make_finder)()?)),
            };
            compositor.compose(&frame.image, behind)
        }));
        let made = made.unwrap_or_else(|_| Err(FinderError::Run("it panicked".into())));
        match made {
            Ok(image) => Ok(VideoFrame {
                at: frame.at,
                image: Arc::new(image),
            }),
            Err(error) => {
                tracing::error!(%error, "no background effect");
                Err(Stop::Failed)
            }
        }
    }
}
