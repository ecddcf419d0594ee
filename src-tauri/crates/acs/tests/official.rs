//! Microsoft's own libraries as clients of the fake, beside ours: whatever they refuse is the fake's mistake, and
//! what they read is compared with what we read, field by field.
//!
//! Needs `npm ci` in `tests/official` and a virtual environment `tests/official/venv` with what `requirements.txt`
//! names; `cargo xtask test` sets both up.
#![allow(clippy::unwrap_used)] // What fails here fails a test.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use foyer_acs::chat::ChatClient;
use foyer_acs::chat::message::{AttachmentKind, Kind, Message, Participant};
use foyer_acs::clock::TokioClock;
use foyer_acs::fake::{Fake, FakeConfig, FakeMeeting, MeetingOptions};
use foyer_acs::http::Surroundings;
use foyer_acs::identity::{IdentityClient, Scope, UserId};
use foyer_acs::retry::RetryPolicy;
use foyer_acs::token::{AccessToken, FixedToken};
use foyer_acs::{Secret, SharedClock, Timestamp};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

/// A meeting with something of everything, and a guest in it.
struct Bench {
    fake: Fake,
    around: Surroundings,
    meeting: FakeMeeting,
    guest: UserId,
    token: AccessToken,
}

async fn bench() -> Bench {
    // These libraries read the machine's clock, so the fake has to go by it as well.
    let clock: SharedClock = TokioClock::shared(Timestamp::now);
    let mut config = FakeConfig::loopback(clock.clone());
    config.tls = true;
    let fake = Fake::start(config).await.unwrap();
    let around = Surroundings {
        http: fake.http_client().unwrap(),
        clock: clock.clone(),
        retry: RetryPolicy::default(),
        seed: 1,
    };
    let identity = IdentityClient::connect(fake.connection(), around.clone());
    let scopes = [Scope::VoipJoin, Scope::ChatJoinLimited];
    let (guest, token) = identity.create_with_token(&scopes, None).await.unwrap();
    let meeting = fake.open_meeting(MeetingOptions::at(clock.now()));
    let olga = meeting.organizer().clone();
    meeting.says(&olga, "<p>before the guest came</p>");
    meeting.admit(&guest, "Gus");
    let edited = meeting.says(&olga, "<p>welcom</p>");
    meeting.edits(&edited, "<p>welcome</p>");
    let deleted = meeting.says(&olga, "<p>oops</p>");
    meeting.deletes(&deleted);
    meeting.shows(&olga, "<p>look</p>", "image/png", b"\x89PNG not really");
    meeting.renames("Yearly review");
    meeting.posts("madeUpLater", json!({}));
    Bench {
        fake,
        around,
        meeting,
        guest,
        token,
    }
}

impl Bench {
    fn chat(&self, token: &str) -> ChatClient {
        let token = Arc::new(FixedToken(Secret::new(token)));
        ChatClient::new(self.fake.endpoint(), token, self.around.clone())
    }

    /// Runs one of the scripts beside this file; what is secret travels through its stdin.
    async fn run(&self, program: &Path, script: &str) -> Value {
        let folder = folder();
        let pem = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(pem.path(), self.fake.certificate().unwrap()).unwrap();
        let mut child = Command::new(program)
            .arg(folder.join(script))
            .current_dir(&folder)
            .env("NODE_EXTRA_CA_CERTS", pem.path())
            .env("REQUESTS_CA_BUNDLE", pem.path())
            .env("NO_PROXY", "localhost")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}; {SETUP}", program.display()));
        let told = json!({
            "connection": self.fake.connection_string().expose(),
            "endpoint": self.fake.url(),
            "teamsThread": self.meeting.thread_id(),
            "guestToken": self.token.token.expose(),
        });
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(told.to_string().as_bytes()).await.unwrap();
        drop(stdin);
        let out = child.wait_with_output().await.unwrap();
        let errors = String::from_utf8_lossy(&out.stderr);
        assert!(out.status.success(), "{script} failed ({SETUP}):\n{errors}");
        serde_json::from_slice(&out.stdout).unwrap()
    }
}

const SETUP: &str = "`cargo xtask test` sets up what it needs";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/official")
}

/// What we read, in the words of the scripts.
fn shown(message: &Message) -> Value {
    let (kind, topic, participants) = match &message.kind {
        Kind::Text => ("text", Value::Null, vec![]),
        Kind::Html => ("html", Value::Null, vec![]),
        Kind::TopicUpdated { topic } => ("topicUpdated", json!(topic), vec![]),
        Kind::ParticipantsAdded { who, .. } => ("participantAdded", Value::Null, who.clone()),
        Kind::ParticipantsRemoved { who, .. } => ("participantRemoved", Value::Null, who.clone()),
        Kind::Other(kind) => (kind.as_str(), Value::Null, vec![]),
    };
    let attachments: Vec<_> = message
        .attachments
        .iter()
        .map(|one| {
            let kind = match &one.kind {
                AttachmentKind::Image => "image",
                AttachmentKind::File => "file",
                AttachmentKind::Other(kind) => kind,
            };
            json!({
                "id": one.id, "type": kind, "name": one.name, "url": one.url,
                "previewUrl": one.preview_url,
            })
        })
        .collect();
    json!({
        "id": message.id,
        "type": kind,
        "sequenceId": message.sequence.to_string(),
        "version": message.version.to_string(),
        "message": message.raw.as_ref().map(Secret::expose),
        "topic": topic,
        "participants": people(&participants),
        "attachments": attachments,
        "sender": message.sender.as_ref().map(|sender| &sender.raw_id),
        "senderName": message.sender_name,
        "createdOn": instant(message.created_on),
        "editedOn": message.edited_on.map(instant),
        "deletedOn": message.deleted_on.map(instant),
        "metadata": message.metadata,
    })
}

