//! What the others see of a guest in a Teams meeting, where the page sends our pictures: played by the test.

use foyer_acs::identity::UserId;
use foyer_contract::intent::Intent;
use foyer_contract::view::Phase;
use foyer_media::clock::MonotonicClock;
use foyer_scenarios::office::Office;
use foyer_session::teams::{CallState, Ours};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_page_sends_is_a_feed_while_our_camera_is_on() {
    let office = Office::open(&[]).await;
    let link = office.invitation().await;
    let ada = office.guest(&link, "Ada", office.teams(false));
    ada.join_with(true, false);
    let sdk = office.sdk().await;
    sdk.screen.sends(Ours::Camera, MonotonicClock::shared());
    let view = ada
        .until("the self view", |view| view.me.camera_feed.is_some())
        .await;
    assert_eq!(view.me.sent_feed, None, "nothing is sent before we are in");
    office
        .meeting
        .admit(&UserId(sdk.joining.user.clone()), "Ada");
    sdk.is(CallState::Connected).await;
    let view = ada
        .until("what they see", |view| view.me.sent_feed.is_some())
        .await;
    assert_eq!(view.phase, Phase::InMeeting);
    assert_ne!(
        view.me.sent_feed, view.me.camera_feed,
        "the page encodes for itself"
    );
    assert_eq!(view.me.sent_share_feed, None, "we share nothing");
    let sent = view.me.sent_feed.unwrap();
    ada.watch(&[sent]);
    let pictures = ada.pictures(sent, 10).await;
    let counters: Vec<_> = pictures.iter().map(|picture| picture.counter).collect();
    assert!(
        counters.is_sorted_by(|one, next| one < next),
        "{counters:?}"
    );

    ada.ask(Intent::SetCamera { on: false });
    ada.until("nobody sees us", |view| view.me.sent_feed.is_none())
        .await;
    ada.ask(Intent::SetCamera { on: true });
    let view = ada
        .until("they see us again", |view| view.me.sent_feed.is_some())
        .await;
    assert_eq!(view.me.sent_feed, Some(sent));
    ada.pictures(sent, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_we_share_is_a_feed_of_its_own() {
    let office = Office::open(&[]).await;
    let link = office.invitation().await;
    let ada = office.guest(&link, "Ada", office.teams(false));
    ada.join_with(false, false);
    let sdk = office.sdk().await;
    sdk.screen.sends(Ours::Screen, MonotonicClock::shared());
    office
        .meeting
        .admit(&UserId(sdk.joining.user.clone()), "Ada");
    sdk.is(CallState::Connected).await;
    ada.until("in", |view| view.phase == Phase::InMeeting).await;
    assert_eq!(ada.now().me.sent_share_feed, None);
    ada.share("rig");
    let view = ada
        .until("what they see of the screen", |view| {
            view.me.sent_share_feed.is_some()
        })
        .await;
    assert_ne!(view.me.sent_share_feed, view.me.share_feed);
    assert_eq!(view.me.sent_feed, None, "the camera is off");
    let sent = view.me.sent_share_feed.unwrap();
    ada.watch(&[sent]);
    ada.pictures(sent, 10).await;
    ada.ask(Intent::StopShare);
    ada.until("they see no screen", |view| {
        view.me.sent_share_feed.is_none()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_the_pictures_do_not_pass_here_nothing_is_shown() {
    let office = Office::open(&[]).await;
    let link = office.invitation().await;
    let ada = office.guest(&link, "Ada", office.teams(false));
    ada.join_with(true, false);
    let sdk = office.sdk().await;
    sdk.is(CallState::Connected).await;
    let view = ada
        .until("in, with a self view", |view| {
            view.phase == Phase::InMeeting && view.me.camera_feed.is_some()
        })
        .await;
    assert_eq!(view.me.sent_feed, None);
}
