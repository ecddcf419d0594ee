//! One layer of what is sent: its encoder, and when it is due.

use std::time::Duration;

use foyer_contract::bridge::connection::Encoding;
use foyer_media::clock::SharedClock;
use foyer_media::codec::h264::{H264Encoder, H264Settings, Usage};
use foyer_media::encoded::{Bitrate, CodecError, EncodedFrame, VideoCodec, VideoEncoder};
use foyer_media::frame::VideoFrame;

use super::plan::size_of;
use crate::video::within;

/// Pictures per second that encoders are prepared for.
pub(super) const FASTEST: u32 = 30;

/// Named by its rid; the only one has none.
#[derive(Default)]
pub(super) struct Layer {
    pub rid: Option<String>,
    coder: Option<Coder>,
    /// The last picture that was due was sent, so that the next may build on it.
    pub flows: bool,
    due: Option<i64>,
}

struct Coder {
    codec: VideoCodec,
    encoder: Box<dyn VideoEncoder>,
}

/// What a blocking thread does for one layer.
pub(super) struct Job {
    /// Its place.
    pub layer: usize,
    pub encoding: Encoding,
    pub key: bool,
    /// Bits per second.
    pub rate: u32,
    coder: Coder,
}

/// And what came of it.
pub(super) struct Done {
    pub layer: usize,
    pub key: bool,
    pub codec: VideoCodec,
    pub frame: Result<Option<EncodedFrame>, CodecError>,
    pub size: (u32, u32),
    pub rate: Bitrate,
    pub work: Duration,
    coder: Coder,
}

impl Layer {
    pub fn new(rid: Option<String>) -> Self {
        Self {
            rid,
            ..Self::default()
        }
    }

    /// Whether the encoding's frame rate lets this picture through.
    pub fn is_due(&mut self, frame: &VideoFrame, fastest: Option<f64>) -> bool {
        let Some(fastest) = fastest.filter(|fastest| *fastest > 0.0) else {
            return true;
        };
        let period = (1e9 / fastest) as i64;
        let due = self.due.unwrap_or(frame.at.0);
        // A source that is a little early is in time.
        if frame.at.0 < due - period / 4 {
            return false;
        }
        self.due = Some((due + period).max(frame.at.0));
        true
    }

    /// Gives its encoder to a job; [`Layer::take_back`] returns it.
    pub fn job(
        &mut self,
        layer: usize,
        encoding: Encoding,
        codec: VideoCodec,
        usage: Usage,
        (rate, key): (u32, bool),
    ) -> Result<Job, CodecError> {
        let coder = match self.coder.take().filter(|coder| coder.codec == codec) {
            Some(coder) => coder,
            None => Coder {
                codec,
                encoder: make(codec, usage, rate)?,
            },
        };
        Ok(Job {
            layer,
            encoding,
            key,
            rate,
            coder,
        })
    }

    pub fn take_back(&mut self, done: Done) {
        self.coder = Some(done.coder);
    }
}

impl Job {
    /// Takes milliseconds.
    pub fn run(mut self, frame: &VideoFrame, clock: &SharedClock) -> Done {
        let begun = clock.now();
        let size = (frame.image.width(), frame.image.height());
        let (width, height) = size_of(&self.encoding, size);
        let scaled = within(frame, width, height);
        let size = (scaled.image.width(), scaled.image.height());
        let rate = Bitrate(self.rate);
        let encoder = &mut self.coder.encoder;
        if let Err(error) = encoder.set_rate(rate) {
            tracing::warn!(%error, rate = rate.0, "rate not changed");
        }
        let frame = encoder.encode(&scaled, self.key);
        Done {
            layer: self.layer,
            key: self.key,
            codec: self.coder.codec,
            frame,
            size,
            rate,
            work: clock.now().since(begun),
            coder: self.coder,
        }
    }
}

fn make(codec: VideoCodec, usage: Usage, rate: u32) -> Result<Box<dyn VideoEncoder>, CodecError> {
    match codec {
        VideoCodec::H264 => Ok(Box::new(H264Encoder::new(H264Settings {
            usage,
            rate: Bitrate(rate),
            fps: FASTEST,
        })?)),
        VideoCodec::Vp8 => Err(CodecError::Missing {
            what: "a VP8 encoder",
            detail: "only H.264 is sent".into(),
        }),
    }
}
