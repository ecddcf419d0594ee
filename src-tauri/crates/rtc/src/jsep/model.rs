//! The state of offer and answer: m-lines, transceivers, what was agreed on.
//!
//! A session is a value. Whoever applies a description clones it, applies, and keeps the clone only if all went
//! well; a pending description keeps the session before it for a rollback.

use std::sync::Arc;

use super::capability::Format;
use super::remote::{LineKind, Remote, RemoteLine, RemoteTransport, Setup};
use super::sdp::Media;
use crate::core::outgoing::SendConfig;
use crate::core::route::{Extensions, MediaCodec, Payload, Route};
use crate::direction::Direction;
use crate::error::NegotiationError;
use crate::event::SignalingState;
use crate::transceiver::{Slot, TransceiverId};

/// A transceiver with its history.
#[derive(Clone)]
pub(crate) struct Entry {
    pub slot: Arc<Slot>,
    pub line: Option<usize>,
    /// Payload types and extensions of the last description that had it.
    pub formats: Vec<Format>,
    pub extensions: Extensions,
    /// The last answer was ours: its order of codecs counts, else the far side's (webrtc-pc 4.4.1.5).
    pub answered: bool,
    /// Layers of simulcast that remain, by rid; empty for a single stream.
    pub layers: Vec<String>,
    /// Its encodings have names, so that no others can be proposed (webrtc-pc 4.4.1.5).
    pub named: bool,
    /// Layers that our last offer wrote as paused: the far side's answer repeats it.
    pub offered_paused: Vec<String>,
    /// The far side's view of it, from its last description.
    pub remote: Option<RemoteLine>,
    /// What we wrote last.
    pub local: Option<Direction>,
    pub current: Option<Direction>,
    /// The application was told of a track.
    pub announced: bool,
    /// It was made by a remote offer.
    pub made_by_remote: bool,
}

/// What an m-line is used for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Media(TransceiverId),
    Data,
    /// Rejected or never understood: may be used again, and is written as it came until then.
    Nothing,
}

/// An m-line of the session.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub mid: String,
    /// The far side wrote no mid for it.
    pub anonymous: bool,
    pub usage: Use,
    /// Kind, protocol and formats as last written, for lines that are used for nothing.
    pub head: Media,
}

/// What an application is told once a description has been applied.
#[derive(Debug)]
pub(crate) enum Notice {
    Track(TransceiverId, Vec<String>),
    TrackEnded(TransceiverId),
}

/// The whole state.
#[derive(Clone)]
pub(crate) struct Session {
    pub id: u64,
    pub version: u64,
    pub cname: String,
    pub signaling: SignalingState,
    pub lines: Vec<Line>,
    pub entries: Vec<Entry>,
    pub remote: Option<RemoteTransport>,
    pub pending_remote: Option<Remote>,
    /// Fixed with the first answer (RFC 8842, 5.3).
    pub role: Option<Setup>,
    pub wants_data: bool,
    /// The far side's data m-line in its newest description.
    pub remote_data: Option<RemoteLine>,
    /// The far side's data m-line, once both have agreed on it.
    pub data_agreed: Option<RemoteLine>,
    before: Option<Box<Session>>,
    next_mid: u32,
}

impl Session {
    pub(crate) fn new(id: u64, cname: String) -> Self {
        Self {
            id,
            version: 0,
            cname,
            signaling: SignalingState::Stable,
            lines: Vec::new(),
            entries: Vec::new(),
            remote: None,
            pending_remote: None,
            role: None,
            wants_data: false,
            remote_data: None,
            data_agreed: None,
            before: None,
            next_mid: 0,
        }
    }

    pub(crate) fn add(&mut self, slot: Arc<Slot>, made_by_remote: bool) {
        self.entries.push(Entry {
            layers: slot.rids.clone(),
            named: !slot.rids.is_empty(),
            offered_paused: Vec::new(),
            answered: false,
            slot,
            line: None,
            formats: Vec::new(),
            extensions: Extensions::default(),
            remote: None,
            local: None,
            current: None,
            announced: false,
            made_by_remote,
        });
    }

