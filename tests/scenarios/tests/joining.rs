//! Getting in, or not.

use foyer_contract::intent::Intent;
use foyer_contract::view::{DeviceState, Phase};
use foyer_media::device::DeviceKind;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::until;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_lobby_a_guest_is_in_at_once_and_leaves_when_they_like() {
    let hall = Hall::open().await;
    let ada = Guest::open(&hall, 0, "Ada");
    ada.enter().await;
    let view = ada.now();
    assert_eq!(view.me.name, "Ada");
    assert!(view.people.is_empty(), "we are not one of the others");
    assert!(view.chat_open);
    ada.until("devices live", |view| {
        let live = DeviceState::Live;
        view.me.camera == live && view.me.microphone == live && view.me.speaker == live
    })
    .await;
    ada.ask(Intent::Leave);
    assert_eq!(ada.ended().await, ("hungUp".into(), true));
    until("every device is closed", || ada.rig.is_dark()).await;
    let states: Vec<_> = ada.report().await.states;
    let states: Vec<_> = states.iter().map(|s| s.state.as_str()).collect();
    assert_eq!(states, ["connecting", "inMeeting", "ended"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_the_lobby_a_guest_waits_until_the_host_admits() {
    let hall = Hall::with_lobby().await;
    let host = hall.host().await;
    let ada = Guest::open(&hall, 0, "Ada");
    ada.join_with(true, true);
    let id = host.waits_for("Ada").await;
    let view = ada
        .until("in the lobby", |view| view.phase == Phase::Lobby)
        .await;
    assert!(view.lobby_since_ms.is_some());
    assert!(!view.chat_open, "no chat before admission");
    ada.ask(Intent::SendChat {
        text: "too early".into(),
    });
    let feed = ada
        .until("the self view", |view| view.me.camera_feed.is_some())
        .await
        .me
        .camera_feed
        .expect("waited for");
    ada.watch(&[feed]);
    let pictures = ada.pictures(feed, 5).await;
    let own = ada.rig.camera_counters();
    assert!(
        pictures
            .iter()
            .all(|picture| own.contains(&picture.counter))
    );
    assert_eq!(
        ada.report().await.sent.camera.frames,
        0,
        "seen by nobody else yet"
    );
    host.client.admit(&id);
    let view = ada
        .until("in the meeting", |view| view.phase == Phase::InMeeting)
        .await;
    assert!(view.in_meeting_since_ms.is_some());
    host.finds("Ada").await;
    assert!(
        ada.chat().is_empty(),
        "what was said in the lobby was not sent"
    );
    let states = ada.report().await.states;
    let states: Vec<_> = states.iter().map(|s| s.state.as_str()).collect();
    assert_eq!(states, ["connecting", "lobby", "inMeeting"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_who_is_denied_is_told_and_released() {
    let hall = Hall::with_lobby().await;
    let host = hall.host().await;
    let ada = Guest::open(&hall, 0, "Ada");
    ada.join_with(true, true);
    let id = host.waits_for("Ada").await;
    host.client.deny(&id);
    assert_eq!(ada.ended().await.0, "deniedByHost");
    until("every device is closed", || ada.rig.is_dark()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_who_gives_up_waiting_leaves_the_lobby() {
    let hall = Hall::with_lobby().await;
    let host = hall.host().await;
    let ada = Guest::open(&hall, 0, "Ada");
    let grace = Guest::open(&hall, 1, "Grace");
    ada.join_with(false, false);
    host.waits_for("Ada").await;
    ada.ask(Intent::Leave);
    assert_eq!(ada.ended().await.0, "hungUp");
    grace.join_with(false, false);
    let id = host.waits_for("Grace").await;
    host.client.admit(&id);
    grace
        .until("in the meeting", |view| view.phase == Phase::InMeeting)
        .await;
    grace.sees("Host", |_| true).await;
    assert!(grace.now().people.iter().all(|person| person.name != "Ada"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dropping_the_last_handle_hangs_up_and_closes_everything() {
    let hall = Hall::open().await;
    let host = hall.host().await;
    let ada = Guest::open(&hall, 0, "Ada");
    ada.enter().await;
    host.finds("Ada").await;
    let rig = ada.rig.clone();
    until("the camera is open", || rig.open(DeviceKind::Camera) == 1).await;
    drop(ada);
    until("every device is closed", || rig.is_dark()).await;
    host.misses("Ada").await;
}
