//! Answers, made and taken (RFC 8829, 5.3 and 5.11).

use super::canonical::LocalTransport;
use super::model::{Notice, Session, Use};
use super::offer::{SCTP, data_line, media_line, rejected};
use super::remote::{LineKind, Remote, Setup};
use super::sdp::Media;
use crate::direction::Direction;
use crate::error::NegotiationError;
use crate::event::SignalingState;

impl Session {
    /// Answers the pending remote offer. The result is the session as it is once this answer has been applied and
    /// [concluded](Session::conclude).
    pub(crate) fn answer(
        &self,
        transport: &LocalTransport,
        role: Setup,
    ) -> Result<(Self, String), NegotiationError> {
        let Some(remote) = self.pending_remote.as_ref().filter(|_| self.can_answer()) else {
            return Err(NegotiationError::State(
                "there is no remote offer to answer",
            ));
        };
        let mut next = self.clone();
        next.version += 1;
        next.role = Some(role);
        let mut description = next.head();
        let mut bundled = Vec::new();
        for (index, offered) in remote.lines.iter().enumerate() {
            let line = next.lines[index].clone();
            let cname = next.cname.clone();
            let media = match line.usage {
                Use::Nothing => rejected(&line),
                Use::Data => {
                    let mut media = data_line(&line.mid, 5000);
                    if offered.head.proto != SCTP {
                        media.proto.clone_from(&offered.head.proto);
                        media.formats.clone_from(&offered.head.formats);
                    }
                    transport.describe(&mut media, role);
                    media
                }
                Use::Media(id) => {
                    let entry = next
                        .entry_mut(id)
                        .expect("a line in use has its transceiver");
                    if entry.slot.is_stopped() {
                        entry.line = None;
                        next.lines[index].usage = Use::Nothing;
                        rejected(&line)
                    } else {
                        let direction = entry.slot.wanted().and(offered.direction.reversed());
                        entry.local = Some(direction);
                        entry.offered_paused.clear();
                        entry.answered = true;
                        entry.narrow();
                        let mut media =
                            media_line(&line.mid, entry, direction, &cname, transport, role);
                        media.proto.clone_from(&offered.head.proto);
                        media
                    }
                }
            };
            let media = without_mid(media, line.anonymous);
            if media.port != 0 && !line.anonymous {
                bundled.push(line.mid);
            }
            description.media.push(media);
        }
        if !bundled.is_empty() {
            description.add("group", format!("BUNDLE {}", bundled.join(" ")));
        }
        transport.reach(&mut description);
        Ok((next, description.write()))
    }

    /// True while an answer of ours is due.
    pub(crate) fn can_answer(&self) -> bool {
        matches!(
            self.signaling,
            SignalingState::HaveRemoteOffer | SignalingState::HaveLocalPranswer
        )
    }

    /// Takes the answer to our offer. The result is the session as it is then.
    pub(crate) fn take_answer(
        &self,
        remote: &Remote,
        provisional: bool,
    ) -> Result<(Self, Vec<Notice>), NegotiationError> {
        let possible = matches!(
            self.signaling,
            SignalingState::HaveLocalOffer | SignalingState::HaveRemotePranswer
        );
        if !possible {
            return Err(NegotiationError::State("there is no local offer to answer"));
        }
        if remote.lines.len() != self.lines.len() {
            return Err(NegotiationError::Sdp {
                line: 1,
                reason: format!("{} m-lines answer {}", remote.lines.len(), self.lines.len()),
            });
        }
        let mut next = self.clone();
        let mut notices = Vec::new();
        for (index, answered) in remote.lines.iter().enumerate() {
            let line = next.lines[index].clone();
            let refuse = |reason: &str| NegotiationError::Sdp {
                line: answered.head.line,
                reason: reason.to_owned(),
            };
            if answered.rejected || line.usage == Use::Nothing {
                if let Use::Media(id) = line.usage
                    && let Some(entry) = next.entry_mut(id)
                {
                    entry.line = None;
                    entry.current = None;
                    let announced = std::mem::take(&mut entry.announced);
                    if announced {
                        notices.push(Notice::TrackEnded(id));
                    }
                    next.entries.retain(|entry| entry.slot.id != id);
                }
                next.lines[index].usage = Use::Nothing;
                if !answered.head.kind.is_empty() {
                    next.lines[index].head = answered.head.clone();
                }
                continue;
            }
            if answered.kind != next.line_kind(&line) {
                return Err(refuse("the answer changes the kind of an m-line"));
            }
            if answered.mid.as_ref().is_some_and(|mid| *mid != line.mid) {
                return Err(refuse("the answer changes a mid"));
            }
            if answered.kind == LineKind::Data {
                next.remote_data = Some(answered.clone());
            }
            if let (LineKind::Media(_), Use::Media(id)) = (answered.kind, &line.usage)
                && let Some(entry) = next.entry_mut(*id)
            {
                if answered.formats.is_empty() {
                    return Err(refuse("no codec of the offer in the answer"));
                }
                if entry.slot.is_stopped() {
                    // The far side missed that the line is to end; the next offer says so again.
                    entry.local = Some(Direction::Inactive);
                }
                entry.remote = Some(answered.clone());
                entry.answered = false;
                entry.narrow();
            }
        }
        if let Some(transport) = &remote.transport {
            let role = match transport.setup {
                Setup::Passive => Setup::Active,
                _ => Setup::Passive,
            };
            next.role.get_or_insert(role);
            next.remote = Some(transport.clone());
        }
        let state = provisional.then_some(SignalingState::HaveRemotePranswer);
        next.conclude(state, &mut notices);
        Ok((next, notices))
    }
}

fn without_mid(mut media: Media, anonymous: bool) -> Media {
    if anonymous {
        media.attributes.retain(|attribute| attribute.name != "mid");
    }
    media
}
