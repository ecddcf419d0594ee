//! A chat thread of the fake: who is in it and what was said.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::meeting::ChatMode;

pub(crate) struct Thread {
    pub id: String,
    pub topic: String,
    pub created_on: Timestamp,
    pub created_by: String,
    /// Set for the chat of a Teams meeting.
    pub teams: Option<Teams>,
    pub participants: Vec<Participant>,
    pub messages: Vec<Message>,
    pub receipts: BTreeMap<String, Receipt>,
    /// Who said that they were typing, in order.
    pub typing: Vec<String>,
    pub metadata: Value,
    pub retention: Value,
    pub images: BTreeMap<String, Image>,
}

pub(crate) struct Teams {
    pub mode: ChatMode,
    pub read_receipts: bool,
}

pub(crate) struct Participant {
    pub raw_id: String,
    pub name: Option<String>,
    /// Nothing before this is shown to them.
    pub since: Timestamp,
    pub metadata: Value,
}

pub(crate) struct Receipt {
    pub message: String,
    pub read_on: Timestamp,
}

pub(crate) struct Image {
    pub mime: String,
    pub bytes: Vec<u8>,
}

pub(crate) struct Message {
    pub id: String,
    pub kind: String,
    pub sequence: u64,
    pub version: i64,
    pub created_on: Timestamp,
    pub sender: Option<String>,
    pub sender_name: Option<String>,
    /// As it travels, but for the identifiers.
    pub content: Map<String, Value>,
    pub edited_on: Option<Timestamp>,
    pub deleted_on: Option<Timestamp>,
    pub metadata: Value,
}

/// Whole seconds, as the service writes times.
pub(crate) fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// An identifier as it travels.
pub(crate) fn identifier(raw_id: &str) -> Value {
    if let Some(user) = raw_id.strip_prefix("8:orgid:") {
        let user = json!({ "userId": user, "isAnonymous": false, "cloud": "public" });
        return json!({ "kind": "microsoftTeamsUser", "rawId": raw_id, "microsoftTeamsUser": user });
    }
    if raw_id.starts_with("8:acs:") {
        let user = json!({ "id": raw_id });
        return json!({ "kind": "communicationUser", "rawId": raw_id, "communicationUser": user });
    }
    json!({ "kind": "unknown", "rawId": raw_id })
}

/// The raw id of an identifier that a client wrote.
pub(crate) fn raw_id(identifier: &Value) -> Option<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    text(&identifier["communicationUser"]["id"])
        .or_else(|| {
            let user = identifier["microsoftTeamsUser"]["userId"].as_str()?;
            Some(format!("8:orgid:{user}"))
        })
        .or_else(|| text(&identifier["rawId"]))
}

impl Thread {
    pub(crate) fn new(id: String, topic: String, created_by: String, now: Timestamp) -> Self {
        Self {
            id,
            topic,
            created_on: now,
            created_by,
            teams: None,
            participants: Vec::new(),
            messages: Vec::new(),
            receipts: BTreeMap::new(),
            typing: Vec::new(),
            metadata: json!({}),
            retention: Value::Null,
            images: BTreeMap::new(),
        }
    }

    pub(crate) fn participant(&self, raw_id: &str) -> Option<&Participant> {
        self.participants.iter().find(|one| one.raw_id == raw_id)
    }

    /// Adds a message; ids are times in milliseconds, and no two are the same.
    pub(crate) fn add(
        &mut self,
        kind: &str,
        sender: Option<(&str, Option<String>)>,
        content: Value,
        now: Timestamp,
    ) -> String {
        let last = self.messages.last();
        let number = last.map_or(0, |last| last.id.parse().unwrap_or(0) + 1);
        let number = number.max(now.as_millisecond());
        let message = Message {
            id: number.to_string(),
            kind: kind.to_owned(),
            sequence: last.map_or(1, |last| last.sequence + 1),
            version: number,
            created_on: now,
            sender: sender.as_ref().map(|(id, _)| (*id).to_owned()),
            sender_name: sender.and_then(|(_, name)| name),
            content: content.as_object().cloned().unwrap_or_default(),
            edited_on: None,
            deleted_on: None,
            metadata: Value::Null,
        };
        let id = message.id.clone();
        self.messages.push(message);
        id
    }

    /// Lets somebody in and says so in the thread.
    pub(crate) fn join(&mut self, participant: Participant, by: &str, now: Timestamp) {
        self.participants
            .retain(|one| one.raw_id != participant.raw_id);
        let content = json!({
            "participants": [participant.json()],
            "initiatorCommunicationIdentifier": identifier(by),
        });
        self.participants.push(participant);
        self.add("participantAdded", Some((by, None)), content, now);
    }

    /// Takes somebody out and says so in the thread.
    pub(crate) fn leave(&mut self, raw_id: &str, by: &str, now: Timestamp) {
        let Some(at) = self
            .participants
            .iter()
            .position(|one| one.raw_id == raw_id)
        else {
            return;
        };
        let participant = self.participants.remove(at);
        let content = json!({
            "participants": [participant.json()],
            "initiatorCommunicationIdentifier": identifier(by),
        });
        self.add("participantRemoved", Some((by, None)), content, now);
    }

    pub(crate) fn rename(&mut self, topic: &str, by: &str, now: Timestamp) {
        self.topic = topic.to_owned();
        let content = json!({ "topic": topic, "initiatorCommunicationIdentifier": identifier(by) });
        self.add("topicUpdated", Some((by, None)), content, now);
    }

    pub(crate) fn message(&mut self, id: &str) -> Option<&mut Message> {
        self.messages.iter_mut().find(|message| message.id == id)
    }

    pub(crate) fn json(&self) -> Value {
        let mut thread = json!({
            "id": self.id,
            "topic": self.topic,
            "createdOn": instant(self.created_on),
            "createdByCommunicationIdentifier": identifier(&self.created_by),
            "metadata": self.metadata,
        });
        if !self.retention.is_null() {
            thread["retentionPolicy"] = self.retention.clone();
        }
        thread
    }
}

impl Participant {
    pub(crate) fn json(&self) -> Value {
        let mut one = json!({
            "communicationIdentifier": identifier(&self.raw_id),
            "shareHistoryTime": instant(self.since),
            "metadata": self.metadata,
        });
        if let Some(name) = &self.name {
            one["displayName"] = json!(name);
        }
        one
    }
}

impl Message {
    pub(crate) fn edit(&mut self, now: Timestamp) {
        self.edited_on = Some(now);
        self.bump(now);
    }

    pub(crate) fn delete(&mut self, now: Timestamp) {
        self.deleted_on = Some(now);
        self.content.clear();
        self.bump(now);
    }

    fn bump(&mut self, now: Timestamp) {
        self.version = now.as_millisecond().max(self.version + 1);
    }

    pub(crate) fn json(&self) -> Value {
        let mut message = json!({
            "id": self.id,
            "type": self.kind,
            "sequenceId": self.sequence.to_string(),
            "version": self.version.to_string(),
            "createdOn": instant(self.created_on),
        });
        if !self.content.is_empty() {
            message["content"] = Value::Object(self.content.clone());
        }
        if let Some(name) = &self.sender_name {
            message["senderDisplayName"] = json!(name);
        }
        if let Some(sender) = &self.sender {
            message["senderCommunicationIdentifier"] = identifier(sender);
        }
        for (name, at) in [("editedOn", self.edited_on), ("deletedOn", self.deleted_on)] {
            if let Some(at) = at {
                message[name] = json!(instant(at));
            }
        }
        if !self.metadata.is_null() {
            message["metadata"] = self.metadata.clone();
        }
        message
    }
}