fn people(participants: &[Participant]) -> Value {
    participants
        .iter()
        .map(|one| json!({ "rawId": one.identifier.raw_id, "name": one.name }))
        .collect()
}

fn instant(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// Times as we write them, wherever they stand.
fn normal(value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| {
                let time = name
                    .ends_with("On")
                    .then(|| value.as_str()?.parse().ok())
                    .flatten();
                (
                    name.clone(),
                    time.map_or_else(|| normal(value), |at| json!(instant(at))),
                )
            })
            .collect::<serde_json::Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(normal).collect(),
        other => other.clone(),
    }
}

async fn everything(chat: &ChatClient, thread: &str) -> Vec<Value> {
    let mut page = chat.messages(thread, 2, None).await.unwrap();
    let mut messages = Vec::new();
    loop {
        messages.extend(page.messages.iter().map(shown));
        let Some(next) = page.next else {
            return messages;
        };
        page = chat.next_page(&next).await.unwrap();
    }
}

async fn compare(bench: &Bench, theirs: &Value) {
    let theirs = normal(theirs);
    assert_eq!(theirs["tokenLifetimeMinutes"], 60);
    assert_eq!(theirs["invalid"], 1, "one participant does not exist");
    assert_eq!(theirs["refusals"]["editOfAnothers"], "403 Forbidden");
    assert_eq!(theirs["refusals"]["strangerReads"], "403 Forbidden");
    assert_eq!(theirs["refusals"]["limitedCreates"], "403 Forbidden");
    assert_eq!(theirs["refusals"]["noSuchMessage"], "404 NotFound");
    assert_eq!(theirs["refusals"]["revoked"], "401 Unauthorized");
    assert_eq!(theirs["refusals"]["deletedUser"], "404 IdentityNotFound");

    // Their own thread, read by us with their user's token.
    let thread = theirs["threadId"].as_str().unwrap();
    let chat = bench.chat(theirs["token"].as_str().unwrap());
    assert_eq!(json!(everything(&chat, thread).await), theirs["messages"]);
    let one = chat
        .message(thread, theirs["ids"]["sent"].as_str().unwrap())
        .await
        .unwrap();
    assert_eq!(shown(&one), theirs["one"]);
    assert_eq!(theirs["one"]["message"], "hello again");
    assert_eq!(theirs["one"]["metadata"], json!({ "tags": "a" }));
    assert_eq!(theirs["participants"].as_array().unwrap().len(), 3);
    let left: Vec<_> = chat.participants(thread).await.unwrap();
    assert_eq!(
        people(&left).as_array().unwrap()[..],
        theirs["participants"].as_array().unwrap()[..2]
    );
    let receipts: Vec<_> = chat
        .receipts(thread)
        .await
        .unwrap()
        .iter()
        .map(|one| json!({ "reader": one.reader.raw_id, "messageId": one.message_id, "readOn": instant(one.read_on) }))
        .collect();
    assert_eq!(json!(receipts), theirs["receipts"]);
    let properties = chat.properties(thread).await.unwrap();
    let properties = json!({
        "topic": properties.topic,
        "createdBy": properties.created_by.map(|by| by.raw_id),
        "createdOn": instant(properties.created_on),
    });
    assert_eq!(properties, theirs["properties"]);
    assert_eq!(theirs["threads"], json!([thread]));

    // The Teams meeting, read by both with the guest's token.
    let thread = bench.meeting.thread_id();
    let chat = bench.chat(bench.token.token.expose());
    let ours = everything(&chat, thread).await;
    assert_eq!(json!(ours), theirs["meeting"]["messages"]);
    assert_eq!(
        ours.len(),
        7,
        "six that happened since admission, and theirs"
    );
    assert_eq!(
        people(&chat.participants(thread).await.unwrap()),
        theirs["meeting"]["participants"]
    );
    assert_eq!(theirs["meeting"]["receipt"], "403 Forbidden");
    let note = ours
        .iter()
        .find(|one| one["id"] == theirs["meeting"]["note"])
        .unwrap();
    assert_eq!(note["sender"], json!(bench.guest.0));
}

#[tokio::test]
async fn microsofts_npm_libraries_accept_the_fake_and_read_what_we_read() {
    let bench = bench().await;
    let theirs = bench.run(Path::new("node"), "npm.mjs").await;
    compare(&bench, &theirs).await;
}

#[tokio::test]
async fn microsofts_pypi_libraries_accept_the_fake_and_read_what_we_read() {
    let bench = bench().await;
    let python = if cfg!(windows) {
        "venv/Scripts/python.exe"
    } else {
        "venv/bin/python"
    };
    let theirs = bench.run(&folder().join(python), "pypi.py").await;
    compare(&bench, &theirs).await;
}
