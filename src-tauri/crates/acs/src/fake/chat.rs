//! The fake's ACS Chat: from a request to what happens in a thread.

use jiff::Timestamp;
use serde_json::{Value, json};

use super::access::User;
use super::limits::Rule;
use super::meeting::ChatMode;
use super::request::{Reply, Request};
use super::thread::{Participant, Receipt, Thread, instant, raw_id};
use super::world::World;

const ANY: &[&str] = &["chat", "chat.join", "chat.join.limited"];
const MEMBERS: &[&str] = &["chat", "chat.join"];
const ALL: &[&str] = &["chat"];

const LISTING: &[Rule] = &[(50, 10), (200, 60)];
const LISTING_TOGETHER: &[Rule] = &[(250, 10), (400, 60)];
const READING: &[Rule] = &[(50, 10)];
const WRITING: &[Rule] = &[(10, 10), (30, 60)];
const TYPING: &[Rule] = &[(5, 10), (15, 60)];
const RECEIPTS: &[Rule] = &[(10, 10), (30, 60)];

/// The longest message.
const LONGEST: usize = 28 << 10;
/// Typing and receipts end beyond this many participants.
const SMALL: usize = 20;

fn forbidden(message: &str) -> Reply {
    Reply::error(403, "Forbidden", message)
}

fn bad(message: &str) -> Reply {
    Reply::error(400, "BadRequest", message)
}

impl World {
    pub(crate) fn chat(&mut self, request: &Request, rest: &[&str]) -> Result<Reply, Reply> {
        if let Some(status) = self.chat_retired {
            return Err(Reply::error(
                status,
                "ServiceRetired",
                "Chat is not offered any more.",
            ));
        }
        let user = self.user(request)?;
        user.needs(ANY)?;
        match (request.method.as_str(), rest) {
            ("POST", []) => self.create_thread(request, &user),
            ("GET", []) => self.list_threads(request, &user),
            (_, [thread, rest @ ..]) => {
                self.count_request(request, &user, thread, rest)?;
                self.thread(request, &user, thread, rest)
            }
            _ => Err(Reply::error(405, "MethodNotAllowed", "No such operation.")),
        }
    }

    fn count_request(
        &mut self,
        request: &Request,
        user: &User,
        thread: &str,
        rest: &[&str],
    ) -> Result<(), Reply> {
        let user = &user.id;
        let buckets: Vec<(String, &[Rule])> = match (request.method.as_str(), rest) {
            ("GET", ["messages"]) => vec![
                (format!("list {user} {thread}"), LISTING),
                (format!("list {thread}"), LISTING_TOGETHER),
            ],
            ("GET", ["messages", ..]) => vec![(format!("get {user} {thread}"), READING)],
            ("POST" | "PATCH" | "DELETE", ["messages", ..]) => {
                vec![(format!("write {thread}"), WRITING)]
            }
            ("POST", ["typing"]) => vec![(format!("typing {user}"), TYPING)],
            (_, ["readReceipts"]) => vec![(format!("receipts {user}"), RECEIPTS)],
            _ => Vec::new(),
        };
        self.limits.take(&buckets, request.now)
    }

    fn create_thread(&mut self, request: &Request, user: &User) -> Result<Reply, Reply> {
        user.needs(ALL)?;
        let body = request.json()?;
        let topic = body["topic"]
            .as_str()
            .ok_or_else(|| bad("There is no topic."))?;
        let id = format!("19:acs_{:032x}@thread.v2", self.number());
        let now = request.now;
        let mut thread = Thread::new(id.clone(), topic.to_owned(), user.id.clone(), now);
        thread.metadata = match &body["metadata"] {
            Value::Null => json!({}),
            metadata => metadata.clone(),
        };
        thread.retention = body["retentionPolicy"].clone();
        let own = Participant {
            raw_id: user.id.clone(),
            name: None,
            since: now,
            metadata: json!({}),
        };
        thread.join(own, &user.id, now);
        let invalid = self.add_participants(&mut thread, &body["participants"], user, now);
        let mut answer = json!({ "chatThread": thread.json() });
        if !invalid.is_empty() {
            answer["invalidParticipants"] = json!(invalid);
        }
        self.threads.insert(id, thread);
        Ok(Reply::json(201, &answer))
    }

