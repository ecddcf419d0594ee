//! Data channels: what a page says on one waits here; what comes goes to the page's one queue.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use foyer_contract::bridge::command::ChannelInit;
use foyer_contract::bridge::{Event, Handle};
use foyer_rtc::{DataChannel, DataChannelInit, DataMessage};
use tokio::sync::mpsc;

use crate::outbox::Outbox;
use crate::trouble;

/// Bytes that wait to be sent. Pages throw at 16 MB, so that only one that counts wrong gets here.
const MOST_BYTES: usize = 64 << 20;
/// Bytes after which the page is told, while more is being sent.
const TELL_EVERY: usize = 256 << 10;

enum Order {
    Send(DataMessage),
    Close,
}

/// Everything that a page orders on one channel, in order; unbounded in number, bounded in bytes.
#[derive(Clone)]
pub(crate) struct Sends {
    orders: mpsc::UnboundedSender<Order>,
    waiting: Arc<AtomicUsize>,
    queue: Arc<Mutex<Option<Queue>>>,
}

/// The end that the channel's task reads.
pub(crate) struct Queue {
    orders: mpsc::UnboundedReceiver<Order>,
    waiting: Arc<AtomicUsize>,
}

impl Sends {
    pub fn new() -> Self {
        let (orders, received) = mpsc::unbounded_channel();
        let waiting = Arc::<AtomicUsize>::default();
        let queue = Queue {
            orders: received,
            waiting: Arc::clone(&waiting),
        };
        Self {
            orders,
            waiting,
            queue: Arc::new(Mutex::new(Some(queue))),
        }
    }

    /// The reading end, once.
    pub fn queue(&self) -> Option<Queue> {
        self.queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }

    /// After the channel has closed it goes nowhere.
    pub fn send(&self, message: DataMessage) {
        let size = length(&message);
        if self.waiting.fetch_add(size, Ordering::AcqRel) + size > MOST_BYTES {
            self.close();
            return;
        }
        self.orders.send(Order::Send(message)).ok();
    }

    pub fn close(&self) {
        self.orders.send(Order::Close).ok();
    }
}

fn length(message: &DataMessage) -> usize {
    match message {
        DataMessage::Text(text) => text.len(),
        DataMessage::Binary(bytes) => bytes.len(),
    }
}

pub(crate) fn engine_init(init: ChannelInit) -> DataChannelInit {
    DataChannelInit {
        ordered: init.ordered,
        max_retransmits: init.max_retransmits,
    }
}

pub(crate) fn wire_init(channel: &DataChannel) -> ChannelInit {
    ChannelInit {
        label: channel.label().to_owned(),
        ordered: true,
        max_packet_life_time: None,
        max_retransmits: None,
        protocol: String::new(),
        negotiated: false,
        id: None,
        priority: "low".to_owned(),
    }
}

/// A channel as long as it lives. One that the page made is told open; one of the far side is so already.
pub(crate) async fn run(
    outbox: Outbox,
    handle: Handle,
    channel: DataChannel,
    queue: Queue,
    by_page: bool,
) {
    let mut error = None;
    if channel.opened().await.is_ok() {
        if by_page {
            let id = 0;
            outbox
                .event(Event::ChannelOpen {
                    channel: handle,
                    id,
                })
                .await;
        }
        let messages = channel.messages();
        let receive = async {
            let Some(mut messages) = messages else {
                return;
            };
            while let Some(message) = messages.recv().await {
                outbox.message(handle, &message).await;
            }
        };
        let sent = tokio::select! {
            sent = send(&outbox, handle, &channel, queue) => sent,
            () = receive => Ok(()),
        };
        if let Err(why) = sent {
            error = Some(trouble::dom("OperationError", why));
        }
    }
    outbox
        .event(Event::ChannelClosed {
            channel: handle,
            error,
        })
        .await;
}

/// Until the page closes the channel, or it fails; what is queued before goes out first.
async fn send(
    outbox: &Outbox,
    handle: Handle,
    channel: &DataChannel,
    mut queue: Queue,
) -> Result<(), String> {
    let mut untold = 0;
    while let Some(order) = queue.orders.recv().await {
        match order {
            Order::Send(message) => {
                let size = length(&message);
                let sent = match message {
                    DataMessage::Text(text) => channel.send_text(text).await,
                    DataMessage::Binary(bytes) => channel.send(bytes).await,
                };
                queue.waiting.fetch_sub(size, Ordering::AcqRel);
                sent.map_err(|error| error.to_string())?;
                untold += size;
            }
            Order::Close => {
                channel.close().await;
                return Ok(());
            }
        }
        if untold >= TELL_EVERY || queue.orders.is_empty() {
            let bytes = u32::try_from(untold).unwrap_or(u32::MAX);
            outbox
                .event(Event::ChannelSent {
                    channel: handle,
                    bytes,
                })
                .await;
            untold = 0;
        }
    }
    Ok(())
}
