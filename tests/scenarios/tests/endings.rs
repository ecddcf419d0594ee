//! How a call can end, and what it survives.

use std::time::Duration;

use foyer_contract::view::Phase;
use foyer_practice::{MeetingOptions, Server, ServerConfig};
use foyer_scenarios::guest::Guest;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::{soon, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_who_is_removed_is_told_and_released() {
    let hall = Hall::open().await;
    let host = hall.host().await;
    let ada = Guest::open(&hall, 0, "Ada");
    ada.enter().await;
    let id = host.finds("Ada").await;
    host.client.remove(&id);
    assert_eq!(ada.ended().await, ("removed".into(), false));
    until("every device is closed", || ada.rig.is_dark()).await;
    host.misses("Ada").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_that_ends_ends_for_all() {
    let hall = Hall::open().await;
    let host = hall.host().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    host.finds("Grace").await;
    host.client.end_meeting();
    for guest in [&ada, &grace] {
        assert_eq!(guest.ended().await, ("meetingEnded".into(), false));
        until("every device is closed", || guest.rig.is_dark()).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_vanishes_without_goodbye_is_missed_by_the_others() {
    let hall = Hall::open().await;
    let ada = Guest::open(&hall, 0, "Ada");
    ada.enter().await;
    // A machine of its own, so that everything of Grace's stops at once, as when the power fails.
    let machine = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime");
    let grace = {
        let _inside = machine.enter();
        Guest::open(&hall, 1, "Grace")
    };
    grace.join_with(true, true);
    ada.sees("Grace", |person| person.camera_feed.is_some())
        .await;
    machine.shutdown_background();
    let view = ada
        .until("Grace is gone", |view| view.people.is_empty())
        .await;
    assert_eq!(view.phase, Phase::InMeeting);
    drop(grace);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_is_waited_for_and_then_given_up() {
    let hall = Hall::open().await;
    let ada = Guest::open(&hall, 0, "Ada");
    ada.enter().await;
    let Hall { server, .. } = hall;
    drop(server);
    ada.until("reconnecting", |view| view.phase == Phase::Reconnecting)
        .await;
    assert_eq!(ada.ended().await, ("serverGone".into(), true));
    until("every device is closed", || ada.rig.is_dark()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_starts_anew_knows_nobody_and_the_call_ends() {
    let hall = Hall::open().await;
    let ada = Guest::open(&hall, 0, "Ada");
    ada.enter().await;
    let Hall { server, clock, .. } = hall;
    let port = server.port();
    soon("the server stops", server.stop()).await;
    let wall_clock = std::sync::Arc::new(|| 0.0);
    let mut config = ServerConfig::loopback(clock, wall_clock);
    config.listen.set_port(port);
    // The old socket may take a moment to let go of its port.
    let anew = soon("the port is free again", async {
        loop {
            match Server::start(config.clone()).await {
                Ok(server) => return server,
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            }
        }
    })
    .await;
    anew.open_meeting(MeetingOptions::default()).await;
    let (reason, _) = ada.ended().await;
    assert!(
        ["meetingEnded", "linkUnknown", "serverGone"].contains(&reason.as_str()),
        "{reason}"
    );
    until("every device is closed", || ada.rig.is_dark()).await;
}
