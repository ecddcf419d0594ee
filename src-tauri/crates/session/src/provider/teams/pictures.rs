//! Pictures of others: which there are, which are to be seen, and where they come from.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use foyer_contract::bridge::Handle;
use foyer_contract::calling::people::Participant;
use foyer_contract::calling::request::Watched as Wanted;
use tokio::sync::mpsc;

use crate::provider::{ProviderEvent, TrackKind, Watched};
use crate::teams::{Ours, PagePictures, Request};

/// Until the SDK says how many it can carry: the UI library of ACS starts with as many.
const MOST_AT_FIRST: usize = 4;

type Place = (String, TrackKind);

/// One stream that somebody sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sent {
    stream: u32,
    track: Option<Handle>,
}

struct State {
    sent: HashMap<Place, Sent>,
    watched: Vec<Watched>,
    most: usize,
    asked: Vec<Wanted>,
}

/// Shared by who hears the SDK and who asks it.
#[derive(Clone)]
pub(super) struct Pictures {
    requests: mpsc::Sender<Request>,
    page: Arc<dyn PagePictures>,
    state: Arc<Mutex<State>>,
}

impl Pictures {
    pub fn new(requests: mpsc::Sender<Request>, page: Arc<dyn PagePictures>) -> Self {
        Self {
            requests,
            page,
            state: Arc::new(Mutex::new(State {
                sent: HashMap::new(),
                watched: Vec::new(),
                most: MOST_AT_FIRST,
                asked: Vec::new(),
            })),
        }
    }

