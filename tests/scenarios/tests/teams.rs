//! A guest of an organisation: invitation, identity, chat and its end, with Microsoft's SDK played by the test.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foyer_acs::fake::{ChatMode, Person};
use foyer_acs::identity::UserId;
use foyer_contract::calling::people::{Participant, Stream};
use foyer_contract::chat::MessageState;
use foyer_contract::intent::Intent;
use foyer_contract::view::{CallView, Phase};
use foyer_media::clock::MonotonicClock;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::office::{Office, Sdk};
use foyer_scenarios::{soon, until};
use foyer_session::teams::{Allowed, CallState, Event, Locator, Request, WindowEvent};
use serde_json::json;

const HOUR: Duration = Duration::from_secs(3_600);

/// The user that a token of the fake belongs to.
fn user(sdk: &Sdk, office: &Office) -> UserId {
    let created = office.fake.users();
    assert!(created > 0, "{:?}", sdk.joining.locator);
    UserId(sdk.joining.user.clone())
}

/// Lets a guest in, as the SDK would tell it.
async fn admit(office: &Office, sdk: &Sdk, name: &str) {
    office.meeting.admit(&user(sdk, office), name);
    sdk.is(CallState::Connected).await;
    let thread = office.meeting.thread_id().to_owned();
    sdk.tells(Event::Thread { id: thread }).await;
}

async fn in_meeting(office: &Office, link: &str) -> (Guest, Sdk) {
    let ada = office.guest(link, "Ada", office.teams(false));
    ada.join_with(false, false);
    let sdk = office.sdk().await;
    admit(office, &sdk, "Ada").await;
    office
        .pass_until("the chat opens", || ada.now().chat_open)
        .await;
    (ada, sdk)
}

fn ada_says(text: &str) -> Intent {
    Intent::SendChat { text: text.into() }
}