    /// Those who could not be added, as errors.
    fn add_participants(
        &self,
        thread: &mut Thread,
        participants: &Value,
        by: &User,
        now: Timestamp,
    ) -> Vec<Value> {
        let mut invalid = Vec::new();
        for one in participants.as_array().into_iter().flatten() {
            let id = raw_id(&one["communicationIdentifier"]).unwrap_or_default();
            if !self.users.contains_key(&id) {
                let message = "Identity is not known.";
                invalid.push(json!({ "code": "404", "message": message, "target": id }));
                continue;
            }
            let since = one["shareHistoryTime"]
                .as_str()
                .and_then(|at| at.parse().ok());
            let participant = Participant {
                raw_id: id,
                name: one["displayName"].as_str().map(str::to_owned),
                since: since.unwrap_or(now),
                metadata: json!({}),
            };
            thread.join(participant, &by.id, now);
        }
        invalid
    }

    fn list_threads(&mut self, request: &Request, user: &User) -> Result<Reply, Reply> {
        let mine = |thread: &&Thread| thread.participant(&user.id).is_some();
        let items: Vec<Value> = self
            .threads
            .values()
            .filter(mine)
            .map(|thread| {
                let mut item = json!({ "id": thread.id, "topic": thread.topic });
                if let Some(last) = thread.messages.last() {
                    item["lastMessageReceivedOn"] = json!(instant(last.created_on));
                }
                item
            })
            .collect();
        page(request, items, "skip", 100)
    }

    fn thread(
        &mut self,
        request: &Request,
        user: &User,
        id: &str,
        rest: &[&str],
    ) -> Result<Reply, Reply> {
        // Taken out while it is changed, so that the rest of the world can be asked meanwhile.
        let mut thread = self
            .threads
            .remove(id)
            .ok_or_else(|| Reply::error(404, "NotFound", "There is no such thread."))?;
        let answer = self.in_thread(request, user, &mut thread, rest);
        let deleted = rest.is_empty() && request.method == "DELETE" && answer.is_ok();
        if !deleted {
            self.threads.insert(id.to_owned(), thread);
        }
        answer
    }

    fn in_thread(
        &mut self,
        request: &Request,
        user: &User,
        thread: &mut Thread,
        rest: &[&str],
    ) -> Result<Reply, Reply> {
        if thread.participant(&user.id).is_none() {
            return Err(forbidden("The user is not a participant of the thread."));
        }
        let teams = thread.teams.is_some();
        if thread
            .teams
            .as_ref()
            .is_some_and(|teams| teams.mode == ChatMode::Disabled)
        {
            return Err(forbidden("The meeting's chat is switched off."));
        }
        match (request.method.as_str(), rest) {
            ("GET", []) => Ok(Reply::json(200, &thread.json())),
            ("PATCH" | "DELETE", []) if teams => Err(forbidden("Not in a meeting.")),
            ("PATCH", []) => {
                user.needs(ALL)?;
                change_thread(request, user, thread)
            }
            ("DELETE", []) => {
                user.needs(ALL)?;
                Ok(Reply::empty(204))
            }
            ("POST", ["messages"]) => send(request, user, thread),
            ("GET", ["messages"]) => list(request, user, thread),
            (_, ["messages", message]) => one(request, user, thread, message),
            ("GET", ["images", image, "views", _]) => {
                let image = thread.images.get(*image);
                let image = image.ok_or_else(|| Reply::error(404, "NotFound", "No image."))?;
                let mut reply = Reply::empty(200).with("content-type", image.mime.clone());
                reply.body = image.bytes.clone().into();
                Ok(reply)
            }
            ("GET", ["participants"]) => {
                let items = thread.participants.iter().map(Participant::json).collect();
                page(request, items, "skip", 100)
            }
            ("POST", ["participants", _]) if teams => Err(forbidden("Not in a meeting.")),
            ("POST", ["participants", ":add"]) => {
                user.needs(MEMBERS)?;
                let body = request.json()?;
                let invalid =
                    self.add_participants(thread, &body["participants"], user, request.now);
                let answer = match invalid.as_slice() {
                    [] => json!({}),
                    invalid => json!({ "invalidParticipants": invalid }),
                };
                Ok(Reply::json(201, &answer))
            }
            ("POST", ["participants", ":remove"]) => {
                user.needs(MEMBERS)?;
                let id = raw_id(&request.json()?).ok_or_else(|| bad("Remove whom?"))?;
                thread.leave(&id, &user.id, request.now);
                Ok(Reply::empty(204))
            }
            ("POST", ["typing"]) => {
                small(thread)?;
                thread.typing.push(user.id.clone());
                Ok(Reply::empty(200))
            }
            (_, ["readReceipts"]) => receipts(request, user, thread),
            _ => Err(Reply::error(404, "NotFound", "No such operation.")),
        }
    }
}

