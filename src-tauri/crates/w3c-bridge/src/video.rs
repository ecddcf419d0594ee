//! Local picture tracks. Tracks that were cloned share one source; the device closes when the last of them stops.

pub(crate) mod remote;
pub(crate) mod send;
pub(crate) mod sent;

use std::sync::{Arc, Mutex};

use foyer_media::convert::{cover, fit_within, scale};
use foyer_media::device::{CaptureError, VideoCapture};
use foyer_media::frame::{I420, VideoFrame};
use foyer_media::latest::LatestRx;
use tokio::sync::watch;

/// What pictures come from.
pub(crate) struct VideoSource {
    frames: LatestRx<Result<VideoFrame, CaptureError>>,
    /// Text and windows: sharp edges, long stills.
    pub is_screen: bool,
    /// Releases the device; in a lock because it can be sent but not shared.
    _guard: Mutex<Box<dyn std::any::Any + Send>>,
}

impl VideoSource {
    pub fn new(capture: VideoCapture, is_screen: bool) -> Self {
        Self {
            frames: capture.frames,
            is_screen,
            _guard: Mutex::new(capture.guard),
        }
    }

    /// Resolves when nothing comes any more.
    pub fn ended(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut frames = self.frames.clone();
        async move { while let Some(Ok(_)) = frames.recv().await {} }
    }

    /// The first picture that comes.
    pub async fn first(&self) -> Result<VideoFrame, CaptureError> {
        self.frames
            .clone()
            .recv()
            .await
            .unwrap_or(Err(CaptureError::Lost))
    }
}

/// What a track makes of its source's pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Shape {
    /// Cropped and scaled to exactly this; `None` as they come.
    pub size: Option<(u32, u32)>,
    /// At most.
    pub rate: Option<f64>,
    /// Black.
    pub disabled: bool,
}

impl Shape {
    /// Takes a few milliseconds: keep it off async threads.
    pub fn apply(&self, frame: &VideoFrame) -> VideoFrame {
        let (width, height) = self
            .size
            .unwrap_or((frame.image.width(), frame.image.height()));
        let image = if self.disabled {
            I420::black(width, height)
        } else if (width, height) == (frame.image.width(), frame.image.height()) {
            return frame.clone();
        } else {
            cover(&frame.image, width, height)
        };
        match image {
            Ok(image) => VideoFrame {
                at: frame.at,
                image: Arc::new(image),
            },
            // Sizes were checked when they were set.
            Err(_) => frame.clone(),
        }
    }
}

/// One track; see the module.
pub(crate) struct VideoTrack {
    source: Arc<VideoSource>,
    shape: watch::Sender<Shape>,
}

impl VideoTrack {
    pub fn new(source: Arc<VideoSource>, shape: Shape) -> Self {
        Self {
            source,
            shape: watch::Sender::new(shape),
        }
    }

    pub fn source(&self) -> Arc<VideoSource> {
        Arc::clone(&self.source)
    }

    pub fn shape(&self) -> Shape {
        *self.shape.borrow()
    }

    pub fn reshape(&self, change: impl FnOnce(&mut Shape)) {
        self.shape.send_modify(change);
    }

    /// A clone that shares the source.
    pub fn duplicate(&self) -> Self {
        Self::new(self.source(), self.shape())
    }

    /// Ends once the track is dropped; holds no device open.
    pub fn pictures(&self) -> Pictures {
        Pictures {
            frames: self.source.frames.clone(),
            shape: self.shape.subscribe(),
            is_screen: self.source.is_screen,
            due: None,
        }
    }
}

/// A reader of a track.
pub(crate) struct Pictures {
    frames: LatestRx<Result<VideoFrame, CaptureError>>,
    shape: watch::Receiver<Shape>,
    pub is_screen: bool,
    /// When the next picture may come, in nanoseconds, if there is a limit.
    due: Option<i64>,
}

impl Pictures {
    /// The next picture as the source gave it, and what is to be made of it. `None` once track or source have ended.
    /// What comes faster than wanted is left out.
    pub async fn next(&mut self) -> Option<(VideoFrame, Shape)> {
        loop {
            let frame = tokio::select! {
                frame = self.frames.recv() => frame?.ok()?,
                changed = self.shape.changed() => {
                    changed.ok()?;
                    continue;
                }
            };
            // Without its track the source may well go on.
            self.shape.has_changed().ok()?;
            let shape = *self.shape.borrow();
            if self.is_due(&frame, shape) {
                return Some((frame, shape));
            }
        }
    }

    fn is_due(&mut self, frame: &VideoFrame, shape: Shape) -> bool {
        let Some(rate) = shape.rate.filter(|rate| *rate > 0.0) else {
            return true;
        };
        let period = (1e9 / rate) as i64;
        let due = self.due.unwrap_or(frame.at.0);
        // A source that is a little early is in time.
        if frame.at.0 < due - period / 4 {
            return false;
        }
        self.due = Some((due + period).max(frame.at.0));
        true
    }
}

/// Not larger than this, in the same proportions.
pub(crate) fn within(frame: &VideoFrame, width: u32, height: u32) -> VideoFrame {
    let (w, h) = (frame.image.width(), frame.image.height());
    if w <= width && h <= height {
        return frame.clone();
    }
    let (w, h) = fit_within(w, h, width, height);
    match scale(&frame.image, w, h) {
        Ok(image) => VideoFrame {
            at: frame.at,
            image: Arc::new(image),
        },
        // Too small to be scaled is small enough.
        Err(_) => frame.clone(),
    }
}

#[cfg(test)]
mod tests {
    use foyer_media::clock::MediaTime;
    use foyer_media::latest::latest;

    use super::*;

    fn frame(millis: i64) -> VideoFrame {
        VideoFrame {
            at: MediaTime(millis * 1_000_000),
            image: Arc::new(I420::black(64, 48).unwrap()),
        }
    }

    #[tokio::test]
    async fn a_track_is_as_wanted_and_ends_its_readers_with_it() {
        let (put, frames) = latest();
        let capture = VideoCapture {
            frames,
            guard: Box::new(()),
        };
        let source = Arc::new(VideoSource::new(capture, false));
        let shape = Shape {
            size: Some((20, 20)),
            rate: Some(10.0),
            disabled: false,
        };
        let track = VideoTrack::new(Arc::clone(&source), shape);
        let mut pictures = track.pictures();
        let mut times = Vec::new();
        for millis in (0..600).step_by(33) {
            put.put(Ok(frame(millis)));
            let next = tokio::time::timeout(std::time::Duration::from_millis(20), pictures.next());
            if let Ok(Some((frame, shape))) = next.await {
                times.push(frame.at.as_millis());
                let made = shape.apply(&frame);
                assert_eq!((made.image.width(), made.image.height()), (20, 20));
            }
        }
        assert!((5..=7).contains(&times.len()), "{times:?}");
        drop(track);
        assert!(pictures.next().await.is_none());
        assert!(put.put(Ok(frame(0))), "the source goes on");
    }
}
