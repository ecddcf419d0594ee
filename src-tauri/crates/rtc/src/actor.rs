//! The task behind a connection: one command at a time, events in order.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::connection::Config;
use crate::core::transport::TransportEvent;
use crate::data_channel::{DataChannel, DataChannelInit};
use crate::error::{NegotiationError, OpenError};
use crate::event::{Candidate, ConnectionState, Event, IceConnectionState, SdpKind};
use crate::ice::IceServer;
use crate::media::Media;
use crate::negotiation::Negotiation;
use crate::snapshot::Snapshot;
use crate::stats::Stats;
use crate::transceiver::{MediaKind, Transceiver, TransceiverId, TransceiverInit, lock};

const COMMAND_QUEUE: usize = 64;
const EVENT_QUEUE: usize = 256;
/// ICE without a single pair reports nothing by itself.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

type Done<T> = oneshot::Sender<Result<T, NegotiationError>>;

pub(crate) enum Command {
    AddTransceiver(MediaKind, TransceiverInit, Done<Transceiver>),
    CreateOffer(Done<String>),
    CreateAnswer(Done<String>),
    SetLocal(SdpKind, String, Done<Snapshot>),
    SetRemote(SdpKind, String, Done<Snapshot>),
    AddCandidate(Candidate, Done<()>),
    AddIceCandidate(Candidate, Done<Snapshot>),
    Snapshot(Done<Snapshot>),
    CreateDataChannel(String, DataChannelInit, Done<DataChannel>),
    SetIceServers(Vec<IceServer>, bool, Done<()>),
    Stats(Done<Stats>),
    Close(Done<()>),
}

/// What handles read without asking the actor.
#[derive(Default)]
pub(crate) struct Shared {
    pub transceivers: Mutex<Vec<Transceiver>>,
    pub changed: Arc<Notify>,
    pub ice_restart: AtomicBool,
}

impl Shared {
    pub(crate) fn want_ice_restart(&self) {
        self.ice_restart.store(true, Ordering::Release);
        self.changed.notify_one();
    }
}

pub(crate) struct Parts {
    pub commands: mpsc::Sender<Command>,
    pub events: mpsc::Receiver<Event>,
    pub state: watch::Receiver<ConnectionState>,
    pub shared: Arc<Shared>,
}

pub(crate) async fn start(config: Config) -> Result<Parts, OpenError> {
    let shared = Arc::new(Shared::default());
    let media = Media::new(config.clock.clone(), Arc::downgrade(&shared.changed));
    let negotiation = Negotiation::open(config, media, Arc::clone(&shared)).await?;
    let (commands, received) = mpsc::channel(COMMAND_QUEUE);
    let (events, received_events) = mpsc::channel(EVENT_QUEUE);
    let (state, watched) = watch::channel(ConnectionState::New);
    let actor = Actor {
        negotiation,
        shared: Arc::clone(&shared),
        state,
        outbox: VecDeque::new(),
        asked: false,
        deadline: None,
    };
    tokio::spawn(actor.run(received, events));
    Ok(Parts {
        commands,
        events: received_events,
        state: watched,
        shared,
    })
}

struct Actor {
    negotiation: Negotiation,
    shared: Arc<Shared>,
    state: watch::Sender<ConnectionState>,
    /// Events that wait for the reader.
    outbox: VecDeque<Event>,
    /// The application was told that an offer is due.
    asked: bool,
    deadline: Option<tokio::time::Instant>,
}

