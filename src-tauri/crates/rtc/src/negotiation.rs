//! Descriptions and candidates: our model above, the transport's own small negotiations below.
//!
//! The core hears of a description only if it concerns the transport: the first one, an ICE restart, the first data
//! channel, a new fingerprint. Everything else is between our model and the gate.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc;

use crate::actor::Shared;
use crate::connection::Config;
use crate::core::channel;
use crate::core::transport::{Transport, TransportEvent};
use crate::data_channel::{DataChannel, DataChannelInit};
use crate::error::{NegotiationError, OpenError};
use crate::event::{Candidate, Event, SdpKind};
use crate::ice::IceServer;
use crate::jsep::canonical::{self, LocalTransport};
use crate::jsep::model::{Notice, Session, Signaling, Use};
use crate::jsep::offer::MAX_MESSAGE;
use crate::jsep::remote::{self, LineKind, Remote, RemoteTransport, Setup};
use crate::jsep::sdp;
use crate::media::Media;
use crate::stats::Stats;
use crate::transceiver::{Direction, MediaKind, Transceiver, TransceiverInit, lock};

/// Candidates that wait for their description.
const MAX_EARLY: usize = 256;

/// A description that was made and waits to be applied.
struct Draft {
    kind: SdpKind,
    session: Session,
    notices: Vec<Notice>,
    /// The core's part, if the transport is concerned.
    core: Option<String>,
    local: LocalTransport,
}

/// Where the core stands in a negotiation of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Core {
    Stable,
    LocalOffer,
    RemoteOffer,
}

/// See the module.
pub(crate) struct Negotiation {
    config: Config,
    pub media: Media,
    shared: Arc<Shared>,
    transport: Transport,
    transport_events: mpsc::UnboundedReceiver<TransportEvent>,
    session: Session,
    draft: Option<Draft>,
    local: LocalTransport,
    core: Core,
    /// Kinds and mids of the core's lines, once it has any.
    core_lines: Vec<(String, String)>,
    /// Lines of the description that the core has pending.
    core_pending_lines: Vec<(String, String)>,
    core_version: u64,
    /// The remote transport that the core knows.
    core_remote: Option<RemoteTransport>,
    early: Vec<Candidate>,
    events: Vec<Event>,
}

impl Negotiation {
    pub(crate) async fn open(
        config: Config,
        media: Media,
        shared: Arc<Shared>,
    ) -> Result<Self, OpenError> {
        let (transport, transport_events) =
            Transport::open(&config, media.gate(), Arc::clone(&media.wire)).await?;
        let session = Session::new(
            rand::random::<u64>() >> 2,
            format!("{:016x}", rand::random::<u64>()),
        );
        Ok(Self {
            config,
            media,
            shared,
            transport,
            transport_events,
            session,
            draft: None,
            local: LocalTransport::default(),
            core: Core::Stable,
            core_lines: Vec::new(),
            core_pending_lines: Vec::new(),
            core_version: 0,
            core_remote: None,
            early: Vec::new(),
            events: Vec::new(),
        })
    }

    /// The next thing the transport reports; waits for ever once it is closed.
    pub(crate) async fn transport_event(&mut self) -> TransportEvent {
        match self.transport_events.recv().await {
            Some(event) => event,
            None => std::future::pending().await,
        }
    }

    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    pub(crate) fn is_stable(&self) -> bool {
        self.session.signaling == Signaling::Stable
    }

    /// True once ICE has something to do.
    pub(crate) fn has_transport(&self) -> bool {
        self.core_remote.is_some()
    }

    pub(crate) fn needs_offer(&self) -> bool {
        self.session.needs_negotiation() || self.wants_restart()
    }

    fn wants_restart(&self) -> bool {
        self.core_remote.is_some() && self.shared.ice_restart.load(Ordering::Acquire)
    }

    pub(crate) fn add_transceiver(
        &mut self,
        kind: MediaKind,
        init: TransceiverInit,
    ) -> Transceiver {
        let slot = self.media.slot(kind, init.direction);
        self.session.add(Arc::clone(&slot), init, false);
        let transceiver = Transceiver { slot };
        lock(&self.shared.transceivers).push(transceiver.clone());
        transceiver
    }

    pub(crate) async fn create_data_channel(
        &mut self,
        label: &str,
        init: DataChannelInit,
    ) -> Result<DataChannel, NegotiationError> {
        if !self.session.data_possible {
            return Err(NegotiationError::State(
                "the transport was set up without data channels",
            ));
        }
        let core = self.transport.create_data_channel(label, init).await?;
        self.session.wants_data = true;
        Ok(channel::start(core, label.to_owned()))
    }

