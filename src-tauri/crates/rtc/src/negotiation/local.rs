//! Our own descriptions: made, edited by the application or not, applied.

use std::sync::atomic::Ordering;

use super::{Core, Draft, Negotiation};
use crate::descriptions::Side;
use crate::error::NegotiationError;
use crate::event::{Event, IceGatheringState, SdpKind, SignalingState};
use crate::jsep::canonical::{self, LocalTransport};
use crate::jsep::edited::Role;
use crate::jsep::model::{Session, Use};
use crate::jsep::remote::Setup;
use crate::jsep::sdp;

impl Negotiation {
    pub(crate) async fn create_offer(&mut self) -> Result<String, NegotiationError> {
        let restart = self.wants_restart();
        let lines = match self.core {
            Core::LocalOffer => &self.core_pending_lines,
            _ => &self.core_lines,
        };
        let concerned = self.session.will_have_lines() && (lines.is_empty() || restart);
        let may_offer = matches!(
            self.session.signaling,
            SignalingState::Stable | SignalingState::HaveLocalOffer
        );
        let (core, local) = if concerned && may_offer {
            let text = self.transport.create_offer(restart).await?;
            let (mut local, _) = LocalTransport::read(&text)?;
            local.inherit(&self.local);
            self.transport.prune(&mut local);
            (Some(text), local)
        } else {
            (None, self.local.clone())
        };
        let (session, text) = self.session.offer(&local)?;
        self.draft = Some(Draft {
            kind: SdpKind::Offer,
            session,
            core,
            local,
            text: text.clone(),
        });
        Ok(text)
    }

    pub(crate) async fn create_answer(&mut self) -> Result<String, NegotiationError> {
        if !self.session.can_answer() {
            return Err(NegotiationError::State(
                "there is no remote offer to answer",
            ));
        }
        let (core, local, setup) = if self.core == Core::RemoteOffer {
            let text = self.transport.create_answer().await?;
            let (mut local, setup) = LocalTransport::read(&text)?;
            local.inherit(&self.local);
            self.transport.prune(&mut local);
            // The core says active whatever it was offered, though it acts on the offer.
            let offered = self.core_remote.as_ref().map(|remote| remote.setup);
            let setup = match offered {
                Some(Setup::Active) => Setup::Passive,
                _ => setup,
            };
            (Some(text), local, setup)
        } else {
            (None, self.local.clone(), Setup::Active)
        };
        let role = self.session.role.unwrap_or(setup);
        let (session, text) = self.session.answer(&local, role)?;
        self.draft = Some(Draft {
            kind: SdpKind::Answer,
            session,
            core,
            local,
            text: text.clone(),
        });
        Ok(text)
    }

    pub(crate) async fn set_local(
        &mut self,
        kind: SdpKind,
        text: &str,
    ) -> Result<(), NegotiationError> {
        if kind == SdpKind::Rollback {
            return self.roll_back(Side::Local).await;
        }
        if !text.is_empty() {
            sdp::parse(text)?;
        }
        let made_as = match kind {
            SdpKind::Offer => SdpKind::Offer,
            _ => SdpKind::Answer,
        };
        if self.draft.as_ref().map(|draft| draft.kind) != Some(made_as) {
            // Made before something else, or never: the text must fit what would be made now.
            match made_as {
                SdpKind::Offer => self.create_offer().await?,
                _ => self.create_answer().await?,
            };
        }
        let draft = self.draft.take().expect("a description has just been made");
        let applied = self.apply_local(kind, text, &draft).await;
        if applied.is_err() {
            self.draft = Some(draft);
        }
        applied
    }

