//! Tracks whose pictures or samples the page makes.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::device::{CaptureError, VideoCapture};
use foyer_media::frame::VideoFrame;
use foyer_media::latest::latest;
use foyer_media::sound::{AudioSource, SAMPLE_RATE};
use futures_util::StreamExt;
use tokio_tungstenite::tungstenite::Message;

use super::{Expected, record};
use crate::server::Socket;
use crate::task::Task;

/// Samples that wait at most: 200 ms.
const MOST_SAMPLES: usize = SAMPLE_RATE as usize / 5;

/// The next record; `None` once the page closes the socket or sends what is none.
async fn next(socket: &mut Socket) -> Option<record::Made> {
    loop {
        match socket.next().await? {
            Ok(Message::Binary(bytes)) => return record::parse(bytes),
            Ok(Message::Ping(_) | Message::Pong(_)) => {}
            _ => return None,
        }
    }
}

/// Pictures are of the moment they come in. Ends when the page closes the socket or does not open it.
pub(crate) fn pictures(expected: Expected, clock: SharedClock) -> VideoCapture {
    let (put, frames) = latest();
    let task = Task::spawn(async move {
        let Some(mut socket) = expected.socket().await else {
            return;
        };
        while let Some(record::Made::Picture(image)) = next(&mut socket).await {
            let frame = VideoFrame {
                at: clock.now(),
                image: Arc::new(image),
            };
            put.put(Ok::<_, CaptureError>(frame));
        }
    });
    VideoCapture {
        frames,
        guard: Box::new(task),
    }
}

#[derive(Default)]
struct Ring {
    samples: VecDeque<f32>,
    dropped: u64,
    ended: bool,
}

struct PageSound {
    ring: Arc<Mutex<Ring>>,
    _task: Task,
}

/// Samples as the page sends them.
pub(crate) fn samples(expected: Expected) -> Box<dyn AudioSource> {
    let ring = Arc::<Mutex<Ring>>::default();
    let filled = Arc::clone(&ring);
    let task = Task::spawn(async move {
        if let Some(mut socket) = expected.socket().await {
            while let Some(record::Made::Samples(samples)) = next(&mut socket).await {
                let mut ring = filled.lock().unwrap_or_else(PoisonError::into_inner);
                ring.samples.extend(samples);
                let excess = ring.samples.len().saturating_sub(MOST_SAMPLES);
                ring.samples.drain(..excess);
                ring.dropped += excess as u64;
            }
        }
        let mut ring = filled.lock().unwrap_or_else(PoisonError::into_inner);
        ring.ended = true;
    });
    Box::new(PageSound { ring, _task: task })
}

impl AudioSource for PageSound {
    fn pull(&mut self, _: MediaTime, out: &mut Vec<f32>) -> Result<(), CaptureError> {
        let mut ring = self.ring.lock().unwrap_or_else(PoisonError::into_inner);
        if ring.ended && ring.samples.is_empty() {
            return Err(CaptureError::Lost);
        }
        out.extend(ring.samples.drain(..));
        Ok(())
    }

    fn dropped(&self) -> u64 {
        self.ring
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .dropped
    }
}
