//! Speakers: `push` fills a ring, the device's callback empties it.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cpal::traits::DeviceTrait;
use cpal::{Data, FromSample, OutputCallbackInfo, SampleFormat, SizedSample};
use foyer_media::clock::MediaTime;
use foyer_media::device::CaptureError;
use foyer_media::sound::{AudioSink, SAMPLE_RATE};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::resample::Resample;
use crate::sound::stream::{self, Reports, Running};
use crate::sound::{self, Choice, Direction, LIMIT};
use crate::trouble::{self, Stage};

/// Queued samples that keep a speaker from running dry when the mixer is late: 30 ms.
const RESERVE: usize = SAMPLE_RATE as usize * 3 / 100;
/// A speaker that plays nothing for so long is broken; a suspended one pauses for less.
const SILENCE: Duration = Duration::from_secs(5);

struct Speaker {
    ring: Producer<f32>,
    reports: Arc<Reports>,
    resample: Resample,
    scratch: Vec<f32>,
    rate: u32,
    played: u64,
    last: Option<MediaTime>,
    _running: Running,
}

/// Opens the speaker `cpal:HOST:DEVICE`.
pub(crate) fn open(id: &str) -> Result<Box<dyn AudioSink>, CaptureError> {
    let id = id.to_owned();
    let reports = Arc::new(Reports::default());
    let at_stream = Arc::clone(&reports);
    let build = move || {
        let device = sound::find(&id, Direction::Output)?;
        let choice = sound::choose(&device, Direction::Output)?;
        let rate = choice.config.sample_rate;
        let (ring, reader) = RingBuffer::new(rate as usize / 4);
        let stream = play(&device, choice, reader, at_stream)
            .map_err(|error| trouble::from_sound(Stage::Opening, &error))?;
        tracing::info!(rate, channels = choice.config.channels, "speaker opened");
        Ok((stream, (ring, rate)))
    };
    let ((ring, rate), running) = stream::run("speaker", Arc::clone(&reports), build, || {})?;
    Ok(Box::new(Speaker {
        ring,
        reports,
        resample: Resample::new(SAMPLE_RATE, rate)?,
        scratch: Vec::new(),
        rate,
        played: 0,
        last: None,
        _running: running,
    }))
}

fn play(
    device: &cpal::Device,
    choice: Choice,
    reader: Consumer<f32>,
    reports: Arc<Reports>,
) -> Result<cpal::Stream, cpal::Error> {
    match choice.format {
        SampleFormat::I32 => play_as::<i32>(device, choice, reader, reports),
        SampleFormat::I24 => play_as::<cpal::I24>(device, choice, reader, reports),
        SampleFormat::I16 => play_as::<i16>(device, choice, reader, reports),
        SampleFormat::U16 => play_as::<u16>(device, choice, reader, reports),
        SampleFormat::U8 => play_as::<u8>(device, choice, reader, reports),
        _ => play_as::<f32>(device, choice, reader, reports),
    }
}

fn play_as<T: SizedSample + FromSample<f32>>(
    device: &cpal::Device,
    choice: Choice,
    mut reader: Consumer<f32>,
    reports: Arc<Reports>,
) -> Result<cpal::Stream, cpal::Error> {
    let channels = usize::from(choice.config.channels.max(1));
    let errors = Arc::clone(&reports);
    device.build_output_stream_raw(
        choice.config,
        T::FORMAT,
        move |data: &mut Data, info: &OutputCallbackInfo| {
            let moment = info.timestamp();
            let delay = moment.playback.saturating_duration_since(moment.callback);
            let delay = u64::try_from(delay.as_micros()).unwrap_or(u64::MAX);
            reports.device_latency.store(delay, Ordering::Relaxed);
            let Some(samples) = data.as_slice_mut::<T>() else {
                return;
            };
            reports.count(samples.len() / channels);
            for frame in samples.chunks_exact_mut(channels) {
                let Ok(sample) = reader.pop() else {
                    // cpal hands the rest out as silence.
                    reports.lost.fetch_add(1, Ordering::Relaxed);
                    continue;
                };
                // Front left and right; a voice does not belong to the speakers behind.
                for place in frame.iter_mut().take(2) {
                    *place = T::from_sample_(sample);
                }
            }
        },
        move |error| errors.hear(&error),
        Some(LIMIT),
    )
}

impl Speaker {
    fn inside(&self, device_samples: usize) -> usize {
        device_samples * SAMPLE_RATE as usize / self.rate.max(1) as usize
    }

    fn queued(&self) -> usize {
        self.inside(self.ring.buffer().capacity() - self.ring.slots())
    }
}

impl AudioSink for Speaker {
    fn wanted(&mut self, now: MediaTime) -> Result<usize, CaptureError> {
        self.reports.check()?;
        let played = self.reports.frames.load(Ordering::Relaxed);
        let last = *self.last.get_or_insert(now);
        if played != self.played {
            (self.played, self.last) = (played, Some(now));
        } else if now.since(last) > SILENCE {
            return Err(CaptureError::Stalled(SILENCE));
        }
        let block = self.reports.largest_block.load(Ordering::Relaxed) as usize;
        let reserve = RESERVE
            .max(self.inside(block) * 2)
            .min(SAMPLE_RATE as usize / 5);
        Ok(reserve.saturating_sub(self.queued()))
    }

    fn push(&mut self, samples: &[f32]) {
        self.scratch.clear();
        if let Err(error) = self.resample.process(samples, &mut self.scratch) {
            tracing::debug!(%error, "samples cannot be played");
        }
        let room = self.ring.slots().min(self.scratch.len());
        if let Ok(mut chunk) = self.ring.write_chunk(room) {
            let (first, second) = chunk.as_mut_slices();
            let (head, tail) = self.scratch[..room].split_at(first.len());
            first.copy_from_slice(head);
            second.copy_from_slice(tail);
            chunk.commit_all();
        }
    }

    fn latency(&self) -> Duration {
        let device = self.reports.device_latency.load(Ordering::Relaxed);
        let queued = self.queued() as u64 * 1_000_000 / u64::from(SAMPLE_RATE);
        Duration::from_micros(device.min(10_000_000) + queued)
    }
}
