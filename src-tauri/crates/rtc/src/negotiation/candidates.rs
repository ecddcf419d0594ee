//! ICE candidates, ours and theirs.

use super::Negotiation;
use crate::descriptions::Late;
use crate::error::NegotiationError;
use crate::event::{Candidate, Event, IceGatheringState};
use crate::jsep::model::Use;
use crate::jsep::remote::Remote;

/// Candidates that wait for their description.
const MAX_EARLY: usize = 256;
const MAX_CANDIDATE: usize = 1_024;

impl Negotiation {
    /// Takes a candidate, also one that comes before its description.
    pub(crate) async fn add_candidate(
        &mut self,
        candidate: Candidate,
    ) -> Result<(), NegotiationError> {
        well_formed(&candidate)?;
        if self.core_remote.is_none() || self.is_early(&candidate) {
            if self.early.len() < MAX_EARLY {
                self.early.push(candidate);
            }
            return Ok(());
        }
        self.note(&candidate);
        self.pass_candidate(&candidate).await;
        Ok(())
    }

    /// Takes a candidate for a description that is there (webrtc-pc 4.4.1.6, `addIceCandidate`).
    pub(crate) async fn add_ice_candidate(
        &mut self,
        candidate: Candidate,
    ) -> Result<(), NegotiationError> {
        let Some(newest) = self.descriptions.remotes().next() else {
            return Err(NegotiationError::State("there is no remote description"));
        };
        well_formed(&candidate)?;
        let refuse = |reason: &str| Err(NegotiationError::Operation(reason.to_owned()));
        match (&candidate.sdp_mid, candidate.sdp_m_line_index) {
            (Some(mid), _) if newest.section(mid).is_none() => {
                return refuse("no m-line has this mid");
            }
            (None, Some(index)) if usize::from(index) >= newest.sections() => {
                return refuse("there is no m-line of this number");
            }
            _ => {}
        }
        if let Some(ufrag) = &candidate.username_fragment {
            let known = self
                .descriptions
                .remotes()
                .any(|held| held.has_ufrag(ufrag));
            if !known {
                return refuse("no description has this user name fragment");
            }
        }
        self.note(&candidate);
        if self.core_remote.is_some() {
            self.pass_candidate(&candidate).await;
        }
        Ok(())
    }

    /// Writes it into the remote descriptions that it belongs to.
    fn note(&mut self, candidate: &Candidate) {
        let line = match candidate.candidate.trim() {
            "" => "end-of-candidates",
            line => line,
        };
        for held in self.descriptions.remotes() {
            let foreign = |ufrag: &String| !held.has_ufrag(ufrag);
            if candidate.username_fragment.as_ref().is_some_and(foreign) {
                continue;
            }
            let named = match (&candidate.sdp_mid, candidate.sdp_m_line_index) {
                (Some(mid), _) => held.section(mid).into_iter().collect(),
                (None, Some(index)) => vec![usize::from(index)],
                (None, None) if candidate.candidate.is_empty() => (0..held.sections()).collect(),
                (None, None) => held.carrier().into_iter().collect::<Vec<_>>(),
            };
            for section in named {
                held.add(Late {
                    section,
                    line: line.to_owned(),
                });
            }
        }
    }

    /// It belongs to credentials that no description has brought yet.
    fn is_early(&self, candidate: &Candidate) -> bool {
        let (Some(ufrag), Some(remote)) = (&candidate.username_fragment, &self.core_remote) else {
            return false;
        };
        *ufrag != remote.ufrag
    }

    async fn pass_candidate(&self, candidate: &Candidate) {
        // ICE knows no end of candidates that would matter here, and a `.local` name cannot be resolved.
        let text = candidate.candidate.trim();
        let usable = !text.is_empty()
            && !text.contains(".local ")
            && !text
                .split_whitespace()
                .any(|field| field.eq_ignore_ascii_case("ssltcp"));
        if usable {
            self.transport.add_candidate(text).await;
        }
    }

    pub(super) async fn add_candidates(&mut self, remote: &Remote) {
        if self.core_remote.is_none() {
            return;
        }
        for text in &remote.candidates {
            let candidate = Candidate {
                candidate: text.clone(),
                ..Candidate::default()
            };
            self.pass_candidate(&candidate).await;
        }
        for candidate in std::mem::take(&mut self.early) {
            if !self.is_early(&candidate) {
                self.note(&candidate);
                self.pass_candidate(&candidate).await;
            }
        }
    }

    pub(crate) fn local_candidate(&mut self, candidate: String) {
        if self.local.candidates.contains(&candidate) {
            return;
        }
        self.local.candidates.push(candidate.clone());
        self.tell_candidate(candidate);
    }

    pub(crate) fn gathered(&mut self) {
        if self.local.gathered {
            return;
        }
        self.local.gathered = true;
        self.tell_candidate(String::new());
        self.enter_gathering(IceGatheringState::Complete);
    }

    fn tell_candidate(&mut self, candidate: String) {
        let first = self
            .session
            .lines
            .iter()
            .position(|line| line.usage != Use::Nothing);
        let mid = first.map(|index| self.session.lines[index].mid.clone());
        self.events.push(Event::Candidate(Candidate {
            candidate,
            sdp_mid: mid,
            sdp_m_line_index: Some(first.unwrap_or(0) as u16),
            username_fragment: Some(self.local.ufrag.clone()),
        }));
    }
}

fn well_formed(candidate: &Candidate) -> Result<(), NegotiationError> {
    let text = candidate.candidate.trim();
    let fields = text.split_whitespace().count();
    if !text.is_empty()
        && (!text.starts_with("candidate:") || text.len() > MAX_CANDIDATE || fields < 8)
    {
        return Err(NegotiationError::Operation(
            "not a candidate line".to_owned(),
        ));
    }
    Ok(())
}