    async fn apply_local(
        &mut self,
        kind: SdpKind,
        text: &str,
        draft: &Draft,
    ) -> Result<(), NegotiationError> {
        let fits = match kind {
            SdpKind::Offer => matches!(
                self.session.signaling,
                SignalingState::Stable | SignalingState::HaveLocalOffer
            ),
            _ => self.session.can_answer(),
        };
        if !fits {
            return Err(NegotiationError::State("not the description that is due"));
        }
        let mut session = draft.session.clone();
        let mut notices = Vec::new();
        let text = if text.is_empty() { &draft.text } else { text };
        if *text != draft.text {
            let role = match kind {
                SdpKind::Offer => Role::Offer,
                _ => Role::Answer,
            };
            session.edit(role, text, &draft.local, &mut notices)?;
        }
        // Before the core gathers: then it is too late to tell what goes on to hold.
        let mut kept = self.local.clone();
        self.transport.prune(&mut kept);
        if let Some(core) = &draft.core {
            self.apply_to_core(kind, core).await?;
        }
        self.take_late(&mut session);
        match kind {
            SdpKind::Offer => {}
            SdpKind::PrAnswer => {
                session.conclude(Some(SignalingState::HaveLocalPranswer), &mut notices);
            }
            _ => session.conclude(None, &mut notices),
        }
        self.descriptions.apply(Side::Local, kind, text);
        self.adopt(session, notices);
        self.open_channels().await;
        if draft.core.is_some() {
            self.enter_generation(draft.local.clone(), kept);
        }
        Ok(())
    }

    async fn apply_to_core(&mut self, kind: SdpKind, core: &str) -> Result<(), NegotiationError> {
        let mut core = core.to_owned();
        if self.core == Core::LocalOffer {
            // Taking its offer back makes the core forget the mids that the new one was written with.
            self.transport.set_local(SdpKind::Rollback, "").await?;
            self.core = Core::Stable;
            let again = self.transport.create_offer(false).await?;
            if LocalTransport::read(&again)?.0.ufrag != LocalTransport::read(&core)?.0.ufrag {
                return Err(NegotiationError::Engine(
                    "the credentials changed".to_owned(),
                ));
            }
            core = again;
        }
        let lines = canonical::mids(&core)?;
        if kind == SdpKind::Offer {
            self.transport.set_local(SdpKind::Offer, &core).await?;
            self.core = Core::LocalOffer;
            self.core_pending_lines = lines;
            self.shared.ice_restart.store(false, Ordering::Release);
        } else {
            // To the core a provisional answer is as good as the last one.
            self.transport.set_local(SdpKind::Answer, &core).await?;
            self.core = Core::Stable;
            self.core_remote_before = None;
            self.core_lines = lines;
        }
        Ok(())
    }

    /// Transceivers that were made after the description was.
    fn take_late(&self, session: &mut Session) {
        for entry in &self.session.entries {
            let late = session.entry(entry.slot.id).is_none()
                && entry.line.is_none()
                && !entry.made_by_remote
                && !entry.slot.is_stopped();
            if late {
                session.entries.push(entry.clone());
            }
        }
        session.wants_data |= self.session.wants_data;
    }

    /// Gathers, or tells what is kept in a new generation: the sockets outlive an ICE restart, and the core does not
    /// name them again.
    fn enter_generation(&mut self, local: LocalTransport, kept: LocalTransport) {
        if local.ufrag == self.local.ufrag {
            return;
        }
        let fresh = LocalTransport {
            candidates: Vec::new(),
            gathered: false,
            ..local
        };
        self.local = fresh;
        self.enter_gathering(IceGatheringState::Gathering);
        for candidate in kept.candidates {
            self.local_candidate(candidate);
        }
        if kept.gathered {
            self.gathered();
        }
    }

    pub(super) fn enter_gathering(&mut self, state: IceGatheringState) {
        if self.progress.ice_gathering != state {
            self.progress.ice_gathering = state;
            self.events.push(Event::IceGathering(state));
        }
    }
}

impl Session {
    /// True if an offer made now has an m-line in use.
    fn will_have_lines(&self) -> bool {
        let live =
            |entry: &crate::jsep::model::Entry| !entry.slot.is_stopped() || entry.line.is_some();
        self.wants_data
            || self.entries.iter().any(live)
            || self.lines.iter().any(|line| line.usage != Use::Nothing)
    }
}
