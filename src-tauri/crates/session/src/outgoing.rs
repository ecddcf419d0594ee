//! Our own pictures: a capture, its encoder, and the two that get the result: the far side and our self view.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::codec::h264::{H264Encoder, H264Settings, Usage};
use foyer_media::convert::{fit_within, scale};
use foyer_media::device::{CaptureError, VideoCapture, VideoWant};
use foyer_media::encoded::{Bitrate, CodecError, EncodedFrame, VideoEncoder};
use foyer_media::frame::VideoFrame;
use foyer_rtc::Transceiver;
use tokio::sync::Notify;

use crate::feeds::FeedWriter;
use crate::task::Task;

/// What the pictures are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The guest.
    Camera,
    /// A display.
    Screen,
}

impl Subject {
    pub fn want(self) -> VideoWant {
        match self {
            Self::Camera => VideoWant {
                width: 1280,
                height: 720,
                fps: 30,
            },
            Self::Screen => VideoWant {
                width: 1920,
                height: 1080,
                fps: 15,
            },
        }
    }

    fn usage(self) -> Usage {
        match self {
            Self::Camera => Usage::Camera,
            Self::Screen => Usage::Screen,
        }
    }

    /// A still screen sends nothing new, but whoever joins late or lost something must still get it.
    fn repeat_after(self) -> Option<Duration> {
        match self {
            Self::Camera => None,
            Self::Screen => Some(Duration::from_millis(900)),
        }
    }
}

/// What was sent on one m-line so far.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Sent {
    pub frames: u64,
    pub bytes: u64,
    pub first: Option<MediaTime>,
    pub last: Option<MediaTime>,
    /// Pixels of the last picture.
    pub size: Option<(u16, u16)>,
}

/// The counters, whatever became of who held them.
pub(crate) fn lock(sent: &SharedSent) -> MutexGuard<'_, Sent> {
    sent.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sent {
    pub fn count(&mut self, bytes: usize, now: MediaTime) {
        self.frames += 1;
        self.bytes += bytes as u64;
        self.first.get_or_insert(now);
        self.last = Some(now);
    }

    /// Average over the time of sending, in bits per second.
    pub fn bitrate(&self) -> u32 {
        let (Some(first), Some(last)) = (self.first, self.last) else {
            return 0;
        };
        let seconds = last.since(first).as_secs_f64();
        if seconds < 0.1 {
            return 0;
        }
        (self.bytes as f64 * 8.0 / seconds) as u32
    }
}

/// Counters that outlive one opening of the device.
pub(crate) type SharedSent = Arc<Mutex<Sent>>;

struct Control {
    key: AtomicBool,
    rate: AtomicU32,
    wake: Notify,
    target: Mutex<Option<Transceiver>>,
}

impl Control {
    fn target(&self) -> MutexGuard<'_, Option<Transceiver>> {
        self.target.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Asks for key frames, from anywhere.
#[derive(Clone)]
pub(crate) struct KeyRequest(Arc<Control>);

impl KeyRequest {
    /// The next picture will be one; a still screen sends one at once.
    pub fn ask(&self) {
        self.0.key.store(true, Ordering::Release);
        self.0.wake.notify_one();
    }
}

/// A running capture that is encoded. Dropping it releases the device.
pub(crate) struct Outgoing {
    control: Arc<Control>,
    _task: Task,
}

/// What an [`Outgoing`] needs besides its capture.
pub(crate) struct Wiring {
    pub subject: Subject,
    pub clock: SharedClock,
    pub rate: Bitrate,
    pub sent: SharedSent,
}

impl Outgoing {
    /// Starts to encode. `feed` makes the self view, given what asks for its key frames; `failed` is called once if
    /// the source or the encoder gives up.
    pub fn start(
        capture: VideoCapture,
        wiring: Wiring,
        feed: impl FnOnce(KeyRequest) -> FeedWriter,
        failed: impl FnOnce(&'static str) + Send + 'static,
    ) -> Self {
        let control = Arc::new(Control {
            key: AtomicBool::new(false),
            rate: AtomicU32::new(wiring.rate.0),
            wake: Notify::new(),
            target: Mutex::new(None),
        });
        let line = Line {
            subject: wiring.subject,
            clock: wiring.clock,
            sent: wiring.sent,
            feed: feed(KeyRequest(Arc::clone(&control))),
            control: Arc::clone(&control),
            was_sending: false,
        };
        let task = Task::spawn(async move {
            let code = line.run(capture).await;
            failed(code);
        });
        Self {
            control,
            _task: task,
        }
    }

    /// Where to send; `None` keeps only the self view.
    pub fn send_to(&self, target: Option<Transceiver>) {
        *self.control.target() = target;
        self.key_request().ask();
    }

    pub fn set_rate(&self, rate: Bitrate) {
        self.control.rate.store(rate.0, Ordering::Release);
    }

    pub fn key_request(&self) -> KeyRequest {
        KeyRequest(Arc::clone(&self.control))
    }
}

/// One running line from capture to network.
struct Line {
    subject: Subject,
    clock: SharedClock,
    control: Arc<Control>,
    sent: SharedSent,
    feed: FeedWriter,
    was_sending: bool,
}

type Coder = Box<dyn VideoEncoder>;

impl Line {
    /// Ends with the code of what went wrong.
    async fn run(mut self, mut capture: VideoCapture) -> &'static str {
        let want = self.subject.want();
        let settings = H264Settings {
            usage: self.subject.usage(),
            rate: self.rate(),
            fps: want.fps,
        };
        let mut coder: Coder = match H264Encoder::new(settings) {
            Ok(coder) => Box::new(coder),
            Err(error) => return gave_up(self.subject, &error),
        };
        let mut latest: Option<VideoFrame> = None;
        loop {
            let repeat_after = self.subject.repeat_after();
            let repeats = repeat_after.is_some() && latest.is_some();
            tokio::select! {
                next = capture.frames.recv() => match next {
                    Some(Ok(frame)) => latest = Some(frame),
                    Some(Err(error)) => return error.code(),
                    None => return CaptureError::Lost.code(),
                },
                () = tokio::time::sleep(repeat_after.unwrap_or_default()), if repeats => {}
                () = self.control.wake.notified(), if repeats => {}
            }
            let Some(frame) = latest.as_mut() else {
                continue;
            };
            if repeats {
                // Shown again is shown now: receivers drop pictures of the past.
                frame.at = frame.at.max(self.clock.now());
            }
            match self.encode(coder, frame.clone()).await {
                Ok(back) => coder = back,
                Err(error) => return gave_up(self.subject, &error),
            }
        }
    }

