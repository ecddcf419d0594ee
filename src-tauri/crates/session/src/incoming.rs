//! Pictures of the others: each stream is read, counted and put into its feed.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::encoded::{EncodedFrame, VideoCodec};

use crate::feeds::FeedWriter;
use crate::provider::TrackKind;
use crate::task::Task;
use crate::teams::RemoteVideo;

/// A picture that stands longer is frozen. A shared screen may stand for a second by itself.
fn frozen_after(kind: TrackKind) -> Duration {
    match kind {
        TrackKind::Share => Duration::from_secs(3),
        TrackKind::Camera | TrackKind::Audio => Duration::from_secs(1),
    }
}

/// What came on one feed so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Received {
    pub codec: Option<VideoCodec>,
    pub width: u16,
    pub height: u16,
    pub frames: u64,
    pub freezes: u64,
    pub first: Option<MediaTime>,
    last: Option<MediaTime>,
}

impl Received {
    fn count(&mut self, frame: &EncodedFrame, now: MediaTime, frozen_after: Duration) {
        self.frames += 1;
        self.codec = Some(frame.codec);
        if frame.width > 0 && frame.height > 0 {
            (self.width, self.height) = (frame.width, frame.height);
        }
        self.first.get_or_insert(now);
        if self.last.is_some_and(|last| now.since(last) > frozen_after) {
            self.freezes += 1;
        }
        self.last = Some(now);
    }
}

/// Counters of a feed that outlive its streams.
pub(crate) type SharedReceived = Arc<Mutex<Received>>;

/// A stream of somebody else. Dropping it ends its feed.
pub(crate) struct Incoming {
    received: SharedReceived,
    _task: Task,
}

impl Incoming {
    /// Reads from now on.
    pub fn start(
        video: &dyn RemoteVideo,
        kind: TrackKind,
        clock: SharedClock,
        feed: FeedWriter,
        received: SharedReceived,
    ) -> Self {
        let mut frames = video.frames();
        let counters = Arc::clone(&received);
        let task = Task::spawn(async move {
            while let Some(frame) = frames.recv().await {
                lock(&counters).count(&frame, clock.now(), frozen_after(kind));
                feed.put(&frame);
            }
        });
        Self {
            received,
            _task: task,
        }
    }

    /// It is meant to stand still from now on (camera off, not watched): the gap is no freeze.
    pub fn pause(&self) {
        lock(&self.received).last = None;
    }
}

pub(crate) fn lock(received: &SharedReceived) -> MutexGuard<'_, Received> {
    received.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn gaps_over_a_second_are_freezes_and_sizes_come_from_key_frames() {
        let mut received = Received::default();
        let mut frame = EncodedFrame {
            codec: VideoCodec::H264,
            key: true,
            at: MediaTime(0),
            width: 640,
            height: 360,
            data: Bytes::new(),
        };
        for (ms, size) in [(0, 640), (900, 0), (2_000, 0), (2_033, 0)] {
            frame.width = size;
            let now = MediaTime(ms * 1_000_000);
            received.count(&frame, now, frozen_after(TrackKind::Camera));
        }
        assert_eq!((received.frames, received.freezes), (4, 1));
        assert_eq!((received.width, received.height), (640, 360));
    }
}
