//! Messages beside the media, over SCTP.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, oneshot, watch};

use crate::transceiver::lock;

/// Events that wait for a slow reader before the far side is held back.
pub(crate) const EVENT_QUEUE: usize = 64;
/// Commands that wait for a channel's task.
pub(crate) const COMMAND_QUEUE: usize = 64;

/// How a data channel treats its messages (RFC 8831, `RTCDataChannelInit`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataChannelInit {
    /// Messages arrive in the order they were sent in.
    pub ordered: bool,
    /// Milliseconds after which a message is given up; not together with `max_retransmits`.
    pub max_packet_life_time: Option<u16>,
    /// How often a message is repeated before it is given up; `None` for as often as it takes.
    pub max_retransmits: Option<u16>,
    /// Name of the protocol on it; at most 65535 bytes.
    pub protocol: String,
    /// The stream id that both sides agreed on otherwise. The far side makes the same channel itself, and neither
    /// hears of the other's.
    pub negotiated: Option<u16>,
}

impl Default for DataChannelInit {
    fn default() -> Self {
        Self {
            ordered: true,
            max_packet_life_time: None,
            max_retransmits: None,
            protocol: String::new(),
            negotiated: None,
        }
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataMessage {
    /// UTF-8.
    Text(String),
    /// Bytes.
    Binary(Bytes),
}

impl DataMessage {
    fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }
}

/// What happens on a channel, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DataChannelEvent {
    /// It carries messages; its stream id is known.
    Open,
    /// One has come.
    Message(DataMessage),
    /// What waits to be sent fell to the threshold, from above.
    BufferedAmountLow,
    /// Either side began to close it.
    Closing,
    /// It is gone for good. Always the last event.
    Closed {
        /// The association died under it (`RTCError` with the detail `sctp-failure`).
        failed: bool,
    },
}

/// Why a message was not sent.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DataChannelError {
    /// The channel or its connection is closed.
    #[error("the data channel is closed")]
    Closed,
    /// It is not open yet.
    #[error("the data channel is not open yet")]
    NotOpen,
    /// More than the far side takes in one message.
    #[error("{size} bytes are more than the {limit} that the far side takes")]
    TooLarge {
        /// Of the message.
        size: usize,
        /// What may be sent.
        limit: u64,
    },
    /// The transport refused the message.
    #[error("not sent: {0}")]
    Refused(String),
}

impl DataChannelError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "data_channel.closed",
            Self::NotOpen => "data_channel.not_open",
            Self::TooLarge { .. } => "data_channel.too_large",
            Self::Refused(_) => "data_channel.refused",
        }
    }
}

/// `RTCDataChannelState`: where a channel is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DataChannelState {
    /// Not yet usable.
    Connecting,
    /// Carries messages.
    Open,
    /// Being closed by either side.
    Closing,
    /// Gone for good.
    Closed,
}

pub(crate) enum DataCommand {
    Send(DataMessage, oneshot::Sender<Result<(), DataChannelError>>),
    Close,
}

/// Counters of a channel (`RTCDataChannelStats`).
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub messages_sent: AtomicU64,
    pub bytes_sent: AtomicU64,
    pub messages_received: AtomicU64,
    pub bytes_received: AtomicU64,
}

/// What a handle and the channel's tasks share.
#[derive(Debug)]
pub(crate) struct Channel {
    /// Number in its connection; never reused.
    pub number: u32,
    pub label: String,
    pub init: DataChannelInit,
    /// Known once it is open.
    pub id: OnceLock<u16>,
    pub low_threshold: AtomicU32,
    /// Bytes of the largest message.
    pub limit: Arc<AtomicU64>,
    pub counters: Counters,
}

