//! The one queue to a page: answers, events and data-channel messages in the order they were said.

use std::sync::Arc;
use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use foyer_contract::bridge::event::{Answer, Outcome, WireError};
use foyer_contract::bridge::{Event, Handle};
use foyer_rtc::DataMessage;
use futures_util::{Sink, SinkExt};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio_tungstenite::tungstenite::{self, Message};

/// Events and messages that wait for the page.
const MOST: usize = 4_096;
/// Bytes of data-channel messages that wait for the page; the far side is held back beyond.
const MOST_BYTES: usize = 8 << 20;
/// Events in one text message.
const BATCH: usize = 256;
/// A page that takes nothing for so long is gone.
const STALLED: Duration = Duration::from_secs(10);

/// First byte of a data-channel message.
const TEXT: u8 = 1;
const BINARY: u8 = 2;

enum Item {
    Event(Event),
    Data(Bytes, OwnedSemaphorePermit),
}

/// Puts in. After the page is gone everything goes nowhere.
#[derive(Clone)]
pub(crate) struct Outbox {
    queue: mpsc::Sender<Item>,
    room: Arc<Semaphore>,
}

impl Outbox {
    pub fn new() -> (Self, Outgoing) {
        let (queue, items) = mpsc::channel(MOST);
        let outbox = Self {
            queue,
            room: Arc::new(Semaphore::new(MOST_BYTES)),
        };
        (outbox, Outgoing { items })
    }

    /// Waits for room.
    pub async fn event(&self, event: Event) {
        self.queue.send(Item::Event(event)).await.ok();
    }

    /// For threads that may not wait. False if there is no room; the page is as good as gone then.
    pub fn try_event(&self, event: Event) -> bool {
        self.queue.try_send(Item::Event(event)).is_ok()
    }

    pub async fn answer(&self, seq: u32, applied: u32, outcome: Result<Answer, WireError>) {
        let outcome = match outcome {
            Ok(answer) => Outcome::Ok(answer),
            Err(error) => Outcome::Error(error),
        };
        self.event(Event::Reply {
            seq,
            applied,
            outcome,
        })
        .await;
    }

    /// Waits for room, so that a page that reads slowly holds the far side back.
    pub async fn message(&self, channel: Handle, message: &DataMessage) {
        let (kind, payload) = match message {
            DataMessage::Text(text) => (TEXT, text.as_bytes()),
            DataMessage::Binary(bytes) => (BINARY, bytes.as_ref()),
        };
        let mut record = BytesMut::with_capacity(5 + payload.len());
        record.put_u8(kind);
        record.put_u32_le(channel);
        record.put_slice(payload);
        let size = u32::try_from(record.len().min(MOST_BYTES)).unwrap_or(u32::MAX);
        let Ok(room) = Arc::clone(&self.room).acquire_many_owned(size).await else {
            return;
        };
        self.queue
            .send(Item::Data(record.freeze(), room))
            .await
            .ok();
    }

    /// Resolves when the page is gone.
    pub async fn closed(&self) {
        self.queue.closed().await;
    }
}

/// A data-channel message from the page: `None` if it is none.
pub(crate) fn parse_message(mut record: Bytes) -> Option<(Handle, DataMessage)> {
    if record.len() < 5 {
        return None;
    }
    let head = record.split_to(5);
    let channel = u32::from_le_bytes([head[1], head[2], head[3], head[4]]);
    let message = match head[0] {
        TEXT => DataMessage::Text(String::from_utf8(record.to_vec()).ok()?),
        BINARY => DataMessage::Binary(record),
        _ => return None,
    };
    Some((channel, message))
}

/// Takes out.
pub(crate) struct Outgoing {
    items: mpsc::Receiver<Item>,
}

impl Outgoing {
    /// Writes until the page is gone, stalls, or nobody can put anything in any more.
    pub async fn write<S>(mut self, mut socket: S)
    where
        S: Sink<Message, Error = tungstenite::Error> + Unpin,
    {
        let mut events: Vec<Event> = Vec::new();
        while let Some(first) = self.items.recv().await {
            let mut next = Some(first);
            let mut data = None;
            while let Some(item) = next.take() {
                match item {
                    Item::Event(event) => events.push(event),
                    Item::Data(record, room) => {
                        data = Some((record, room));
                        break;
                    }
                }
                if events.len() < BATCH {
                    next = self.items.try_recv().ok();
                }
            }
            let work = async {
                if !events.is_empty() {
                    let text = serde_json::to_string(&events).expect("events have text keys alone");
                    events.clear();
                    socket.feed(Message::text(text)).await?;
                }
                if let Some((record, _room)) = data {
                    socket.feed(Message::binary(record)).await?;
                }
                socket.flush().await
            };
            match tokio::time::timeout(STALLED, work).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => {
                    tracing::debug!(%error, "page not written to");
                    return;
                }
                Err(_) => {
                    tracing::warn!("page takes nothing");
                    return;
                }
            }
        }
    }
}
