//! Microphones: the device's callback fills a ring, `pull` empties it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use cpal::traits::DeviceTrait;
use cpal::{Data, FromSample, SampleFormat, SizedSample};
use foyer_media::clock::MediaTime;
use foyer_media::device::CaptureError;
use foyer_media::sound::{AudioSource, SAMPLE_RATE};
use rtrb::{Consumer, Producer, RingBuffer};

use crate::resample::Resample;
use crate::sound::stream::{self, Reports, Running};
use crate::sound::{self, Choice, Direction, LIMIT};
use crate::trouble::{self, Stage};

/// A microphone that brings nothing for so long is broken; a suspended one pauses for less.
const SILENCE: Duration = Duration::from_secs(5);

/// The reading end. The thread of the stream shares it to throw away what nobody pulls; the callback never
/// sees the lock.
struct Inbox {
    ring: Consumer<f32>,
    /// Samples of 200 ms.
    most: usize,
    dropped: u64,
}

impl Inbox {
    fn drop_oldest(&mut self) {
        let excess = self.ring.slots().saturating_sub(self.most);
        if let Ok(chunk) = self.ring.read_chunk(excess) {
            chunk.commit_all();
            self.dropped += excess as u64;
        }
    }
}

struct Microphone {
    inbox: Arc<Mutex<Inbox>>,
    reports: Arc<Reports>,
    resample: Resample,
    scratch: Vec<f32>,
    last: Option<MediaTime>,
    rate: u32,
    _running: Running,
}

fn lock(inbox: &Mutex<Inbox>) -> MutexGuard<'_, Inbox> {
    // Only counters and a ring are behind the lock: a panic leaves them sound.
    inbox.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Opens the microphone `cpal:HOST:DEVICE`.
pub(crate) fn open(id: &str) -> Result<Box<dyn AudioSource>, CaptureError> {
    let id = id.to_owned();
    let reports = Arc::new(Reports::default());
    let shared: Arc<Mutex<Option<Arc<Mutex<Inbox>>>>> = Arc::default();
    let (at_stream, at_tend) = (Arc::clone(&reports), Arc::clone(&shared));
    let build = move || {
        let device = sound::find(&id, Direction::Input)?;
        let choice = sound::choose(&device, Direction::Input)?;
        let rate = choice.config.sample_rate;
        let (writer, ring) = RingBuffer::new(rate as usize);
        let stream = record(&device, choice, writer, at_stream)
            .map_err(|error| trouble::from_sound(Stage::Opening, &error))?;
        let inbox = Arc::new(Mutex::new(Inbox {
            ring,
            most: rate as usize / 5,
            dropped: 0,
        }));
        *shared.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&inbox));
        tracing::info!(rate, channels = choice.config.channels, "microphone opened");
        Ok((stream, (inbox, rate)))
    };
    let tend = move || {
        let inbox = at_tend.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(inbox) = inbox.as_ref() {
            match inbox.try_lock() {
                Ok(mut inbox) => inbox.drop_oldest(),
                // Someone pulls at this moment.
                Err(TryLockError::WouldBlock | TryLockError::Poisoned(_)) => {}
            }
        }
    };
    let ((inbox, rate), running) = stream::run("microphone", Arc::clone(&reports), build, tend)?;
    Ok(Box::new(Microphone {
        inbox,
        reports,
        resample: Resample::new(rate, SAMPLE_RATE)?,
        scratch: Vec::new(),
        last: None,
        rate,
        _running: running,
    }))
}

fn record(
    device: &cpal::Device,
    choice: Choice,
    writer: Producer<f32>,
    reports: Arc<Reports>,
) -> Result<cpal::Stream, cpal::Error> {
    match choice.format {
        SampleFormat::I32 => record_as::<i32>(device, choice, writer, reports),
        SampleFormat::I24 => record_as::<cpal::I24>(device, choice, writer, reports),
        SampleFormat::I16 => record_as::<i16>(device, choice, writer, reports),
        SampleFormat::U16 => record_as::<u16>(device, choice, writer, reports),
        SampleFormat::U8 => record_as::<u8>(device, choice, writer, reports),
        _ => record_as::<f32>(device, choice, writer, reports),
    }
}

fn record_as<T: SizedSample>(
    device: &cpal::Device,
    choice: Choice,
    mut writer: Producer<f32>,
    reports: Arc<Reports>,
) -> Result<cpal::Stream, cpal::Error>
where
    f32: FromSample<T>,
{
    let channels = usize::from(choice.config.channels.max(1));
    let errors = Arc::clone(&reports);
    device.build_input_stream_raw(
        choice.config,
        T::FORMAT,
        move |data: &Data, _| {
            let Some(samples) = data.as_slice::<T>() else {
                return;
            };
            reports.count(samples.len() / channels);
            for frame in samples.chunks_exact(channels) {
                let sum: f32 = frame.iter().map(|&sample| f32::from_sample_(sample)).sum();
                if writer.push(sum / channels as f32).is_err() {
                    reports.lost.fetch_add(1, Ordering::Relaxed);
                }
            }
        },
        move |error| errors.hear(&error),
        Some(LIMIT),
    )
}

impl AudioSource for Microphone {
    fn pull(&mut self, now: MediaTime, out: &mut Vec<f32>) -> Result<(), CaptureError> {
        self.reports.check()?;
        self.scratch.clear();
        {
            let mut inbox = lock(&self.inbox);
            inbox.drop_oldest();
            let waiting = inbox.ring.slots();
            if let Ok(chunk) = inbox.ring.read_chunk(waiting) {
                let (first, second) = chunk.as_slices();
                self.scratch.extend_from_slice(first);
                self.scratch.extend_from_slice(second);
                chunk.commit_all();
            }
        }
        let last = *self.last.get_or_insert(now);
        if !self.scratch.is_empty() {
            self.last = Some(now);
        } else if now.since(last) > SILENCE {
            return Err(CaptureError::Stalled(SILENCE));
        }
        self.resample.process(&self.scratch, out)
    }

    fn dropped(&self) -> u64 {
        let lost = lock(&self.inbox).dropped + self.reports.lost.load(Ordering::Relaxed);
        lost * u64::from(SAMPLE_RATE) / u64::from(self.rate)
    }
}