/// A handle on a data channel. Cloning shares it; dropping the last closes the channel.
#[derive(Clone, Debug)]
pub struct DataChannel {
    pub(crate) channel: Arc<Channel>,
    pub(crate) commands: mpsc::Sender<DataCommand>,
    pub(crate) state: watch::Receiver<DataChannelState>,
    pub(crate) buffered: watch::Receiver<u64>,
    pub(crate) events: Arc<Mutex<Option<mpsc::Receiver<DataChannelEvent>>>>,
}

impl DataChannel {
    /// Name given by whoever made it.
    pub fn label(&self) -> &str {
        &self.channel.label
    }

    /// How it was made. Of a channel that the far side has opened, lifetime and repetitions are not known.
    pub fn init(&self) -> &DataChannelInit {
        &self.channel.init
    }

    /// SCTP stream id: given by the application, or chosen by the DTLS role once the channel opens.
    pub fn id(&self) -> Option<u16> {
        self.channel
            .id
            .get()
            .copied()
            .or(self.channel.init.negotiated)
    }

    /// Where it is in its life.
    pub fn state(&self) -> DataChannelState {
        *self.state.borrow()
    }

    /// Bytes that were accepted and have not reached the far side.
    pub fn buffered_amount(&self) -> u64 {
        *self.buffered.borrow()
    }

    /// The buffered amount as it changes.
    pub fn watch_buffered_amount(&self) -> watch::Receiver<u64> {
        self.buffered.clone()
    }

    /// Where [`DataChannelEvent::BufferedAmountLow`] is due.
    pub fn set_buffered_amount_low_threshold(&self, bytes: u32) {
        self.channel.low_threshold.store(bytes, Ordering::Release);
    }

    /// Waits until it is usable.
    pub async fn opened(&self) -> Result<(), DataChannelError> {
        let mut state = self.state.clone();
        let reached = state
            .wait_for(|state| *state != DataChannelState::Connecting)
            .await
            .map_err(|_| DataChannelError::Closed)?;
        match *reached {
            DataChannelState::Open => Ok(()),
            _ => Err(DataChannelError::Closed),
        }
    }

    /// Everything that happens; `None` from the second call of this or [`messages`](Self::messages) on. A slow reader
    /// holds the far side back.
    pub fn events(&self) -> Option<mpsc::Receiver<DataChannelEvent>> {
        lock(&self.events).take()
    }

    /// The messages that arrive, and nothing else. Needs a Tokio runtime.
    pub fn messages(&self) -> Option<mpsc::Receiver<DataMessage>> {
        let mut events = self.events()?;
        let (messages, received) = mpsc::channel(1);
        tokio::spawn(async move {
            while let Some(event) = events.recv().await {
                if let DataChannelEvent::Message(message) = event
                    && messages.send(message).await.is_err()
                {
                    return;
                }
            }
        });
        Some(received)
    }

    /// Sends a text; resolves once it is queued.
    pub async fn send_text(&self, text: impl Into<String>) -> Result<(), DataChannelError> {
        self.send_message(DataMessage::Text(text.into())).await
    }

    /// Sends bytes; resolves once they are queued.
    pub async fn send(&self, bytes: Bytes) -> Result<(), DataChannelError> {
        self.send_message(DataMessage::Binary(bytes)).await
    }

    /// Closes it after what was queued before has been sent. [`DataChannelEvent::Closed`] tells when that is done.
    pub async fn close(&self) {
        // A closed queue means that the channel's task has ended already.
        let _ = self.commands.send(DataCommand::Close).await;
    }

    /// Sends either; resolves once it is queued.
    pub async fn send_message(&self, message: DataMessage) -> Result<(), DataChannelError> {
        let (size, limit) = (message.len(), self.channel.limit.load(Ordering::Acquire));
        if size as u64 > limit {
            return Err(DataChannelError::TooLarge { size, limit });
        }
        let (done, result) = oneshot::channel();
        self.commands
            .send(DataCommand::Send(message, done))
            .await
            .map_err(|_| DataChannelError::Closed)?;
        result.await.map_err(|_| DataChannelError::Closed)?
    }
}
