//! The chat of a meeting: open only between admission and leaving.
//!
//! A message of ours is shown under our own number from the moment it is written, whatever the service calls it later.

mod body;
mod own;

pub use body::{Block, Look, Span};

use crate::name::shown_name;
use own::{Own, OwnMessages, Stage};

/// Longest message, in characters.
pub const MAX_TEXT: usize = 4_000;

/// Why a text is no message.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum TextError {
    /// Nothing but white space.
    #[error("the message is empty")]
    Empty,
    /// More than [`MAX_TEXT`] characters.
    #[error("the message has more than {MAX_TEXT} characters")]
    TooLong,
}

impl TextError {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "chat.empty",
            Self::TooLong => "chat.tooLong",
        }
    }
}

/// What the service says of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageState {
    /// It was written.
    #[default]
    New,
    /// It says something else now.
    Edited,
    /// It was taken back; its text is empty.
    Deleted,
}

/// How a message is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As the service has it.
    As(MessageState),
    /// Ours, on its way.
    Sending,
    /// Ours, and not taken.
    Failed,
}

/// A message as the service sends it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Incoming {
    /// Unique in the meeting.
    pub id: String,
    /// Who wrote it, by id.
    pub participant: String,
    /// Their name at that time.
    pub from: String,
    /// Plain text.
    pub text: String,
    /// The same with its shape; empty where plain text says it all.
    pub blocks: Vec<Block>,
    /// Milliseconds since 1970.
    pub sent_at_ms: i64,
    /// The number we gave it, if it is ours.
    pub client_id: Option<String>,
    /// Whether it is new.
    pub state: MessageState,
}

/// A message as the guest sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Unique in the call.
    pub id: String,
    /// Who wrote it.
    pub from: String,
    /// True for our own.
    pub mine: bool,
    /// Plain text.
    pub text: String,
    /// The same with its shape; empty where plain text says it all.
    pub blocks: Vec<Block>,
    /// Milliseconds since 1970.
    pub sent_at_ms: i64,
    /// Where its id is known, it takes that one's place.
    pub state: Shown,
}

/// What is known of the chat, apart from the messages of others: those are handed on and forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chat {
    shown: bool,
    unread: u32,
    own: OwnMessages,
    /// Why there is no chat in this meeting, if so.
    absent: Option<String>,
}

/// A text that may be sent.
fn checked(text: &str) -> Result<&str, TextError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > MAX_TEXT {
        return Err(TextError::TooLong);
    }
    Ok(text)
}

fn ours(own: &Own, name: &str) -> Message {
    Message {
        id: own.id.clone(),
        from: name.to_owned(),
        mine: true,
        text: own.text.clone(),
        blocks: Vec::new(),
        sent_at_ms: own.sent_at_ms,
        state: match own.stage {
            Stage::Sending => Shown::Sending,
            Stage::Failed => Shown::Failed,
            Stage::Sent => Shown::As(MessageState::New),
        },
    }
}

impl Chat {
    /// Numbers a message of ours, on its way or, if nothing can be sent, failed.
    pub fn write(
        &mut self,
        text: &str,
        at_ms: i64,
        name: &str,
        can_send: bool,
    ) -> Result<Message, TextError> {
        let text = checked(text)?.to_owned();
        let stage = match can_send {
            true => Stage::Sending,
            false => Stage::Failed,
        };
        Ok(ours(self.own.add(text, at_ms, stage), name))
    }

    /// A message of ours that failed is on its way again.
    pub fn resend(&mut self, id: &str, name: &str) -> Option<Message> {
        let own = self.own.at(id, Stage::Failed)?;
        own.stage = Stage::Sending;
        Some(ours(own, name))
    }

    /// What to tell the service of another text for a message of ours: its id there, and the text. `None` where the
    /// service does not have it.
    pub fn edit(&self, id: &str, text: &str) -> Option<Result<(String, String), TextError>> {
        let known_as = self.own.get(id)?.known_as.clone()?;
        Some(checked(text).map(|text| (known_as, text.to_owned())))
    }

    /// The id of a message of ours at the service.
    pub fn known_as(&self, id: &str) -> Option<String> {
        self.own.get(id)?.known_as.clone()
    }

    /// Throws a message of ours away that failed.
    pub fn discard(&mut self, id: &str, name: &str) -> Option<Message> {
        let own = self.own.at(id, Stage::Failed)?;
        own.text.clear();
        let mut message = ours(own, name);
        message.state = Shown::As(MessageState::Deleted);
        self.own.remove(id);
        Some(message)
    }

    /// A message came; `mine` by the roster.
    pub fn receive(&mut self, incoming: Incoming, mine: bool) -> Message {
        if let Some(client_id) = incoming.client_id.as_ref().filter(|_| mine) {
            self.own.confirm(client_id, &incoming.id);
        }
        if !mine && !self.shown && incoming.state == MessageState::New {
            self.unread = self.unread.saturating_add(1);
        }
        let shown_as = self.own.shown_as(&incoming.id).map(str::to_owned);
        Message {
            id: shown_as.unwrap_or(incoming.id),
            from: shown_name(&incoming.from),
            mine,
            text: incoming.text,
            blocks: incoming.blocks,
            sent_at_ms: incoming.sent_at_ms,
            state: Shown::As(incoming.state),
        }
    }

    /// The service did not take a message of ours; `None` if it was given up before.
    pub fn not_sent(&mut self, client_id: &str, name: &str) -> Option<Message> {
        let own = self.own.at(client_id, Stage::Sending)?;
        own.stage = Stage::Failed;
        Some(ours(own, name))
    }

    /// There is no chat, for this reason; or there is one.
    pub fn set_absent(&mut self, code: Option<String>) {
        self.absent = code;
    }

    pub fn absent(&self) -> Option<&str> {
        self.absent.as_deref()
    }

    /// The pane is open or closed; returns whether anything changed.
    pub fn show(&mut self, shown: bool) {
        self.shown = shown;
        if shown {
            self.unread = 0;
        }
    }

    /// What was not confirmed has failed.
    pub fn give_up_pending(&mut self, name: &str) -> Vec<Message> {
        let failed = self.own.give_up();
        failed.iter().map(|own| ours(own, name)).collect()
    }

    pub fn unread(&self) -> u32 {
        self.unread
    }
}
