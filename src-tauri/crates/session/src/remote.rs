//! The picture streams of the others, by feed number.

use std::sync::Arc;

use foyer_contract::intent::WatchedFeed;
use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::encoded::{EncodedFrame, VideoCodec};
use foyer_meeting::roster::Roster;
use foyer_rtc::Transceiver;
use tokio::sync::mpsc;

use crate::feeds::FeedHub;
use crate::incoming::{Incoming, SharedReceived, lock};
use crate::provider::{TrackKind, Watched};
use crate::report::FeedReport;
use crate::teams::RemoteVideo;

struct Feed {
    number: u32,
    participant: String,
    name: String,
    kind: TrackKind,
    received: SharedReceived,
    stream: Stream,
}

enum Stream {
    /// Comes once it is watched.
    Announced,
    Running(Incoming),
    Ended,
}

impl Feed {
    fn has_ended(&self) -> bool {
        matches!(self.stream, Stream::Ended)
    }

    fn pause(&self) {
        if let Stream::Running(incoming) = &self.stream {
            incoming.pause();
        }
    }
}

/// Every picture stream of somebody else, those that ended included.
pub(crate) struct RemoteFeeds {
    clock: SharedClock,
    hub: FeedHub,
    feeds: Vec<Feed>,
}

impl RemoteFeeds {
    pub fn new(clock: SharedClock, hub: FeedHub) -> Self {
        Self {
            clock,
            hub,
            feeds: Vec::new(),
        }
    }

    /// A stream begins, or goes on from elsewhere; `number` is taken if it is a new one.
    pub fn begin(
        &mut self,
        participant: &str,
        kind: TrackKind,
        video: Arc<dyn RemoteVideo>,
        number: &mut u32,
    ) {
        let feed = self.entry(participant, kind, number);
        let asked = Arc::clone(&video);
        let (of, received) = (feed.number, Arc::clone(&feed.received));
        let writer = self.hub.open(of, Arc::new(move || asked.ask_for_key()));
        let clock = Arc::clone(&self.clock);
        let incoming = Incoming::start(&*video, kind, clock, writer, received);
        self.entry(participant, kind, number).stream = Stream::Running(incoming);
    }

    /// A stream comes as soon as it is watched, or is watched no more.
    pub fn announce(&mut self, participant: &str, kind: TrackKind, number: &mut u32) {
        self.entry(participant, kind, number).stream = Stream::Announced;
    }

    fn entry(&mut self, participant: &str, kind: TrackKind, number: &mut u32) -> &mut Feed {
        let index = match self.position(participant, kind) {
            Some(index) => index,
            None => {
                *number += 1;
                self.feeds.push(Feed {
                    number: *number,
                    participant: participant.to_owned(),
                    name: String::new(),
                    kind,
                    received: SharedReceived::default(),
                    stream: Stream::Announced,
                });
                self.feeds.len() - 1
            }
        };
        &mut self.feeds[index]
    }

    pub fn end(&mut self, participant: &str, kind: TrackKind) {
        if let Some(index) = self.position(participant, kind) {
            self.feeds[index].stream = Stream::Ended;
        }
    }

    pub fn end_all(&mut self) {
        for feed in &mut self.feeds {
            feed.stream = Stream::Ended;
        }
    }

    /// The roster is new: names are noted, and cameras that are off pause.
    pub fn follow(&mut self, roster: &Roster) {
        for feed in &mut self.feeds {
            let person = roster
                .everybody()
                .iter()
                .find(|person| person.id == feed.participant);
            let on = match (person, feed.kind) {
                (Some(person), TrackKind::Camera) => person.camera_on,
                (Some(person), TrackKind::Share) => person.sharing,
                (Some(_), TrackKind::Audio) | (None, _) => false,
            };
            if let Some(person) = person {
                feed.name.clone_from(&person.name);
            }
            if !on {
                feed.pause();
            }
        }
    }

    /// The number of a running feed.
    pub fn number(&self, participant: &str, kind: TrackKind) -> Option<u32> {
        self.position(participant, kind)
            .map(|index| self.feeds[index].number)
    }

    /// Pixels of the last picture of a running feed.
    pub fn size(&self, participant: &str, kind: TrackKind) -> Option<(u16, u16)> {
        let received = *lock(&self.feeds[self.position(participant, kind)?].received);
        (received.width > 0).then_some((received.width, received.height))
    }

    /// What the provider has to be told when the UI watches these. Feeds that are not among them pause.
    pub fn watched(&self, watched: &[WatchedFeed]) -> Vec<Watched> {
        let mut out = Vec::new();
        for feed in self.feeds.iter().filter(|feed| !feed.has_ended()) {
            match watched.iter().find(|watch| watch.feed == feed.number) {
                Some(watch) => out.push(Watched {
                    participant: feed.participant.clone(),
                    kind: feed.kind,
                    width: watch.width,
                    height: watch.height,
                    refresh: watch.refresh,
                }),
                None => feed.pause(),
            }
        }
        out
    }

    pub fn report(&self, start: MediaTime) -> Vec<FeedReport> {
        self.feeds
            .iter()
            .map(|feed| {
                let received = *lock(&feed.received);
                FeedReport {
                    feed: feed.number,
                    participant: feed.name.clone(),
                    kind: match feed.kind {
                        TrackKind::Share => "share",
                        TrackKind::Camera | TrackKind::Audio => "camera",
                    },
                    codec: received.codec.map(|codec| match codec {
                        VideoCodec::H264 => "h264",
                        VideoCodec::Vp8 => "vp8",
                    }),
                    width: u32::from(received.width),
                    height: u32::from(received.height),
                    frames_received: received.frames,
                    frames_decoded: 0,
                    freezes: received.freezes,
                    first_frame_ms: received.first.map(|at| millis_since(at, start)),
                    counter: None,
                }
            })
            .collect()
    }

    fn position(&self, participant: &str, kind: TrackKind) -> Option<usize> {
        self.feeds.iter().position(|feed| {
            feed.participant == participant && feed.kind == kind && !feed.has_ended()
        })
    }
}

pub(crate) fn millis_since(at: MediaTime, start: MediaTime) -> i64 {
    (at.0 - start.0) / 1_000_000
}

impl RemoteVideo for Transceiver {
    fn frames(&self) -> mpsc::Receiver<EncodedFrame> {
        self.receive_video()
    }

    fn ask_for_key(&self) {
        self.request_key_frame();
    }
}
