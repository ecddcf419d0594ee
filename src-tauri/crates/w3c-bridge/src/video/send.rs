//! A local track on its way to the far side: shaped, encoded, sent.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foyer_contract::bridge::connection::Encoding;
use foyer_media::clock::SharedClock;
use foyer_media::codec::h264::{H264Encoder, H264Settings, Usage};
use foyer_media::encoded::{Bitrate, CodecError, EncodedFrame, VideoCodec, VideoEncoder};
use foyer_media::frame::VideoFrame;
use foyer_rtc::Transceiver;
use tokio::sync::Notify;

use super::{Pictures, Shape, VideoTrack, within};
use crate::figures::Filmed;
use crate::task::Task;

/// Pictures per second that encoders are prepared for.
const FASTEST: u32 = 30;
/// Bits per second before the line has been measured.
const FIRST_RATE: u32 = 600_000;
/// Below this nothing can be recognised.
const LEAST: u32 = 60_000;
/// A source that stands still is shown again, so that whoever lost it gets it.
const REPEAT: Duration = Duration::from_millis(900);

/// What the page wants of its encodings.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub encodings: Vec<Encoding>,
}

/// What sound is sent with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SoundPlan {
    pub active: bool,
    pub rate: Option<u32>,
}

impl Plan {
    pub fn new(encodings: Vec<Encoding>) -> Self {
        Self { encodings }
    }

    pub fn sound(&self) -> SoundPlan {
        let first = self.encodings.first();
        SoundPlan {
            active: first.is_none_or(|encoding| encoding.active),
            rate: first.and_then(|encoding| encoding.max_bitrate),
        }
    }
}

struct Control {
    plan: Mutex<Plan>,
    key: AtomicBool,
    rate: AtomicU32,
    wake: Notify,
}