impl Actor {
    async fn run(mut self, mut commands: mpsc::Receiver<Command>, events: mpsc::Sender<Event>) {
        let link = self.negotiation.media.link();
        let mut done = None;
        loop {
            let deadline = self.deadline;
            let timeout = async move {
                match deadline {
                    Some(at) => tokio::time::sleep_until(at).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                permit = events.reserve(), if !self.outbox.is_empty() => match permit {
                    Ok(permit) => {
                        if let Some(event) = self.outbox.pop_front() {
                            permit.send(event);
                        }
                    }
                    Err(_) => self.outbox.clear(),
                },
                command = commands.recv() => match command {
                    Some(Command::Close(reply)) => {
                        done = Some(reply);
                        break;
                    }
                    Some(command) => self.obey(command).await,
                    None => break,
                },
                event = self.negotiation.transport_event() => self.transport(event).await,
                () = self.shared.changed.notified() => {
                    let flowing = self.negotiation.media.take_flowing();
                    self.outbox.extend(flowing.into_iter().map(Event::TrackFlowing));
                }
                () = link.changed.notified() => self.feedback(),
                () = timeout => {
                    self.negotiation.ice(IceConnectionState::Failed).await;
                    self.enter(ConnectionState::Failed);
                }
            }
            self.outbox.extend(self.negotiation.take_events());
            self.check_negotiation();
        }
        self.close().await;
        self.negotiation.closed();
        self.outbox.extend(self.negotiation.take_events());
        self.enter(ConnectionState::Closed);
        while let Some(event) = self.outbox.pop_front() {
            if events.try_send(event).is_err() {
                break;
            }
        }
        if let Some(done) = done {
            // Whoever closes need not wait.
            let _ = done.send(Ok(()));
        }
    }

    async fn obey(&mut self, command: Command) {
        let negotiation = &mut self.negotiation;
        // A caller that has gone away does not want the answer; the work is done all the same.
        match command {
            Command::AddTransceiver(kind, init, done) => {
                let _ = done.send(Ok(negotiation.add_transceiver(kind, init)));
            }
            Command::CreateOffer(done) => {
                let _ = done.send(negotiation.create_offer().await);
            }
            Command::CreateAnswer(done) => {
                let _ = done.send(negotiation.create_answer().await);
            }
            Command::SetLocal(kind, sdp, done) => {
                let result = negotiation.set_local(kind, &sdp).await;
                let _ = done.send(self.negotiated(result).await);
            }
            Command::SetRemote(kind, sdp, done) => {
                let result = negotiation.set_remote(kind, &sdp).await;
                let _ = done.send(self.negotiated(result).await);
            }
            Command::AddCandidate(candidate, done) => {
                let _ = done.send(negotiation.add_candidate(candidate).await);
            }
            Command::AddIceCandidate(candidate, done) => {
                let result = match negotiation.add_ice_candidate(candidate).await {
                    Ok(()) => Ok(negotiation.snapshot().await),
                    Err(error) => Err(error),
                };
                let _ = done.send(result);
            }
            Command::Snapshot(done) => {
                let _ = done.send(Ok(negotiation.snapshot().await));
            }
            Command::CreateDataChannel(label, init, done) => {
                let _ = done.send(negotiation.create_data_channel(&label, init).await);
            }
            Command::SetIceServers(servers, relay_only, done) => {
                let _ = done.send(negotiation.set_ice_servers(servers, relay_only).await);
            }
            Command::Stats(done) => {
                let _ = done.send(Ok(negotiation.stats().await));
            }
            Command::Close(_) => {}
        }
    }

    async fn negotiated(
        &mut self,
        result: Result<(), NegotiationError>,
    ) -> Result<Snapshot, NegotiationError> {
        result?;
        if self.negotiation.is_stable() {
            self.asked = false;
        }
        let waiting = matches!(
            *self.state.borrow(),
            ConnectionState::New | ConnectionState::Connecting | ConnectionState::Failed
        );
        if waiting && self.negotiation.is_stable() && self.negotiation.has_transport() {
            self.deadline = Some(tokio::time::Instant::now() + CONNECT_TIMEOUT);
            if *self.state.borrow() != ConnectionState::Connecting {
                self.enter_connecting();
            }
        }
        Ok(self.negotiation.snapshot().await)
    }

    fn enter_connecting(&mut self) {
        let deadline = self.deadline;
        self.enter(ConnectionState::Connecting);
        self.deadline = deadline;
    }

    fn enter(&mut self, state: ConnectionState) {
        if *self.state.borrow() == state {
            return;
        }
        if state != ConnectionState::Connecting {
            self.deadline = None;
        }
        match state {
            ConnectionState::Connected => self.negotiation.media.wire.set_connected(true),
            ConnectionState::Failed | ConnectionState::Closed => {
                self.negotiation.media.wire.set_connected(false);
            }
            _ => {}
        }
        self.state.send_replace(state);
        self.outbox.push_back(Event::Connection(state));
    }

    async fn transport(&mut self, event: TransportEvent) {
        match event {
            TransportEvent::Candidate(candidate) => self.negotiation.local_candidate(candidate),
            TransportEvent::CandidateError(error) => {
                self.outbox.push_back(Event::CandidateError(error));
            }
            TransportEvent::Gathered => self.negotiation.gathered(),
            TransportEvent::State(ConnectionState::Connecting)
                if *self.state.borrow() == ConnectionState::New => {}
            TransportEvent::Ice(state) => {
                self.negotiation.ice(state).await;
                self.outbox.extend(self.negotiation.take_events());
            }
            TransportEvent::State(state) => {
                self.negotiation.observe().await;
                self.outbox.extend(self.negotiation.take_events());
                self.enter(state);
            }
            TransportEvent::SctpUp => self.negotiation.sctp_up().await,
            TransportEvent::DataChannel(core, label, init) => {
                let channel = self.negotiation.take_data_channel(core, &label, init);
                self.outbox.extend(channel.map(Event::DataChannel));
            }
        }
    }

    fn feedback(&mut self) {
        for id in self.negotiation.media.take_key_requests() {
            let known = self
                .outbox
                .iter()
                .any(|event| matches!(event, Event::KeyFrameWanted(other) if *other == id));
            if !known {
                self.outbox.push_back(Event::KeyFrameWanted(id));
            }
        }
        if let Some(target) = self.negotiation.media.new_target() {
            self.outbox
                .retain(|event| !matches!(event, Event::Bandwidth(_)));
            self.outbox.push_back(Event::Bandwidth(target));
        }
    }

    fn check_negotiation(&mut self) {
        if !self.asked && self.negotiation.is_stable() && self.negotiation.needs_offer() {
            self.asked = true;
            self.outbox.push_back(Event::NegotiationNeeded);
        }
    }

    async fn close(&mut self) {
        let ended: Vec<TransceiverId> = self.negotiation.close().await;
        tracing::debug!(transceivers = ended.len(), "connection closed");
        lock(&self.shared.transceivers).clear();
    }
}
