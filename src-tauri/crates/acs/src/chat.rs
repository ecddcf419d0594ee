//! The chat of a meeting, as a guest has it: between admission and leaving, over REST, and perhaps not at all.
//!
//! [`ChatClient`] is the service's operations one by one; [`live::Live`] keeps a conversation up to date with them
//! as [`poll::Poller`] says; [`html`] turns what others write into a tree that can be shown without trusting it.

pub mod error;
pub mod html;
pub mod image;
pub mod live;
pub mod message;
pub mod poll;

use std::sync::Arc;

use jiff::Timestamp;
use reqwest::Method;
use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

pub use self::error::{Absence, ChatError};
use self::image::{ImageError, Picture};
use self::message::{Attachment, Message, Participant, lenient};
use crate::endpoint::Endpoint;
use crate::http::{Answer, Auth, Call, Repeat, Sender, Surroundings};
use crate::identifier::Identifier;
use crate::retry::RetryPolicy;
use crate::secret::Secret;
use crate::token::TokenSource;

const API_VERSION: &str = "2025-03-15";

/// The longest text that the service takes, in bytes.
pub const LONGEST_TEXT: usize = 28 << 10;
/// The largest page.
pub const LARGEST_PAGE: u32 = 200;
/// Pages that are followed at most, where all are wanted: 250 take part in a chat at most.
const MOST_PAGES: usize = 20;

/// How a text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// As it is.
    Text,
    /// With markup.
    Html,
}

/// A text on its way out.
#[derive(Clone, Debug)]
pub struct Draft {
    /// At most [`LONGEST_TEXT`].
    pub content: Secret,
    /// How it is meant.
    pub format: Format,
    /// The writer's name.
    pub sender_name: Option<String>,
}

/// A part of a thread, newest first as a rule; by [`Message::sequence`] for certain.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// What could be read.
    pub messages: Vec<Message>,
    /// What follows.
    pub next: Option<NextPage>,
}

/// Where the next page is to be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextPage(Url);

/// What is known of a thread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ThreadProperties {
    /// Its id.
    pub id: String,
    /// Its name.
    pub topic: String,
    /// When it was made.
    pub created_on: Timestamp,
    /// By whom.
    pub created_by: Option<Identifier>,
    /// When it was deleted.
    pub deleted_on: Option<Timestamp>,
}

