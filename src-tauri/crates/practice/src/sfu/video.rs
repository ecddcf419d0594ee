//! One video stream and those who take it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use foyer_media::clock::MediaTime;
use foyer_media::encoded::{EncodedFrame, VideoCodec};
use foyer_rtc::Transceiver;
use tokio::sync::Notify;

/// Key frames are asked of a publisher at most this often, however many want one.
const KEY_FRAME_PACE: Duration = Duration::from_millis(300);

/// Where frames go.
pub(crate) trait VideoSink: Send {
    /// Whether frames can leave now.
    fn ready(&self) -> bool;
    /// Takes a frame; false if it went nowhere.
    fn send(&self, frame: &EncodedFrame) -> bool;
}

impl VideoSink for Transceiver {
    fn ready(&self) -> bool {
        self.can_send()
    }

    fn send(&self, frame: &EncodedFrame) -> bool {
        self.send_video(frame)
    }
}

struct Subscriber {
    sink: Box<dyn VideoSink>,
    watched: bool,
    /// Nothing can be shown before a key frame.
    waiting: bool,
}

struct State {
    live: bool,
    codec: Option<VideoCodec>,
    subscribers: HashMap<String, Subscriber>,
    key_wanted: bool,
    asked: Option<MediaTime>,
}

/// One publisher's camera or share. Frames come in by [`publish`](Self::publish) and leave to every
/// subscriber that watches, each from a key frame on.
pub(crate) struct VideoSource {
    state: Mutex<State>,
    ask: Notify,
}

impl VideoSource {
    pub(crate) fn new(live: bool) -> Self {
        Self {
            state: Mutex::new(State {
                live,
                codec: None,
                subscribers: HashMap::new(),
                key_wanted: false,
                asked: None,
            }),
            ask: Notify::new(),
        }
    }

    /// Forwards a frame.
    pub(crate) fn publish(&self, frame: &EncodedFrame, now: MediaTime) {
        let mut state = self.lock();
        state.codec = Some(frame.codec);
        if !state.live {
            return;
        }
        let mut missed = false;
        for subscriber in state.subscribers.values_mut() {
            if !subscriber.watched || !subscriber.sink.ready() {
                subscriber.waiting = true;
                continue;
            }
            if subscriber.waiting && !frame.key {
                missed = true;
                continue;
            }
            subscriber.waiting = !subscriber.sink.send(frame);
        }
        if frame.key {
            state.key_wanted = false;
        }
        if missed {
            state.key_wanted = true;
        }
        self.ask_if_due(&mut state, now);
    }

    /// Somebody cannot go on without a key frame.
    pub(crate) fn want_key(&self, now: MediaTime) {
        let mut state = self.lock();
        state.key_wanted = true;
        self.ask_if_due(&mut state, now);
    }

    /// Resolves when the publisher is to be asked for a key frame.
    pub(crate) async fn key_asked(&self) {
        self.ask.notified().await;
    }

    /// Switches the stream on or off for everybody; a stream that comes back starts with a key frame.
    pub(crate) fn set_live(&self, live: bool, now: MediaTime) {
        let mut state = self.lock();
        if state.live == live {
            return;
        }
        state.live = live;
        for subscriber in state.subscribers.values_mut() {
            subscriber.waiting = true;
        }
        if live && !state.subscribers.is_empty() {
            state.key_wanted = true;
            self.ask_if_due(&mut state, now);
        }
    }

    /// Adds who takes the stream, or replaces their sink.
    pub(crate) fn subscribe(
        &self,
        who: &str,
        sink: Box<dyn VideoSink>,
        watched: bool,
        now: MediaTime,
    ) {
        let mut state = self.lock();
        let subscriber = Subscriber {
            sink,
            watched,
            waiting: true,
        };
        state.subscribers.insert(who.to_owned(), subscriber);
        if watched && state.live {
            state.key_wanted = true;
            self.ask_if_due(&mut state, now);
        }
    }

    /// Nothing more for them.
    pub(crate) fn unsubscribe(&self, who: &str) {
        self.lock().subscribers.remove(who);
    }

    /// Whether a subscriber shows the stream; who begins to, or asks to refresh, gets a key frame.
    pub(crate) fn watch(&self, who: &str, watched: bool, refresh: bool, now: MediaTime) {
        let mut state = self.lock();
        let Some(subscriber) = state.subscribers.get_mut(who) else {
            return;
        };
        let begins = watched && !subscriber.watched;
        subscriber.waiting |= begins;
        subscriber.watched = watched;
        if begins || (watched && refresh) {
            state.key_wanted = true;
            self.ask_if_due(&mut state, now);
        }
    }

    /// What the publisher sends, once known.
    pub(crate) fn codec(&self) -> Option<VideoCodec> {
        self.lock().codec
    }

