//! Data channels between the application and the transport. One that is made before data has been agreed on waits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use tokio::sync::{oneshot, watch};

use super::Negotiation;
use crate::core::channel::{self, Attached, CoreChannel};
use crate::core::transport::HELD_OPEN;
use crate::data_channel::{Channel, DataChannel, DataChannelInit, DataChannelState};
use crate::error::NegotiationError;

/// A channel that waits for its m-line.
struct Waiting {
    channel: Arc<Channel>,
    attach: oneshot::Sender<Attached>,
}

/// See the module.
pub(super) struct Channels {
    waiting: Vec<Waiting>,
    /// All that were made or came, for statistics.
    pub(super) known: Vec<(Weak<Channel>, watch::Receiver<DataChannelState>)>,
    pub(super) made: u32,
    /// Bytes of the largest message that the far side takes.
    limit: Arc<AtomicU64>,
    /// The association is there: a channel that the core gets earlier may be lost.
    pub(super) up: bool,
}

impl Default for Channels {
    fn default() -> Self {
        Self {
            waiting: Vec::new(),
            known: Vec::new(),
            made: 0,
            limit: Arc::new(AtomicU64::new(u64::MAX)),
            up: false,
        }
    }
}

impl Channels {
    fn prepare(
        &mut self,
        label: &str,
        init: DataChannelInit,
    ) -> (DataChannel, oneshot::Sender<Attached>) {
        self.made += 1;
        let limit = Arc::clone(&self.limit);
        let (handle, attach) = channel::prepare(self.made, label.to_owned(), init, limit);
        self.known.retain(|(channel, _)| channel.strong_count() > 0);
        self.known
            .push((Arc::downgrade(&handle.channel), handle.state.clone()));
        (handle, attach)
    }
}

impl Negotiation {
    pub(crate) async fn create_data_channel(
        &mut self,
        label: &str,
        init: DataChannelInit,
    ) -> Result<DataChannel, NegotiationError> {
        let refuse = |reason: &str| Err(NegotiationError::Operation(reason.to_owned()));
        if init.max_packet_life_time.is_some() && init.max_retransmits.is_some() {
            return refuse("a lifetime and a number of repetitions exclude each other");
        }
        if label.len() > 65_535 || init.protocol.len() > 65_535 {
            return refuse("label or protocol is too long");
        }
        if init
            .negotiated
            .is_some_and(|id| id == HELD_OPEN || id == u16::MAX)
        {
            return refuse("this stream id is taken");
        }
        let possible = self.channels.up && self.session.data_agreed.is_some();
        let attached = if possible {
            Some(self.transport.create_data_channel(label, &init).await?)
        } else {
            None
        };
        let (handle, attach) = self.channels.prepare(label, init);
        match attached {
            Some(attached) => {
                // A channel that has been dropped meanwhile is closed by that.
                let _ = attach.send(attached);
            }
            None => {
                let channel = Arc::clone(&handle.channel);
                self.channels.waiting.push(Waiting { channel, attach });
            }
        }
        self.session.wants_data = true;
        Ok(handle)
    }

    /// The far side has opened one, if it is not one of ours that the crate takes for such.
    pub(crate) fn take_data_channel(
        &mut self,
        core: CoreChannel,
        label: &str,
        init: DataChannelInit,
    ) -> Option<DataChannel> {
        let attached = self.transport.announced(core)?;
        let (handle, attach) = self.channels.prepare(label, init);
        // The task that it goes to has just been started.
        let _ = attach.send(attached);
        Some(handle)
    }

    /// The association is established.
    pub(crate) async fn sctp_up(&mut self) {
        self.channels.up = true;
        self.open_channels().await;
    }

    /// Channels that waited for data to be agreed on, or for the association, begin.
    pub(super) async fn open_channels(&mut self) {
        let Some(largest) = self.session.largest_message() else {
            return;
        };
        self.channels.limit.store(largest, Ordering::Release);
        if !self.channels.up {
            return;
        }
        for waiting in std::mem::take(&mut self.channels.waiting) {
            let Channel { label, init, .. } = &*waiting.channel;
            match self.transport.create_data_channel(label, init).await {
                Ok(attached) => {
                    // A channel that has been dropped meanwhile is closed by that.
                    let _ = waiting.attach.send(attached);
                }
                Err(error) => tracing::warn!(%error, "data channel not opened"),
            }
        }
    }
}
