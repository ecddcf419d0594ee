//! Data channels: what a page says on one waits here; what comes goes to the page's one queue.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use foyer_contract::bridge::command::ChannelInit;
use foyer_contract::bridge::event::WireError;
use foyer_contract::bridge::{Event, Handle};
use foyer_rtc::{DataChannel, DataChannelError, DataChannelEvent, DataChannelInit, DataMessage};
use tokio::sync::mpsc;

use crate::outbox::Outbox;
use crate::trouble;

/// Bytes that wait to be sent. Pages throw at 16 MB, so that only one that counts wrong gets here.
const MOST_BYTES: usize = 64 << 20;
/// Bytes that the transport takes on without waiting: the page learns that they are sent before anybody can answer.
const AT_ONCE: u64 = 16 << 10;

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
        max_packet_life_time: init.max_packet_life_time,
        max_retransmits: init.max_retransmits,
        protocol: init.protocol,
        negotiated: init.id.filter(|_| init.negotiated),
    }
}

pub(crate) fn wire_init(channel: &DataChannel) -> ChannelInit {
    let init = channel.init();
    ChannelInit {
        label: channel.label().to_owned(),
        ordered: init.ordered,
        max_packet_life_time: init.max_packet_life_time,
        max_retransmits: init.max_retransmits,
        protocol: init.protocol.clone(),
        negotiated: init.negotiated.is_some(),
        id: channel.id(),
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
    let Some(mut events) = channel.events() else {
        return;
    };
    let listen = async {
        while let Some(event) = events.recv().await {
            match event {
                DataChannelEvent::Open if by_page => {
                    let id = channel.id().unwrap_or_default();
                    let event = Event::ChannelOpen {
                        channel: handle,
                        id,
                    };
                    outbox.event(event).await;
                }
                DataChannelEvent::Message(message) => outbox.message(handle, &message).await,
                DataChannelEvent::Closing => {
                    let event = Event::ChannelClosing { channel: handle };
                    outbox.event(event).await;
                }
                DataChannelEvent::Closed { failed } => return failed.then(association_died),
                // The page counts by itself.
                DataChannelEvent::Open | DataChannelEvent::BufferedAmountLow => {}
            }
        }
        None
    };
    let error = tokio::select! {
        error = listen => error,
        error = send(&outbox, handle, &channel, queue) => Some(error),
    };
    let event = Event::ChannelClosed {
        channel: handle,
        error,
    };
    outbox.event(event).await;
}

fn association_died() -> WireError {
    WireError {
        detail: Some("sctp-failure".to_owned()),
        ..trouble::dom("RTCError", "the association has failed")
    }
}

/// Until a message cannot be sent. What is queued before the page closes the channel goes out first.
async fn send(
    outbox: &Outbox,
    handle: Handle,
    channel: &DataChannel,
    mut queue: Queue,
) -> WireError {
    let mut buffered = channel.watch_buffered_amount();
    let mut open = true;
    let (mut accepted, mut told) = (0u64, 0u64);
    loop {
        tokio::select! {
            order = queue.orders.recv(), if open => match order {
                Some(Order::Send(message)) => {
                    let size = length(&message);
                    if *buffered.borrow() + size as u64 <= AT_ONCE {
                        told += size as u64;
                        tell_sent(outbox, handle, size as u64).await;
                    }
                    // A page may only send on an open channel, but a close may have been faster.
                    let sent = channel.send_message(message).await;
                    queue.waiting.fetch_sub(size, Ordering::AcqRel);
                    accepted += size as u64;
                    match sent {
                        Ok(()) => {}
                        Err(DataChannelError::Closed) => open = false,
                        Err(error) => return trouble::dom("OperationError", error.to_string()),
                    }
                }
                Some(Order::Close) | None => {
                    open = false;
                    channel.close().await;
                }
            },
            changed = buffered.changed() => if changed.is_err() {
                std::future::pending::<()>().await;
            },
        }
        let left = accepted.saturating_sub(*buffered.borrow_and_update());
        let untold = left.saturating_sub(told);
        if untold > 0 {
            told = left;
            tell_sent(outbox, handle, untold).await;
        }
    }
}

async fn tell_sent(outbox: &Outbox, handle: Handle, bytes: u64) {
    if bytes > 0 {
        let event = Event::ChannelSent {
            channel: handle,
            bytes: u32::try_from(bytes).unwrap_or(u32::MAX),
        };
        outbox.event(event).await;
    }
}
