//! What a page sends of our own pictures, encoded, for whoever wants to see it as the far side does.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use foyer_media::encoded::EncodedFrame;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

/// Frames that a viewer may be behind.
const BEHIND: usize = 32;

/// Where the frames of one kind of source can be had: those of whoever began last to send.
pub(crate) struct Tap {
    frames: broadcast::Sender<EncodedFrame>,
    wants_key: AtomicBool,
    newest: AtomicU64,
}

impl Default for Tap {
    fn default() -> Self {
        Self {
            frames: broadcast::Sender::new(BEHIND),
            wants_key: AtomicBool::default(),
            newest: AtomicU64::default(),
        }
    }
}

impl Tap {
    /// Somebody begins to send.
    pub fn open(self: &Arc<Self>) -> Flow {
        Flow {
            number: self.newest.fetch_add(1, Ordering::AcqRel) + 1,
            tap: Arc::clone(self),
            layer: None,
            begun: false,
        }
    }

    fn ask_for_key(&self) {
        self.wants_key.store(true, Ordering::Release);
    }
}

/// One sender's way to the tap.
pub(crate) struct Flow {
    tap: Arc<Tap>,
    number: u64,
    layer: Option<usize>,
    begun: bool,
}

impl Flow {
    /// From now on it is this layer that is seen. True if a key frame of it is wanted.
    pub fn show(&mut self, layer: usize) -> bool {
        let changes = self.layer.replace(layer) != Some(layer);
        self.begun &= !changes;
        changes || (self.is_newest() && self.tap.wants_key.swap(false, Ordering::AcqRel))
    }

    /// A frame that was sent.
    pub fn put(&mut self, layer: usize, frame: &EncodedFrame) {
        if self.layer != Some(layer) {
            return;
        }
        self.begun |= frame.key;
        if self.begun && self.is_newest() && self.tap.frames.receiver_count() > 0 {
            // The last viewer may have gone just now.
            self.tap.frames.send(frame.clone()).ok();
        }
    }

    fn is_newest(&self) -> bool {
        self.tap.newest.load(Ordering::Acquire) == self.number
    }
}

/// What pages send of our camera or screen, for somebody beside them.
#[derive(Clone)]
pub struct SentPictures {
    tap: Weak<Tap>,
}

impl SentPictures {
    pub(crate) fn of(tap: &Arc<Tap>) -> Self {
        Self {
            tap: Arc::downgrade(tap),
        }
    }

    /// Whole frames, bit for bit as they are sent, from the next key frame on, which is asked for. Whoever sends may
    /// change, each with a key frame. Ends with the bridge. Needs a Tokio runtime.
    pub fn frames(&self) -> mpsc::Receiver<EncodedFrame> {
        let (to, frames) = mpsc::channel(BEHIND);
        let Some(mut from) = self.tap.upgrade().map(|tap| tap.frames.subscribe()) else {
            return frames;
        };
        self.ask_for_key();
        let sent = self.clone();
        tokio::spawn(async move {
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
                        if to.send(frame).await.is_err() {
                            return;
                        }
                    }
                    Err(RecvError::Lagged(_)) => {
                        wants_key = true;
                        sent.ask_for_key();
                    }
                    Err(RecvError::Closed) => return,
                }
            }
        });
        frames
    }

    /// Asks whoever sends for a key frame, which the far side gets as well.
    pub fn ask_for_key(&self) {
        if let Some(tap) = self.tap.upgrade() {
            tap.ask_for_key();
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use foyer_media::clock::MediaTime;
    use foyer_media::encoded::VideoCodec;

    use super::*;

    fn frame(at: i64, key: bool) -> EncodedFrame {
        EncodedFrame {
            codec: VideoCodec::H264,
            key,
            at: MediaTime(at),
            width: 64,
            height: 48,
            data: Bytes::from_static(&[0, 0, 0, 1]),
        }
    }

    #[tokio::test]
    async fn viewers_begin_with_a_key_frame_and_see_who_sends_last_in_its_largest_layer() {
        let tap = Arc::<Tap>::default();
        let mut first = tap.open();
        assert!(first.show(0), "nothing was sent yet");
        first.put(0, &frame(1, true));
        let sent = SentPictures::of(&tap);
        let mut seen = sent.frames();
        first.put(0, &frame(2, false));
        assert!(first.show(0), "whoever looks wants a key frame");
        assert!(!first.show(0), "once");
        first.put(0, &frame(3, true));
        assert!(first.show(1), "another layer is large now");
        first.put(0, &frame(4, true));
        first.put(1, &frame(5, false));
        first.put(1, &frame(6, true));
        first.put(1, &frame(7, false));
        let mut second = tap.open();
        second.show(0);
        first.put(1, &frame(8, true));
        second.put(0, &frame(9, true));
        drop((first, second, tap));
        let mut times = Vec::new();
        while let Some(frame) = seen.recv().await {
            times.push(frame.at.0);
        }
        assert_eq!(times, [3, 6, 7, 9]);
        assert_eq!(sent.frames().recv().await, None);
    }
}