/// How far somebody has read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Who.
    pub reader: Identifier,
    /// Up to which message.
    pub message_id: String,
    /// When.
    pub read_on: Timestamp,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WirePage {
    #[serde(default)]
    value: Vec<Value>,
    next_link: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireThread {
    id: String,
    #[serde(default)]
    topic: String,
    created_on: Timestamp,
    created_by_communication_identifier: Option<Identifier>,
    deleted_on: Option<Timestamp>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct WireReceipt {
    sender_communication_identifier: Identifier,
    chat_message_id: String,
    read_on: Timestamp,
}

#[derive(Deserialize)]
struct Sent {
    id: String,
}

/// The chat service, with one guest's token.
pub struct ChatClient {
    endpoint: Endpoint,
    token: Arc<dyn TokenSource>,
    sender: Sender,
    /// For what has a schedule of its own and must not be held up.
    once: Sender,
}

impl ChatClient {
    /// A client; asks for nothing yet.
    pub fn new(endpoint: Endpoint, token: Arc<dyn TokenSource>, around: Surroundings) -> Self {
        let mut once = around.clone();
        once.retry = RetryPolicy::NONE;
        Self {
            endpoint,
            token,
            sender: Sender::new(around),
            once: Sender::new(once),
        }
    }

    /// Writes; returns the message's id.
    pub async fn send(&self, thread: &str, draft: &Draft) -> Result<String, ChatError> {
        let content = checked(&draft.content)?;
        let kind = match draft.format {
            Format::Text => "text",
            Format::Html => "html",
        };
        let mut body = json!({ "content": content, "type": kind });
        if let Some(name) = &draft.sender_name {
            body["senderDisplayName"] = json!(name);
        }
        let call = self.call(Method::POST, &[thread, "messages"], &[], Repeat::Visible);
        let answer = self.carry_out(call.json(&body)).await?;
        Ok(answer.json::<Sent>()?.id)
    }

    /// Puts something else in place of a message of ours.
    pub async fn edit(&self, thread: &str, id: &str, content: &Secret) -> Result<(), ChatError> {
        let body = json!({ "content": checked(content)? });
        let mut call = self
            .call(
                Method::PATCH,
                &[thread, "messages", id],
                &[],
                Repeat::Harmless,
            )
            .json(&body);
        call.content_type = "application/merge-patch+json";
        self.carry_out(call).await.map(drop)
    }

    /// Takes a message of ours back.
    pub async fn delete(&self, thread: &str, id: &str) -> Result<(), ChatError> {
        let path = [thread, "messages", id];
        let call = self.call(Method::DELETE, &path, &[], Repeat::Harmless);
        self.carry_out(call).await.map(drop)
    }

    /// One message.
    pub async fn message(&self, thread: &str, id: &str) -> Result<Message, ChatError> {
        let answer = self.get(&[thread, "messages", id], &[]).await?;
        Message::read(answer.json()?).ok_or_else(|| ChatError::Malformed {
            reason: "not a message".into(),
        })
    }

    /// The newest messages, at most `size` (up to [`LARGEST_PAGE`]) and none before `since`. Tried once only:
    /// whoever polls tries again anyway.
    pub async fn messages(
        &self,
        thread: &str,
        size: u32,
        since: Option<Timestamp>,
    ) -> Result<Page, ChatError> {
        let size = size.clamp(1, LARGEST_PAGE).to_string();
        let since = since.map(|since| since.to_string());
        let mut query = vec![("maxPageSize", size.as_str())];
        query.extend(since.as_deref().map(|since| ("startTime", since)));
        let call = self.call(Method::GET, &[thread, "messages"], &query, Repeat::Harmless);
        self.page(call).await
    }

    /// What follows a page.
    pub async fn next_page(&self, next: &NextPage) -> Result<Page, ChatError> {
        self.page(Call::new(Method::GET, next.0.clone(), Repeat::Harmless))
            .await
    }

    /// Everybody in the thread.
    pub async fn participants(&self, thread: &str) -> Result<Vec<Participant>, ChatError> {
        Ok(lenient(
            self.everything(&[thread, "participants"]).await?,
            Participant::read,
        ))
    }

    /// Tells the others that we are typing. They see it for eight seconds.
    pub async fn typing(&self, thread: &str, sender_name: Option<&str>) -> Result<(), ChatError> {
        let body = match sender_name {
            Some(name) => json!({ "senderDisplayName": name }),
            None => json!({}),
        };
        let call = self.call(Method::POST, &[thread, "typing"], &[], Repeat::Visible);
        let call = call.json(&body);
        // Late news of typing is no news: not tried again.
        let auth = Auth::Bearer(self.token.as_ref());
        Ok(self.once.send(&call, auth).await.map(drop)?)
    }

    /// Tells the others that we have read up to a message. In Teams meetings guests may not.
    pub async fn read_up_to(&self, thread: &str, message: &str) -> Result<(), ChatError> {
        let path = [thread, "readReceipts"];
        let call = self.call(Method::POST, &path, &[], Repeat::Harmless);
        let call = call.json(&json!({ "chatMessageId": message }));
        self.carry_out(call).await.map(drop)
    }

    /// How far everybody has read.
    pub async fn receipts(&self, thread: &str) -> Result<Vec<Receipt>, ChatError> {
        let values = self.everything(&[thread, "readReceipts"]).await?;
        Ok(lenient(values, |value| {
            let wire: WireReceipt = serde_json::from_value(value).ok()?;
            Some(Receipt {
                reader: wire.sender_communication_identifier,
                message_id: wire.chat_message_id,
                read_on: wire.read_on,
            })
        }))
    }

    /// What is known of the thread.
    pub async fn properties(&self, thread: &str) -> Result<ThreadProperties, ChatError> {
        let wire: WireThread = self.get(&[thread], &[]).await?.json()?;
        Ok(ThreadProperties {
            id: wire.id,
            topic: wire.topic,
            created_on: wire.created_on,
            created_by: wire.created_by_communication_identifier,
            deleted_on: wire.deleted_on,
        })
    }

    /// Fetches a picture of a message with the guest's token, so that the token never reaches a page.
    pub async fn picture(&self, image: &Attachment, large: bool) -> Result<Picture, ImageError> {
        let url = image::address(&self.endpoint, image, large)?;
        let mut call = Call::new(Method::GET, url, Repeat::Harmless);
        call.longest = image::LARGEST;
        let answer = self.carry_out(call).await.map_err(ImageError::Chat)?;
        Picture::read(answer.body)
    }

    fn call(&self, method: Method, path: &[&str], query: &[(&str, &str)], repeat: Repeat) -> Call {
        let mut segments = vec!["chat", "threads"];
        segments.extend(path);
        let mut query = query.to_vec();
        query.push(("api-version", API_VERSION));
        Call::new(method, self.endpoint.join(&segments, &query), repeat)
    }

    async fn carry_out(&self, call: Call) -> Result<Answer, ChatError> {
        let auth = Auth::Bearer(self.token.as_ref());
        Ok(self.sender.send(&call, auth).await?)
    }

    async fn get(&self, path: &[&str], query: &[(&str, &str)]) -> Result<Answer, ChatError> {
        let call = self.call(Method::GET, path, query, Repeat::Harmless);
        self.carry_out(call).await
    }

    async fn page(&self, call: Call) -> Result<Page, ChatError> {
        let auth = Auth::Bearer(self.token.as_ref());
        let wire: WirePage = self.once.send(&call, auth).await?.json()?;
        Ok(Page {
            next: self.next(&wire)?,
            messages: lenient(wire.value, Message::read),
        })
    }

    async fn everything(&self, path: &[&str]) -> Result<Vec<Value>, ChatError> {
        let mut call = self.call(Method::GET, path, &[], Repeat::Harmless);
        let mut all = Vec::new();
        for _ in 0..MOST_PAGES {
            let mut wire: WirePage = self.carry_out(call).await?.json()?;
            all.append(&mut wire.value);
            match self.next(&wire)? {
                Some(next) => call = Call::new(Method::GET, next.0, Repeat::Harmless),
                None => break,
            }
        }
        Ok(all)
    }

    /// The link is followed as it is, but to our resource alone: the token goes nowhere else.
    fn next(&self, wire: &WirePage) -> Result<Option<NextPage>, ChatError> {
        let Some(link) = wire.next_link.as_deref().filter(|link| !link.is_empty()) else {
            return Ok(None);
        };
        let url = Url::parse(link).map_err(|_| ChatError::Malformed {
            reason: "the link to the next page is no URL".into(),
        })?;
        Ok(Some(NextPage(self.endpoint.rehost(&url))))
    }
}

fn checked(content: &Secret) -> Result<&str, ChatError> {
    match content.expose().as_str() {
        "" => Err(ChatError::Empty),
        text if text.len() > LONGEST_TEXT => Err(ChatError::TooLong),
        text => Ok(text),
    }
}
