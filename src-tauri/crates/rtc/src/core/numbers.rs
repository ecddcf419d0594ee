//! Stream ids of channels that are over.
//!
//! The crate gives such an id to the next channel at once. But the stream of a channel that was closed here lives until
//! the far side has closed its half as well (RFC 8831 section 6.7): the new channel would never open, or be closed by
//! the answer to the old one's end. And where the crate is the far side and has closed one, it may take the end of the
//! old stream for that of the new one, which comes right behind. So a channel that says nothing keeps the id: in the
//! first case until the answer is there, in the second for good.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::{Semaphore, SemaphorePermit};
use webrtc::data_channel::DataChannelEvent;
use webrtc::peer_connection::PeerConnection;

use super::channel::CoreChannel;

/// One per connection. Channels are made and closed one at a time.
#[derive(Clone)]
pub(crate) struct Numbers {
    turn: Arc<Semaphore>,
    kept: Arc<Mutex<HashSet<u16>>>,
}

impl Numbers {
    pub(crate) fn new() -> Self {
        Self {
            turn: Arc::new(Semaphore::new(1)),
            kept: Arc::default(),
        }
    }

    /// Nobody closes a channel meanwhile.
    pub(crate) async fn turn(&self) -> SemaphorePermit<'_> {
        let turn = self.turn.acquire().await;
        turn.expect("the semaphore is never closed")
    }

    /// Closes a channel. `number` is its stream id if this side has chosen it, and so might choose it again.
    pub(crate) async fn close(
        &self,
        core: &CoreChannel,
        connection: &Weak<dyn PeerConnection>,
        number: Option<u16>,
    ) {
        let _turn = self.turn().await;
        if let Err(error) = core.close().await {
            tracing::debug!(%error, "data channel not closed cleanly");
        }
        if let Some(number) = number {
            self.keep(connection, number).await;
        }
    }

    /// The far side has closed a channel of this stream id, which this side had chosen.
    pub(crate) async fn closed(&self, connection: &Weak<dyn PeerConnection>, number: u16) {
        let _turn = self.turn().await;
        self.keep(connection, number).await;
    }

    async fn keep(&self, connection: &Weak<dyn PeerConnection>, number: u16) {
        let Some(connection) = connection.upgrade() else {
            return;
        };
        let lock = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if !lock().insert(number) {
            return;
        }
        let init = rtc::data_channel::RTCDataChannelInit {
            negotiated: Some(number),
            ..rtc::data_channel::RTCDataChannelInit::default()
        };
        match connection.create_data_channel("", Some(init)).await {
            Ok(keeper) => {
                tokio::spawn(until_closed(keeper, Arc::clone(&self.kept), number));
            }
            Err(error) => {
                lock().remove(&number);
                tracing::debug!(%error, number, "stream id not kept");
            }
        }
    }
}

async fn until_closed(keeper: CoreChannel, kept: Arc<Mutex<HashSet<u16>>>, number: u16) {
    while let Some(event) = keeper.poll().await {
        if matches!(event, DataChannelEvent::OnClose) {
            break;
        }
    }
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.remove(&number);
}
