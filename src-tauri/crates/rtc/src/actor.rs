//! The task behind a connection: one command at a time, events in order.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::sync::{Notify, mpsc, oneshot, watch};

use crate::connection::Config;
use crate::data_channel::{DataChannel, DataChannelInit};
use crate::error::{NegotiationError, OpenError};
use crate::event::{Candidate, ConnectionState, Event, SdpKind};
use crate::stats::Stats;
use crate::transceiver::{MediaKind, Transceiver, TransceiverInit};

type Done<T> = oneshot::Sender<Result<T, NegotiationError>>;

pub(crate) enum Command {
    AddTransceiver(MediaKind, TransceiverInit, Done<Transceiver>),
    CreateOffer(Done<String>),
    CreateAnswer(Done<String>),
    SetLocal(SdpKind, String, Done<()>),
    SetRemote(SdpKind, String, Done<()>),
    AddCandidate(Candidate, Done<()>),
    CreateDataChannel(String, DataChannelInit, Done<DataChannel>),
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

pub(crate) async fn start(_config: Config) -> Result<Parts, OpenError> {
    Err(OpenError::Config(
        "the transport is not built in".to_owned(),
    ))
}
