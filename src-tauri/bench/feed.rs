//! What the channel has to carry: frames of a size at a rate, dropped when nobody takes them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use foyer_contract::frame::{Codec, FrameHeader};
use tokio::sync::mpsc;

/// Frames that wait for the page, all feeds together.
const QUEUE: usize = 64;
/// A batch is cut off here, so that one answer stays short.
const BATCH_BYTES: usize = 1 << 20;

/// One load.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    pub name: &'static str,
    pub feeds: u32,
    /// Frames a second and feed; 0 as many as are taken.
    pub fps: u32,
    pub payload: usize,
}

pub const LOADS: [Load; 4] = [
    Load {
        name: "nothing",
        feeds: 0,
        fps: 30,
        payload: 0,
    },
    Load {
        name: "9 x 30 fps x 5 KB",
        feeds: 9,
        fps: 30,
        payload: 5 << 10,
    },
    Load {
        name: "1 x 30 fps x 60 KB",
        feeds: 1,
        fps: 30,
        payload: 60 << 10,
    },
    Load {
        name: "flat out, 5 KB",
        feeds: 1,
        fps: 0,
        payload: 5 << 10,
    },
];

/// A running load; dropping it ends the feeders.
pub struct Feeders {
    running: Arc<AtomicBool>,
    pub dropped: Arc<AtomicU64>,
}

impl Drop for Feeders {
    fn drop(&mut self) {
        self.running.store(false, Ordering::Relaxed);
    }
}

/// Starts the feeders of a load. Needs a tokio runtime.
pub fn start(load: Load) -> (Feeders, mpsc::Receiver<Bytes>) {
    let (to, frames) = mpsc::channel(QUEUE);
    let feeders = Feeders {
        running: Arc::new(AtomicBool::new(true)),
        dropped: Arc::default(),
    };
    for feed in 0..load.feeds {
        let (to, running, dropped) = (to.clone(), feeders.running.clone(), feeders.dropped.clone());
        tokio::spawn(async move {
            let mut ticks = tokio::time::interval(Duration::from_secs(1) / load.fps.max(1));
            tokio::time::sleep(Duration::from_millis(u64::from(feed) * 33 / 9)).await;
            while running.load(Ordering::Relaxed) {
                if load.fps == 0 {
                    if to.send(frame(feed, load.payload)).await.is_err() {
                        return;
                    }
                } else {
                    ticks.tick().await;
                    if to.try_send(frame(feed, load.payload)).is_err() {
                        dropped.fetch_add(1, Ordering::Relaxed);
                    }
                }
            }
        });
    }
    if load.feeds == 0 {
        // Keeps the queue open while nothing comes.
        let running = feeders.running.clone();
        tokio::spawn(async move {
            while running.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            drop(to);
        });
    }
    (feeders, frames)
}

fn frame(feed: u32, payload: usize) -> Bytes {
    let header = FrameHeader {
        codec: Codec::H264,
        key: false,
        feed,
        timestamp_us: wall_clock_us(),
        width: 640,
        height: 360,
    };
    let mut out = BytesMut::with_capacity(foyer_contract::frame::HEADER_LEN + payload);
    out.extend_from_slice(&header.to_bytes());
    out.resize(foyer_contract::frame::HEADER_LEN + payload, 0x5a);
    out.freeze()
}

/// The page has the same wall clock and no other clock in common with us.
#[allow(clippy::disallowed_methods)]
fn wall_clock_us() -> i64 {
    std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |d| i64::try_from(d.as_micros()).unwrap_or(0))
}

/// Waits for a frame and takes what else is there: `u32 length, frame` each. `None` when the load has ended.
pub async fn batch(frames: &mut mpsc::Receiver<Bytes>) -> Option<Vec<u8>> {
    let mut next = Some(frames.recv().await?);
    let mut out = Vec::new();
    while let Some(frame) = next {
        out.extend_from_slice(&u32::try_from(frame.len()).unwrap_or(0).to_le_bytes());
        out.extend_from_slice(&frame);
        next = if out.len() < BATCH_BYTES {
            frames.try_recv().ok()
        } else {
            None
        };
    }
    Some(out)
}
