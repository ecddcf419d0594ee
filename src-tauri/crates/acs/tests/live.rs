//! The chat that keeps itself up to date, driven step by step by a clock that waits for us.
#![allow(clippy::unwrap_used)] // What fails here fails a test.

mod support;

use std::sync::Arc;
use std::time::Duration;

use foyer_acs::chat::html::plain;
use foyer_acs::chat::live::Live;
use foyer_acs::chat::poll::{Attention, Change};
use foyer_acs::chat::{Absence, ChatError};
use foyer_acs::clock::ManualClock;
use foyer_acs::fake::{ChatMode, Fault};
use tokio::sync::mpsc;

use support::{Room, draft, noon};

struct Watched {
    room: Room,
    live: Live,
    changes: mpsc::Receiver<Change>,
}

async fn watched() -> Watched {
    let clock = ManualClock::shared(noon());
    let room = Room::open(&clock).await;
    let (live, driver, changes) = Live::new(Arc::clone(&room.chat), clock, 1);
    tokio::spawn(driver.run());
    Watched {
        room,
        live,
        changes,
    }
}

impl Watched {
    async fn admitted(&mut self) {
        self.room.admit();
        self.live.admitted(self.room.thread()).await;
        assert!(matches!(self.next().await, Change::Available));
        let Change::New(_) = self.next().await else {
            panic!("our own coming")
        };
    }

    async fn next(&mut self) -> Change {
        self.changes.recv().await.expect("the driver runs")
    }

    /// What comes next of what people say, while the time passes.
    async fn said(&mut self) -> String {
        let clock = Arc::clone(&self.room.clock);
        let change = tokio::select! {
            change = self.next() => change,
            () = async { loop { clock.wake_next().await; tokio::task::yield_now().await; } } => unreachable!(),
        };
        match change {
            Change::New(message) => format!("+{}", plain(&message.body)),
            Change::Edited(message) => format!("~{}", plain(&message.body)),
            Change::Deleted(message) => format!("-{}", message.id),
            Change::Available => "available".into(),
            Change::NotAvailable(absence) => absence.code().into(),
        }
    }
}

#[tokio::test]
async fn what_others_say_change_and_take_back_arrives_once_and_in_order() {
    let mut watched = watched().await;
    watched.admitted().await;
    let olga = watched.room.meeting.organizer().clone();
    let meeting = &watched.room.meeting;
    let first = meeting.says(&olga, "<p>one</p>");
    meeting.says(&olga, "<p>two</p>");
    assert_eq!(watched.said().await, "+one");
    assert_eq!(watched.said().await, "+two");
    watched.room.meeting.edits(&first, "<p>won</p>");
    assert_eq!(watched.said().await, "~won");
    // Old by now: only the whole last page shows it.
    watched.room.clock.advance(Duration::from_secs(30));
    watched.room.meeting.says(&olga, "<p>three</p>");
    assert_eq!(watched.said().await, "+three");
    watched.room.meeting.deletes(&first);
    assert_eq!(watched.said().await, format!("-{first}"));
}

#[tokio::test]
async fn our_own_message_comes_back_with_its_id() {
    let mut watched = watched().await;
    watched.admitted().await;
    watched.live.attend(Attention::Open).await;
    let id = watched.live.send(&draft("from us")).await.unwrap();
    assert_eq!(watched.said().await, "+from us");
    watched.live.delete(&id).await.unwrap();
    assert_eq!(watched.said().await, format!("-{id}"));
}

#[tokio::test]
async fn there_is_no_chat_outside_of_the_meeting() {
    let mut watched = watched().await;
    let outside = Err(ChatError::NotAvailable(Absence::Outside));
    assert_eq!(watched.live.send(&draft("too early")).await, outside);
    watched.admitted().await;
    watched.live.send(&draft("now")).await.unwrap();
    watched.live.left().await;
    assert_eq!(watched.live.send(&draft("too late")).await, outside);
    watched.room.fake.forget_requests();
    watched.live.hint().await;
    watched.room.clock.advance(Duration::from_secs(600));
    tokio::task::yield_now().await;
    assert_eq!(watched.room.fake.requests(), []);
}

#[tokio::test]
async fn more_than_a_page_at_once_arrives_as_a_whole() {
    let mut watched = watched().await;
    watched.admitted().await;
    let olga = watched.room.meeting.organizer().clone();
    for number in 0..120 {
        watched
            .room
            .meeting
            .says(&olga, &format!("<p>{number}</p>"));
    }
    for number in 0..120 {
        assert_eq!(watched.said().await, format!("+{number}"));
    }
}

#[tokio::test]
async fn a_refusal_slows_down_and_loses_nothing() {
    let mut watched = watched().await;
    watched.admitted().await;
    let olga = watched.room.meeting.organizer().clone();
    watched
        .room
        .fake
        .fail(Fault::retry_after("/messages", 429, 40).times(2));
    watched
        .room
        .fake
        .fail(Fault::once("/messages", 503).times(2));
    watched.room.meeting.says(&olga, "<p>patience</p>");
    assert_eq!(watched.said().await, "+patience");
    assert!(
        watched
            .room
            .clock
            .slept()
            .iter()
            .any(|wait| *wait >= Duration::from_secs(40))
    );
}

#[tokio::test]
async fn a_chat_that_is_switched_off_and_on_says_so_each_time() {
    let mut watched = watched().await;
    watched.admitted().await;
    watched.room.clock.advance(Duration::from_secs(60));
    watched.room.meeting.set_chat(ChatMode::Disabled);
    assert_eq!(watched.said().await, "chat.not_allowed");
    watched.room.meeting.set_chat(ChatMode::Enabled);
    assert_eq!(watched.said().await, "available");
}

#[tokio::test]
async fn a_retired_chat_is_said_to_be_absent_and_left_alone() {
    let mut watched = watched().await;
    watched.room.fake.retire_chat(401);
    watched.room.admit();
    watched.live.admitted(watched.room.thread()).await;
    assert_eq!(watched.said().await, "chat.refused");
    let asked = watched.room.fake.requests().len();
    watched.live.hint().await;
    watched.room.clock.advance(Duration::from_secs(3600));
    tokio::task::yield_now().await;
    assert_eq!(watched.room.fake.requests().len(), asked);
}

#[tokio::test]
async fn dropping_the_handle_stops_it() {
    let mut watched = watched().await;
    watched.admitted().await;
    drop(watched.live);
    while watched.changes.recv().await.is_some() {}
}
