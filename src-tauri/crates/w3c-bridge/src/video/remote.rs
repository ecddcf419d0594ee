//! Pictures of the far side for whoever watches them. While nobody does, none are put together.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use foyer_contract::bridge::{Event, Handle};
use foyer_media::clock::SharedClock;
use foyer_media::encoded::EncodedFrame;
use foyer_rtc::Transceiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

use crate::figures::Shown;
use crate::outbox::Outbox;
use crate::socket::record;
use crate::task::Task;

/// Frames that a watcher may be behind.
const BEHIND: usize = 32;

/// One frame, as it came and as a record.
#[derive(Clone)]
pub(crate) struct Frame {
    pub key: bool,
    pub encoded: EncodedFrame,
    pub record: Bytes,
}

/// Runs while it is held.
pub(crate) struct Watching {
    frames: broadcast::Sender<Frame>,
    _task: Task,
}

impl Watching {
    pub fn frames(&self) -> broadcast::Receiver<Frame> {
        self.frames.subscribe()
    }
}

/// What one receiver gets.
pub(crate) struct RemoteVideo {
    transceiver: Transceiver,
    track: Handle,
    outbox: Outbox,
    clock: SharedClock,
    pub shown: Shown,
    watching: Mutex<Weak<Watching>>,
}

impl RemoteVideo {
    pub fn new(
        transceiver: Transceiver,
        track: Handle,
        outbox: Outbox,
        clock: SharedClock,
    ) -> Self {
        Self {
            transceiver,
            track,
            outbox,
            clock,
            shown: Shown::default(),
            watching: Mutex::default(),
        }
    }

    /// Frames from the next key frame on, which is asked for.
    pub fn watch(&self) -> Arc<Watching> {
        let mut watching = self.watching.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = watching.upgrade() {
            self.ask_for_key();
            return running;
        }
        let (frames, _) = broadcast::channel(BEHIND);
        let mut received = self.transceiver.receive_video();
        let (outbox, track, out) = (self.outbox.clone(), self.track, frames.clone());
        let (clock, shown) = (SharedClock::clone(&self.clock), self.shown.clone());
        let task = Task::spawn(async move {
            let mut size = (0, 0);
            while let Some(frame) = received.recv().await {
                let now = (u32::from(frame.width), u32::from(frame.height));
                shown.lock().count(clock.now(), now, frame.key);
                if now.0 > 0 && now.1 > 0 && now != size {
                    size = now;
                    let event = Event::TrackSized {
                        track,
                        width: now.0,
                        height: now.1,
                    };
                    outbox.event(event).await;
                }
                let frame = Frame {
                    key: frame.key,
                    record: record::encoded(&frame),
                    encoded: frame,
                };
                // Nobody may be there yet.
                out.send(frame).ok();
            }
        });
        let running = Arc::new(Watching {
            frames,
            _task: task,
        });
        *watching = Arc::downgrade(&running);
        running
    }

    pub fn ask_for_key(&self) {
        self.transceiver.request_key_frame();
    }
}

/// What a page receives on one track, for somebody beside the page.
#[derive(Clone)]
pub struct RemotePictures {
    video: Weak<RemoteVideo>,
}

impl RemotePictures {
    pub(crate) fn of(video: &Arc<RemoteVideo>) -> Self {
        Self {
            video: Arc::downgrade(video),
        }
    }

    /// Whole frames from the next key frame on, which is asked for; whoever falls behind goes on with a key frame. None
    /// once the connection is gone. Needs a Tokio runtime.
    pub fn frames(&self) -> mpsc::Receiver<EncodedFrame> {
        let (to, frames) = mpsc::channel(BEHIND);
        let Some(watching) = self.video.upgrade().map(|video| video.watch()) else {
            return frames;
        };
        let mut from = watching.frames();
        let video = Weak::clone(&self.video);
        tokio::spawn(async move {
            // While it is held, frames are put together.
            let _watching = watching;
            let mut wants_key = true;
            loop {
                let frame = tokio::select! {
                    () = to.closed() => return,
                    frame = from.recv() => frame,
                };
                match frame {
                    Ok(frame) if wants_key && !frame.key => {}
                    Ok(frame) => {
                        wants_key = false;
                        if to.send(frame.encoded).await.is_err() {
                            return;
                        }
                    }
                    Err(RecvError::Lagged(_)) => {
                        wants_key = true;
                        if let Some(video) = video.upgrade() {
                            video.ask_for_key();
                        }
                    }
                    Err(RecvError::Closed) => return,
                }
            }
        });
        frames
    }

    /// Asks the far side for a key frame.
    pub fn ask_for_key(&self) {
        if let Some(video) = self.video.upgrade() {
            video.ask_for_key();
        }
    }
}
