//! Our chat client against the fake, as a guest of a Teams meeting.
#![allow(clippy::unwrap_used)] // What fails here fails a test.

mod support;

use std::sync::Arc;
use std::time::Duration;

use foyer_acs::Secret;
use foyer_acs::chat::html::{Block, Inline, plain};
use foyer_acs::chat::message::{Kind, Message};
use foyer_acs::chat::{Absence, ChatError, Draft, Format};
use foyer_acs::clock::ManualClock;
use foyer_acs::fake::{Failing, Fault, Person};
use foyer_acs::identifier;
use foyer_acs::retry::RetryPolicy;
use serde_json::json;

use support::{Room, draft, noon};

async fn room() -> Room {
    Room::open(&ManualClock::impatient(noon())).await
}

async fn read(room: &Room) -> Vec<Message> {
    let mut messages = room
        .chat
        .messages(room.thread(), 200, None)
        .await
        .unwrap()
        .messages;
    messages.sort_by_key(|message| message.sequence);
    messages
}

fn refused<T>(result: Result<T, ChatError>) -> Option<Absence> {
    result.err().and_then(|error| error.absence())
}

#[tokio::test]
async fn nothing_can_be_read_or_written_before_admission_and_after_leaving() {
    let room = room().await;
    let no = Some(Absence::NotAllowed);
    assert_eq!(
        refused(room.chat.messages(room.thread(), 50, None).await),
        no
    );
    assert_eq!(
        refused(room.chat.send(room.thread(), &draft("hi")).await),
        no
    );
    room.admit();
    room.chat.send(room.thread(), &draft("hi")).await.unwrap();
    assert_eq!(read(&room).await.len(), 2);
    room.meeting.leave(&room.guest);
    assert_eq!(
        refused(room.chat.messages(room.thread(), 50, None).await),
        no
    );
    room.clock.advance(Duration::from_secs(1));
    room.admit();
    assert_eq!(read(&room).await.len(), 1, "rejoining brings nothing back");
}

#[tokio::test]
async fn a_guest_writes_corrects_and_takes_back() {
    let room = room().await;
    room.admit();
    let first = room.chat.send(room.thread(), &draft("helo")).await.unwrap();
    let second = Draft {
        content: Secret::new("<p>a <b>b</b></p>"),
        format: Format::Html,
        sender_name: None,
    };
    let second = room.chat.send(room.thread(), &second).await.unwrap();
    room.clock.advance(Duration::from_secs(5));
    room.chat
        .edit(room.thread(), &first, &Secret::new("hello"))
        .await
        .unwrap();
    let message = room.chat.message(room.thread(), &first).await.unwrap();
    assert_eq!(message.kind, Kind::Text);
    assert_eq!(plain(&message.body), "hello");
    assert_eq!(message.sender.as_ref().unwrap().raw_id, room.guest.0);
    assert_eq!(message.sender_name.as_deref(), Some("Gus"));
    assert!(message.edited_on > Some(message.created_on));
    let message = room.chat.message(room.thread(), &second).await.unwrap();
    let strong = Inline::Strong(vec![Inline::Text("b".into())]);
    assert_eq!(
        message.body,
        [Block::Paragraph(vec![Inline::Text("a ".into()), strong])]
    );
    assert_eq!(
        message.sender_name.as_deref(),
        Some("Gus"),
        "as the meeting knows us"
    );
    room.chat.delete(room.thread(), &second).await.unwrap();
    let message = room.chat.message(room.thread(), &second).await.unwrap();
    assert!(message.deleted_on.is_some() && message.body.is_empty());
    assert!(message.version > message.id.parse().unwrap());
}