    /// The roster is new: what that means for feeds.
    pub fn update<'a>(&self, present: impl Iterator<Item = &'a Participant>) -> Vec<ProviderEvent> {
        let now: HashMap<Place, Sent> = present.flat_map(sent).collect();
        let mut state = self.state();
        let mut events = Vec::new();
        for (participant, kind) in state.sent.keys().filter(|place| !now.contains_key(*place)) {
            events.push(ProviderEvent::IncomingEnded {
                participant: participant.clone(),
                kind: *kind,
            });
        }
        for (place, sent) in &now {
            let before = state.sent.get(place);
            if before.map(|before| before.track) == Some(sent.track) {
                continue;
            }
            let (participant, kind) = place.clone();
            let found = sent.track.and_then(|track| self.page.find(track));
            events.push(match found {
                Some(video) => ProviderEvent::Pictures {
                    participant,
                    kind,
                    video,
                },
                None => ProviderEvent::Announced { participant, kind },
            });
        }
        state.sent = now;
        self.ask(&mut state);
        events
    }

    /// What is sent of ours, to be seen as others see it.
    pub fn sent(&self) -> impl Iterator<Item = ProviderEvent> {
        let ours = [
            (TrackKind::Camera, Ours::Camera),
            (TrackKind::Share, Ours::Screen),
        ];
        ours.into_iter().filter_map(|(kind, ours)| {
            let video = self.page.sent(ours)?;
            Some(ProviderEvent::Sent { kind, video })
        })
    }

    /// The SDK can carry as many at once.
    pub fn limit(&self, most: usize) {
        let mut state = self.state();
        state.most = most;
        self.ask(&mut state);
    }

    /// These are on the screen.
    pub fn watch(&self, watched: Vec<Watched>) {
        let mut state = self.state();
        state.watched = watched;
        self.ask(&mut state);
    }

    /// Shares first, then what is largest; what cannot be carried is left out.
    fn ask(&self, state: &mut State) {
        let mut wanted: Vec<&Watched> = state.watched.iter().collect();
        wanted.sort_by_key(|one| {
            let area = u64::from(one.width) * u64::from(one.height);
            (one.kind != TrackKind::Share, std::cmp::Reverse(area))
        });
        let streams: Vec<_> = wanted
            .into_iter()
            .filter_map(|one| {
                let place = (one.participant.clone(), one.kind);
                let sent = state.sent.get(&place)?;
                Some(Wanted {
                    participant: place.0,
                    stream: sent.stream,
                    width: one.width,
                    height: one.height,
                })
            })
            .take(state.most)
            .collect();
        if streams == state.asked {
            return;
        }
        state.asked.clone_from(&streams);
        if let Err(error) = self.requests.try_send(Request::Watch { streams }) {
            tracing::warn!(%error, "the calling window does not listen");
            state.asked.clear();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn sent(participant: &Participant) -> Vec<(Place, Sent)> {
    let first = |name: &str, kind| {
        let mut streams = participant.streams.iter();
        let stream = streams.find(|stream| stream.kind == name && stream.available)?;
        let sent = Sent {
            stream: stream.id,
            track: stream.track,
        };
        Some(((participant.id.clone(), kind), sent))
    };
    [
        first("Video", TrackKind::Camera),
        first("ScreenSharing", TrackKind::Share),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use foyer_contract::calling::people::Stream;
    use foyer_media::encoded::EncodedFrame;

    use super::*;
    use crate::teams::RemoteVideo;

    /// A page that receives what even handles name.
    struct Page;

    struct Nothing;

    impl RemoteVideo for Nothing {
        fn frames(&self) -> mpsc::Receiver<EncodedFrame> {
            mpsc::channel(1).1
        }

        fn ask_for_key(&self) {}
    }

    impl PagePictures for Page {
        fn sent(&self, ours: Ours) -> Option<Arc<dyn RemoteVideo>> {
            (ours == Ours::Camera).then(|| Arc::new(Nothing) as _)
        }

        fn find(&self, track: Handle) -> Option<Arc<dyn RemoteVideo>> {
            track.is_multiple_of(2).then(|| Arc::new(Nothing) as _)
        }
    }

    fn sender(id: &str, streams: &[(u32, &str, bool, Option<Handle>)]) -> Participant {
        Participant {
            id: id.to_owned(),
            streams: streams
                .iter()
                .map(|(id, kind, available, track)| Stream {
                    id: *id,
                    kind: (*kind).to_owned(),
                    available: *available,
                    track: *track,
                    ..Stream::default()
                })
                .collect(),
            ..Participant::default()
        }
    }

    fn told(events: Vec<ProviderEvent>) -> Vec<String> {
        let mut told: Vec<_> = events
            .into_iter()
            .map(|event| match event {
                ProviderEvent::Announced { participant, kind } => {
                    format!("{participant} announced {kind:?}")
                }
                ProviderEvent::Pictures {
                    participant, kind, ..
                } => format!("{participant} shows {kind:?}"),
                ProviderEvent::IncomingEnded { participant, kind } => {
                    format!("{participant} ended {kind:?}")
                }
                _ => panic!("another event"),
            })
            .collect();
        told.sort();
        told
    }

    fn watched(participant: &str, kind: TrackKind, width: u32) -> Watched {
        Watched {
            participant: participant.to_owned(),
            kind,
            width,
            height: width,
            refresh: false,
        }
    }

    fn asked(requests: &mut mpsc::Receiver<Request>) -> Option<Vec<(String, u32)>> {
        match requests.try_recv().ok()? {
            Request::Watch { streams } => Some(
                streams
                    .into_iter()
                    .map(|one| (one.participant, one.stream))
                    .collect(),
            ),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_stream_is_announced_shown_while_a_track_brings_it_and_ended() {
        let (requests, _asked) = mpsc::channel(8);
        let pictures = Pictures::new(requests, Arc::new(Page));
        let with = |track, available| {
            let people = [sender("a", &[(1, "Video", available, track)])];
            told(pictures.update(people.iter()))
        };
        assert!(with(None, false).is_empty());
        assert_eq!(with(None, true), ["a announced Camera"]);
        assert!(with(None, true).is_empty());
        assert_eq!(with(Some(2), true), ["a shows Camera"]);
        assert_eq!(with(Some(4), true), ["a shows Camera"]);
        assert_eq!(with(None, true), ["a announced Camera"]);
        assert_eq!(with(Some(7), true), ["a announced Camera"], "unknown here");
        assert_eq!(with(Some(2), false), ["a ended Camera"]);
    }

    #[test]
    fn shares_and_large_tiles_are_asked_for_first_and_no_more_than_can_be_carried() {
        let (requests, mut heard) = mpsc::channel(8);
        let pictures = Pictures::new(requests, Arc::new(Page));
        let people = [
            sender("a", &[(1, "Video", true, None)]),
            sender(
                "b",
                &[(1, "Video", true, None), (2, "ScreenSharing", true, None)],
            ),
        ];
        pictures.update(people.iter());
        assert_eq!(asked(&mut heard), None, "nobody looks");
        pictures.limit(2);
        pictures.watch(vec![
            watched("b", TrackKind::Camera, 100),
            watched("gone", TrackKind::Camera, 900),
            watched("a", TrackKind::Camera, 200),
            watched("b", TrackKind::Share, 50),
        ]);
        let both = vec![("b".to_owned(), 2), ("a".to_owned(), 1)];
        assert_eq!(asked(&mut heard), Some(both));
        pictures.update(people.iter());
        assert_eq!(asked(&mut heard), None, "nothing changed");
        pictures.limit(1);
        assert_eq!(asked(&mut heard), Some(vec![("b".to_owned(), 2)]));
        let other = [sender("b", &[(5, "ScreenSharing", true, None)])];
        pictures.update(other.iter());
        assert_eq!(asked(&mut heard), Some(vec![("b".to_owned(), 5)]));
        pictures.watch(Vec::new());
        assert_eq!(asked(&mut heard), Some(Vec::new()));
    }
}
