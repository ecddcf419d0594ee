//! Pictures of the far side for whoever watches them. While nobody does, none are put together.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use bytes::Bytes;
use foyer_contract::bridge::{Event, Handle};
use foyer_rtc::Transceiver;
use tokio::sync::broadcast;

use crate::outbox::Outbox;
use crate::socket::record;
use crate::task::Task;

/// Frames that a watcher may be behind.
const BEHIND: usize = 32;

/// One frame, as a record.
#[derive(Clone)]
pub(crate) struct Frame {
    pub key: bool,
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
    watching: Mutex<Weak<Watching>>,
}

impl RemoteVideo {
    pub fn new(transceiver: Transceiver, track: Handle, outbox: Outbox) -> Self {
        Self {
            transceiver,
            track,
            outbox,
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
        let task = Task::spawn(async move {
            let mut size = (0, 0);
            while let Some(frame) = received.recv().await {
                let now = (u32::from(frame.width), u32::from(frame.height));
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