    fn ask_if_due(&self, state: &mut State, now: MediaTime) {
        let rested = state
            .asked
            .is_none_or(|asked| now.since(asked) >= KEY_FRAME_PACE);
        if state.key_wanted && rested {
            state.asked = Some(now);
            state.key_wanted = false;
            self.ask.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use bytes::Bytes;

    use super::*;

    #[derive(Clone, Default)]
    struct Screen {
        shut: Arc<AtomicBool>,
        got: Arc<Mutex<Vec<u8>>>,
    }

    impl VideoSink for Screen {
        fn ready(&self) -> bool {
            !self.shut.load(Ordering::Relaxed)
        }

        fn send(&self, frame: &EncodedFrame) -> bool {
            self.got.lock().unwrap().push(frame.data[0]);
            true
        }
    }

    impl Screen {
        fn got(&self) -> Vec<u8> {
            self.got.lock().unwrap().clone()
        }
    }

    fn frame(number: u8, key: bool) -> EncodedFrame {
        EncodedFrame {
            codec: VideoCodec::H264,
            key,
            at: MediaTime(0),
            width: 0,
            height: 0,
            data: Bytes::copy_from_slice(&[number]),
        }
    }

    fn ms(n: u64) -> MediaTime {
        MediaTime(0).plus(Duration::from_millis(n))
    }

    async fn asked(source: &VideoSource) -> bool {
        let wait = Duration::from_millis(1);
        tokio::time::timeout(wait, source.key_asked()).await.is_ok()
    }

    #[tokio::test]
    async fn every_subscriber_starts_with_a_key_frame() {
        let source = VideoSource::new(true);
        let (a, b) = (Screen::default(), Screen::default());
        source.subscribe("a", Box::new(a.clone()), true, ms(0));
        source.publish(&frame(1, false), ms(10));
        source.publish(&frame(2, true), ms(20));
        source.subscribe("b", Box::new(b.clone()), true, ms(30));
        source.publish(&frame(3, false), ms(40));
        source.publish(&frame(4, true), ms(50));
        assert_eq!(a.got(), [2, 3, 4]);
        assert_eq!(b.got(), [4]);
    }

    #[tokio::test]
    async fn many_wishes_for_a_key_frame_are_one_request_in_300_ms() {
        let source = VideoSource::new(true);
        for _ in 0..10 {
            source.want_key(ms(0));
        }
        assert!(asked(&source).await);
        assert!(!asked(&source).await, "merged");
        source.publish(&frame(1, false), ms(299));
        assert!(!asked(&source).await, "too early");
        source.publish(&frame(2, false), ms(300));
        assert!(asked(&source).await, "the later wishes are not forgotten");
        source.publish(&frame(3, false), ms(900));
        assert!(!asked(&source).await, "nobody wants one any more");
    }

    #[tokio::test]
    async fn a_key_frame_that_comes_by_itself_fulfils_the_wish() {
        let source = VideoSource::new(true);
        source.want_key(ms(0));
        assert!(asked(&source).await);
        source.want_key(ms(100));
        source.publish(&frame(1, true), ms(200));
        source.publish(&frame(2, false), ms(900));
        assert!(!asked(&source).await);
    }

    #[tokio::test]
    async fn unwatched_video_is_not_forwarded_and_comes_back_with_a_key_frame() {
        let source = VideoSource::new(true);
        let a = Screen::default();
        source.subscribe("a", Box::new(a.clone()), true, ms(0));
        source.publish(&frame(1, true), ms(0));
        source.watch("a", false, false, ms(0));
        source.publish(&frame(2, true), ms(10));
        assert!(asked(&source).await, "the one of subscribing");
        source.watch("a", true, false, ms(1000));
        assert!(asked(&source).await);
        source.publish(&frame(3, false), ms(1010));
        source.publish(&frame(4, true), ms(1020));
        assert_eq!(a.got(), [1, 4]);
        source.watch("a", true, true, ms(5000));
        assert!(asked(&source).await, "a refresh asks as well");
    }

    #[tokio::test]
    async fn who_cannot_receive_yet_costs_the_publisher_no_key_frames() {
        let source = VideoSource::new(true);
        let a = Screen::default();
        a.shut.store(true, Ordering::Relaxed);
        source.subscribe("a", Box::new(a.clone()), true, ms(0));
        assert!(asked(&source).await);
        for n in 1..20 {
            source.publish(&frame(0, false), ms(n * 400));
        }
        assert!(!asked(&source).await);
        a.shut.store(false, Ordering::Relaxed);
        source.publish(&frame(1, false), ms(9000));
        assert!(asked(&source).await, "connected now");
    }

    #[tokio::test]
    async fn a_camera_that_is_off_is_not_forwarded() {
        let source = VideoSource::new(false);
        let a = Screen::default();
        source.subscribe("a", Box::new(a.clone()), true, ms(0));
        source.publish(&frame(1, true), ms(0));
        source.set_live(true, ms(1));
        source.publish(&frame(2, true), ms(2));
        assert_eq!(a.got(), [2]);
    }
}
