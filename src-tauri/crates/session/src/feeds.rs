//! Feeds: encoded pictures on their way to the UI, all through one bounded stream.
//!
//! A UI that is too slow never holds anybody up: what overflows is dropped per feed up to its next key frame, which
//! is asked for once the UI takes frames again.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::{BufMut, Bytes, BytesMut};
use foyer_contract::frame::{Codec, FrameHeader, HEADER_LEN, MAX_PAYLOAD};
use foyer_media::encoded::{EncodedFrame, VideoCodec};
use tokio::sync::Notify;

/// Frames of one feed that wait at most: one second of camera.
const MAX_WAITING: usize = 30;

/// Asks whoever makes the frames of a feed for a key frame.
pub(crate) type AskForKey = Arc<dyn Fn() + Send + Sync>;

/// Who reads: the window with the call, or one that shows a single feed apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Main,
    Apart,
}

struct Feed {
    /// Tells a writer that its feed was opened anew by another.
    generation: u64,
    reader: Option<Reader>,
    wants_key: bool,
    ask_when_read: bool,
    waiting: usize,
    ask: AskForKey,
}

#[derive(Default)]
struct State {
    queues: [VecDeque<(u32, Bytes)>; 2],
    feeds: HashMap<u32, Feed>,
    /// As the UI said last; feeds that open later may be among them.
    watched: Vec<u32>,
    /// The one that a window of its own shows.
    apart: Option<u32>,
    opened: u64,
    closed: bool,
}

impl State {
    fn reader(&self, number: u32) -> Option<Reader> {
        if self.apart == Some(number) {
            return Some(Reader::Apart);
        }
        self.watched.contains(&number).then_some(Reader::Main)
    }

    fn forget_waiting(&mut self, number: u32) {
        for queue in &mut self.queues {
            queue.retain(|(of, _)| *of != number);
        }
    }

    /// Feeds that have another reader than before begin with a key frame, which has to be asked for.
    fn turn_to_readers(&mut self) -> Vec<AskForKey> {
        let mut asks = Vec::new();
        let numbers: Vec<_> = self.feeds.keys().copied().collect();
        for number in numbers {
            let reader = self.reader(number);
            let Some(feed) = self.feeds.get_mut(&number) else {
                continue;
            };
            if feed.reader == reader {
                continue;
            }
            feed.reader = reader;
            feed.waiting = 0;
            if reader.is_some() {
                feed.wants_key = true;
                asks.push(Arc::clone(&feed.ask));
            }
            self.forget_waiting(number);
        }
        asks
    }
}

#[derive(Default)]
struct Shared {
    state: Mutex<State>,
    ready: [Notify; 2],
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn close(&self) {
        let mut state = self.state();
        state.closed = true;
        state.queues.iter_mut().for_each(VecDeque::clear);
        drop(state);
        self.ready.iter().for_each(Notify::notify_one);
    }
}

/// Where all feeds of a call meet.
#[derive(Clone)]
pub(crate) struct FeedHub {
    shared: Arc<Shared>,
}

impl FeedHub {
    /// With the stream of the window that has the call.
    pub fn new() -> (Self, FrameStream) {
        let hub = Self {
            shared: Arc::default(),
        };
        let main = hub.stream(Reader::Main);
        (hub, main)
    }

    /// The stream of the window that shows a feed apart. To be taken once.
    pub fn apart(&self) -> FrameStream {
        self.stream(Reader::Apart)
    }

    fn stream(&self, reader: Reader) -> FrameStream {
        FrameStream {
            shared: Arc::clone(&self.shared),
            reader,
        }
    }

    /// A new feed, or one that goes on from another source; it begins with a key frame.
    pub fn open(&self, number: u32, ask: AskForKey) -> FeedWriter {
        let mut state = self.shared.state();
        state.opened += 1;
        let generation = state.opened;
        let reader = state.reader(number);
        state.forget_waiting(number);
        state.feeds.insert(
            number,
            Feed {
                generation,
                reader,
                wants_key: true,
                ask_when_read: false,
                waiting: 0,
                ask,
            },
        );
        FeedWriter {
            shared: Arc::clone(&self.shared),
            number,
            generation,
        }
    }

    /// From now on exactly these feeds are watched. Those that were not before begin with a key frame.
    pub fn watch(&self, numbers: &[u32]) {
        let asks = {
            let mut state = self.shared.state();
            state.watched = numbers.to_vec();
            state.turn_to_readers()
        };
        asks.iter().for_each(|ask| ask());
    }

    /// From now on this feed goes to the stream apart and no other.
    pub fn watch_apart(&self, number: Option<u32>) {
        let asks = {
            let mut state = self.shared.state();
            state.apart = number;
            state.turn_to_readers()
        };
        asks.iter().for_each(|ask| ask());
    }

    /// The UI starts this feed over: nothing but a key frame helps.
    pub fn refresh(&self, number: u32) {
        let ask = {
            let mut state = self.shared.state();
            let watched = state.feeds.get_mut(&number);
            let Some(feed) = watched.filter(|feed| feed.reader.is_some()) else {
                return;
            };
            feed.wants_key = true;
            feed.waiting = 0;
            let ask = Arc::clone(&feed.ask);
            state.forget_waiting(number);
            ask
        };
        ask();
    }