    fn rate(&self) -> Bitrate {
        Bitrate(self.control.rate.load(Ordering::Acquire))
    }

    async fn encode(&mut self, mut coder: Coder, frame: VideoFrame) -> Result<Coder, CodecError> {
        let target = self.control.target().clone().filter(Transceiver::can_send);
        let begins = target.is_some() && !self.was_sending;
        self.was_sending = target.is_some();
        if target.is_none() && !self.feed.is_watched() {
            return Ok(coder);
        }
        let key = self.control.key.swap(false, Ordering::AcqRel) || begins;
        let rate = self.rate();
        let most = self.subject.want();
        // The encoder goes to a thread that may block and comes back with its result.
        let (coder, encoded) = tokio::task::spawn_blocking(move || {
            // Pictures at the old rate are better than none.
            if let Err(error) = coder.set_rate(rate) {
                tracing::warn!(%error, rate = rate.0, "rate not changed");
            }
            let encoded = coder.encode(&not_larger(frame, most), key);
            (coder, encoded)
        })
        .await
        .map_err(|_| CodecError::Failed("the encoder panicked".into()))?;
        match encoded? {
            Some(encoded) => self.hand_on(&encoded, target.as_ref()),
            None if key => self.control.key.store(true, Ordering::Release),
            None => {}
        }
        Ok(coder)
    }

    fn hand_on(&self, encoded: &EncodedFrame, target: Option<&Transceiver>) {
        self.feed.put(encoded);
        let Some(target) = target else {
            return;
        };
        if target.send_video(encoded) {
            let mut sent = lock(&self.sent);
            sent.count(encoded.data.len(), self.clock.now());
            sent.size = Some((encoded.width, encoded.height));
        } else {
            // What follows would build on a picture that nobody got.
            self.control.key.store(true, Ordering::Release);
        }
    }
}

/// What sources deliver beyond what was wanted costs more than anybody sees.
fn not_larger(frame: VideoFrame, most: VideoWant) -> VideoFrame {
    let (width, height) = (frame.image.width(), frame.image.height());
    if width <= most.width && height <= most.height {
        return frame;
    }
    let (width, height) = fit_within(width, height, most.width, most.height);
    match scale(&frame.image, width, height) {
        Ok(image) => VideoFrame {
            at: frame.at,
            image: Arc::new(image),
        },
        // The encoder says what is wrong with it.
        Err(_) => frame,
    }
}

fn gave_up(subject: Subject, error: &CodecError) -> &'static str {
    tracing::warn!(?subject, %error, "encoder gave up");
    error.code()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_the_average_over_the_time_of_sending() {
        let mut sent = Sent::default();
        assert_eq!(sent.bitrate(), 0);
        for second in 0..=10 {
            sent.count(12_500, MediaTime(second * 1_000_000_000));
        }
        assert_eq!(sent.frames, 11);
        assert_eq!(sent.bitrate(), 110_000);
    }
}
