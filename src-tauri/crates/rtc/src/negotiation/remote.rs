//! The far side's descriptions.

use super::{Core, Negotiation};
use crate::descriptions::Side;
use crate::direction::Direction;
use crate::error::NegotiationError;
use crate::event::{SdpKind, SignalingState};
use crate::jsep::canonical;
use crate::jsep::offer::MAX_MESSAGE;
use crate::jsep::remote::{self, LineKind, Remote, RemoteTransport, Setup};
use crate::transceiver::TransceiverInit;

impl Negotiation {
    pub(crate) async fn set_remote(
        &mut self,
        kind: SdpKind,
        text: &str,
    ) -> Result<(), NegotiationError> {
        if kind == SdpKind::Rollback {
            return self.roll_back(Side::Remote).await;
        }
        let remote = remote::read(text)?;
        self.can_trickle = match kind {
            SdpKind::Offer => {
                self.set_remote_offer(&remote).await?;
                Some(remote.trickles)
            }
            _ => {
                self.set_remote_answer(&remote, kind == SdpKind::PrAnswer)
                    .await?;
                Some(remote.trickles)
            }
        };
        self.draft = None;
        self.open_channels().await;
        self.descriptions.apply(Side::Remote, kind, text);
        self.add_candidates(&remote).await;
        Ok(())
    }

    async fn set_remote_offer(&mut self, remote: &Remote) -> Result<(), NegotiationError> {
        let known = self.core_remote.as_ref();
        let identity = |transport: &RemoteTransport| {
            known.is_some_and(|known| known.fingerprint != transport.fingerprint)
        };
        let new_identity = remote.transport.as_ref().is_some_and(identity);
        let before = self.session.clone();
        let media = &mut self.media;
        let mut make = |kind| {
            let track_id = format!("{:016x}", rand::random::<u64>());
            let init = TransceiverInit {
                direction: Direction::RecvOnly,
                stream_ids: Vec::new(),
                ..TransceiverInit::send_recv("-", track_id)
            };
            media.slot(kind, init)
        };
        let (mut session, notices) = before.take_offer(remote.clone(), &mut make)?;
        let known = self.core_remote.as_ref();
        let repeated = self.core == Core::RemoteOffer && known == remote.transport.as_ref();
        if !repeated {
            self.core_roll_back().await?;
        }
        if let Some(transport) = remote.transport.as_ref().filter(|_| !repeated) {
            if new_identity {
                self.rebuild().await?;
                session.role = None;
            }
            let known = self.core_remote.as_ref();
            let restarted = known.is_none_or(|known| {
                (&known.ufrag, &known.pwd) != (&transport.ufrag, &transport.pwd)
            });
            if restarted {
                self.offer_to_core(remote, transport).await?;
            }
        }
        self.adopt(session, notices);
        Ok(())
    }

    async fn offer_to_core(
        &mut self,
        remote: &Remote,
        transport: &RemoteTransport,
    ) -> Result<(), NegotiationError> {
        let mut lines = self.core_lines.clone();
        if lines.is_empty() {
            lines.push(("audio".to_owned(), "0".to_owned()));
            lines.push(("application".to_owned(), "1".to_owned()));
        }
        let setup = match self.session.role {
            Some(Setup::Active) => Setup::Passive,
            Some(_) => Setup::Active,
            None => transport.setup,
        };
        let text = self.canonical(remote, &lines, transport, setup);
        self.core_remote_before = self.core_remote.clone();
        if let Err(error) = self.transport.set_remote(SdpKind::Offer, &text).await {
            self.core = Core::RemoteOffer;
            self.core_roll_back().await?;
            return Err(error);
        }
        self.core = Core::RemoteOffer;
        self.core_remote = Some(transport.clone());
        Ok(())
    }

    async fn set_remote_answer(
        &mut self,
        remote: &Remote,
        provisional: bool,
    ) -> Result<(), NegotiationError> {
        let settled = self.session.signaling == SignalingState::HaveRemotePranswer;
        let (session, notices) = self.session.take_answer(remote, provisional)?;
        match (self.core, &remote.transport) {
            (Core::LocalOffer, Some(transport)) => {
                let setup = match session.role {
                    Some(Setup::Active) => Setup::Passive,
                    _ => Setup::Active,
                };
                let lines = self.core_pending_lines.clone();
                let text = self.canonical(remote, &lines, transport, setup);
                self.transport.set_remote(SdpKind::Answer, &text).await?;
                self.core = Core::Stable;
                self.core_lines = lines;
                self.core_remote = Some(transport.clone());
            }
            // Every m-line was rejected.
            (Core::LocalOffer, None) => self.core_roll_back().await?,
            (_, Some(transport)) if settled => {
                let same = self.core_remote.as_ref().is_some_and(|known| {
                    (&known.ufrag, &known.fingerprint) == (&transport.ufrag, &transport.fingerprint)
                });
                if !same {
                    return Err(NegotiationError::Operation(
                        "the last answer comes from somebody else than the provisional one".into(),
                    ));
                }
            }
            _ => {}
        }
        self.adopt(session, notices);
        Ok(())
    }

    fn canonical(
        &mut self,
        remote: &Remote,
        lines: &[(String, String)],
        transport: &RemoteTransport,
        setup: Setup,
    ) -> String {
        self.core_version += 1;
        let data = remote.lines.iter().find(|line| line.kind == LineKind::Data);
        let port = data.map_or(5000, |line| line.sctp_port);
        // The far side's own limit may come later, and is heeded above the core.
        let size = MAX_MESSAGE;
        canonical::remote(self.core_version, lines, transport, setup, port, size)
    }
}