    /// Ends the stream.
    pub fn close(&self) {
        self.shared.close();
    }
}

/// Puts the frames of one feed in. Dropping it ends the feed.
pub(crate) struct FeedWriter {
    shared: Arc<Shared>,
    number: u32,
    generation: u64,
}

impl FeedWriter {
    pub fn is_watched(&self) -> bool {
        let state = self.shared.state();
        !state.closed
            && state
                .feeds
                .get(&self.number)
                .is_some_and(|feed| feed.reader.is_some() && feed.generation == self.generation)
    }

    pub fn put(&self, frame: &EncodedFrame) {
        if frame.data.len() > MAX_PAYLOAD {
            return;
        }
        let mut state = self.shared.state();
        let State {
            queues,
            feeds,
            closed,
            ..
        } = &mut *state;
        let feed = feeds
            .get_mut(&self.number)
            .filter(|feed| feed.generation == self.generation);
        let Some(feed) = feed else {
            return;
        };
        let Some(reader) = feed.reader else {
            return;
        };
        if *closed || (feed.wants_key && !frame.key) {
            return;
        }
        let queue = &mut queues[reader as usize];
        if feed.waiting == MAX_WAITING {
            queue.retain(|(of, _)| *of != self.number);
            feed.waiting = 0;
            if !frame.key {
                feed.wants_key = true;
                // Not now: while nobody reads, every key frame would be asked for in vain.
                feed.ask_when_read = true;
                return;
            }
        }
        feed.wants_key = false;
        feed.ask_when_read = false;
        feed.waiting += 1;
        queue.push_back((self.number, message(self.number, frame)));
        drop(state);
        self.shared.ready[reader as usize].notify_one();
    }
}

impl Drop for FeedWriter {
    fn drop(&mut self) {
        let mut state = self.shared.state();
        let mine = |feed: &Feed| feed.generation == self.generation;
        if state.feeds.get(&self.number).is_some_and(mine) {
            state.feeds.remove(&self.number);
            state.forget_waiting(self.number);
        }
    }
}

fn message(feed: u32, frame: &EncodedFrame) -> Bytes {
    let header = FrameHeader {
        codec: match frame.codec {
            VideoCodec::H264 => Codec::H264,
            VideoCodec::Vp8 => Codec::Vp8,
        },
        key: frame.key,
        feed,
        timestamp_us: frame.at.0 / 1_000,
        width: frame.width,
        height: frame.height,
    };
    let mut message = BytesMut::with_capacity(HEADER_LEN + frame.data.len());
    message.put_slice(&header.to_bytes());
    message.put_slice(&frame.data);
    message.freeze()
}

/// Every frame of every watched feed, as `foyer_contract::frame` says. Dropping that of the window with the call ends
/// all feeds.
pub struct FrameStream {
    shared: Arc<Shared>,
    reader: Reader,
}

impl FrameStream {
    /// The next frame; `None` once the call is over. Cancelling loses nothing.
    pub async fn recv(&mut self) -> Option<Bytes> {
        loop {
            let at = self.reader as usize;
            let ready = self.shared.ready[at].notified();
            let (next, closed, asks) = {
                let mut state = self.shared.state();
                let asks = take_asks(&mut state, self.reader);
                let next = state.queues[at].pop_front();
                if let Some(feed) = next.as_ref().and_then(|(of, _)| state.feeds.get_mut(of)) {
                    feed.waiting = feed.waiting.saturating_sub(1);
                }
                (next, state.closed, asks)
            };
            asks.iter().for_each(|ask| ask());
            if let Some((_, frame)) = next {
                return Some(frame);
            }
            if closed {
                return None;
            }
            ready.await;
        }
    }
}

fn take_asks(state: &mut State, reader: Reader) -> Vec<AskForKey> {
    let mut asks = Vec::new();
    for feed in state.feeds.values_mut() {
        if feed.reader == Some(reader) && std::mem::take(&mut feed.ask_when_read) {
            asks.push(Arc::clone(&feed.ask));
        }
    }
    asks
}

