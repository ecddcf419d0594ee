//! Meetings that tests open, and what other people do in them.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Shared;
use super::thread::{Image, Participant, Teams, Thread};
use crate::identity::UserId;
use crate::secret::Secret;

/// A person with an account in the organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their object id in the directory.
    pub id: String,
    /// Their name.
    pub name: String,
}

impl Person {
    /// Somebody.
    pub fn new(id: &str, name: &str) -> Self {
        Self {
            id: id.to_owned(),
            name: name.to_owned(),
        }
    }

    /// As chat names them.
    pub fn raw_id(&self) -> String {
        format!("8:orgid:{}", self.id)
    }
}

/// Whether the guests of a meeting may chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatMode {
    /// Before, during and after the meeting.
    Enabled,
    /// During the meeting only.
    Limited,
    /// Not at all.
    Disabled,
}

/// What a meeting is to be like.
#[derive(Clone, Debug)]
pub struct MeetingOptions {
    /// Its subject.
    pub subject: String,
    /// Who called it.
    pub organizer: Person,
    /// When it begins; it lasts an hour.
    pub starts: Timestamp,
    /// Whether there is a chat.
    pub chat: ChatMode,
    /// Whether guests may send read receipts, which Teams does not allow.
    pub read_receipts: bool,
    /// What Graph shows besides or instead, as JSON; `null` removes a field.
    pub graph: Value,
}

impl MeetingOptions {
    /// An ordinary meeting.
    pub fn at(starts: Timestamp) -> Self {
        Self {
            subject: "Quarterly review".into(),
            organizer: Person::new("5e3ce6c0-2b1f-4285-8d4b-75ee78787346", "Olga Organiser"),
            starts,
            chat: ChatMode::Enabled,
            read_receipts: false,
            graph: json!({}),
        }
    }
}

/// A meeting that was opened.
pub struct FakeMeeting {
    shared: Arc<Shared>,
    organizer: Person,
    thread_id: String,
    join_url: String,
    short_url: String,
    meeting_id: String,
    passcode: Secret,
}

const TENANT: &str = "2432b57b-0abd-43db-aa7b-16eadd115d34";

impl FakeMeeting {
    pub(crate) fn open(shared: Arc<Shared>, options: MeetingOptions) -> Self {
        let mut world = shared.world();
        let number = world.number();
        let organizer = options.organizer.clone();
        let thread_id = format!("19:meeting_{number:032x}@thread.v2");
        let context = format!(
            "%7b%22Tid%22%3a%22{TENANT}%22%2c%22Oid%22%3a%22{}%22%7d",
            organizer.id
        );
        let encoded = thread_id.replace(':', "%3a").replace('@', "%40");
        let join_url =
            format!("https://teams.microsoft.com/l/meetup-join/{encoded}/0?context={context}");
        let meeting_id = format!("24{number:011}");
        let passcode = Secret::new(format!("Pq{number:04}"));
        let short_url = format!("https://teams.microsoft.com/meet/{meeting_id}?p=short{number:04}");
        let meeting = Self {
            shared: Arc::clone(&shared),
            organizer: organizer.clone(),
            thread_id: thread_id.clone(),
            join_url,
            short_url,
            meeting_id,
            passcode,
        };
        let mut shown = meeting.graph(&options);
        merge(&mut shown, &options.graph);
        world.meetings.push((organizer.id.clone(), shown));
        let by = organizer.raw_id();
        let mut thread = Thread::new(
            thread_id.clone(),
            options.subject,
            by.clone(),
            shared.clock.now(),
        );
        thread.teams = Some(Teams {
            mode: options.chat,
            read_receipts: options.read_receipts,
        });
        thread.participants.push(Participant {
            raw_id: by,
            name: Some(organizer.name),
            since: Timestamp::UNIX_EPOCH,
            metadata: json!({}),
        });
        world.threads.insert(thread_id, thread);
        drop(world);
        meeting
    }

