//! The chat of a meeting: open only between admission and leaving.

use crate::name::shown_name;

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

/// What happened to a message.
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

/// A message as the service sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Unique in the meeting.
    pub id: String,
    /// Who wrote it, by id.
    pub participant: String,
    /// Their name at that time.
    pub from: String,
    /// Plain text.
    pub text: String,
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
    /// Unique in the meeting.
    pub id: String,
    /// Who wrote it.
    pub from: String,
    /// True for our own.
    pub mine: bool,
    /// Plain text.
    pub text: String,
    /// Milliseconds since 1970.
    pub sent_at_ms: i64,
    /// Whether it is new; otherwise it takes the place of the one with its id.
    pub state: MessageState,
}

/// What is known of the chat, apart from the messages themselves: those are handed on and forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Chat {
    shown: bool,
    unread: u32,
    sent: u32,
    /// Messages that the service has not confirmed.
    pending: Vec<String>,
    /// Why there is no chat in this meeting, if so.
    absent: Option<String>,
}

impl Chat {
    /// Numbers a message of ours.
    pub fn send(&mut self, text: &str) -> Result<(String, String), TextError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.chars().count() > MAX_TEXT {
            return Err(TextError::TooLong);
        }
        self.sent += 1;
        let client_id = format!("m{}", self.sent);
        self.pending.push(client_id.clone());
        Ok((client_id, text.to_owned()))
    }

    /// A message came; `mine` by the roster.
    pub fn receive(&mut self, incoming: Incoming, mine: bool) -> Message {
        if let Some(client_id) = incoming.client_id.as_ref().filter(|_| mine) {
            self.pending.retain(|pending| pending != client_id);
        }
        if !mine && !self.shown && incoming.state == MessageState::New {
            self.unread = self.unread.saturating_add(1);
        }
        Message {
            id: incoming.id,
            from: shown_name(&incoming.from),
            mine,
            text: incoming.text,
            sent_at_ms: incoming.sent_at_ms,
            state: incoming.state,
        }
    }

    /// The service did not take a message of ours; false if it was given up before.
    pub fn not_sent(&mut self, client_id: &str) -> bool {
        let before = self.pending.len();
        self.pending.retain(|pending| pending != client_id);
        self.pending.len() < before
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

    /// Forgets what was not confirmed; true if there was anything.
    pub fn give_up_pending(&mut self) -> bool {
        let any = !self.pending.is_empty();
        self.pending.clear();
        any
    }

    pub fn unread(&self) -> u32 {
        self.unread
    }
}