impl Drop for FrameStream {
    fn drop(&mut self) {
        match self.reader {
            Reader::Main => self.shared.close(),
            Reader::Apart => {
                let asks = {
                    let mut state = self.shared.state();
                    state.apart = None;
                    state.turn_to_readers()
                };
                asks.iter().for_each(|ask| ask());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::atomic::{AtomicU32, Ordering};

    use foyer_media::clock::MediaTime;
    use futures_util::FutureExt;

    use super::*;

    fn frame(at: i64, key: bool) -> EncodedFrame {
        EncodedFrame {
            codec: VideoCodec::H264,
            key,
            at: MediaTime(at * 1_000),
            width: 16,
            height: 16,
            data: Bytes::from_static(b"picture"),
        }
    }

    fn counted() -> (AskForKey, Arc<AtomicU32>) {
        let count = Arc::<AtomicU32>::default();
        let ask = Arc::clone(&count);
        let ask: AskForKey = Arc::new(move || {
            ask.fetch_add(1, Ordering::SeqCst);
        });
        (ask, count)
    }

    fn waiting(stream: &mut FrameStream) -> Vec<(u32, i64)> {
        let mut all = Vec::new();
        while let Some(Some(message)) = stream.recv().now_or_never() {
            let (header, payload) = FrameHeader::parse(&message).unwrap();
            assert_eq!(payload, b"picture");
            all.push((header.feed, header.timestamp_us));
        }
        all
    }

    #[test]
    fn a_feed_comes_only_while_watched_and_begins_with_a_key_frame() {
        let (hub, mut stream) = FeedHub::new();
        let (ask, asked) = counted();
        let writer = hub.open(7, ask);
        writer.put(&frame(1, true));
        hub.watch(&[7, 99]);
        assert_eq!(asked.load(Ordering::SeqCst), 1);
        for (at, key) in [(2, false), (3, true), (4, false)] {
            writer.put(&frame(at, key));
        }
        assert_eq!(waiting(&mut stream), [(7, 3), (7, 4)]);
        hub.watch(&[7]);
        assert_eq!(asked.load(Ordering::SeqCst), 1, "it was watched before");
        writer.put(&frame(5, false));
        hub.watch(&[]);
        assert_eq!(waiting(&mut stream), []);
    }

    #[test]
    fn a_reader_that_stands_still_gets_key_frames_first_when_it_goes_on() {
        let (hub, mut stream) = FeedHub::new();
        let (ask, asked) = counted();
        let writer = hub.open(1, ask);
        let other = hub.open(2, counted().0);
        hub.watch(&[1, 2]);
        other.put(&frame(0, true));
        for at in 0..100 {
            writer.put(&frame(at, at == 0));
        }
        assert_eq!(asked.load(Ordering::SeqCst), 1, "not while nobody reads");
        assert_eq!(
            waiting(&mut stream),
            [(2, 0)],
            "the other feed lost nothing"
        );
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        writer.put(&frame(100, false));
        writer.put(&frame(101, true));
        assert_eq!(waiting(&mut stream), [(1, 101)]);
    }

    #[test]
    fn a_refresh_drops_what_waits_and_asks() {
        let (hub, mut stream) = FeedHub::new();
        let (ask, asked) = counted();
        let writer = hub.open(1, ask);
        hub.watch(&[1]);
        writer.put(&frame(1, true));
        hub.refresh(1);
        assert_eq!(asked.load(Ordering::SeqCst), 2);
        writer.put(&frame(2, false));
        assert_eq!(waiting(&mut stream), []);
    }

    #[test]
    fn a_feed_that_goes_on_from_another_source_survives_the_end_of_the_first() {
        let (hub, mut stream) = FeedHub::new();
        let first = hub.open(1, counted().0);
        hub.watch(&[1]);
        let second = hub.open(1, counted().0);
        first.put(&frame(1, true));
        drop(first);
        second.put(&frame(2, false));
        second.put(&frame(3, true));
        assert_eq!(waiting(&mut stream), [(1, 3)]);
    }

    #[test]
    fn a_feed_shown_apart_goes_there_alone_and_comes_back_with_a_key_frame() {
        let (hub, mut main) = FeedHub::new();
        let mut apart = hub.apart();
        let (ask, asked) = counted();
        let share = hub.open(9, ask);
        let camera = hub.open(1, counted().0);
        hub.watch(&[1, 9]);
        share.put(&frame(1, true));
        camera.put(&frame(1, true));
        hub.watch_apart(Some(9));
        assert_eq!(
            asked.load(Ordering::SeqCst),
            2,
            "another window starts over"
        );
        share.put(&frame(2, false));
        share.put(&frame(3, true));
        camera.put(&frame(2, false));
        assert_eq!(waiting(&mut main), [(1, 1), (1, 2)]);
        assert_eq!(waiting(&mut apart), [(9, 3)]);
        // The window with the call no longer shows it: it comes all the same.
        hub.watch(&[1]);
        share.put(&frame(4, false));
        assert_eq!(waiting(&mut apart), [(9, 4)]);
        hub.watch(&[1, 9]);
        hub.watch_apart(None);
        assert_eq!(asked.load(Ordering::SeqCst), 3);
        share.put(&frame(5, false));
        share.put(&frame(6, true));
        assert_eq!(waiting(&mut main), [(9, 6)]);
        assert_eq!(waiting(&mut apart), []);
    }

    #[test]
    fn a_window_apart_that_goes_ends_nothing() {
        let (hub, mut main) = FeedHub::new();
        let share = hub.open(9, counted().0);
        hub.watch(&[9]);
        let apart = hub.apart();
        hub.watch_apart(Some(9));
        drop(apart);
        share.put(&frame(1, true));
        assert_eq!(waiting(&mut main), [(9, 1)]);
    }

    #[tokio::test]
    async fn the_stream_ends_with_the_call() {
        let (hub, mut stream) = FeedHub::new();
        let closing = hub.clone();
        let reader = tokio::spawn(async move { stream.recv().await });
        tokio::task::yield_now().await;
        closing.close();
        assert_eq!(reader.await.unwrap(), None);
    }
}