impl Control {
    fn plan(&self) -> Plan {
        self.plan
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Sends a track until it is dropped or the track ends.
pub(crate) struct VideoSender {
    control: Arc<Control>,
    _task: Task,
}

impl VideoSender {
    pub fn start(
        target: Transceiver,
        track: &VideoTrack,
        clock: SharedClock,
        plan: Plan,
        filmed: Filmed,
    ) -> Self {
        let control = Arc::new(Control {
            plan: Mutex::new(plan),
            key: AtomicBool::new(true),
            rate: AtomicU32::new(FIRST_RATE),
            wake: Notify::new(),
        });
        let line = Sending {
            pictures: track.pictures(),
            target,
            clock,
            control: Arc::clone(&control),
            filmed,
            coder: None,
            was_open: false,
            due: None,
        };
        Self {
            control,
            _task: Task::spawn(line.run()),
        }
    }

    pub fn set_plan(&self, plan: Plan) {
        *self
            .control
            .plan
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = plan;
        self.send_key_frame();
    }

    /// Bits per second that there are for this track.
    pub fn set_rate(&self, bits: u32) {
        self.control.rate.store(bits, Ordering::Release);
    }

    /// A still source sends one at once.
    pub fn send_key_frame(&self) {
        self.control.key.store(true, Ordering::Release);
        self.control.wake.notify_one();
    }
}

type Coder = Box<dyn VideoEncoder>;

struct Sending {
    pictures: Pictures,
    target: Transceiver,
    clock: SharedClock,
    control: Arc<Control>,
    filmed: Filmed,
    coder: Option<(VideoCodec, Coder)>,
    was_open: bool,
    due: Option<i64>,
}

impl Sending {
    async fn run(mut self) {
        let mut latest: Option<(VideoFrame, Shape)> = None;
        loop {
            let has = latest.is_some();
            tokio::select! {
                next = self.pictures.next() => match next {
                    Some(next) => {
                        self.count_source(&next);
                        latest = Some(next);
                    }
                    None => return,
                },
                () = self.control.wake.notified(), if has => again(&mut latest, &self.clock),
                () = tokio::time::sleep(REPEAT), if has => again(&mut latest, &self.clock),
            }
            let Some((frame, shape)) = &latest else {
                continue;
            };
            if let Err(error) = self.send(frame.clone(), *shape).await {
                tracing::warn!(%error, "pictures not encoded");
                return;
            }
        }
    }

    fn count_source(&self, (frame, shape): &(VideoFrame, Shape)) {
        let size = shape.size;
        let size = size.unwrap_or((frame.image.width(), frame.image.height()));
        let now = self.clock.now();
        self.filmed.lock().source.count(now, size, false);
    }

    /// The codec that was negotiated, if it can be sent now.
    fn codec(&self) -> Option<VideoCodec> {
        self.target.codec().filter(|_| self.target.can_send())
    }

    async fn send(&mut self, frame: VideoFrame, shape: Shape) -> Result<(), CodecError> {
        let codec = self.codec();
        let begins = codec.is_some() && !self.was_open;
        self.was_open = codec.is_some();
        let plan = self.control.plan();
        let encoding = plan.encodings.first().cloned();
        let active = encoding.as_ref().is_none_or(|encoding| encoding.active);
        let (Some(codec), true) = (codec, active) else {
            self.was_open = false;
            return Ok(());
        };
        let fastest = encoding
            .as_ref()
            .and_then(|encoding| encoding.max_framerate);
        if !self.is_due(&frame, fastest) {
            return Ok(());
        }
        let key = self.control.key.swap(false, Ordering::AcqRel) || begins;
        let wanted = self.rate(encoding.as_ref());
        let mut coder = match self.coder.take().filter(|(of, _)| *of == codec) {
            Some((_, coder)) => coder,
            None => make(codec, self.pictures.is_screen, wanted)?,
        };
        // The encoder goes to a thread that may block and comes back with its result.
        let clock = SharedClock::clone(&self.clock);
        let (coder, encoded, size, rate, work) = tokio::task::spawn_blocking(move || {
            let begun = clock.now();
            let shaped = scaled(shape.apply(&frame), encoding.as_ref());
            let size = (shaped.image.width(), shaped.image.height());
            let rate = Bitrate(wanted.min(sensible(size)).max(LEAST));
            if let Err(error) = coder.set_rate(rate) {
                tracing::warn!(%error, rate = rate.0, "rate not changed");
            }
            let encoded = coder.encode(&shaped, key);
            (coder, encoded, size, rate, clock.now().since(begun))
        })
        .await
        .map_err(|_| CodecError::Failed("the encoder panicked".into()))?;
        self.coder = Some((codec, coder));
        match encoded? {
            Some(encoded) => {
                self.count_encoded(codec, &encoded, size, rate, work);
                self.hand_on(&encoded);
            }
            None if key => self.control.key.store(true, Ordering::Release),
            None => {}
        }
        Ok(())
    }

    fn count_encoded(
        &self,
        codec: VideoCodec,
        frame: &EncodedFrame,
        size: (u32, u32),
        rate: Bitrate,
        work: Duration,
    ) {
        let now = self.clock.now();
        let mut filmed = self.filmed.lock();
        filmed.encode(now, size, frame.key);
        filmed.encoded.work += work;
        filmed.target_bytes += f64::from(rate.0) / 8.0 / f64::from(FASTEST);
        filmed.is_limited = self.control.rate.load(Ordering::Acquire) < sensible(size);
        filmed.encoder = match codec {
            VideoCodec::H264 => "OpenH264",
            VideoCodec::Vp8 => "libvpx",
        };
    }

    fn hand_on(&self, encoded: &EncodedFrame) {
        if !self.target.send_video(encoded) {
            // What follows would build on a picture that nobody got.
            self.control.key.store(true, Ordering::Release);
        }
    }

    fn rate(&self, encoding: Option<&Encoding>) -> u32 {
        let most = encoding.and_then(|encoding| encoding.max_bitrate);
        self.control
            .rate
            .load(Ordering::Acquire)
            .min(most.unwrap_or(u32::MAX))
    }

    fn is_due(&mut self, frame: &VideoFrame, fastest: Option<f64>) -> bool {
        let Some(fastest) = fastest.filter(|fastest| *fastest > 0.0) else {
            return true;
        };
        let period = (1e9 / fastest) as i64;
        let due = self.due.unwrap_or(frame.at.0);
        if frame.at.0 < due - period / 4 {
            return false;
        }
        self.due = Some((due + period).max(frame.at.0));
        true
    }
}

/// Shown again is shown now: receivers drop pictures of the past.
fn again(latest: &mut Option<(VideoFrame, Shape)>, clock: &SharedClock) {
    if let Some((frame, _)) = latest {
        frame.at = frame.at.max(clock.now());
    }
}

fn make(codec: VideoCodec, is_screen: bool, rate: u32) -> Result<Coder, CodecError> {
    let usage = if is_screen {
        Usage::Screen
    } else {
        Usage::Camera
    };
    match codec {
        VideoCodec::H264 => Ok(Box::new(H264Encoder::new(H264Settings {
            usage,
            rate: Bitrate(rate.max(LEAST)),
            fps: FASTEST,
        })?)),
        VideoCodec::Vp8 => Err(CodecError::Missing {
            what: "a VP8 encoder",
            detail: "only H.264 is sent".into(),
        }),
    }
}

/// As the encoding wants it.
fn scaled(frame: VideoFrame, encoding: Option<&Encoding>) -> VideoFrame {
    let Some(encoding) = encoding else {
        return frame;
    };
    let (w, h) = (frame.image.width(), frame.image.height());
    if let Some((width, height)) = encoding.scale_resolution_down_to {
        // A limit turns with the picture.
        let (width, height) = if (w >= h) == (width >= height) {
            (width, height)
        } else {
            (height, width)
        };
        return within(&frame, width.max(2), height.max(2));
    }
    match encoding.scale_resolution_down_by {
        Some(by) if by > 1.0 => {
            let side = |side: u32| ((f64::from(side) / by) as u32).max(2);
            within(&frame, side(w), side(h))
        }
        _ => frame,
    }
}

/// Bits per second beyond which a picture of this size gets no better.
fn sensible((width, height): (u32, u32)) -> u32 {
    let pixels = width * height;
    (pixels * 2).clamp(300_000, 6_000_000)
}

#[cfg(test)]
mod tests {
    use foyer_media::clock::MediaTime;
    use foyer_media::frame::I420;

    use super::*;

    #[test]
    fn encodings_scale_down_and_never_up() {
        let frame = VideoFrame {
            at: MediaTime(0),
            image: Arc::new(I420::black(640, 360).unwrap()),
        };
        let encoding = |by, to| Encoding {
            rid: None,
            active: true,
            max_bitrate: None,
            max_framerate: None,
            scale_resolution_down_by: by,
            scale_resolution_down_to: to,
            scalability_mode: None,
            codec: None,
        };
        let size = |encoding| {
            let made = scaled(frame.clone(), Some(&encoding));
            (made.image.width(), made.image.height())
        };
        assert_eq!(size(encoding(Some(2.0), None)), (320, 180));
        assert_eq!(size(encoding(Some(1.0), None)), (640, 360));
        assert_eq!(size(encoding(Some(2.0), Some((1280, 720)))), (640, 360));
        assert_eq!(size(encoding(None, Some((180, 320)))), (320, 180));
    }
}