#[tokio::test]
async fn other_peoples_messages_can_be_read_but_not_changed() {
    let room = room().await;
    room.admit();
    let olga = room.meeting.organizer().clone();
    let html = "<p>Hi <at id=\"0\">Gus</at>, see <a href=\"https://contoso.test/\">this</a></p>\
                <blockquote><p>quoted</p></blockquote><script>alert(1)</script>";
    let id = room.meeting.says(&olga, html);
    let message = room.chat.message(room.thread(), &id).await.unwrap();
    assert_eq!(message.kind, Kind::Html);
    let sender = message.sender.as_ref().unwrap();
    assert_eq!(sender.kind(), identifier::Kind::Account);
    assert_eq!(plain(&message.body), "Hi Gus, see this\nquoted");
    let error = room
        .chat
        .edit(room.thread(), &id, &Secret::new("x"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "chat.forbidden");
    let error = room.chat.delete(room.thread(), &id).await.unwrap_err();
    assert_eq!(error.code(), "chat.forbidden");
    let shown = format!("{message:?}");
    assert!(
        !shown.contains("quoted") && !shown.contains("Olga"),
        "{shown}"
    );
}

#[tokio::test]
async fn what_happens_to_the_thread_is_told_as_well_even_if_it_is_new() {
    let room = room().await;
    room.admit();
    room.meeting.renames("Another name");
    room.meeting
        .posts("holographicGreeting", json!({ "message": "?" }));
    room.meeting.leave(&room.guest);
    room.admit();
    let kinds: Vec<_> = read(&room)
        .await
        .into_iter()
        .map(|message| message.kind)
        .collect();
    assert!(
        matches!(&kinds[0], Kind::ParticipantsAdded { who, .. } if who[0].name.as_deref() == Some("Gus"))
    );
    let Kind::TopicUpdated { topic } = &kinds[1] else {
        panic!("{kinds:?}")
    };
    assert_eq!(topic, "Another name");
    assert!(kinds[2] == Kind::Other("holographicGreeting".into()));
    assert!(matches!(&kinds[3], Kind::ParticipantsRemoved { .. }));
    let properties = room.chat.properties(room.thread()).await.unwrap();
    assert_eq!(properties.topic, "Another name");
    let there = room.chat.participants(room.thread()).await.unwrap();
    assert_eq!(there.len(), 2);
}

#[tokio::test]
async fn pages_are_followed_to_the_end_without_loss_while_more_is_said() {
    let room = room().await;
    room.admit();
    let olga = room.meeting.organizer().clone();
    let said: Vec<_> = (0..23)
        .map(|n| room.meeting.says(&olga, &format!("<p>{n}</p>")))
        .collect();
    let mut page = room.chat.messages(room.thread(), 5, None).await.unwrap();
    let mut seen = Vec::new();
    loop {
        seen.extend(page.messages.iter().map(|message| message.id.clone()));
        room.meeting.says(&olga, "<p>meanwhile</p>");
        match page.next {
            Some(next) => page = room.chat.next_page(&next).await.unwrap(),
            None => break,
        }
    }
    seen.reverse();
    assert_eq!(seen[1..], said, "after the message of our coming");
}

#[tokio::test]
async fn only_messages_from_a_time_on_are_given_if_so_asked() {
    let room = room().await;
    room.admit();
    let olga = room.meeting.organizer().clone();
    room.meeting.says(&olga, "<p>early</p>");
    room.clock.advance(Duration::from_secs(60));
    let late = room.meeting.says(&olga, "<p>late</p>");
    let since = noon() + jiff::SignedDuration::from_secs(30);
    let page = room
        .chat
        .messages(room.thread(), 50, Some(since))
        .await
        .unwrap();
    let ids: Vec<_> = page
        .messages
        .iter()
        .map(|message| message.id.clone())
        .collect();
    assert_eq!(ids, [late]);
}

#[tokio::test]
async fn a_picture_is_fetched_with_the_token_from_our_own_resource() {
    let room = room().await;
    room.admit();
    let olga = room.meeting.organizer().clone();
    let png = b"\x89PNG\r\n\x1a\n and so on";
    let (message, image) = room.meeting.shows(&olga, "<p>look</p>", "image/png", png);
    let message = room.chat.message(room.thread(), &message).await.unwrap();
    let named = Inline::Image {
        id: image.clone(),
        alt: "image".into(),
    };
    assert!(
        message.body.contains(&Block::Paragraph(vec![named])),
        "{:?}",
        message.body
    );
    let attachment = message.image(&image).unwrap();
    assert!(
        attachment
            .url
            .as_ref()
            .unwrap()
            .starts_with("https://global.chat.test/")
    );
    for large in [true, false] {
        let picture = room.chat.picture(attachment, large).await.unwrap();
        assert_eq!((picture.mime, &picture.bytes[..]), ("image/png", &png[..]));
    }
    let (svg, image) = room
        .meeting
        .shows(&olga, "", "image/png", b"<svg onload=alert(1)>");
    let svg = room.chat.message(room.thread(), &svg).await.unwrap();
    let error = room
        .chat
        .picture(svg.image(&image).unwrap(), true)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "image.unknown_kind");
    let mut elsewhere = attachment.clone();
    elsewhere.url = Some("https://evil.test/steal".into());
    let error = room.chat.picture(&elsewhere, true).await.unwrap_err();
    assert_eq!(error.code(), "image.elsewhere");
}

#[tokio::test]
async fn typing_goes_out_and_read_receipts_are_not_for_guests() {
    let room = room().await;
    room.admit();
    room.chat.typing(room.thread(), Some("Gus")).await.unwrap();
    assert_eq!(room.meeting.typing(), std::slice::from_ref(&room.guest.0));
    let olga = room.meeting.organizer().clone();
    let id = room.meeting.says(&olga, "<p>read me</p>");
    let error = room.chat.read_up_to(room.thread(), &id).await.unwrap_err();
    assert_eq!(error.code(), "chat.forbidden");
}

#[tokio::test]
async fn read_receipts_work_where_they_are_allowed() {
    let room = Room::with(&ManualClock::impatient(noon()), |options| {
        options.read_receipts = true
    })
    .await;
    room.admit();
    let olga = room.meeting.organizer().clone();
    let id = room.meeting.says(&olga, "<p>read me</p>");
    room.chat.read_up_to(room.thread(), &id).await.unwrap();
    let receipts = room.chat.receipts(room.thread()).await.unwrap();
    assert_eq!(
        (receipts[0].reader.raw_id.as_str(), &receipts[0].message_id),
        (room.guest.0.as_str(), &id)
    );
}