/// Keeps every line that is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invited_guest_waits_chats_and_outlives_the_token() {
    let log = Log::default();
    let lines = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || lines.clone())
        .init();
    let office = Office::open(&[("AZURE__TOKEN_LIFETIME", "1h"), ("POOL__FRESH_FOR", "30m")]).await;
    let link = office.invitation().await;
    let ada = office.guest(&link, "Ada", office.teams(false));
    assert_eq!(office.fake.users(), 0, "nobody is asked before joining");
    ada.join_with(false, false);
    let mut sdk = office.sdk().await;
    assert_eq!(sdk.joining.name, "Ada");
    let Locator::Link(joined) = &sdk.joining.locator else {
        panic!("not by its link");
    };
    let path = |url: &str| url.to_lowercase().split('?').next().map(str::to_owned);
    assert_eq!(path(joined.expose()), path(office.meeting.join_url()));
    let first = soon("a token", sdk.joining.tokens.access(None))
        .await
        .unwrap();

    sdk.is(CallState::Connecting).await;
    sdk.is(CallState::InLobby).await;
    ada.until("in the lobby", |view| view.phase == Phase::Lobby)
        .await;
    assert!(!ada.now().chat_open);
    assert_eq!(office.chat_requests(), 0, "no chat from the lobby");

    admit(&office, &sdk, "Ada").await;
    ada.until("in", |view| view.phase == Phase::InMeeting).await;
    office
        .pass_until("the chat opens", || ada.now().chat_open)
        .await;
    let olga = office.meeting.organizer().clone();
    let welcome = office.meeting.says(&olga, "<p>Welcome, <b>Ada</b>!</p>");
    office
        .pass_until("the welcome", || !ada.chat().is_empty())
        .await;
    let got = ada.chat().remove(0);
    assert_eq!(
        (got.text.as_str(), got.from.as_str(), got.mine),
        ("Welcome, Ada!", "Olga Organiser", false)
    );
    office.meeting.edits(&welcome, "<p>Welcome!</p>");
    office
        .pass_until("the edit", || ada.chat().len() == 2)
        .await;
    let edited = ada.chat().remove(1);
    assert_eq!(
        (edited.id, edited.text.as_str(), edited.state),
        (got.id.clone(), "Welcome!", MessageState::Edited)
    );
    office.meeting.deletes(&welcome);
    office
        .pass_until("the deletion", || ada.chat().len() == 3)
        .await;
    assert_eq!(ada.chat()[2].state, MessageState::Deleted);

    ada.ask(ada_says("Thank you"));
    office
        .pass_until("Ada's own message", || ada.chat().len() == 4)
        .await;
    assert!(ada.chat()[3].mine && ada.chat()[3].text == "Thank you");

    // The hour is over: nothing is asked of the guest, and nothing is lost.
    office.clock.advance(HOUR);
    office.meeting.says(&olga, "Still here?");
    office
        .pass_until("a message after the hour", || ada.chat().len() == 5)
        .await;
    let second = soon("a token", sdk.joining.tokens.access(None))
        .await
        .unwrap();
    assert_ne!(first, second);
    assert!(second.expires_on > office.now());
    let view = ada.now();
    assert!(view.chat_open && view.notices.is_empty(), "{view:?}");

    ada.ask(Intent::Leave);
    let asked = async {
        loop {
            match sdk.requests.recv().await {
                Some(Request::Leave { .. }) => return,
                Some(_) => {}
                None => panic!("the window was closed without a goodbye"),
            }
        }
    };
    soon("a goodbye", asked).await;
    assert_eq!(ada.ended().await, ("hungUp".to_owned(), true));
    let before = office.chat_requests();
    office.meeting.says(&olga, "Gone?");
    for _ in 0..5 {
        office.clock.advance(Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(
        office.chat_requests(),
        before,
        "nobody reads on after leaving"
    );
    assert_eq!(ada.chat().len(), 5);

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("call"), "the log was kept");
    let invitation = link.split("invitation=").nth(1).unwrap();
    for secret in [
        first.token.expose().as_str(),
        second.token.expose(),
        invitation,
        office.fake.access_key().expose(),
        "Welcome, ",
        "Thank you",
    ] {
        assert!(!log.contains(secret), "the log tells {secret}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_chat_that_is_absent_takes_nothing_else_with_it() {
    let office = Office::open(&[]).await;
    let (ada, sdk) = in_meeting(&office, &office.invitation().await).await;
    office.meeting.set_chat(ChatMode::Disabled);
    office
        .pass_until("the chat closes", || !ada.now().chat_open)
        .await;
    let view = ada.now();
    assert_eq!(view.phase, Phase::InMeeting);
    assert_eq!(view.chat_absent.as_deref(), Some("chat.not_allowed"));
    ada.ask(ada_says("Hello?"));
    ada.until("told that it was not sent", |view| {
        view.notices
            .iter()
            .any(|notice| notice.code == "chat.notSent")
    })
    .await;
    office.meeting.set_chat(ChatMode::Enabled);
    office
        .pass_until("the chat is back", || ada.now().chat_open)
        .await;
    sdk.ends(0, 5000).await;
    assert_eq!(ada.ended().await, ("removed".to_owned(), false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retired_chat_service_is_said_so_and_nothing_more() {
    let office = Office::open(&[]).await;
    office.fake.retire_chat(410);
    let ada = office.guest(&office.invitation().await, "Ada", office.teams(false));
    ada.join_with(false, false);
    let sdk = office.sdk().await;
    admit(&office, &sdk, "Ada").await;
    let refused = || ada.now().chat_absent.as_deref() == Some("chat.refused");
    office.pass_until("the chat is given up", refused).await;
    assert_eq!(ada.now().phase, Phase::InMeeting);
    assert!(ada.now().notices.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_are_sent_while_others_write_keep_their_order_and_their_owner() {
    let office = Office::open(&[]).await;
    let (ada, _sdk) = in_meeting(&office, &office.invitation().await).await;
    let (olga, ben) = (
        office.meeting.organizer().clone(),
        Person::new("0b1e9c6e-2b1f-4285-8d4b-75ee78787346", "Ben"),
    );
    for number in 0..8 {
        ada.ask(ada_says(&format!("mine {number}")));
        office.meeting.says(&olga, &format!("hers {number}"));
        office.meeting.says(&ben, &format!("his {number}"));
    }
    office.pass_until("all 24", || ada.chat().len() >= 24).await;
    let chat = ada.chat();
    assert_eq!(chat.len(), 24, "{chat:?}");
    for (word, name) in [("mine", "Ada"), ("hers", "Olga Organiser"), ("his", "Ben")] {
        let texts: Vec<_> = chat
            .iter()
            .filter(|message| message.from == name)
            .map(|message| message.text.clone())
            .collect();
        let meant: Vec<_> = (0..8).map(|number| format!("{word} {number}")).collect();
        assert_eq!(texts, meant);
    }
    assert_eq!(chat.iter().filter(|message| message.mine).count(), 8);
    assert!(ada.now().notices.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_who_gets_no_identity_is_told_why() {
    let mut office = Office::open(&[]).await;
    let link = office.meeting.join_url().to_owned();
    let once = office.invite(json!({ "link": link, "uses": 1 })).await;
    let first = office.guest(&once, "Ada", office.teams(false));
    first.join_with(false, false);
    let _sdk = office.sdk().await;
    let refused = async |link: &str, set_up: bool| {
        let guest = office.guest(link, "Ben", office.teams(set_up));
        guest.join_with(false, false);
        let ended = guest.ended().await;
        until("every device is closed", || guest.rig.is_dark()).await;
        ended.0
    };
    assert_eq!(refused(&once, false).await, "invitationUsedUp");
    let forged = format!("{}A", once);
    assert_eq!(refused(&forged, false).await, "invitationInvalid");
    assert_eq!(refused(&link, false).await, "noService");
    assert_eq!(refused(&link, true).await, "invitationNeeded");
    let short = office
        .invite(json!({ "link": link, "expiresInMinutes": 5 }))
        .await;
    office.clock.advance(HOUR);
    assert_eq!(refused(&short, false).await, "invitationExpired");
    let later = office.invitation().await;
    office.close_service();
    let guest = office.guest(&later, "Cleo", office.teams(false));
    guest.join_with(false, false);
    assert_eq!(guest.ended().await, ("entryUnreachable".to_owned(), true));
    let mut unable = office.teams(true);
    unable.window = None;
    let guest = office.guest(&later, "Dora", unable);
    guest.join_with(false, false);
    assert_eq!(guest.ended().await, ("teamsUnavailable".to_owned(), false));
    until("nobody is left over", || guest.rig.is_dark()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_service_that_is_set_up_lets_its_guests_into_any_meeting_by_link_or_by_id() {
    let office = Office::open(&[("GUESTS__OPEN", "true")]).await;
    let id = office.meeting.meeting_id().to_owned();
    let passcode = office.meeting.passcode().expose().clone();
    let by_id = format!("Meeting ID: {id} Passcode: {passcode}");
    for link in [office.meeting.join_url(), &by_id] {
        let ada = office.guest(link, "Ada", office.teams(true));
        ada.join_with(false, false);
        let sdk = office.sdk().await;
        match &sdk.joining.locator {
            Locator::Link(link) => assert!(link.expose().contains("meetup-join")),
            Locator::Id {
                id: joined,
                passcode: typed,
            } => {
                assert_eq!(joined, &id);
                assert_eq!(typed.as_ref().map(|typed| typed.expose()), Some(&passcode));
            }
        }
        drop(sdk);
        let (reason, can_rejoin) = ada.ended().await;
        assert_eq!(
            (reason.as_str(), can_rejoin),
            ("serverGone", true),
            "a window that dies"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_in_a_channel_has_no_chat_for_guests_and_nobody_asks_for_it() {
    let office = Office::open(&[("GUESTS__OPEN", "true")]).await;
    let link = "https://teams.microsoft.com/l/meetup-join/19%3aabcdef%40thread.tacv2/1700000000000\
        ?context=%7b%22Tid%22%3a%222432b57b-0abd-43db-aa7b-16eadd115d34%22%2c%22Oid%22%3a%225e3ce6c0-2b1f-4285-8d4b-75ee78787346%22%7d";
    let ada = office.guest(link, "Ada", office.teams(true));
    ada.join_with(false, false);
    let sdk = office.sdk().await;
    sdk.is(CallState::Connected).await;
    let thread = "19:abcdef@thread.tacv2".to_owned();
    sdk.tells(Event::Thread { id: thread }).await;
    let view = ada
        .until("in, without a chat", |view| view.chat_absent.is_some())
        .await;
    assert_eq!(view.chat_absent.as_deref(), Some("chat.missing"));
    assert_eq!(view.phase, Phase::InMeeting);
    office.clock.advance(HOUR);
    sdk.ends(0, 4097).await;
    assert_eq!(ada.ended().await, ("meetingEnded".to_owned(), false));
    assert_eq!(office.chat_requests(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_may_open_what_is_on_and_nothing_before_the_guest_agrees_to_a_recording() {
    let office = Office::open(&[]).await;
    let ada = office.guest(&office.invitation().await, "Ada", office.teams(false));
    ada.join_with(true, false);
    let mut sdk = office.sdk().await;
    let allowed = sdk.joining.allowed.clone();
    until("the camera may be opened", || {
        allowed.borrow().camera.is_some()
    })
    .await;
    assert_eq!(allowed.borrow().microphone, None);
    assert_eq!(allowed.borrow().screen, None, "nobody picked one");
    admit(&office, &sdk, "Ada").await;
    ada.ask(Intent::SetMuted { muted: false });
    until("the microphone as well", || {
        allowed.borrow().microphone.is_some()
    })
    .await;
    sdk.tells(Event::Recording {
        active: true,
        consent_required: true,
    })
    .await;
    let view = ada
        .until("asked", |view| view.keeping.waits_for_consent)
        .await;
    assert!(view.keeping.recording && !view.keeping.transcription);
    assert_eq!(*allowed.borrow(), Allowed::default());
    ada.ask(Intent::AgreeToRecording);
    let agreed =
        async { while !matches!(sdk.requests.recv().await, Some(Request::GrantConsent)) {} };
    soon("the consent is handed on", agreed).await;
    until("both may be opened again", || {
        allowed.borrow().camera.is_some() && allowed.borrow().microphone.is_some()
    })
    .await;
    ada.ask(Intent::Leave);
    ada.ended().await;
    assert_eq!(*allowed.borrow(), Allowed::default());
}

/// Ben, who sends one picture on this track.
fn ben(track: Option<u32>) -> Event {
    let stream = Stream {
        id: 3,
        kind: "Video".into(),
        available: true,
        receiving: track.is_some(),
        track,
        ..Stream::default()
    };
    Event::Roster {
        changed: vec![Participant {
            id: "ben".into(),
            name: "Ben".into(),
            state: "Connected".into(),
            streams: vec![stream],
            ..Participant::default()
        }],
        removed: Vec::new(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pictures_of_others_come_while_they_are_watched() {
    let office = Office::open(&[]).await;
    let link = office.invitation().await;
    let (ada, mut sdk) = in_meeting(&office, &link).await;
    sdk.tells(ben(None)).await;
    let feed_of = |view: &CallView| view.people.first().and_then(|ben| ben.camera_feed);
    let view = ada.until("Ben's camera", |view| feed_of(view).is_some());
    let feed = feed_of(&view.await).unwrap();
    ada.watch(&[feed]);
    let wanted = soon("the SDK is asked for it", async {
        loop {
            if let Some(Request::Watch { streams }) = sdk.requests.recv().await {
                return streams;
            }
        }
    });
    let wanted = wanted.await;
    let first = (wanted[0].participant.as_str(), wanted[0].stream);
    assert_eq!((first, wanted.len()), (("ben", 3), 1));

    sdk.screen.shows(8, MonotonicClock::shared());
    sdk.tells(ben(Some(8))).await;
    let shown = ada.pictures(feed, 20).await;
    assert!(shown.windows(2).all(|two| two[0].counter < two[1].counter));
    assert_eq!(feed_of(&ada.now()), Some(feed), "the same tile");

    ada.watch(&[]);
    soon("the SDK is relieved of it", async {
        while sdk.requests.recv().await
            != Some(Request::Watch {
                streams: Vec::new(),
            })
        {}
    })
    .await;
    sdk.tells(ben(None)).await;
    sdk.tells(Event::Roster {
        changed: Vec::new(),
        removed: vec!["ben".into()],
    })
    .await;
    ada.until("Ben is gone", |view| view.people.is_empty())
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_lost_the_calling_window_joins_again_by_one_click() {
    let office = Office::open(&[]).await;
    let link = office.invitation().await;
    let (ada, sdk) = in_meeting(&office, &link).await;
    let first = user(&sdk, &office);
    sdk.tells(WindowEvent::Crashed).await;
    until("the end", || {
        matches!(ada.now().phase, Phase::Ended { reason, can_rejoin: true } if reason == "windowLost")
    })
    .await;

    // What the button does: the same target and the same choices, and nothing is asked.
    drop(ada);
    let (again, sdk) = in_meeting(&office, &link).await;
    assert_ne!(user(&sdk, &office), first, "one identity a join");
    assert_eq!(again.now().phase, Phase::InMeeting);
}