fn small(thread: &Thread) -> Result<(), Reply> {
    if thread.participants.len() > SMALL {
        return Err(forbidden("The thread has too many participants for this."));
    }
    Ok(())
}

fn change_thread(request: &Request, user: &User, thread: &mut Thread) -> Result<Reply, Reply> {
    let body = request.json()?;
    if let Some(topic) = body["topic"].as_str() {
        thread.rename(topic, &user.id, request.now);
    }
    if body["metadata"].is_object() {
        thread.metadata = body["metadata"].clone();
    }
    if !body["retentionPolicy"].is_null() {
        thread.retention = body["retentionPolicy"].clone();
    }
    Ok(Reply::empty(204))
}

fn send(request: &Request, user: &User, thread: &mut Thread) -> Result<Reply, Reply> {
    let body = request.json()?;
    let text = content(&body)?;
    let kind = match body["type"].as_str() {
        None => "text",
        Some(kind @ ("text" | "html")) => kind,
        Some(_) => return Err(bad("Guests send text or html.")),
    };
    let known = thread
        .participant(&user.id)
        .and_then(|one| one.name.clone());
    let name = body["senderDisplayName"]
        .as_str()
        .map(str::to_owned)
        .or(known);
    let id = thread.add(
        kind,
        Some((&user.id, name)),
        json!({ "message": text }),
        request.now,
    );
    if let Some(message) = thread.message(&id) {
        message.metadata = match &body["metadata"] {
            Value::Null => json!({}),
            metadata => metadata.clone(),
        };
    }
    Ok(Reply::json(201, &json!({ "id": id })))
}

fn content(body: &Value) -> Result<&str, Reply> {
    let text = body["content"]
        .as_str()
        .ok_or_else(|| bad("There is no content."))?;
    if text.is_empty() {
        return Err(bad("The content is empty."));
    }
    if text.len() > LONGEST {
        return Err(Reply::error(
            413,
            "RequestEntityTooLarge",
            "The message is too long.",
        ));
    }
    Ok(text)
}

fn one(request: &Request, user: &User, thread: &mut Thread, id: &str) -> Result<Reply, Reply> {
    let since = thread.participant(&user.id).map(|one| one.since);
    let message = thread
        .message(id)
        .filter(|message| since.is_some_and(|since| message.created_on >= since))
        .ok_or_else(|| Reply::error(404, "NotFound", "There is no such message."))?;
    if request.method == "GET" {
        return Ok(Reply::json(200, &message.json()));
    }
    if message.sender.as_deref() != Some(&user.id) {
        return Err(forbidden("It is somebody else's message."));
    }
    match request.method.as_str() {
        "PATCH" if message.deleted_on.is_some() => Err(bad("The message is deleted.")),
        "PATCH" => {
            if request.header("content-type") != Some("application/merge-patch+json") {
                return Err(Reply::error(
                    415,
                    "UnsupportedMediaType",
                    "Merge patches only.",
                ));
            }
            let body = request.json()?;
            if !body["content"].is_null() {
                let text = content(&body)?;
                message.content.insert("message".into(), json!(text));
            }
            if body["metadata"].is_object() {
                message.metadata = body["metadata"].clone();
            }
            message.edit(request.now);
            Ok(Reply::empty(204))
        }
        "DELETE" => {
            message.delete(request.now);
            Ok(Reply::empty(204))
        }
        _ => Err(Reply::error(405, "MethodNotAllowed", "No such operation.")),
    }
}

