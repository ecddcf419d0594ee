//! Local descriptions that an application has edited before it set them. They are applied, not compared: what cannot be
//! is refused, all else is as the text says.

use super::canonical::LocalTransport;
use super::model::{Notice, Session, Use};
use super::remote::{self, LineKind, Remote, RemoteLine};
use super::sdp;
use crate::error::NegotiationError;

/// What the text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Offer,
    Answer,
}

fn refuse(reason: impl Into<String>) -> NegotiationError {
    NegotiationError::Modification(reason.into())
}

impl Session {
    /// Takes the text for what `self`, a session that was made and not applied yet, has written.
    pub(crate) fn edit(
        &mut self,
        role: Role,
        text: &str,
        transport: &LocalTransport,
        notices: &mut Vec<Notice>,
    ) -> Result<(), NegotiationError> {
        same_transport(text, transport)?;
        let Remote { lines, .. } = remote::read_own(text)?;
        if lines.len() != self.lines.len() {
            let reason = format!("{} m-lines instead of {}", lines.len(), self.lines.len());
            return Err(refuse(reason));
        }
        for (index, line) in lines.iter().enumerate() {
            self.edit_line(role, index, line, notices)?;
        }
        Ok(())
    }

    fn edit_line(
        &mut self,
        role: Role,
        index: usize,
        text: &RemoteLine,
        notices: &mut Vec<Notice>,
    ) -> Result<(), NegotiationError> {
        let line = self.lines[index].clone();
        let named = text.mid.as_ref().is_none_or(|mid| *mid == line.mid);
        if !named || text.mid.is_none() && !line.anonymous && !text.rejected {
            return Err(refuse(format!(
                "the mid {} is missing in its place",
                line.mid
            )));
        }
        let id = match line.usage {
            Use::Nothing if text.rejected => return Ok(()),
            Use::Nothing => return Err(refuse("a rejected m-line does not come back")),
            Use::Data => None,
            Use::Media(id) => Some(id),
        };
        if text.kind != self.line_kind(&line) && text.kind != LineKind::Unknown {
            return Err(refuse("the kind of an m-line changed"));
        }
        if text.rejected {
            let ending = id
                .and_then(|id| self.entry(id))
                .is_some_and(|entry| entry.slot.is_stopped());
            if ending {
                return Ok(());
            }
            if role == Role::Offer {
                return Err(refuse("an offered m-line cannot be rejected"));
            }
            self.lines[index].usage = Use::Nothing;
            self.lines[index].head = text.head.clone();
            if let Some(id) = id {
                let announced = self.entry(id).is_some_and(|entry| entry.announced);
                if announced {
                    notices.push(Notice::TrackEnded(id));
                }
                self.entries.retain(|entry| entry.slot.id != id);
            }
            return Ok(());
        }
        let Some(entry) = id.and_then(|id| self.entry_mut(id)) else {
            return Ok(());
        };
        if text.formats.is_empty() {
            return Err(refuse(format!(
                "no codec that Foyer has is left on {}",
                line.mid
            )));
        }
        if role == Role::Answer
            && let (Some(offered), Some(ours)) = (&entry.remote, entry.local)
        {
            let allowed = offered.direction.reversed();
            if text.direction.and(allowed) != text.direction {
                let (text, ours) = (text.direction, ours);
                return Err(refuse(format!(
                    "{text:?} was not offered; {ours:?} would fit"
                )));
            }
        }
        entry.local = Some(text.direction);
        entry.formats.clone_from(&text.formats);
        entry.extensions = text.extensions;
        if text.direction.sends() {
            let speaks = text.extensions.rid.is_some();
            entry
                .layers
                .retain(|rid| speaks && text.simulcast.sends(rid));
        }
        Ok(())
    }
}

/// Credentials and fingerprint are the transport's: nobody else's would work.
fn same_transport(text: &str, transport: &LocalTransport) -> Result<(), NegotiationError> {
    let description = sdp::parse(text)?;
    let all = |name: &'static str| {
        description.values(name).chain(
            description
                .media
                .iter()
                .flat_map(move |media| media.values(name)),
        )
    };
    for (name, ours) in [
        ("ice-ufrag", &transport.ufrag),
        ("ice-pwd", &transport.pwd),
        ("fingerprint", &transport.fingerprint),
    ] {
        // The hash's name and hex digits may be written in either case; credentials may not.
        let same = |value: &str| match name {
            "fingerprint" => value.eq_ignore_ascii_case(ours),
            _ => value == ours,
        };
        if !all(name).all(same) {
            return Err(refuse(format!("{name} is not ours")));
        }
    }
    Ok(())
}
