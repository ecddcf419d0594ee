//! Offers, made and taken (RFC 8829, 5.2 and 5.10).

use std::sync::Arc;

use super::canonical::LocalTransport;
use super::model::{Line, Notice, Session, Use};
use super::remote::{LineKind, Remote, RemoteLine, Setup};
use super::sdp::{Description, MAX_MEDIA, Media};
use super::{capability, codec, simulcast};
use crate::core::route::Extensions;
use crate::direction::Direction;
use crate::error::NegotiationError;
use crate::event::SignalingState;
use crate::transceiver::{MediaKind, Slot, TransceiverId, lock};

pub(crate) const RTP: &str = "UDP/TLS/RTP/SAVPF";
pub(crate) const SCTP: &str = "UDP/DTLS/SCTP";
/// Largest data channel message that we take.
pub(crate) const MAX_MESSAGE: u64 = 262_144;

/// Makes the shared part of a transceiver that a remote offer asks for.
pub(crate) type MakeSlot<'a> = &'a mut dyn FnMut(MediaKind) -> Arc<Slot>;

impl Session {
    /// Gives every transceiver and the data channel an m-line, then writes all of them down. The result is the session
    /// as it is once this offer has been applied.
    pub(crate) fn offer(
        &self,
        transport: &LocalTransport,
    ) -> Result<(Self, String), NegotiationError> {
        let possible = matches!(
            self.signaling,
            SignalingState::Stable | SignalingState::HaveLocalOffer
        );
        if !possible {
            return Err(NegotiationError::State("an offer is being answered"));
        }
        let mut next = self.clone();
        if next.signaling == SignalingState::Stable {
            next.remember();
        }
        next.signaling = SignalingState::HaveLocalOffer;
        next.version += 1;
        next.entries
            .retain(|entry| !entry.slot.is_stopped() || entry.line.is_some());
        let unplaced: Vec<TransceiverId> = next
            .entries
            .iter()
            .filter(|entry| entry.line.is_none())
            .map(|entry| entry.slot.id)
            .collect();
        for id in unplaced {
            let index = next.place(Use::Media(id))?;
            if let Some(entry) = next.entry_mut(id) {
                entry.line = Some(index);
            }
        }
        if next.wants_data && !next.has_data() {
            next.place(Use::Data)?;
        }
        let mut description = next.head();
        let mut bundled = Vec::new();
        for index in 0..next.lines.len() {
            let (media, live) = next.offer_line(index, transport);
            if live {
                bundled.push(next.lines[index].mid.clone());
            }
            description.media.push(media);
        }
        if !bundled.is_empty() {
            description.add("group", format!("BUNDLE {}", bundled.join(" ")));
        }
        transport.reach(&mut description);
        let text = description.write();
        Ok((next, text))
    }

    pub(crate) fn head(&self) -> Description {
        let mut description = Description {
            session_id: self.id,
            version: self.version,
            ..Description::default()
        };
        description.add("msid-semantic", "WMS *");
        description.add("ice-options", "trickle");
        description
    }

    /// The first m-line that nothing uses, else a new one.
    fn place(&mut self, usage: Use) -> Result<usize, NegotiationError> {
        let mid = self.fresh_mid();
        let line = Line {
            mid,
            anonymous: false,
            usage,
            head: Media::default(),
        };
        let free = self
            .lines
            .iter()
            .position(|line| line.usage == Use::Nothing);
        match free {
            Some(index) => {
                self.lines[index] = line;
                Ok(index)
            }
            None if self.lines.len() < MAX_MEDIA => {
                self.lines.push(line);
                Ok(self.lines.len() - 1)
            }
            None => Err(NegotiationError::State("no m-line is left")),
        }
    }

    fn offer_line(&mut self, index: usize, transport: &LocalTransport) -> (Media, bool) {
        let line = self.lines[index].clone();
        match line.usage {
            Use::Nothing => (rejected(&line), false),
            Use::Data => {
                let mut media = data_line(&line.mid, 5000);
                transport.describe(&mut media, Setup::ActPass);
                (media, true)
            }
            Use::Media(id) => {
                self.choose_formats(id);
                let (cname, role) = (self.cname.clone(), Setup::ActPass);
                let Some(entry) = self.entry_mut(id) else {
                    return (rejected(&line), false);
                };
                let name = kind_name(entry.slot.kind);
                if entry.slot.is_stopped() {
                    let mut media = Media::new(name, 0, RTP, Vec::new());
                    media.add("mid", line.mid.clone());
                    media.flag("inactive");
                    capability::describe(&mut media, &entry.formats, &Extensions::default());
                    self.lines[index].head = Media {
                        attributes: Vec::new(),
                        ..media.clone()
                    };
                    return (media, false);
                }
                let direction = entry.slot.wanted();
                entry.local = Some(direction);
                entry.offered_paused = lock(&entry.slot.settings).paused_layers.clone();
                let media = media_line(&line.mid, entry, direction, &cname, transport, role);
                (media, true)
            }
        }
    }