    fn graph(&self, options: &MeetingOptions) -> Value {
        let ends = options.starts.saturating_add(SignedDuration::from_hours(1));
        let ends = ends.unwrap_or(Timestamp::MAX);
        let written = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%S%.7fZ").to_string();
        let chat = match options.chat {
            ChatMode::Enabled => "enabled",
            ChatMode::Limited => "limited",
            ChatMode::Disabled => "disabled",
        };
        let organizer = &options.organizer;
        json!({
            "id": format!("MSo{}", self.meeting_id),
            "creationDateTime": written(options.starts),
            "startDateTime": written(options.starts),
            "endDateTime": written(ends),
            "joinUrl": self.join_url,
            "joinWebUrl": self.join_url,
            // Not Graph's: by this the fake finds a meeting by its short link.
            "shortJoinUrl": self.short_url,
            "meetingCode": self.meeting_id,
            "subject": options.subject,
            "isBroadcast": false,
            "isEntryExitAnnounced": true,
            "allowedPresenters": "everyone",
            "allowMeetingChat": chat,
            "shareMeetingChatHistoryDefault": "none",
            "allowTeamworkReactions": true,
            "allowAttendeeToEnableMic": true,
            "allowAttendeeToEnableCamera": true,
            "allowParticipantsToChangeName": false,
            "recordAutomatically": false,
            "videoTeleconferenceId": null,
            "lobbyBypassSettings": { "scope": "organization", "isDialInBypassEnabled": false },
            "joinMeetingIdSettings": {
                "isPasscodeRequired": true,
                "joinMeetingId": self.meeting_id,
                "passcode": self.passcode.expose(),
            },
            "chatInfo": { "threadId": self.thread_id, "messageId": "0", "replyChainMessageId": null },
            "audioConferencing": {
                "conferenceId": "123456789",
                "tollNumber": "+1 425 555 0100",
                "tollFreeNumber": "+1 800 555 0100",
                "tollNumbers": ["+1 425 555 0100"],
                "tollFreeNumbers": ["+1 800 555 0100"],
                "dialinUrl": "https://dialin.teams.microsoft.com/abc?id=123456789",
            },
            "watermarkProtection": {
                "isEnabledForContentSharing": false,
                "isEnabledForVideo": false,
            },
            "participants": {
                "organizer": {
                    "upn": "olga@contoso.test",
                    "role": "presenter",
                    "identity": {
                        "user": { "id": organizer.id, "displayName": organizer.name, "tenantId": TENANT },
                    },
                },
                "attendees": [],
            },
        })
    }

    /// The chat's thread.
    pub fn thread_id(&self) -> &str {
        &self.thread_id
    }

    /// The long link.
    pub fn join_url(&self) -> &str {
        &self.join_url
    }

    /// The short link.
    pub fn short_url(&self) -> &str {
        &self.short_url
    }

    /// The meeting ID that people type: digits only.
    pub fn meeting_id(&self) -> &str {
        &self.meeting_id
    }

    /// Its passcode.
    pub fn passcode(&self) -> &Secret {
        &self.passcode
    }

    /// Who called it.
    pub fn organizer(&self) -> &Person {
        &self.organizer
    }

    /// Lets a guest into meeting and chat. They see nothing of what was said before, not even by themselves.
    pub fn admit(&self, guest: &UserId, name: &str) {
        self.change(|thread, by, now| {
            let participant = Participant {
                raw_id: guest.0.clone(),
                name: Some(name.to_owned()),
                since: now,
                metadata: json!({}),
            };
            thread.join(participant, by, now);
        });
    }

    /// The guest leaves, or is removed.
    pub fn leave(&self, guest: &UserId) {
        self.change(|thread, by, now| thread.leave(&guest.0, by, now));
    }