/// Newest first. What follows a page is found by sequence, so that new messages move nothing.
fn list(request: &Request, user: &User, thread: &Thread) -> Result<Reply, Reply> {
    let size = request.number("maxPageSize", 100, 200)?.max(1);
    let start: Option<Timestamp> = match request.query.get("startTime") {
        None => None,
        Some(at) => Some(at.parse().map_err(|_| bad("startTime is no time."))?),
    };
    let before: u64 = match request.query.get("syncState") {
        None => u64::MAX,
        Some(state) => state.parse().map_err(|_| bad("syncState is unknown."))?,
    };
    let since = thread.participant(&user.id).map(|one| one.since);
    let mut found = thread.messages.iter().rev().filter(|message| {
        // Times are compared as they are shown: in whole seconds.
        let shown = message.created_on.as_second();
        message.sequence < before
            && since.is_some_and(|since| message.created_on >= since)
            && start.is_none_or(|start| shown >= start.as_second())
    });
    let page: Vec<_> = found.by_ref().take(size).collect();
    let mut answer =
        json!({ "value": page.iter().map(|message| message.json()).collect::<Vec<_>>() });
    if let (Some(_), Some(last)) = (found.next(), page.last()) {
        let path = request.target.split('?').next().unwrap_or_default();
        let version = request.query.get("api-version").map_or("", String::as_str);
        let start = request
            .query
            .get("startTime")
            .map_or(String::new(), |start| {
                let start: String =
                    url::form_urlencoded::byte_serialize(start.as_bytes()).collect();
                format!("&startTime={start}")
            });
        let (origin, state) = (&request.origin, last.sequence);
        answer["nextLink"] = json!(format!(
            "{origin}{path}?maxPageSize={size}{start}&syncState={state}&api-version={version}"
        ));
    }
    Ok(Reply::json(200, &answer))
}

fn receipts(request: &Request, user: &User, thread: &mut Thread) -> Result<Reply, Reply> {
    if thread
        .teams
        .as_ref()
        .is_some_and(|teams| !teams.read_receipts)
    {
        return Err(forbidden("Read receipts are not for guests of a meeting."));
    }
    small(thread)?;
    if request.method == "GET" {
        let items = thread
            .receipts
            .iter()
            .map(|(reader, receipt)| {
                json!({
                    "senderCommunicationIdentifier": super::thread::identifier(reader),
                    "chatMessageId": receipt.message,
                    "readOn": instant(receipt.read_on),
                })
            })
            .collect();
        return page(request, items, "skip", 100);
    }
    let body = request.json()?;
    let id = body["chatMessageId"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    if thread.message(&id).is_none() {
        return Err(Reply::error(404, "NotFound", "There is no such message."));
    }
    let read_on = request.now;
    thread.receipts.insert(
        user.id.clone(),
        Receipt {
            message: id,
            read_on,
        },
    );
    Ok(Reply::empty(200))
}

/// A page by position, with a link to what follows.
fn page(request: &Request, items: Vec<Value>, skip: &str, most: usize) -> Result<Reply, Reply> {
    let size = request.number("maxPageSize", most, most)?.max(1);
    let skipped = request.number(skip, 0, usize::MAX)?;
    let rest: Vec<_> = items.into_iter().skip(skipped).collect();
    let more = rest.len() > size;
    let shown: Vec<_> = rest.into_iter().take(size).collect();
    let mut answer = json!({ "value": shown });
    if more {
        let path = request.target.split('?').next().unwrap_or_default();
        let version = request.query.get("api-version").map_or("", String::as_str);
        let (origin, next) = (&request.origin, skipped + size);
        answer["nextLink"] = json!(format!(
            "{origin}{path}?maxPageSize={size}&{skip}={next}&api-version={version}"
        ));
    }
    Ok(Reply::json(200, &answer))
}
