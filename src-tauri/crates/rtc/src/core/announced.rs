//! Events of a channel that this side opens, in order.
//!
//! The crate makes a channel first and registers the queue of its events afterwards. A far side that answers in between
//! makes the crate announce the channel as one of the far side's, with a queue of its own: the opening goes there, and
//! what comes until the right queue is registered. And dropping that second handle would end the first.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;
use webrtc::data_channel::{DataChannel, DataChannelEvent};

use super::channel::CoreChannel;

/// Channels that this side has opened on one connection, by the crate's handle.
#[derive(Clone, Default)]
pub(crate) struct Announced(Arc<Mutex<HashMap<usize, oneshot::Sender<CoreChannel>>>>);

impl Announced {
    /// The events of a channel that was made here and is opened by telling the far side. Of one that both sides know of,
    /// nothing is ever announced.
    pub(crate) fn expect(&self, core: &CoreChannel) -> Events<CoreChannel> {
        let (found, second) = oneshot::channel();
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|_, channel| !channel.is_closed());
        open.insert(core.id(), found);
        Events::of(Arc::clone(core), Some(second))
    }

    /// Takes what the crate announces, if it was made here. To be asked only after what was being made has been expected.
    pub(crate) fn take(&self, core: CoreChannel) -> Option<CoreChannel> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match open.remove(&core.id()) {
            Some(channel) => {
                tracing::debug!(
                    handle = core.id(),
                    "a channel of ours was announced as the far side's"
                );
                // A channel that is over needs no second handle.
                let _ = channel.send(core);
                None
            }
            None => Some(core),
        }
    }
}

/// Where events of one channel come from; `None` once there are no more.
pub(crate) trait Queue {
    fn next(&self) -> impl Future<Output = Option<DataChannelEvent>> + Send;
}

// For any lifetime: the compiler forgets the one of `CoreChannel` inside of tasks.
impl Queue for Arc<dyn DataChannel + '_> {
    async fn next(&self) -> Option<DataChannelEvent> {
        self.poll().await
    }
}

/// See the module. Keeps both handles until it is dropped.
pub(crate) struct Events<Q> {
    own: Q,
    second: Option<oneshot::Receiver<Q>>,
    /// Came before the own ones.
    earlier: Option<Q>,
    earlier_is_over: bool,
    held: Option<DataChannelEvent>,
    is_open: bool,
}

impl<Q: Queue> Events<Q> {
    /// `second` is where the crate's announcement comes, if this side opened the channel.
    pub(crate) fn of(own: Q, second: Option<oneshot::Receiver<Q>>) -> Self {
        Self {
            own,
            second,
            earlier: None,
            earlier_is_over: false,
            held: None,
            is_open: false,
        }
    }

    pub(crate) async fn next(&mut self) -> Option<DataChannelEvent> {
        loop {
            if let Some(earlier) = self.earlier.as_ref().filter(|_| !self.earlier_is_over) {
                let event = earlier.next().await;
                if event.is_some() {
                    return event;
                }
                self.earlier_is_over = true;
            }
            if let Some(event) = self.held.take() {
                return Some(event);
            }
            let event = match &mut self.second {
                Some(second) if !self.is_open => tokio::select! {
                    earlier = second => {
                        self.earlier = earlier.ok();
                        self.second = None;
                        continue;
                    }
                    event = self.own.next() => event,
                },
                _ => self.own.next().await,
            };
            match &event {
                Some(DataChannelEvent::OnOpen) => self.is_open = true,
                // It is open, then, and the second handle knows of it.
                Some(DataChannelEvent::OnMessage(_)) if !self.is_open => {
                    if let Some(second) = self.second.take() {
                        self.earlier = second.await.ok();
                        self.held = event;
                        continue;
                    }
                }
                _ => {}
            }
            return event;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use DataChannelEvent::{OnClose, OnMessage, OnOpen};
    use futures_util::FutureExt;
    use rtc::data_channel::RTCDataChannelMessage;
    use tokio::sync::mpsc;

    use super::*;

    struct Fake(tokio::sync::Mutex<mpsc::UnboundedReceiver<DataChannelEvent>>);

    impl Queue for Fake {
        async fn next(&self) -> Option<DataChannelEvent> {
            self.0.lock().await.recv().await
        }
    }

    fn queue() -> (mpsc::UnboundedSender<DataChannelEvent>, Fake) {
        let (events, received) = mpsc::unbounded_channel();
        (events, Fake(tokio::sync::Mutex::new(received)))
    }

    fn message(text: &str) -> DataChannelEvent {
        OnMessage(RTCDataChannelMessage {
            is_string: true,
            data: text.as_bytes().into(),
        })
    }

    async fn all(mut events: Events<Fake>) -> String {
        let mut said = String::new();
        while let Some(event) = events.next().await {
            said += &match event {
                OnOpen => "open ".to_owned(),
                OnMessage(message) => format!("{} ", String::from_utf8_lossy(&message.data)),
                OnClose => return said + "closed",
                _ => continue,
            };
        }
        said + "ended"
    }

    #[tokio::test]
    async fn an_opening_that_went_astray_comes_first() {
        let (own, events) = queue();
        let (astray, earlier) = queue();
        let (found, second) = oneshot::channel();
        own.send(message("two")).unwrap();
        own.send(OnClose).unwrap();
        let mut reading = std::pin::pin!(all(Events::of(events, Some(second))));
        // What came to the own queue waits for the announcement.
        assert!(reading.as_mut().now_or_never().is_none());
        astray.send(OnOpen).unwrap();
        astray.send(message("one")).unwrap();
        drop(astray);
        assert!(found.send(earlier).is_ok());
        assert_eq!(reading.await, "open one two closed");
    }

    #[tokio::test]
    async fn an_announcement_without_events_changes_nothing() {
        for is_early in [true, false] {
            let (own, events) = queue();
            let (astray, earlier) = queue();
            let (found, second) = oneshot::channel();
            drop(astray);
            let mut earlier = Some(earlier);
            let mut found = Some(found);
            let mut announce = || {
                let sent = found.take().unwrap().send(earlier.take().unwrap());
                assert!(sent.is_ok());
            };
            if is_early {
                announce();
            }
            own.send(OnOpen).unwrap();
            own.send(message("one")).unwrap();
            if !is_early {
                announce();
            }
            own.send(OnClose).unwrap();
            assert_eq!(
                all(Events::of(events, Some(second))).await,
                "open one closed"
            );
        }
    }

    #[tokio::test]
    async fn a_channel_that_never_opens_ends_all_the_same() {
        let (own, events) = queue();
        let (_found, second) = oneshot::channel();
        own.send(OnClose).unwrap();
        assert_eq!(all(Events::of(events, Some(second))).await, "closed");
        let (own, events) = queue();
        drop(own);
        assert_eq!(all(Events::of(events, None)).await, "ended");
    }
}
