//! The state of offer and answer: m-lines, transceivers, what was agreed on.
//!
//! A session is a value. Whoever applies a description clones it, applies, and keeps the clone only if all went
//! well; a pending description keeps the session before it for a rollback.

use std::sync::Arc;

use super::capability::{self, Format};
use super::remote::{LineKind, Remote, RemoteLine, RemoteTransport, Setup};
use super::sdp::Media;
use crate::core::outgoing::SendConfig;
use crate::core::route::{Extensions, MediaCodec, Route};
use crate::error::NegotiationError;
use crate::transceiver::{Direction, MediaKind, Slot, TransceiverId, TransceiverInit};

/// RFC 8829, 3.2, without provisional answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signaling {
    Stable,
    HaveLocalOffer,
    HaveRemoteOffer,
}

/// A transceiver with its history.
#[derive(Clone)]
pub(crate) struct Entry {
    pub slot: Arc<Slot>,
    pub init: TransceiverInit,
    pub line: Option<usize>,
    /// Payload types and extensions of the last description that had it.
    pub formats: Vec<Format>,
    pub extensions: Extensions,
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
    pub signaling: Signaling,
    pub lines: Vec<Line>,
    pub entries: Vec<Entry>,
    pub remote: Option<RemoteTransport>,
    pub pending_remote: Option<Remote>,
    /// Fixed with the first answer (RFC 8842, 5.3).
    pub role: Option<Setup>,
    pub wants_data: bool,
    /// False once the transport was set up without data channels.
    pub data_possible: bool,
    before: Option<Box<Session>>,
    next_mid: u32,
}

impl Session {
    pub(crate) fn new(id: u64, cname: String) -> Self {
        Self {
            id,
            version: 0,
            cname,
            signaling: Signaling::Stable,
            lines: Vec::new(),
            entries: Vec::new(),
            remote: None,
            pending_remote: None,
            role: None,
            wants_data: false,
            data_possible: true,
            before: None,
            next_mid: 0,
        }
    }

    pub(crate) fn add(&mut self, slot: Arc<Slot>, init: TransceiverInit, made_by_remote: bool) {
        self.entries.push(Entry {
            slot,
            init,
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

    pub(crate) fn settle(&mut self) {
        self.before = None;
        self.pending_remote = None;
        self.signaling = Signaling::Stable;
    }

    /// Takes a pending offer back.
    pub(crate) fn roll_back(&mut self) -> Result<(), NegotiationError> {
        let Some(before) = self.before.take() else {
            return Err(NegotiationError::State("there is no offer to take back"));
        };
        let added: Vec<Entry> = self
            .entries
            .iter()
            .filter(|entry| !entry.made_by_remote && before.entry(entry.slot.id).is_none())
            .cloned()
            .collect();
        let (version, next_mid, wants_data) = (self.version, self.next_mid, self.wants_data);
        *self = *before;
        self.version = version;
        self.next_mid = next_mid;
        self.wants_data |= wants_data;
        self.entries.extend(added.into_iter().map(|entry| Entry {
            line: None,
            local: None,
            ..entry
        }));
        Ok(())
    }

    /// Formats to offer on a line that has none yet: those in use on lines of the same kind, so that a payload type
    /// means one thing in the whole bundle (RFC 8843, 9.1).
    pub(crate) fn table(&self, kind: MediaKind) -> (Vec<Format>, Extensions) {
        let richest = self
            .entries
            .iter()
            .filter(|entry| entry.slot.kind == kind && !entry.formats.is_empty())
            .max_by_key(|entry| entry.formats.len());
        if let Some(entry) = richest {
            return (entry.formats.clone(), entry.extensions);
        }
        let mut formats = capability::defaults(kind);
        let taken: Vec<u8> = self
            .entries
            .iter()
            .flat_map(|entry| &entry.formats)
            .flat_map(|format| [Some(format.payload.pt), format.payload.rtx])
            .flatten()
            .collect();
        let mut used = taken.clone();
        let free = |wanted: u8, used: &mut Vec<u8>| {
            let pt = if taken.contains(&wanted) {
                (96..=127)
                    .chain(35..=63)
                    .find(|pt| !used.contains(pt))
                    .unwrap_or(wanted)
            } else {
                wanted
            };
            used.push(pt);
            pt
        };
        for format in &mut formats {
            format.payload.pt = free(format.payload.pt, &mut used);
            format.payload.rtx = format.payload.rtx.map(|rtx| free(rtx, &mut used));
        }
        (formats, self.extension_ids(kind))
    }

    fn extension_ids(&self, kind: MediaKind) -> Extensions {
        let known = |pick: fn(&Extensions) -> Option<u8>| {
            self.entries
                .iter()
                .find_map(|entry| pick(&entry.extensions))
        };
        let defaults = capability::default_extensions(kind);
        let used: Vec<u8> = self
            .entries
            .iter()
            .flat_map(|entry| {
                let Extensions { mid, twcc, level } = entry.extensions;
                [mid, twcc, level]
            })
            .flatten()
            .collect();
        let fallback = |id: Option<u8>| id.filter(|id| !used.contains(id));
        Extensions {
            mid: known(|ids| ids.mid).or_else(|| fallback(defaults.mid)),
            twcc: known(|ids| ids.twcc).or_else(|| fallback(defaults.twcc)),
            level: match kind {
                MediaKind::Audio => known(|ids| ids.level).or_else(|| fallback(defaults.level)),
                MediaKind::Video => None,
            },
        }
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
    pub(crate) fn drop_stopped(&mut self, notices: &mut Vec<Notice>) {
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

    /// Sets what was agreed on after an answer, in either direction.
    pub(crate) fn conclude(&mut self, notices: &mut Vec<Notice>) {
        for entry in &mut self.entries {
            if entry.line.is_none() {
                continue;
            }
            let (Some(local), Some(remote)) = (entry.local, &entry.remote) else {
                continue;
            };
            entry.current = Some(local.and(remote.direction.reversed()));
        }
        self.announce(notices);
        self.settle();
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
        // What the far side lists is what it wants to get, in its own numbers.
        let remote = entry.remote.as_ref()?;
        let chosen = entry.formats.iter().find_map(|ours| {
            remote
                .formats
                .iter()
                .find(|theirs| theirs.payload.codec == ours.payload.codec)
        })?;
        Some(SendConfig {
            payload: chosen.payload,
            mid: line.mid.clone(),
            extensions: Extensions {
                mid: entry.extensions.mid.and(remote.extensions.mid),
                twcc: entry.extensions.twcc.and(remote.extensions.twcc),
                level: entry.extensions.level.and(remote.extensions.level),
            },
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
