//! Messages beside the media, over SCTP.

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};

/// Messages that wait for a slow reader before the far side is held back.
pub(crate) const MESSAGE_QUEUE: usize = 64;
/// Commands that wait for a channel's task.
pub(crate) const COMMAND_QUEUE: usize = 64;

/// How a data channel treats its messages (RFC 8831).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DataChannelInit {
    /// Messages arrive in the order they were sent in.
    pub ordered: bool,
    /// How often a message is repeated before it is given up; `None` for as often as it takes.
    pub max_retransmits: Option<u16>,
}

impl Default for DataChannelInit {
    fn default() -> Self {
        Self {
            ordered: true,
            max_retransmits: None,
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

/// Why a message was not sent.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DataChannelError {
    /// The channel or its connection is closed.
    #[error("the data channel is closed")]
    Closed,
    /// The transport refused the message (too large, say).
    #[error("not sent: {0}")]
    Refused(String),
}

impl DataChannelError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "data_channel.closed",
            Self::Refused(_) => "data_channel.refused",
        }
    }
}

/// Where a channel is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataChannelState {
    /// Not yet usable.
    Connecting,
    /// Carries messages.
    Open,
    /// Gone for good.
    Closed,
}

pub(crate) enum DataCommand {
    Send(DataMessage, oneshot::Sender<Result<(), DataChannelError>>),
    Close,
}

/// A handle on a data channel. Cloning shares it; dropping the last closes the channel.
#[derive(Clone, Debug)]
pub struct DataChannel {
    pub(crate) label: String,
    pub(crate) commands: mpsc::Sender<DataCommand>,
    pub(crate) state: watch::Receiver<DataChannelState>,
    pub(crate) messages: std::sync::Arc<std::sync::Mutex<Option<mpsc::Receiver<DataMessage>>>>,
}

impl DataChannel {
    /// Name given by whoever made it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Where it is in its life.
    pub fn state(&self) -> DataChannelState {
        *self.state.borrow()
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

    /// The messages that arrive; `None` from the second call on. A slow reader holds the far side back.
    pub fn messages(&self) -> Option<mpsc::Receiver<DataMessage>> {
        crate::transceiver::lock(&self.messages).take()
    }

    /// Sends a text; resolves once it is queued.
    pub async fn send_text(&self, text: impl Into<String>) -> Result<(), DataChannelError> {
        self.send_message(DataMessage::Text(text.into())).await
    }

    /// Sends bytes; resolves once they are queued.
    pub async fn send(&self, bytes: Bytes) -> Result<(), DataChannelError> {
        self.send_message(DataMessage::Binary(bytes)).await
    }

    /// Closes it; messages on their way may be lost.
    pub async fn close(&self) {
        // A closed queue means that the channel's task has ended already.
        let _ = self.commands.send(DataCommand::Close).await;
    }

    async fn send_message(&self, message: DataMessage) -> Result<(), DataChannelError> {
        let (done, result) = oneshot::channel();
        self.commands
            .send(DataCommand::Send(message, done))
            .await
            .map_err(|_| DataChannelError::Closed)?;
        result.await.map_err(|_| DataChannelError::Closed)?
    }
}
