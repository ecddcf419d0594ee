//! Decodes what is watched, to prove that it can be seen.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use foyer_contract::frame::{Codec, FrameHeader};
use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::codec::h264::H264Decoder;
use foyer_media::codec::vp8::Vp8Decoder;
use foyer_media::encoded::{CodecError, EncodedFrame, VideoCodec, VideoDecoder};
use foyer_media::frame::VideoFrame;
use foyer_media::synthetic::card::read_counter;

use tokio::sync::mpsc;

use crate::feeds::FrameStream;
use crate::remote::millis_since;
use crate::report::{CounterReport, Report};
use crate::task::Task;

/// What was seen on one feed.
#[derive(Default)]
struct Sight {
    decoded: u64,
    first: Option<MediaTime>,
    size: (u32, u32),
    counter: Option<CounterReport>,
}

type Seen = Arc<Mutex<HashMap<u32, Sight>>>;

/// Watches the frames of a call. Dropping it closes them.
pub(super) struct Eyes {
    clock: SharedClock,
    seen: Seen,
    _task: Task,
}

impl Eyes {
    /// The numbers that come beside are those of feeds that have to start over.
    pub fn open(frames: FrameStream, clock: SharedClock) -> (Self, mpsc::Receiver<u32>) {
        let (tell, lost) = mpsc::channel(16);
        let seen = Seen::default();
        let watching = Watching {
            clock: clock.clone(),
            seen: Arc::clone(&seen),
            decoders: HashMap::new(),
            tell,
        };
        let eyes = Self {
            clock,
            seen,
            _task: Task::spawn(watching.run(frames)),
        };
        (eyes, lost)
    }

    pub fn now(&self) -> MediaTime {
        self.clock.now()
    }

    /// Puts what was seen into the report, whose times begin at `start`.
    pub fn complete(&self, report: &mut Report, start: MediaTime) {
        let seen = lock(&self.seen);
        for feed in &mut report.feeds {
            let Some(sight) = seen.get(&feed.feed) else {
                feed.first_frame_ms = None;
                continue;
            };
            feed.frames_decoded = sight.decoded;
            feed.first_frame_ms = sight.first.map(|at| millis_since(at, start));
            feed.counter = sight.counter;
            if sight.size.0 > 0 {
                (feed.width, feed.height) = sight.size;
            }
        }
    }
}

fn lock(seen: &Seen) -> MutexGuard<'_, HashMap<u32, Sight>> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}

type Decoders = HashMap<u32, (Codec, Box<dyn VideoDecoder>)>;

struct Watching {
    clock: SharedClock,
    seen: Seen,
    decoders: Decoders,
    tell: mpsc::Sender<u32>,
}

impl Watching {
    async fn run(mut self, mut frames: FrameStream) {
        while let Some(message) = frames.recv().await {
            // Decoding goes to a thread that may block, and its state with it.
            let work = tokio::task::spawn_blocking(move || {
                self.see(&message);
                self
            });
            match work.await {
                Ok(back) => self = back,
                Err(_) => return,
            }
        }
    }

    fn see(&mut self, message: &Bytes) {
        let Ok((header, payload)) = FrameHeader::parse(message) else {
            tracing::warn!("a frame without a header");
            return;
        };
        match self.decode(header, message.slice_ref(payload)) {
            Ok(Some(picture)) => {
                let now = self.clock.now();
                lock(&self.seen)
                    .entry(header.feed)
                    .or_default()
                    .note(&picture, now);
            }
            Ok(None) => {}
            Err(error) => {
                tracing::debug!(feed = header.feed, %error, "frame not decoded");
                // Those that cannot be told now fail again with the next frame.
                self.tell.try_send(header.feed).ok();
            }
        }
    }

    fn decode(
        &mut self,
        header: FrameHeader,
        data: Bytes,
    ) -> Result<Option<VideoFrame>, CodecError> {
        let known = self.decoders.get(&header.feed);
        if known.is_none_or(|(codec, _)| *codec != header.codec) {
            let decoder: Box<dyn VideoDecoder> = match header.codec {
                Codec::H264 => Box::new(H264Decoder::new()?),
                Codec::Vp8 => Box::new(Vp8Decoder::new()?),
            };
            self.decoders.insert(header.feed, (header.codec, decoder));
        }
        let Some((codec, decoder)) = self.decoders.get_mut(&header.feed) else {
            return Ok(None);
        };
        decoder.decode(&EncodedFrame {
            codec: match codec {
                Codec::H264 => VideoCodec::H264,
                Codec::Vp8 => VideoCodec::Vp8,
            },
            key: header.key,
            at: MediaTime::default().plus(Duration::from_micros(
                u64::try_from(header.timestamp_us).unwrap_or(0),
            )),
            width: header.width,
            height: header.height,
            data,
        })
    }
}

impl Sight {
    fn note(&mut self, picture: &VideoFrame, now: MediaTime) {
        self.decoded += 1;
        self.first.get_or_insert(now);
        self.size = (picture.image.width(), picture.image.height());
        let Some(counter) = read_counter(&picture.image) else {
            return;
        };
        match &mut self.counter {
            None => {
                self.counter = Some(CounterReport {
                    first: counter,
                    last: counter,
                    advanced: 0,
                    went_back: 0,
                });
            }
            Some(seen) => {
                seen.advanced += u64::from(counter > seen.last);
                seen.went_back += u64::from(counter < seen.last);
                seen.last = counter;
            }
        }
    }
}
