//! Which m-lines a participant's connection is to have.

use std::collections::BTreeMap;
use std::sync::Arc;

use foyer_media::clock::MediaTime;
use foyer_media::encoded::VideoCodec;
use foyer_rtc::{MediaKind, Transceiver};

use super::{AudioSource, VideoSource};
use crate::protocol::TrackKind;

/// A stream that a line carries, to the server or from it.
#[derive(Clone)]
pub(crate) enum Source {
    Audio(Arc<AudioSource>),
    Video(Arc<VideoSource>),
}

impl Source {
    pub(crate) fn media_kind(&self) -> MediaKind {
        match self {
            Self::Audio(_) => MediaKind::Audio,
            Self::Video(_) => MediaKind::Video,
        }
    }

    /// Whether both are the very same stream.
    pub(crate) fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Audio(a), Self::Audio(b)) => Arc::ptr_eq(a, b),
            (Self::Video(a), Self::Video(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }

    pub(crate) fn subscribe(
        &self,
        who: &str,
        transceiver: &Transceiver,
        watched: bool,
        now: MediaTime,
    ) {
        let sink = Box::new(transceiver.clone());
        match self {
            Self::Audio(source) => source.subscribe(who, sink),
            Self::Video(source) => source.subscribe(who, sink, watched, now),
        }
    }

    pub(crate) fn unsubscribe(&self, who: &str) {
        match self {
            Self::Audio(source) => source.unsubscribe(who),
            Self::Video(source) => source.unsubscribe(who),
        }
    }

    /// Codecs for a line that carries it on, the publisher's first.
    pub(crate) fn codecs(&self) -> Vec<VideoCodec> {
        match self {
            Self::Video(source) if source.codec() == Some(VideoCodec::Vp8) => {
                vec![VideoCodec::Vp8, VideoCodec::H264]
            }
            _ => Vec::new(),
        }
    }
}

/// Everything a participant sends and receives, as the meeting has it now.
#[derive(Clone, Default)]
pub(crate) struct Desired {
    /// Their own.
    pub up: BTreeMap<TrackKind, Source>,
    /// The others', by participant and kind.
    pub down: BTreeMap<(String, TrackKind), Source>,
}

/// What to change so that there is exactly what is wanted; both in order of the keys.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Change<K> {
    pub gone: Vec<K>,
    pub new: Vec<K>,
}

impl<K> Change<K> {
    pub(crate) fn is_empty(&self) -> bool {
        self.gone.is_empty() && self.new.is_empty()
    }
}

/// Compares the lines there are with those wanted.
pub(crate) fn change<K: Ord + Clone, A, B>(
    have: &BTreeMap<K, A>,
    want: &BTreeMap<K, B>,
) -> Change<K> {
    let missing_in = |key: &K, there: bool| (!there).then(|| key.clone());
    Change {
        gone: have
            .keys()
            .filter_map(|key| missing_in(key, want.contains_key(key)))
            .collect(),
        new: want
            .keys()
            .filter_map(|key| missing_in(key, have.contains_key(key)))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_differences_are_changed() {
        let have = BTreeMap::from([(1, 'a'), (2, 'b'), (3, 'c')]);
        let want = BTreeMap::from([(2, ()), (4, ()), (5, ())]);
        assert_eq!(
            change(&have, &want),
            Change {
                gone: vec![1, 3],
                new: vec![4, 5]
            }
        );
    }
}
