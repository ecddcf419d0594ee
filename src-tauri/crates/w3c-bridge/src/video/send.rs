//! A local track on its way to the far side: shaped, encoded once for each layer, sent.

mod layer;
mod plan;
mod share;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foyer_contract::bridge::connection::Encoding;
use foyer_media::clock::SharedClock;
use foyer_media::codec::h264::Usage;
use foyer_media::encoded::{CodecError, VideoCodec};
use foyer_media::frame::VideoFrame;
use foyer_rtc::Transceiver;
use tokio::sync::Notify;

use super::sent::{Flow, Tap};
use super::{Pictures, Shape, VideoTrack};
use crate::figures::Filmed;
use crate::task::Task;
use layer::{Done, Job, Layer};
use plan::size_of;
use share::Demand;

pub(crate) use plan::{Plan, SoundPlan};

/// Bits per second before the line has been measured.
const FIRST_RATE: u32 = 600_000;
/// A source that stands still is shown again, so that whoever lost it gets it.
const REPEAT: Duration = Duration::from_millis(900);

struct Control {
    plan: Mutex<Plan>,
    /// A bit for each layer of which a key frame is wanted.
    keys: AtomicU32,
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

    fn want_key(&self, layer: usize) {
        self.keys.fetch_or(bit(layer), Ordering::AcqRel);
    }

    fn take_key(&self, layer: usize) -> bool {
        let layer = bit(layer);
        self.keys.fetch_and(!layer, Ordering::AcqRel) & layer != 0
    }
}

fn bit(layer: usize) -> u32 {
    1 << layer.min(31)
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
        tap: Arc<Tap>,
    ) -> Self {
        let control = Arc::new(Control {
            plan: Mutex::new(plan),
            keys: AtomicU32::new(u32::MAX),
            rate: AtomicU32::new(FIRST_RATE),
            wake: Notify::new(),
        });
        let line = Sending {
            pictures: track.pictures(),
            target,
            clock,
            control: Arc::clone(&control),
            filmed,
            layers: Vec::new(),
            tap,
            flow: None,
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
        self.control.wake.notify_one();
    }

    /// Bits per second that there are for this track.
    pub fn set_rate(&self, bits: u32) {
        self.control.rate.store(bits, Ordering::Release);
    }

    /// Of these layers, by their places; a still source sends them at once.
    pub fn send_key_frames(&self, layers: &[usize]) {
        for layer in layers {
            self.control.want_key(*layer);
        }
        self.control.wake.notify_one();
    }
}

