//! Links, names and meetings that are none: a clear answer, and nothing held.

use foyer_contract::event::CallEvent;
use foyer_contract::intent::{Choices, Intent};
use foyer_contract::view::Phase;
use foyer_effects::Effects;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::rig::Rig;
use foyer_scenarios::{soon, until};
use foyer_session::Environment;
use foyer_session::headless::{self, HeadlessError, Options};

fn environment(hall: &Hall) -> Environment {
    Environment {
        devices: Rig::new(0, hall.clock.clone()),
        effects: Effects::default(),
        clock: hall.clock.clone(),
        wall_clock: hall.wall_clock(),
        impairment: None,
        teams: None,
    }
}

/// Joins a link with the call as it is; the reason of its end.
async fn end_of(hall: &Hall, link: &str) -> String {
    let (handle, mut streams) =
        foyer_session::open(link, None, environment(hall)).expect("the link looks right");
    let choices = Choices {
        name: "Ada".into(),
        ..Choices::default()
    };
    assert!(handle.send(Intent::Choose { choices }) && handle.send(Intent::Join));
    soon("the end", async {
        while let Some(event) = streams.events.recv().await {
            if let CallEvent::View { view } = event
                && let Phase::Ended { reason, .. } = view.phase
            {
                return reason;
            }
        }
        "none".to_owned()
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_meeting_is_unknown_and_a_silent_address_unreachable() {
    let hall = Hall::open().await;
    let port = hall.server.port();
    let unknown = format!("http://127.0.0.1:{port}/meet/nothing-here");
    assert_eq!(end_of(&hall, &unknown).await, "linkUnknown");
    // Bound and never listening: nobody else can take the port meanwhile.
    let taken = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let silent = taken.local_addr().expect("bound").port();
    let silent = format!("http://127.0.0.1:{silent}/meet/x");
    assert_eq!(end_of(&hall, &silent).await, "netUnreachable");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_that_are_none_open_no_call() {
    let hall = Hall::open().await;
    for (link, code) in [
        ("", "link.nothing_found"),
        ("Meeting ID: 241 412 830 128 1", "link.needs_passcode"),
        ("http://example.org/meet/x", "link.other_site"),
        (hall.meeting.host_link.as_str(), "link.host_page"),
    ] {
        let refused = foyer_session::open(link, None, environment(&hall)).err();
        assert_eq!(refused.map(|error| error.code()), Some(code), "{link}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_are_none_do_not_join() {
    let hall = Hall::open().await;
    for name in [String::new(), " \u{202E}\n".into(), "x".repeat(10_000)] {
        let ada = Guest::open(&hall, 0, &name);
        ada.join_with(true, true);
        let said = |view: &foyer_contract::view::CallView| {
            view.notices
                .iter()
                .any(|notice| notice.code == "name.invalid")
        };
        let view = ada.until("the name is refused", said).await;
        assert_eq!(view.phase, Phase::PreJoin);
        let rig = ada.rig.clone();
        drop(ada);
        until("every device is closed", || rig.is_dark()).await;
        let options = Options {
            link: hall.meeting.guest_link.clone(),
            name: name.clone(),
            ..Options::default()
        };
        let refused = headless::run(options, environment(&hall), std::future::pending()).await;
        assert!(
            matches!(refused, Err(HeadlessError::Name(_))),
            "{name:.20?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_meeting_says_so() {
    let hall = Hall::open().await;
    let mut inside = Vec::new();
    for number in 0..foyer_practice::protocol::MAX_PARTICIPANTS {
        let link = hall.meeting.guest_link.clone();
        let config = foyer_practice::ClientConfig::guest(
            link,
            format!("Guest {number}"),
            hall.clock.clone(),
        );
        let joined = soon("another guest", foyer_practice::connect(config)).await;
        inside.push(joined.expect("there is room"));
    }
    assert_eq!(end_of(&hall, &hall.meeting.guest_link).await, "meetingFull");
}