    pub(crate) fn entry(&self, id: TransceiverId) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.slot.id == id)
    }

    pub(crate) fn entry_mut(&mut self, id: TransceiverId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.slot.id == id)
    }

    pub(crate) fn has_data(&self) -> bool {
        self.lines.iter().any(|line| line.usage == Use::Data)
    }

    /// A mid that no line has.
    pub(crate) fn fresh_mid(&mut self) -> String {
        loop {
            let mid = self.next_mid.to_string();
            self.next_mid += 1;
            if self.lines.iter().all(|line| line.mid != mid) {
                return mid;
            }
        }
    }

    /// Keeps the state for a rollback. Transceivers made from here on by the application survive one.
    pub(crate) fn remember(&mut self) {
        let mut before = self.clone();
        before.before = None;
        self.before = Some(Box::new(before));
    }

    fn settle(&mut self) {
        self.before = None;
        self.pending_remote = None;
        self.signaling = SignalingState::Stable;
    }

    /// How many m-lines there were before the offer that is pending.
    pub(crate) fn agreed_lines(&self) -> usize {
        self.before.as_ref().map_or(0, |before| before.lines.len())
    }

    /// Forgets the m-lines from this one on, which only an offer that is replaced had.
    pub(crate) fn shorten(&mut self, lines: usize) {
        self.lines.truncate(lines);
        let beyond = |entry: &Entry| entry.line.is_some_and(|line| line >= lines);
        self.entries
            .retain(|entry| !beyond(entry) || !entry.made_by_remote || entry.slot.track_added());
        for entry in self.entries.iter_mut().filter(|entry| beyond(entry)) {
            entry.line = None;
            entry.remote = None;
        }
    }

    /// Takes a pending offer back.
    pub(crate) fn roll_back(&mut self) -> Result<(), NegotiationError> {
        let Some(before) = self.before.take() else {
            return Err(NegotiationError::State("there is no offer to take back"));
        };
        let added: Vec<Entry> = self
            .entries
            .iter()
            .filter(|entry| before.entry(entry.slot.id).is_none())
            .filter(|entry| !entry.made_by_remote || entry.slot.track_added())
            .cloned()
            .collect();
        let (version, next_mid, wants_data) = (self.version, self.next_mid, self.wants_data);
        *self = *before;
        self.version = version;
        self.next_mid = next_mid;
        self.wants_data |= wants_data;
        for entry in added {
            self.add(entry.slot, false);
        }
        Ok(())
    }

    /// True if an offer would change anything (webrtc-pc 4.7.3).
    pub(crate) fn needs_negotiation(&self) -> bool {
        if self.wants_data && !self.has_data() {
            return true;
        }
        self.entries.iter().any(|entry| {
            if entry.slot.is_stopped() {
                return entry.line.is_some();
            }
            let Some(local) = entry.local.filter(|_| entry.line.is_some()) else {
                return true;
            };
            let wanted = entry.slot.wanted();
            let offered = entry
                .remote
                .as_ref()
                .map(|remote| remote.direction.reversed());
            wanted != local && offered.is_none_or(|offered| wanted.and(offered) != local)
        })
    }

    /// Ends transceivers whose lines are gone. Their lines can be used again.
    fn drop_stopped(&mut self, notices: &mut Vec<Notice>) {
        let lines = &mut self.lines;
        self.entries.retain(|entry| {
            let gone = entry.slot.is_stopped()
                && entry
                    .line
                    .is_none_or(|line| lines[line].usage == Use::Nothing);
            if gone && entry.announced {
                notices.push(Notice::TrackEnded(entry.slot.id));
            }
            !gone
        });
    }

    /// Sets what was agreed on after an answer, in either direction. After a provisional one the offer stays pending.
    pub(crate) fn conclude(
        &mut self,
        provisional: Option<SignalingState>,
        notices: &mut Vec<Notice>,
    ) {
        for entry in &mut self.entries {
            if entry.line.is_none() {
                continue;
            }
            let (Some(local), Some(remote)) = (entry.local, &entry.remote) else {
                continue;
            };
            entry.current = Some(local.and(remote.direction.reversed()));
        }
        if !self.has_data() {
            self.data_agreed = None;
        } else if let Some(line) = self.remote_data.clone() {
            self.data_agreed = Some(line);
        }
        self.announce(notices);
        match provisional {
            Some(state) => self.signaling = state,
            None => {
                self.settle();
                self.drop_stopped(notices);
            }
        }
    }

    /// Tells of tracks that come and go with the far side's directions.
    pub(crate) fn announce(&mut self, notices: &mut Vec<Notice>) {
        for entry in &mut self.entries {
            let Some(remote) = &entry.remote else {
                continue;
            };
            let sends = remote.direction.sends() && !entry.slot.is_stopped();
            if sends != entry.announced {
                entry.announced = sends;
                notices.push(if sends {
                    Notice::Track(entry.slot.id, remote.stream_ids.clone())
                } else {
                    Notice::TrackEnded(entry.slot.id)
                });
            }
        }
    }

    /// What arrives where. Streams are let in as soon as we have offered or agreed to receive them.
    pub(crate) fn routes(&self) -> Vec<Route> {
        self.entries
            .iter()
            .filter_map(|entry| {
                let line = self.lines.get(entry.line?)?;
                let local = entry.local?;
                let mut payloads: Vec<_> =
                    entry.formats.iter().map(|format| format.payload).collect();
                let remote = entry.remote.as_ref();
                for format in remote.iter().flat_map(|remote| &remote.formats) {
                    let pt = format.payload.pt;
                    if payloads.iter().all(|payload| payload.pt != pt) {
                        payloads.push(format.payload);
                    }
                }
                Some(Route {
                    transceiver: entry.slot.id,
                    kind: entry.slot.kind,
                    mid: line.mid.clone(),
                    receive: local.receives() && !entry.slot.is_stopped(),
                    payloads,
                    signalled: remote
                        .map(|remote| remote.ssrcs.clone())
                        .unwrap_or_default(),
                    extensions: entry.extensions,
                })
            })
            .collect()
    }

    /// What to send on a transceiver, and with which video codec.
    pub(crate) fn sending(&self, entry: &Entry) -> Option<SendConfig> {
        let line = self.lines.get(entry.line?)?;
        if !entry.current?.sends() || entry.slot.is_stopped() {
            return None;
        }
        let remote = entry.remote.as_ref()?;
        let (ours, theirs) = self.shared_format(entry)?;
        let chooser = if entry.answered { ours } else { theirs };
        let both = ours.payload.red.and(theirs.payload.red);
        Some(SendConfig {
            payload: Payload {
                red: both,
                red_first: both.is_some() && chooser.payload.red_first,
                ..theirs.payload
            },
            mid: line.mid.clone(),
            extensions: entry.extensions.shared_with(&remote.extensions),
            layers: entry.agreed_layers(),
        })
    }

    /// What is sent with: what the far side lists is what it wants to get, in its own numbers.
    pub(crate) fn sent_format<'a>(&self, entry: &'a Entry) -> Option<&'a Format> {
        self.shared_format(entry).map(|(_, theirs)| theirs)
    }

    /// Ours and theirs.
    fn shared_format<'a>(&self, entry: &'a Entry) -> Option<(&'a Format, &'a Format)> {
        let remote = entry.remote.as_ref()?;
        entry.formats.iter().find_map(|ours| {
            let mut theirs = remote.formats.iter();
            let theirs = theirs.find(|theirs| theirs.payload.codec == ours.payload.codec);
            theirs.map(|theirs| (ours, theirs))
        })
    }

    /// The first video codec that both sides have.
    pub(crate) fn codec(&self, entry: &Entry) -> Option<foyer_media::encoded::VideoCodec> {
        let remote = entry.remote.as_ref()?;
        entry.formats.iter().find_map(|ours| {
            let both = remote
                .formats
                .iter()
                .any(|theirs| theirs.payload.codec == ours.payload.codec);
            match ours.payload.codec {
                MediaCodec::Video(codec) if both => Some(codec),
                _ => None,
            }
        })
    }

    pub(crate) fn line_kind(&self, line: &Line) -> LineKind {
        match line.usage {
            Use::Media(id) => self
                .entry(id)
                .map_or(LineKind::Unknown, |entry| LineKind::Media(entry.slot.kind)),
            Use::Data => LineKind::Data,
            Use::Nothing => LineKind::Unknown,
        }
    }
}