    pub(crate) async fn create_offer(&mut self) -> Result<String, NegotiationError> {
        let restart = self.wants_restart();
        let data_is_new = self.session.wants_data && !self.core_has_data();
        let concerned =
            self.core == Core::LocalOffer || self.core_lines.is_empty() || restart || data_is_new;
        let (core, local) = if concerned && self.session.signaling != Signaling::HaveRemoteOffer {
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
            notices: Vec::new(),
            core,
            local,
        });
        Ok(text)
    }

    pub(crate) async fn create_answer(&mut self) -> Result<String, NegotiationError> {
        if self.session.signaling != Signaling::HaveRemoteOffer {
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
        let (session, text, notices) = self.session.answer(&local, role)?;
        self.draft = Some(Draft {
            kind: SdpKind::Answer,
            session,
            notices,
            core,
            local,
        });
        Ok(text)
    }

    pub(crate) async fn set_local(
        &mut self,
        kind: SdpKind,
        text: &str,
    ) -> Result<(), NegotiationError> {
        if kind == SdpKind::Rollback {
            return self.roll_back().await;
        }
        if !text.is_empty() {
            sdp::parse(text)?;
        }
        let Some(draft) = self.draft.take() else {
            return Err(NegotiationError::State("no description was made to apply"));
        };
        let fits = draft.kind == kind
            && match kind {
                SdpKind::Offer => self.session.signaling != Signaling::HaveRemoteOffer,
                _ => self.session.signaling == Signaling::HaveRemoteOffer,
            };
        if !fits {
            self.draft = Some(draft);
            return Err(NegotiationError::State("not the description that was made"));
        }
        if let Some(core) = &draft.core {
            if self.core == Core::LocalOffer {
                self.transport.set_local(SdpKind::Rollback, "").await?;
                self.core = Core::Stable;
            }
            self.transport.set_local(kind, core).await?;
            let lines = canonical::mids(core)?;
            if kind == SdpKind::Offer {
                self.core = Core::LocalOffer;
                self.core_pending_lines = lines;
            } else {
                self.core = Core::Stable;
                self.core_lines = lines;
            }
            if kind == SdpKind::Offer {
                self.shared.ice_restart.store(false, Ordering::Release);
            }
        }
        if draft.local.ufrag != self.local.ufrag {
            self.local = draft.local;
        }
        let mut session = draft.session;
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
        self.adopt(session, draft.notices);
        Ok(())
    }

    async fn roll_back(&mut self) -> Result<(), NegotiationError> {
        let mut session = self.session.clone();
        session.roll_back()?;
        self.draft = None;
        self.core_roll_back().await?;
        self.adopt(session, Vec::new());
        Ok(())
    }

    async fn core_roll_back(&mut self) -> Result<(), NegotiationError> {
        let result = match self.core {
            Core::Stable => Ok(()),
            Core::LocalOffer => self.transport.set_local(SdpKind::Rollback, "").await,
            Core::RemoteOffer => self.transport.set_remote(SdpKind::Rollback, "").await,
        };
        self.core = Core::Stable;
        match result {
            Err(error) if self.core_remote.is_none() => {
                tracing::debug!(%error, "the core is made anew");
                self.rebuild().await
            }
            other => other,
        }
    }

    pub(crate) async fn set_remote(
        &mut self,
        kind: SdpKind,
        text: &str,
    ) -> Result<(), NegotiationError> {
        match kind {
            SdpKind::Rollback => match self.session.signaling {
                Signaling::HaveRemoteOffer => self.roll_back().await,
                _ => Err(NegotiationError::State(
                    "there is no remote offer to take back",
                )),
            },
            SdpKind::Offer => self.set_remote_offer(remote::read(text)?).await,
            SdpKind::Answer => self.set_remote_answer(remote::read(text)?).await,
        }
    }

    async fn set_remote_offer(&mut self, remote: Remote) -> Result<(), NegotiationError> {
        let known = self.core_remote.as_ref();
        let identity = |transport: &RemoteTransport| {
            known.is_some_and(|known| known.fingerprint != transport.fingerprint)
        };
        let new_identity = remote.transport.as_ref().is_some_and(identity);
        let mut before = self.session.clone();
        before.data_possible |= new_identity;
        let media = &mut self.media;
        let mut make = |kind| media.slot(kind, Direction::RecvOnly);
        let (mut session, notices) = before.take_offer(remote.clone(), &mut make)?;
        self.core_roll_back().await?;
        if let Some(transport) = &remote.transport {
            if new_identity {
                self.rebuild().await?;
                session.role = None;
            }
            let known = self.core_remote.as_ref();
            let restarted = known.is_none_or(|known| {
                (&known.ufrag, &known.pwd) != (&transport.ufrag, &transport.pwd)
            });
            if restarted || session.has_data() && !self.core_has_data() {
                self.offer_to_core(&remote, transport, session.has_data())
                    .await?;
            }
        }
        self.draft = None;
        self.adopt(session, notices);
        self.add_candidates(&remote).await;
        Ok(())
    }

    async fn offer_to_core(
        &mut self,
        remote: &Remote,
        transport: &RemoteTransport,
        data: bool,
    ) -> Result<(), NegotiationError> {
        let mut lines = self.core_lines.clone();
        if lines.is_empty() {
            lines.push(("audio".to_owned(), "0".to_owned()));
        }
        if data && lines.iter().all(|(kind, _)| kind != "application") {
            lines.push(("application".to_owned(), lines.len().to_string()));
        }
        let setup = match self.session.role {
            Some(Setup::Active) => Setup::Passive,
            Some(_) => Setup::Active,
            None => transport.setup,
        };
        let text = self.canonical(remote, &lines, transport, setup);
        if let Err(error) = self.transport.set_remote(SdpKind::Offer, &text).await {
            self.core = Core::RemoteOffer;
            self.core_roll_back().await?;
            return Err(error);
        }
        self.core = Core::RemoteOffer;
        self.core_remote = Some(transport.clone());
        Ok(())
    }

    async fn set_remote_answer(&mut self, remote: Remote) -> Result<(), NegotiationError> {
        let (session, notices) = self.session.take_answer(&remote)?;
        if let (Core::LocalOffer, Some(transport)) = (self.core, &remote.transport) {
            let setup = match session.role {
                Some(Setup::Active) => Setup::Passive,
                _ => Setup::Active,
            };
            let lines = self.core_pending_lines.clone();
            let text = self.canonical(&remote, &lines, transport, setup);
            self.transport.set_remote(SdpKind::Answer, &text).await?;
            self.core = Core::Stable;
            self.core_lines = lines;
            self.core_remote = Some(transport.clone());
        }
        self.draft = None;
        self.adopt(session, notices);
        self.add_candidates(&remote).await;
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
        let size = data
            .and_then(|line| line.max_message_size)
            .unwrap_or(65_536)
            .clamp(1, MAX_MESSAGE);
        canonical::remote(self.core_version, lines, transport, setup, port, size)
    }

    fn core_has_data(&self) -> bool {
        self.core_lines
            .iter()
            .any(|(kind, _)| kind == "application")
    }

    /// A new core in the place of the old one: the far side is somebody else now.
    async fn rebuild(&mut self) -> Result<(), NegotiationError> {
        let opened = Transport::open(
            &self.config,
            self.media.gate(),
            Arc::clone(&self.media.wire),
        )
        .await
        .map_err(|error| NegotiationError::Engine(error.to_string()))?;
        self.media.wire.set_connected(false);
        (self.transport, self.transport_events) = opened;
        self.media.rebind();
        self.core = Core::Stable;
        self.core_lines.clear();
        self.core_remote = None;
        self.session.role = None;
        self.local = LocalTransport::default();
        Ok(())
    }

    fn adopt(&mut self, session: Session, notices: Vec<Notice>) {
        self.session = session;
        // SCTP starts with DTLS or never.
        self.session.data_possible = self.core_lines.is_empty() || self.core_has_data();
        self.media
            .publish(&self.session, &mut lock(&self.shared.transceivers));
        for notice in notices {
            match notice {
                Notice::Track(id, stream_ids) => {
                    if let Some(transceiver) = self.media.find(id) {
                        self.events.push(Event::Track {
                            transceiver,
                            stream_ids,
                        });
                    }
                }
                Notice::TrackEnded(id) => self.events.push(Event::TrackEnded(id)),
            }
        }
    }

    pub(crate) async fn add_candidate(
        &mut self,
        candidate: Candidate,
    ) -> Result<(), NegotiationError> {
        let text = candidate.candidate.trim();
        if !text.is_empty() && (!text.starts_with("candidate:") || text.len() > 1_024) {
            return Err(NegotiationError::Sdp {
                line: 1,
                reason: "not a candidate line".to_owned(),
            });
        }
        if self.core_remote.is_none() || self.is_early(&candidate) {
            if self.early.len() < MAX_EARLY {
                self.early.push(candidate);
            }
            return Ok(());
        }
        self.pass_candidate(&candidate).await;
        Ok(())
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

    async fn add_candidates(&mut self, remote: &Remote) {
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
        self.local.gathered = true;
        self.tell_candidate(String::new());
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

    pub(crate) async fn set_ice_servers(
        &mut self,
        servers: Vec<IceServer>,
        relay_only: bool,
    ) -> Result<(), NegotiationError> {
        self.transport.set_servers(&servers, relay_only).await?;
        self.config.ice_servers = servers;
        self.config.relay_only = relay_only;
        Ok(())
    }

    pub(crate) async fn stats(&self) -> Stats {
        let mut transport = self.transport.stats().await;
        transport.rtt = self.media.link().rtt().or(transport.rtt);
        Stats {
            transport,
            streams: self.media.streams(),
        }
    }

    pub(crate) async fn close(&mut self) -> Vec<crate::transceiver::TransceiverId> {
        let ended = self.media.close();
        self.transport.close().await;
        ended
    }
}
