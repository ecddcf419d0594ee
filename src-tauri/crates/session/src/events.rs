//! What waits to be told to the UI. Views are merged, at most some twenty a second beside those that answer the guest;
//! messages are all kept.

use std::collections::VecDeque;
use std::time::Duration;

use foyer_contract::chat::ChatMessage;
use foyer_contract::event::{CallEvent, Levels};
use foyer_contract::stats::CallStats;
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::SendError;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Time between two views.
const VIEW_PAUSE: Duration = Duration::from_millis(50);
/// Messages that wait for a UI that does not read; older ones are dropped.
const MAX_MESSAGES: usize = 2_000;
/// Reactions and captions that wait; a moment later they are worth nothing.
const MAX_MOMENTS: usize = 200;

/// The way to the UI.
pub(crate) struct Events {
    to: Option<mpsc::Sender<CallEvent>>,
    dirty: bool,
    resting: bool,
    rest: Interval,
    messages: VecDeque<ChatMessage>,
    moments: VecDeque<CallEvent>,
    stats: Option<CallStats>,
    levels: Option<f32>,
}

/// What can be told now.
#[allow(clippy::large_enum_variant)] // It lives for a moment; a box would only cost.
pub(crate) enum Turn {
    /// This.
    Event(CallEvent),
    /// A view, to be made now.
    View,
}

impl Events {
    pub fn new(to: mpsc::Sender<CallEvent>) -> Self {
        let mut rest = interval(VIEW_PAUSE);
        rest.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self {
            to: Some(to),
            dirty: true,
            resting: false,
            rest,
            messages: VecDeque::new(),
            moments: VecDeque::new(),
            stats: None,
            levels: None,
        }
    }

    /// The view is not what it was.
    pub fn changed(&mut self) {
        self.dirty = true;
    }

    /// As `changed`, by what the guest did just now: whoever pressed a button sees at once what came of it.
    pub fn answered(&mut self) {
        self.dirty = true;
        self.resting = false;
    }

    pub fn message(&mut self, message: ChatMessage) {
        if self.messages.len() == MAX_MESSAGES {
            self.messages.pop_front();
        }
        self.messages.push_back(message);
    }

    /// A reaction or a line of captions.
    pub fn moment(&mut self, event: CallEvent) {
        if self.moments.len() == MAX_MOMENTS {
            self.moments.pop_front();
        }
        self.moments.push_back(event);
    }

    pub fn stats(&mut self, stats: CallStats) {
        self.stats = Some(stats);
    }

    pub fn microphone_level(&mut self, dbfs: f32) {
        self.levels = Some(dbfs);
    }

    /// Waits until something can be told. Cancelling loses nothing.
    pub async fn turn(&mut self) -> (mpsc::OwnedPermit<CallEvent>, Turn) {
        loop {
            let view_waits = self.dirty && self.resting;
            let anything = !self.messages.is_empty()
                || !self.moments.is_empty()
                || self.stats.is_some()
                || self.levels.is_some()
                || (self.dirty && !self.resting);
            let Some(to) = self.to.clone() else {
                std::future::pending::<()>().await;
                continue;
            };
            tokio::select! {
                permit = to.reserve_owned(), if anything => match permit {
                    Ok(permit) => return (permit, self.take()),
                    Err(SendError(())) => self.to = None,
                },
                _ = self.rest.tick(), if view_waits => self.resting = false,
                () = std::future::pending(), if !anything && !view_waits => {}
            }
        }
    }

    fn take(&mut self) -> Turn {
        if let Some(message) = self.messages.pop_front() {
            return Turn::Event(CallEvent::Chat { message });
        }
        if let Some(moment) = self.moments.pop_front() {
            return Turn::Event(moment);
        }
        if self.dirty && !self.resting {
            self.dirty = false;
            self.resting = true;
            self.rest.reset();
            return Turn::View;
        }
        if let Some(stats) = self.stats.take() {
            return Turn::Event(CallEvent::Stats { stats });
        }
        let levels = Levels {
            microphone_dbfs: self.levels.take().unwrap_or(-100.0),
        };
        Turn::Event(CallEvent::Levels { levels })
    }

    /// Tells everything that waits and the last view, then ends the stream. A UI that reads no more is not waited for.
    pub async fn finish(&mut self, last: CallEvent) {
        let Some(to) = self.to.take() else {
            return;
        };
        let messages = std::mem::take(&mut self.messages);
        let telling = async move {
            for message in messages {
                to.send(CallEvent::Chat { message }).await.ok()?;
            }
            to.send(last).await.ok()
        };
        if tokio::time::timeout(Duration::from_secs(5), telling)
            .await
            .is_err()
        {
            tracing::warn!("the last events of a call were not read");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn message(text: &str) -> ChatMessage {
        ChatMessage {
            id: String::new(),
            from: String::new(),
            mine: false,
            text: text.into(),
            blocks: Vec::new(),
            sent_at_ms: 0.0,
            state: foyer_contract::chat::MessageState::New,
        }
    }

    #[tokio::test]
    async fn messages_are_all_told_and_views_are_merged() {
        let (to, _from) = mpsc::channel(8);
        let mut events = Events::new(to);
        events.message(message("one"));
        events.message(message("two"));
        events.changed();
        events.changed();
        let mut told = Vec::new();
        while told.len() < 3 {
            told.push(match events.turn().await.1 {
                Turn::View => "view".into(),
                Turn::Event(CallEvent::Chat { message }) => message.text,
                Turn::Event(other) => format!("{other:?}"),
            });
        }
        assert_eq!(told, ["one", "two", "view"]);
        let quiet = tokio::time::timeout(VIEW_PAUSE * 4, events.turn()).await;
        assert!(quiet.is_err(), "one view for two changes");
    }

    #[tokio::test]
    async fn what_the_guest_did_is_told_without_a_rest() {
        let (to, _from) = mpsc::channel(8);
        let mut events = Events::new(to);
        events.changed();
        assert!(matches!(events.turn().await.1, Turn::View));
        events.answered();
        // Polled once: it may wait for nothing.
        let told = tokio::time::timeout(Duration::ZERO, events.turn()).await;
        assert!(matches!(told, Ok((_, Turn::View))));
    }

    #[tokio::test]
    async fn a_reader_that_has_gone_holds_nobody_up() {
        let (to, from) = mpsc::channel(1);
        drop(from);
        let mut events = Events::new(to);
        events.changed();
        let quiet = tokio::time::timeout(VIEW_PAUSE, events.turn()).await;
        assert!(quiet.is_err());
        let levels = Levels {
            microphone_dbfs: 0.0,
        };
        events.finish(CallEvent::Levels { levels }).await;
    }
}
