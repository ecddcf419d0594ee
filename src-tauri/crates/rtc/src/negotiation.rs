//! Descriptions and candidates: our model above, the transport's own small negotiations below.
//!
//! The core hears of a description only if it concerns the transport: the first one, an ICE restart, the first data
//! channel, a new fingerprint. Everything else is between our model and the gate.

mod candidates;
mod data;
mod local;
mod remote;
mod view;

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::mpsc;

use crate::actor::Shared;
use crate::connection::Config;
use crate::core::transport::{Transport, TransportEvent};
use crate::descriptions::{Descriptions, Side};
use crate::error::{NegotiationError, OpenError};
use crate::event::{Candidate, Event, IceGatheringState, SdpKind, SignalingState};
use crate::jsep::canonical::LocalTransport;
use crate::jsep::model::{Notice, Session};
use crate::jsep::remote::RemoteTransport;
use crate::media::Media;
use crate::snapshot::TransportSnapshot;
use crate::stats::Stats;
use crate::transceiver::{MediaKind, Transceiver, TransceiverId, TransceiverInit, lock};

use data::Channels;

/// A description that was made and waits to be applied.
struct Draft {
    kind: SdpKind,
    session: Session,
    /// The core's part, if the transport is concerned.
    core: Option<String>,
    local: LocalTransport,
    text: String,
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
    descriptions: Descriptions,
    draft: Option<Draft>,
    local: LocalTransport,
    /// States, kept by the actor.
    pub progress: TransportSnapshot,
    can_trickle: Option<bool>,
    core: Core,
    /// Kinds and mids of the core's lines, once it has any.
    core_lines: Vec<(String, String)>,
    /// Lines of the description that the core has pending.
    core_pending_lines: Vec<(String, String)>,
    core_version: u64,
    /// The remote transport that the core knows.
    core_remote: Option<RemoteTransport>,
    /// The one it knew before the remote offer that it has pending.
    core_remote_before: Option<RemoteTransport>,
    channels: Channels,
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
            descriptions: Descriptions::default(),
            draft: None,
            local: LocalTransport::default(),
            progress: TransportSnapshot::default(),
            can_trickle: None,
            core: Core::Stable,
            core_lines: Vec::new(),
            core_pending_lines: Vec::new(),
            core_version: 0,
            core_remote: None,
            core_remote_before: None,
            channels: Channels::default(),
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
        self.session.signaling == SignalingState::Stable
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
        let slot = self.media.slot(kind, init);
        self.session.add(Arc::clone(&slot), false);
        let transceiver = Transceiver { slot };
        lock(&self.shared.transceivers).push(transceiver.clone());
        transceiver
    }

    async fn roll_back(&mut self, side: Side) -> Result<(), NegotiationError> {
        let pending = matches!(
            self.session.signaling,
            SignalingState::HaveLocalOffer | SignalingState::HaveRemoteOffer
        );
        if !pending {
            return Err(NegotiationError::State("there is no offer to take back"));
        }
        let mut session = self.session.clone();
        session.roll_back()?;
        self.draft = None;
        self.core_roll_back().await?;
        self.descriptions.apply(side, SdpKind::Rollback, "");
        self.adopt(session, Vec::new());
        Ok(())
    }

    async fn core_roll_back(&mut self) -> Result<(), NegotiationError> {
        let result = match self.core {
            Core::Stable => Ok(()),
            Core::LocalOffer => self.transport.set_local(SdpKind::Rollback, "").await,
            Core::RemoteOffer => {
                self.core_remote = self.core_remote_before.take();
                match self.core_remote {
                    Some(_) => self.transport.set_remote(SdpKind::Rollback, "").await,
                    // The core has begun with ICE and cannot do so twice.
                    None => self.rebuild().await,
                }
            }
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
        self.core_remote_before = None;
        self.channels.up = false;
        self.session.role = None;
        self.local = LocalTransport::default();
        self.progress.ice_gathering = IceGatheringState::New;
        Ok(())
    }

    fn adopt(&mut self, session: Session, notices: Vec<Notice>) {
        self.session = session;
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

    pub(crate) async fn stats(&self) -> Stats {
        let mut transport = self.transport.stats().await;
        transport.rtt = self.media.link().rtt().or(transport.rtt);
        Stats {
            transport,
            streams: self.media.streams(),
        }
    }

    pub(crate) async fn close(&mut self) -> Vec<TransceiverId> {
        let ended = self.media.close();
        self.transport.close().await;
        ended
    }
}