    fn choose_formats(&mut self, id: TransceiverId) {
        let Some(entry) = self.entry(id) else { return };
        let kind = entry.slot.kind;
        let settings = lock(&entry.slot.settings).clone();
        let mut extensions = entry.extensions;
        let mut formats = entry.formats.clone();
        if formats.is_empty() {
            (formats, extensions) = self.table(kind);
        }
        if !settings.preferences.is_empty() {
            formats = self.completed(&formats, kind);
        }
        let formats = codec::preferred(&formats, &settings);
        if let Some(entry) = self.entry_mut(id) {
            (entry.formats, entry.extensions) = (formats, extensions);
        }
    }

    /// Takes a remote offer. The result is the session as it is then.
    pub(crate) fn take_offer(
        &self,
        remote: Remote,
        make: MakeSlot<'_>,
    ) -> Result<(Self, Vec<Notice>), NegotiationError> {
        let mut next = self.clone();
        match next.signaling {
            SignalingState::Stable => next.remember(),
            SignalingState::HaveLocalOffer => {
                next.roll_back()?;
                next.remember();
            }
            SignalingState::HaveRemoteOffer => {}
            _ => return Err(NegotiationError::State("an offer is being answered")),
        }
        next.signaling = SignalingState::HaveRemoteOffer;
        if remote.lines.len() < next.agreed_lines() {
            return Err(NegotiationError::Sdp {
                line: 1,
                reason: "fewer m-lines than before".to_owned(),
            });
        }
        next.shorten(remote.lines.len());
        let mut notices = Vec::new();
        for (index, line) in remote.lines.iter().enumerate() {
            next.take_offered_line(index, line, make, &mut notices)?;
        }
        if let Some(transport) = &remote.transport {
            next.remote = Some(transport.clone());
        }
        next.announce(&mut notices);
        next.pending_remote = Some(remote);
        Ok((next, notices))
    }

    fn take_offered_line(
        &mut self,
        index: usize,
        remote: &RemoteLine,
        make: MakeSlot<'_>,
        notices: &mut Vec<Notice>,
    ) -> Result<(), NegotiationError> {
        let existing = self.lines.get(index).cloned();
        if let (Some(line), Some(mid)) = (&existing, &remote.mid)
            && line.usage != Use::Nothing
            && !line.anonymous
            && line.mid != *mid
            && !remote.rejected
        {
            return Err(NegotiationError::Sdp {
                line: remote.head.line,
                reason: "the mid of an m-line in use changed".to_owned(),
            });
        }
        let mid = match (&remote.mid, &existing) {
            (Some(mid), _) => mid.clone(),
            (None, Some(line)) => line.mid.clone(),
            (None, None) => self.fresh_mid(),
        };
        let usable = !remote.rejected
            && remote.bundled
            && match remote.kind {
                LineKind::Media(_) => !remote.formats.is_empty(),
                LineKind::Data => {
                    !self.has_data()
                        || existing
                            .as_ref()
                            .is_some_and(|line| line.usage == Use::Data)
                }
                LineKind::Unknown => false,
            };
        let usage = match (remote.kind, usable) {
            (LineKind::Data, true) => Use::Data,
            (LineKind::Media(kind), true) => {
                Use::Media(self.transceiver_for(&existing, kind, remote.direction, make))
            }
            _ => Use::Nothing,
        };
        if let Some(Use::Media(before)) = existing.map(|line| line.usage)
            && usage != Use::Media(before)
            && let Some(entry) = self.entries.iter().position(|e| e.slot.id == before)
        {
            // The slot itself is only stopped once the description stands: see `Session::gone`.
            let entry = self.entries.remove(entry);
            if entry.announced {
                notices.push(Notice::TrackEnded(before));
            }
        }
        let line = Line {
            mid,
            anonymous: remote.mid.is_none(),
            usage: usage.clone(),
            head: remote.head.clone(),
        };
        match self.lines.get_mut(index) {
            Some(slot) => *slot = line,
            None => self.lines.push(line),
        }
        if usage == Use::Data {
            self.remote_data = Some(remote.clone());
        }
        if let Use::Media(id) = usage
            && let Some(entry) = self.entry_mut(id)
        {
            entry.line = Some(index);
            entry.formats = codec::preferred(&remote.formats, &lock(&entry.slot.settings));
            entry.extensions = remote.extensions;
            entry.remote = Some(remote.clone());
            entry.propose();
        }
        Ok(())
    }

