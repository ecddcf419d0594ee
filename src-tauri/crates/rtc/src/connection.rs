//! The connection: a handle on an actor that owns model and transport.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use foyer_media::clock::SharedClock;
use tokio::sync::{mpsc, oneshot, watch};

use crate::actor::{self, Command, Shared};
use crate::core::certificate::Certificate;
use crate::data_channel::{DataChannel, DataChannelInit};
use crate::error::{NegotiationError, OpenError};
use crate::event::{Candidate, ConnectionState, Event, SdpKind};
use crate::ice::{IceServer, ProxyUrl};
use crate::impairment::Impairment;
use crate::snapshot::Snapshot;
use crate::stats::Stats;
use crate::transceiver::{MediaKind, Transceiver, TransceiverInit, lock};

/// What a connection is opened with.
#[derive(Clone)]
pub struct Config {
    /// Tells the time.
    pub clock: SharedClock,
    /// Servers that help to get through NATs; may be none.
    pub ice_servers: Vec<IceServer>,
    /// Uses TURN relays alone.
    pub relay_only: bool,
    /// What TCP and TLS connections to TURN servers go through.
    pub proxy: Option<ProxyUrl>,
    /// Certificates (DER) that TURN over TLS trusts besides the platform's.
    pub turn_roots: Vec<Bytes>,
    /// Local addresses to use; empty for every interface of the machine.
    pub bind: Vec<IpAddr>,
    /// What DTLS shows to the far side; a new one if `None`.
    pub certificate: Option<Certificate>,
    /// A bad network, for tests.
    pub impairment: Option<Impairment>,
}

impl Config {
    /// Every interface, no servers.
    pub fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            ice_servers: Vec::new(),
            relay_only: false,
            proxy: None,
            turn_roots: Vec::new(),
            bind: Vec::new(),
            certificate: None,
            impairment: None,
        }
    }

    /// This machine alone.
    pub fn loopback(clock: SharedClock) -> Self {
        Self {
            bind: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
            ..Self::new(clock)
        }
    }
}

/// A handle on a connection (webrtc-pc 4.4). Cloning shares it; dropping the last closes the connection.
#[derive(Clone)]
pub struct PeerConnection {
    commands: mpsc::Sender<Command>,
    state: watch::Receiver<ConnectionState>,
    shared: Arc<Shared>,
}

impl std::fmt::Debug for PeerConnection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PeerConnection")
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}

impl PeerConnection {
    /// Binds sockets and starts the actor; nothing is sent yet. Needs a Tokio runtime.
    pub async fn open(config: Config) -> Result<(Self, mpsc::Receiver<Event>), OpenError> {
        let parts = actor::start(config).await?;
        let connection = Self {
            commands: parts.commands,
            state: parts.state,
            shared: parts.shared,
        };
        Ok((connection, parts.events))
    }

    /// Adds a transceiver; it gets an m-line with the next offer.
    pub async fn add_transceiver(
        &self,
        kind: MediaKind,
        init: TransceiverInit,
    ) -> Result<Transceiver, NegotiationError> {
        self.ask(|done| Command::AddTransceiver(kind, init, done))
            .await
    }

    /// All transceivers that are not stopped, in the order they were made.
    pub fn transceivers(&self) -> Vec<Transceiver> {
        lock(&self.shared.transceivers).clone()
    }

    /// An offer of the model as it is, with new ICE credentials if [`restart_ice`](Self::restart_ice) was called.
    pub async fn create_offer(&self) -> Result<String, NegotiationError> {
        self.ask(Command::CreateOffer).await
    }

    /// An answer to the remote offer.
    pub async fn create_answer(&self) -> Result<String, NegotiationError> {
        self.ask(Command::CreateAnswer).await
    }

    /// Applies a local description and tells what has become of the connection. The text may have been edited: it
    /// is applied as it says, and refused with [`NegotiationError::Modification`] only where it cannot be. An empty
    /// text stands for what [`create_offer`](Self::create_offer) or [`create_answer`](Self::create_answer) makes. An
    /// offer starts gathering; an answer starts media. A rollback takes the pending offer of either side back.
    pub async fn set_local_description(
        &self,
        kind: SdpKind,
        sdp: &str,
    ) -> Result<Snapshot, NegotiationError> {
        let sdp = sdp.to_owned();
        self.ask(|done| Command::SetLocal(kind, sdp, done)).await
    }

    /// Applies a remote description and tells what has become of the connection. A remote offer takes a pending local
    /// one back. If it is refused, everything is as it was.
    pub async fn set_remote_description(
        &self,
        kind: SdpKind,
        sdp: &str,
    ) -> Result<Snapshot, NegotiationError> {
        let sdp = sdp.to_owned();
        self.ask(|done| Command::SetRemote(kind, sdp, done)).await
    }

    /// The connection as it is.
    pub async fn snapshot(&self) -> Result<Snapshot, NegotiationError> {
        self.ask(Command::Snapshot).await
    }

    /// Adds a remote candidate as `addIceCandidate` does: refused if it fits no remote description, written into those
    /// that it fits. Without mid and index, an empty one ends the candidates of every m-line.
    pub async fn add_ice_candidate(
        &self,
        candidate: Candidate,
    ) -> Result<Snapshot, NegotiationError> {
        self.ask(|done| Command::AddIceCandidate(candidate, done))
            .await
    }

    /// Adds a remote candidate. One that comes before its description waits for it.
    pub async fn add_candidate(&self, candidate: Candidate) -> Result<(), NegotiationError> {
        self.ask(|done| Command::AddCandidate(candidate, done))
            .await
    }

    /// Has the next offer restart ICE, and asks for that offer by [`Event::NegotiationNeeded`].
    pub fn restart_ice(&self) {
        self.shared.want_ice_restart();
    }

    /// Replaces the servers (webrtc-pc 4.4.1.6). They are asked when candidates are gathered next: with the first
    /// description or after [`restart_ice`](Self::restart_ice). Other credentials for the same URLs keep what
    /// the servers gave. If one is refused, everything is as it was.
    pub async fn set_ice_servers(
        &self,
        servers: Vec<IceServer>,
        relay_only: bool,
    ) -> Result<(), NegotiationError> {
        self.ask(|done| Command::SetIceServers(servers, relay_only, done))
            .await
    }

    /// Opens a data channel; usable once [`DataChannel::opened`] resolves. The first one needs an offer.
    pub async fn create_data_channel(
        &self,
        label: &str,
        init: DataChannelInit,
    ) -> Result<DataChannel, NegotiationError> {
        let label = label.to_owned();
        self.ask(|done| Command::CreateDataChannel(label, init, done))
            .await
    }

    /// The state now.
    pub fn state(&self) -> ConnectionState {
        *self.state.borrow()
    }

    /// Counters since the connection was opened; empty once it is closed.
    pub async fn stats(&self) -> Stats {
        self.ask(Command::Stats).await.unwrap_or_default()
    }

    /// Closes: says goodbye to the far side, ends every stream, frees the sockets.
    pub async fn close(&self) {
        let _: Result<(), NegotiationError> = self.ask(Command::Close).await;
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(oneshot::Sender<Result<T, NegotiationError>>) -> Command,
    ) -> Result<T, NegotiationError> {
        let (done, result) = oneshot::channel();
        self.commands
            .send(command(done))
            .await
            .map_err(|_| NegotiationError::Closed)?;
        result.await.map_err(|_| NegotiationError::Closed)?
    }
}
