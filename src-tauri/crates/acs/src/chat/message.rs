//! Messages as the service has them, read leniently: one that makes no sense must not hide the others.

use std::collections::BTreeMap;
use std::fmt;

use foyer_meeting::name::shown_name;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::html::{self, Block};
use crate::identifier::Identifier;
use crate::secret::Secret;

/// One entry of a thread. `Debug` shows neither text nor names.
#[derive(Clone, PartialEq)]
pub struct Message {
    /// Unique in the thread.
    pub id: String,
    /// Its place in the thread.
    pub sequence: u64,
    /// Grows with every change.
    pub version: u64,
    /// What it is.
    pub kind: Kind,
    /// What is to be shown of a text; empty for everything else and for what was deleted.
    pub body: Vec<Block>,
    /// The text as it travelled, HTML or not: never to be shown as such.
    pub raw: Option<Secret>,
    /// Who wrote it.
    pub sender: Option<Identifier>,
    /// Their name at that time, without tricks.
    pub sender_name: Option<String>,
    /// When it was written.
    pub created_on: Timestamp,
    /// When it was changed last.
    pub edited_on: Option<Timestamp>,
    /// When it was taken back.
    pub deleted_on: Option<Timestamp>,
    /// Pictures in it, and files beside it.
    pub attachments: Vec<Attachment>,
    /// What its writer's program noted on it.
    pub metadata: BTreeMap<String, String>,
}

/// What an entry is.
#[derive(Clone, PartialEq, Eq)]
pub enum Kind {
    /// Somebody wrote, without formatting.
    Text,
    /// Somebody wrote, with formatting.
    Html,
    /// The chat has another name.
    TopicUpdated {
        /// The new one.
        topic: String,
    },
    /// They came.
    ParticipantsAdded {
        /// Who.
        who: Vec<Participant>,
        /// By whose doing.
        by: Option<Identifier>,
    },
    /// They went.
    ParticipantsRemoved {
        /// Who.
        who: Vec<Participant>,
        /// By whose doing.
        by: Option<Identifier>,
    },
    /// Something that was invented after this was written.
    Other(String),
}

/// Somebody in a thread. `Debug` does not show the name.
#[derive(Clone, PartialEq, Eq)]
pub struct Participant {
    /// Who.
    pub identifier: Identifier,
    /// Their name, without tricks.
    pub name: Option<String>,
    /// Messages before this are not shown to them.
    pub share_history_since: Option<Timestamp>,
}

/// A picture or file that goes with a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// As the picture in the text names it.
    pub id: String,
    /// What it is.
    pub kind: AttachmentKind,
    /// The file's name.
    pub name: Option<String>,
    /// Where a picture is to be had.
    pub url: Option<String>,
    /// Where a smaller picture is to be had, or the page that shows the file.
    pub preview_url: Option<String>,
}

