//! Chat messages, their text as blocks and spans that can be shown without trusting whoever wrote them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A chat message, sent once for each of its states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    /// Unique in the call; ours keep theirs from `sending` on.
    pub id: String,
    /// Who wrote it.
    pub from: String,
    /// True for our own.
    pub mine: bool,
    /// Plain text, shown as it is where there are no blocks.
    pub text: String,
    /// The same with its shape; empty where plain text says it all.
    pub blocks: Vec<ChatBlock>,
    /// Milliseconds since 1970.
    pub sent_at_ms: f64,
    /// Whether it is new. Where its id is known, it takes that one's place.
    pub state: MessageState,
}

/// What happened to a chat message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MessageState {
    /// It was written.
    New,
    /// It says something else now.
    Edited,
    /// It was taken back; its text is empty.
    Deleted,
    /// Ours, on its way.
    Sending,
    /// Ours, and the service did not take it. It can be sent again.
    Failed,
}

/// A part of a message with lines of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "block"
)]
pub enum ChatBlock {
    /// A run of text; line breaks in it count.
    Paragraph {
        /// In order.
        spans: Vec<ChatSpan>,
    },
    /// A list.
    List {
        /// Numbered from 1.
        ordered: bool,
        /// Its entries.
        items: Vec<Vec<ChatSpan>>,
    },
    /// What somebody else said; so do replies begin.
    Quote {
        /// In order.
        spans: Vec<ChatSpan>,
    },
    /// Text for machines, with its line breaks.
    Code {
        /// As it is.
        text: String,
    },
    /// A picture, which is not shown.
    Image {
        /// What it shows, as its writer says; may be empty.
        alt: String,
    },
}

/// A piece of text that looks the same all through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatSpan {
    /// Shown as it is.
    pub text: String,
    /// Strong.
    pub bold: bool,
    /// Emphasised.
    pub italic: bool,
    /// Underlined.
    pub underline: bool,
    /// Struck out.
    pub strike: bool,
    /// For machines.
    pub code: bool,
    /// Where it leads: http, https or mailto. The text may claim another address.
    pub link: Option<String>,
    /// It names somebody.
    pub mention: bool,
}