struct Sending {
    pictures: Pictures,
    target: Transceiver,
    clock: SharedClock,
    control: Arc<Control>,
    filmed: Filmed,
    layers: Vec<Layer>,
    tap: Arc<Tap>,
    /// While anything can be sent.
    flow: Option<Flow>,
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
        let now = self.clock.now();
        let mut filmed = self.filmed.lock();
        filmed.source.count(now, shaped_size(frame, *shape), false);
    }

    /// The codec that was negotiated, if it can be sent now.
    fn codec(&self) -> Option<VideoCodec> {
        self.target.codec().filter(|_| self.target.can_send())
    }

    async fn send(&mut self, frame: VideoFrame, shape: Shape) -> Result<(), CodecError> {
        let Some(codec) = self.codec() else {
            for layer in &mut self.layers {
                layer.flows = false;
            }
            self.flow = None;
            return Ok(());
        };
        let encodings = self.control.plan().encodings_for(&self.target.layers());
        self.align(&encodings);
        let jobs = self.jobs(codec, &frame, shaped_size(&frame, shape), encodings)?;
        if jobs.is_empty() {
            return Ok(());
        }
        // The encoders go to a thread that may block and come back with its results.
        let clock = SharedClock::clone(&self.clock);
        let done = tokio::task::spawn_blocking(move || {
            let frame = shape.apply(&frame);
            let run = |job: Job| job.run(&frame, &clock);
            jobs.into_iter().map(run).collect::<Vec<_>>()
        })
        .await
        .map_err(|_| CodecError::Failed("the encoder panicked".into()))?;
        for done in done {
            self.finish(done)?;
        }
        Ok(())
    }

    /// A state for each encoding, in their order; those that go on keep theirs.
    fn align(&mut self, encodings: &[Encoding]) {
        let same = self.layers.len() == encodings.len()
            && (self.layers.iter().zip(encodings)).all(|(layer, wanted)| layer.rid == wanted.rid);
        if same {
            return;
        }
        let mut before = std::mem::take(&mut self.layers);
        for Encoding { rid, .. } in encodings {
            let known = before.iter().position(|layer| layer.rid == *rid);
            let layer = known.map(|index| before.swap_remove(index));
            self.layers
                .push(layer.unwrap_or_else(|| Layer::new(rid.clone())));
        }
    }

    /// What is to be encoded of this picture.
    fn jobs(
        &mut self,
        codec: VideoCodec,
        frame: &VideoFrame,
        size: (u32, u32),
        encodings: Vec<Encoding>,
    ) -> Result<Vec<Job>, CodecError> {
        let demand = |(layer, encoding): (&Layer, &Encoding)| {
            let size = size_of(encoding, size);
            let demand = Demand::new(size, encoding.max_bitrate, layer.flows);
            encoding.active.then_some(demand)
        };
        let demands: Vec<_> = self.layers.iter().zip(&encodings).map(demand).collect();
        let rates = share::among(self.control.rate.load(Ordering::Acquire), &demands);
        self.show_largest(&demands, &rates);
        let usage = if self.pictures.is_screen {
            Usage::Screen
        } else {
            Usage::Camera
        };
        let mut jobs = Vec::new();
        for (index, encoding) in encodings.into_iter().enumerate() {
            let layer = &mut self.layers[index];
            let limited = demands[index].is_some_and(|demand| rates[index] < Some(demand.most));
            let mut filmed = self.filmed.lock();
            let film = filmed.layer(layer.rid.as_deref());
            film.rate = rates[index];
            film.is_limited = limited;
            drop(filmed);
            let Some(rate) = rates[index] else {
                layer.flows = false;
                continue;
            };
            if !layer.is_due(frame, encoding.max_framerate) {
                continue;
            }
            let key = self.control.take_key(index) || !layer.flows;
            jobs.push(layer.job(index, encoding, codec, usage, (rate, key))?);
        }
        Ok(jobs)
    }

    /// Whoever looks at what is sent sees the largest layer.
    fn show_largest(&mut self, demands: &[Option<Demand>], rates: &[Option<u32>]) {
        let sent = demands.iter().zip(rates).enumerate();
        let pixels = |(index, (demand, rate)): (usize, (&Option<Demand>, &Option<u32>))| {
            let (width, height) = rate.and(*demand)?.size;
            Some((width * height, index))
        };
        let Some((_, largest)) = sent.filter_map(pixels).max() else {
            return;
        };
        let flow = self.flow.get_or_insert_with(|| self.tap.open());
        if flow.show(largest) {
            self.control.want_key(largest);
        }
    }

    fn finish(&mut self, mut done: Done) -> Result<(), CodecError> {
        let encoded = std::mem::replace(&mut done.frame, Ok(None))?;
        let index = done.layer;
        match encoded {
            Some(frame) => {
                self.count_encoded(&done, frame.key);
                // Else what follows would build on a picture that nobody got.
                self.layers[index].flows = self.target.send_layer(index, &frame);
                if let (true, Some(flow)) = (self.layers[index].flows, &mut self.flow) {
                    flow.put(index, &frame);
                }
            }
            None if done.key => self.control.want_key(index),
            None => {}
        }
        self.layers[index].take_back(done);
        Ok(())
    }

    fn count_encoded(&self, done: &Done, key: bool) {
        let now = self.clock.now();
        let mut filmed = self.filmed.lock();
        let film = filmed.layer(self.layers[done.layer].rid.as_deref());
        film.encode(now, done.size, key);
        film.encoded.work += done.work;
        film.target_bytes += f64::from(done.rate.0) / 8.0 / f64::from(layer::FASTEST);
        film.encoder = match done.codec {
            VideoCodec::H264 => "OpenH264",
            VideoCodec::Vp8 => "libvpx",
        };
    }
}

fn shaped_size(frame: &VideoFrame, shape: Shape) -> (u32, u32) {
    let own = (frame.image.width(), frame.image.height());
    shape.size.unwrap_or(own)
}

/// Shown again is shown now: receivers drop pictures of the past.
fn again(latest: &mut Option<(VideoFrame, Shape)>, clock: &SharedClock) {
    if let Some((frame, _)) = latest {
        frame.at = frame.at.max(clock.now());
    }
}