    fn transceiver_for(
        &mut self,
        existing: &Option<Line>,
        kind: MediaKind,
        direction: Direction,
        make: MakeSlot<'_>,
    ) -> TransceiverId {
        if let Some(Line {
            usage: Use::Media(id),
            ..
        }) = existing
            && self.entry(*id).is_some_and(|entry| entry.slot.kind == kind)
        {
            return *id;
        }
        // What the far side wants to receive is for a track that waits to be sent (RFC 8829, 5.10).
        let waiting = self.entries.iter().find(|entry| {
            let slot = &entry.slot;
            direction.receives()
                && slot.by_add_track
                && slot.kind == kind
                && entry.line.is_none()
                && !slot.is_stopped()
        });
        if let Some(entry) = waiting {
            return entry.slot.id;
        }
        let slot = make(kind);
        let id = slot.id;
        self.add(slot, true);
        id
    }
}

pub(crate) fn kind_name(kind: MediaKind) -> &'static str {
    match kind {
        MediaKind::Audio => "audio",
        MediaKind::Video => "video",
    }
}

pub(crate) fn direction_name(direction: Direction) -> &'static str {
    match direction {
        Direction::SendRecv => "sendrecv",
        Direction::SendOnly => "sendonly",
        Direction::RecvOnly => "recvonly",
        Direction::Inactive => "inactive",
    }
}

/// An m-line that is refused or not in use, as it was last written.
pub(crate) fn rejected(line: &Line) -> Media {
    let mut media = Media {
        port: 0,
        attributes: Vec::new(),
        ..line.head.clone()
    };
    if media.kind.is_empty() {
        media = Media::new("audio", 0, RTP, vec!["0".to_owned()]);
    }
    if media.formats.is_empty() {
        media.formats.push("0".to_owned());
    }
    if !line.anonymous {
        media.add("mid", line.mid.clone());
    }
    media.flag("inactive");
    media
}

pub(crate) fn data_line(mid: &str, port: u16) -> Media {
    let mut media = Media::new(
        "application",
        9,
        SCTP,
        vec!["webrtc-datachannel".to_owned()],
    );
    media.add("mid", mid);
    media.add("sctp-port", port.to_string());
    media.add("max-message-size", MAX_MESSAGE.to_string());
    media
}

pub(crate) fn media_line(
    mid: &str,
    entry: &super::model::Entry,
    direction: Direction,
    cname: &str,
    transport: &LocalTransport,
    setup: Setup,
) -> Media {
    let mut media = Media::new(kind_name(entry.slot.kind), 9, RTP, Vec::new());
    media.add("mid", mid);
    transport.describe(&mut media, setup);
    media.flag(direction_name(direction));
    media.flag("rtcp-mux");
    media.flag("rtcp-rsize");
    capability::describe(&mut media, &entry.formats, &entry.extensions);
    if direction.sends() {
        let (streams, track) = {
            let settings = lock(&entry.slot.settings);
            (settings.stream_ids.clone(), settings.track_id.clone())
        };
        let none = "-".to_owned();
        let stream = streams.first().unwrap_or(&none);
        media.add("msid", format!("{stream} {track}"));
        for stream in streams.iter().skip(1) {
            media.add("msid", format!("{stream} {track}"));
        }
        if !entry.layers.is_empty() {
            // Their SSRCs are told by the packets themselves.
            let paused = lock(&entry.slot.settings).paused_layers.clone();
            simulcast::describe(&mut media, &entry.layers, &paused);
            return media;
        }
        let ssrc = entry.slot.outgoing.primary;
        let repaired = entry
            .formats
            .iter()
            .any(|format| format.payload.rtx.is_some());
        let rtx = ssrc.rtx.filter(|_| repaired);
        if let Some(rtx) = rtx {
            media.add("ssrc-group", format!("FID {} {rtx}", ssrc.ssrc));
        }
        for ssrc in [Some(ssrc.ssrc), rtx].into_iter().flatten() {
            media.add("ssrc", format!("{ssrc} cname:{cname}"));
            media.add("ssrc", format!("{ssrc} msid:{stream} {track}"));
        }
    }
    media
}