/// What an attachment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttachmentKind {
    /// A picture, to be fetched with the guest's token.
    Image,
    /// A file in SharePoint, to be opened in a browser.
    File,
    /// Something else.
    Other(String),
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    sequence_id: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    content: Option<WireContent>,
    sender_display_name: Option<String>,
    created_on: Timestamp,
    sender_communication_identifier: Option<Identifier>,
    edited_on: Option<Timestamp>,
    deleted_on: Option<Timestamp>,
    #[serde(default)]
    metadata: Option<BTreeMap<String, Value>>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireContent {
    message: Option<String>,
    topic: Option<String>,
    #[serde(default)]
    participants: Vec<Value>,
    #[serde(default)]
    attachments: Vec<Value>,
    initiator_communication_identifier: Option<Identifier>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireParticipant {
    communication_identifier: Identifier,
    display_name: Option<String>,
    share_history_time: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireAttachment {
    id: String,
    #[serde(default)]
    attachment_type: String,
    name: Option<String>,
    url: Option<String>,
    preview_url: Option<String>,
}

/// Reads a list, leaving out what cannot be read.
pub(super) fn lenient<T>(values: Vec<Value>, read: impl Fn(Value) -> Option<T>) -> Vec<T> {
    let count = values.len();
    let read: Vec<T> = values.into_iter().filter_map(read).collect();
    if read.len() < count {
        tracing::debug!(
            left_out = count - read.len(),
            "the service sent something unreadable"
        );
    }
    read
}

impl Participant {
    pub(super) fn read(value: Value) -> Option<Self> {
        let wire: WireParticipant = serde_json::from_value(value).ok()?;
        Some(Self {
            identifier: wire.communication_identifier,
            name: wire.display_name.map(|name| shown_name(&name)),
            share_history_since: wire.share_history_time,
        })
    }
}

impl Attachment {
    fn read(value: Value) -> Option<Self> {
        let wire: WireAttachment = serde_json::from_value(value).ok()?;
        let kind = match wire.attachment_type.as_str() {
            "image" | "teamsInlineImage" | "teamsImage" => AttachmentKind::Image,
            "file" => AttachmentKind::File,
            _ => AttachmentKind::Other(wire.attachment_type),
        };
        Some(Self {
            id: wire.id,
            kind,
            name: wire.name,
            url: wire.url,
            preview_url: wire.preview_url,
        })
    }
}

impl Message {
    /// Reads a message as it travels; `None` if it has no id, kind or time.
    pub fn read(value: Value) -> Option<Self> {
        let wire: Wire = serde_json::from_value(value).ok()?;
        let content = wire.content.unwrap_or_default();
        let by = content.initiator_communication_identifier;
        let who = lenient(content.participants, Participant::read);
        // Signalling names the kinds in another way than REST does.
        let kind = match wire.kind.to_ascii_lowercase().as_str() {
            "text" => Kind::Text,
            "html" | "richtext/html" => Kind::Html,
            "topicupdated" => Kind::TopicUpdated {
                topic: content.topic.unwrap_or_default(),
            },
            "participantadded" => Kind::ParticipantsAdded { who, by },
            "participantremoved" => Kind::ParticipantsRemoved { who, by },
            _ => Kind::Other(wire.kind),
        };
        let body = match (&kind, &content.message) {
            (Kind::Text, Some(text)) => html::from_text(text),
            (Kind::Html, Some(text)) => html::parse(text),
            (_, _) => Vec::new(),
        };
        let text = |value: Value| match value {
            Value::String(text) => text,
            other => other.to_string(),
        };
        Some(Self {
            id: wire.id,
            sequence: wire.sequence_id.parse().unwrap_or(0),
            version: wire.version.parse().unwrap_or(0),
            body: if wire.deleted_on.is_some() {
                Vec::new()
            } else {
                body
            },
            kind,
            raw: content.message.map(Secret::new),
            sender: wire.sender_communication_identifier,
            sender_name: wire.sender_display_name.map(|name| shown_name(&name)),
            created_on: wire.created_on,
            edited_on: wire.edited_on,
            deleted_on: wire.deleted_on,
            attachments: lenient(content.attachments, Attachment::read),
            metadata: wire
                .metadata
                .unwrap_or_default()
                .into_iter()
                .map(|(name, value)| (name, text(value)))
                .collect(),
        })
    }

    /// The picture that the text names by `id`.
    pub fn image(&self, id: &str) -> Option<&Attachment> {
        self.attachments
            .iter()
            .find(|one| one.kind == AttachmentKind::Image && one.id == id)
    }
}

impl Kind {
    /// A name for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Html => "html",
            Self::TopicUpdated { .. } => "topicUpdated",
            Self::ParticipantsAdded { .. } => "participantAdded",
            Self::ParticipantsRemoved { .. } => "participantRemoved",
            Self::Other(_) => "other",
        }
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("id", &self.id)
            .field("sequence", &self.sequence)
            .field("version", &self.version)
            .field("kind", &self.kind)
            .field("deleted", &self.deleted_on.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Participant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Participant")
            .field("identifier", &self.identifier)
            .finish_non_exhaustive()
    }
}