    /// Somebody writes. Teams sends HTML.
    pub fn says(&self, person: &Person, html: &str) -> String {
        let content = json!({ "message": html });
        self.change(|thread, _, now| {
            let sender = (person.raw_id(), Some(person.name.clone()));
            thread.add("html", Some((&sender.0, sender.1)), content, now)
        })
    }

    /// Somebody pastes a picture under a text; returns the ids of message and picture.
    pub fn shows(&self, person: &Person, html: &str, mime: &str, bytes: &[u8]) -> (String, String) {
        let image = format!("0-eus-d1-{:032x}", self.shared.world().number());
        let path = format!(
            "/chat/threads/{}/images/{image}/views",
            self.thread_id.replace(':', "%3A").replace('@', "%40")
        );
        // Another host than the resource's, as the service names it.
        let url = |view| format!("https://global.chat.test{path}/{view}?api-version=2024-11-15");
        let content = json!({
            "message": format!(
                "{html}<p><img alt=\"image\" itemscope=\"png\" width=\"100\" height=\"80\" \
                 src=\"https://elsewhere.test/{image}\" id=\"{image}\"></p>"
            ),
            "attachments": [{
                "id": image,
                "attachmentType": "image",
                "name": "image",
                "url": url("imgo"),
                "previewUrl": url("small"),
            }],
        });
        let picture = Image {
            mime: mime.to_owned(),
            bytes: bytes.to_vec(),
        };
        let message = self.change(|thread, _, now| {
            thread.images.insert(image.clone(), picture);
            let sender = (person.raw_id(), Some(person.name.clone()));
            thread.add("html", Some((&sender.0, sender.1)), content, now)
        });
        (message, image)
    }

    /// They put something else in place of what they wrote; false if there is no such message.
    pub fn edits(&self, message: &str, html: &str) -> bool {
        self.change(|thread, _, now| {
            let Some(message) = thread.message(message) else {
                return false;
            };
            message.content.insert("message".into(), json!(html));
            message.edit(now);
            true
        })
    }

    /// They take it back; false if there is no such message.
    pub fn deletes(&self, message: &str) -> bool {
        self.change(|thread, _, now| {
            let found = thread.message(message);
            found.map(|message| message.delete(now)).is_some()
        })
    }

    /// The organiser gives the meeting another name.
    pub fn renames(&self, topic: &str) {
        self.change(|thread, by, now| thread.rename(topic, by, now));
    }

    /// Something of a kind that no client knows yet.
    pub fn posts(&self, kind: &str, content: Value) -> String {
        self.change(|thread, by, now| thread.add(kind, Some((by, None)), content, now))
    }

    /// The organiser switches the chat on or off.
    pub fn set_chat(&self, mode: ChatMode) {
        self.change(|thread, _, _| {
            if let Some(teams) = &mut thread.teams {
                teams.mode = mode;
            }
        });
    }

    /// All messages as the service would show them to the organiser, oldest first.
    pub fn messages(&self) -> Vec<Value> {
        self.change(|thread, _, _| thread.messages.iter().map(|one| one.json()).collect())
    }

    /// Who said that they were typing, by raw id, in order.
    pub fn typing(&self) -> Vec<String> {
        self.change(|thread, _, _| thread.typing.clone())
    }

    fn change<T>(&self, change: impl FnOnce(&mut Thread, &str, Timestamp) -> T) -> T {
        let mut world = self.shared.world();
        let now = self.shared.clock.now();
        let now = now.saturating_add(world.ahead).unwrap_or(now);
        let thread = world
            .threads
            .get_mut(&self.thread_id)
            .expect("nobody can delete a meeting's thread");
        change(thread, &self.organizer.raw_id(), now)
    }
}

/// RFC 7396, which Graph's own objects need.
fn merge(target: &mut Value, patch: &Value) {
    let Some(fields) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    for (name, value) in fields {
        match value {
            Value::Null => {
                if let Some(target) = target.as_object_mut() {
                    target.remove(name);
                }
            }
            value => merge(&mut target[name], value),
        }
    }
}