#[tokio::test]
async fn a_message_is_never_sent_twice_to_be_sure() {
    let room = room().await;
    room.admit();
    room.fake
        .fail(Fault::once("/messages", 0).on("POST").with(Failing::Cut));
    let error = room
        .chat
        .send(room.thread(), &draft("once"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "chat.unreachable");
    room.fake.fail(Fault::once("/messages", 500).on("POST"));
    let error = room
        .chat
        .send(room.thread(), &draft("twice"))
        .await
        .unwrap_err();
    assert_eq!(error, ChatError::Failed { status: 500 });
    room.fake
        .fail(Fault::retry_after("/messages", 429, 3).on("POST"));
    room.chat
        .send(room.thread(), &draft("thrice"))
        .await
        .unwrap();
    let said: Vec<_> = read(&room)
        .await
        .iter()
        .skip(1)
        .map(|message| plain(&message.body))
        .collect();
    assert_eq!(said, ["once", "thrice"]);
}

#[tokio::test]
async fn limits_are_the_services_and_the_wait_is_its_own() {
    let room = room().await;
    room.admit();
    for _ in 0..10 {
        room.chat.send(room.thread(), &draft("x")).await.unwrap();
    }
    room.chat
        .send(room.thread(), &draft("eleventh"))
        .await
        .unwrap();
    let slept = room.clock.slept();
    assert_eq!(slept.len(), 1);
    assert!((10.0..11.1).contains(&slept[0].as_secs_f64()), "{slept:?}");
    for _ in 0..5 {
        room.chat.typing(room.thread(), None).await.unwrap();
    }
    let error = room.chat.typing(room.thread(), None).await.unwrap_err();
    assert_eq!(
        error.code(),
        "chat.throttled",
        "late news of typing is no news"
    );
}

#[tokio::test]
async fn what_is_too_long_or_empty_is_not_sent() {
    let room = room().await;
    room.admit();
    room.fake.forget_requests();
    let send = async |text: &str| room.chat.send(room.thread(), &draft(text)).await;
    assert_eq!(send("").await, Err(ChatError::Empty));
    assert_eq!(
        send(&"x".repeat(28 * 1024 + 1)).await,
        Err(ChatError::TooLong)
    );
    assert_eq!(room.fake.requests(), []);
    send(&"x".repeat(28 * 1024)).await.unwrap();
}

#[tokio::test]
async fn a_token_that_ended_is_renewed_and_the_request_made_again() {
    let room = room().await;
    room.admit();
    room.clock.advance(Duration::from_secs(25 * 3600));
    room.chat
        .send(room.thread(), &draft("a day later"))
        .await
        .unwrap();
    assert_eq!(room.renewals(), 1);
    room.identity.revoke(&room.guest).await.unwrap();
    room.chat
        .send(room.thread(), &draft("revoked"))
        .await
        .unwrap();
    assert_eq!(room.renewals(), 2);
}

#[tokio::test]
async fn a_retired_chat_says_so_in_one_word_whatever_the_status() {
    for (status, absence) in [
        (401, Absence::Refused),
        (403, Absence::NotAllowed),
        (404, Absence::Missing),
        (410, Absence::Refused),
    ] {
        let room = room().await;
        room.admit();
        room.fake.retire_chat(status);
        let error = room
            .chat
            .messages(room.thread(), 50, None)
            .await
            .unwrap_err();
        assert_eq!(error.absence(), Some(absence), "{status}");
    }
}

#[tokio::test]
async fn more_than_twenty_people_are_too_many_for_typing() {
    let room = room().await;
    room.admit();
    for _ in 0..19 {
        let other = room.identity.create().await.unwrap();
        room.meeting.admit(&other, "Other");
    }
    let error = room.chat.typing(room.thread(), None).await.unwrap_err();
    assert_eq!(error.code(), "chat.forbidden");
    assert_eq!(
        room.chat.participants(room.thread()).await.unwrap().len(),
        21
    );
}

#[tokio::test]
async fn the_polling_of_everybody_together_meets_the_threads_limit() {
    let room = room().await;
    room.admit();
    let mut around = support::around(&room.fake, &room.clock);
    around.retry = RetryPolicy::NONE;
    let mut refused = 0;
    for guest in 0..6 {
        let other = Room::guest(&room.fake, &around, &format!("guest {guest}")).await;
        room.meeting.admit(&other.id, "Other");
        for _ in 0..50 {
            match other.chat.messages(room.thread(), 1, None).await {
                Ok(_) => {}
                Err(error) => {
                    assert_eq!(error.code(), "chat.throttled");
                    refused += 1;
                }
            }
        }
    }
    assert_eq!(refused, 50, "250 in ten seconds for all");
    let nobody = Person::new("x", "X");
    room.meeting.says(&nobody, "<p>still here</p>");
    assert!(Arc::strong_count(&room.clock) > 1);
}
