//! Calls as the command line makes them, and their reports.

use std::time::Duration;

use foyer_effects::Effects;
use foyer_practice::MeetingOptions;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::rig::Rig;
use foyer_scenarios::soon;
use foyer_session::Environment;
use foyer_session::headless::{self, Options, Outcome};

async fn call(hall: &Hall, number: u32, options: Options) -> Outcome {
    let environment = Environment {
        devices: Rig::new(number, hall.clock.clone()),
        effects: Effects::default(),
        clock: hall.clock.clone(),
        wall_clock: hall.wall_clock(),
        impairment: None,
        teams: None,
    };
    let options = Options {
        link: hall.meeting.guest_link.clone(),
        ..options
    };
    let run = headless::run(options, environment, std::future::pending());
    soon("the call ends", run)
        .await
        .expect("a good link and name")
}

fn sending(name: &str) -> Options {
    Options {
        name: name.into(),
        duration: Some(Duration::from_secs(8)),
        camera: Some("rig".into()),
        microphone: Some("rig".into()),
        say: Some(format!("{name} is here")),
        ..Options::default()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_calls_report_each_other() {
    let hall = Hall::open().await;
    let (ada, grace) = tokio::join!(
        call(&hall, 0, sending("Ada")),
        call(
            &hall,
            1,
            Options {
                share: Some("rig".into()),
                ..sending("Grace")
            }
        ),
    );
    assert_eq!((ada.exit_code, grace.exit_code), (0, 0));
    let report = ada.report;
    assert_eq!(report.end_reason.as_deref(), Some("hungUp"));
    let camera = report
        .feeds
        .iter()
        .find(|feed| feed.kind == "camera")
        .expect("a camera");
    assert_eq!(camera.participant, "Grace");
    assert!(
        camera.frames_decoded > 30,
        "{report:#?} {:#?}",
        grace.report.sent
    );
    assert!(camera.first_frame_ms.is_some_and(|at| at > 0));
    let counter = camera.counter.expect("a test card");
    assert!(
        Rig::new(1, hall.clock.clone())
            .camera_counters()
            .contains(&counter.first)
    );
    assert!(
        counter.advanced > 30 && counter.went_back == 0,
        "{counter:?}"
    );
    let share = report
        .feeds
        .iter()
        .find(|feed| feed.kind == "share")
        .expect("a share");
    assert!(share.frames_decoded > 10, "{share:?}");
    assert_eq!((share.width, share.height), (960, 540));
    assert!(report.audio.packets_received > 100 && report.audio.peak_dbfs > -40.0);
    assert!(report.sent.camera.frames > 30 && report.sent.camera.bitrate_bps > 0);
    assert!(report.sent.audio.packets > 100);
    let names: Vec<_> = report
        .roster
        .iter()
        .map(|person| person.name.as_str())
        .collect();
    assert!(names.contains(&"Ada"), "{names:?}");
    assert!(report.chat.iter().any(|message| message.from == "Ada"));
    let json = serde_json::to_value(&report).expect("a report is JSON");
    for key in [
        "states",
        "endReason",
        "feeds",
        "audio",
        "sent",
        "roster",
        "chat",
    ] {
        assert!(json.get(key).is_some(), "{key}: {json}");
    }
    assert!(json["feeds"][0]["framesDecoded"].is_u64());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_host_bot_admits_and_bots_are_seen_and_heard() {
    let options = MeetingOptions {
        lobby: true,
        bots: 2,
        host_bot: true,
        host_bot_delay: Duration::from_millis(500),
        ..MeetingOptions::default()
    };
    let hall = Hall::with(options, None).await;
    let outcome = call(&hall, 0, sending("Ada")).await;
    assert_eq!(outcome.exit_code, 0);
    let report = outcome.report;
    let states: Vec<_> = report.states.iter().map(|s| s.state.as_str()).collect();
    assert_eq!(states, ["connecting", "lobby", "inMeeting", "ended"]);
    let moving = report
        .feeds
        .iter()
        .filter(|feed| feed.counter.is_some_and(|counter| counter.advanced > 20));
    assert!(moving.count() >= 2, "{:?}", report.feeds);
    assert!(report.audio.peak_dbfs > -50.0, "{:?}", report.audio);
    assert!(report.roster.iter().any(|person| person.role == "host"));
    assert!(report.chat.len() >= 2, "a bot answers: {:?}", report.chat);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_not_let_in_gives_up_after_the_duration() {
    let hall = Hall::with_lobby().await;
    let options = Options {
        duration: Some(Duration::from_secs(1)),
        ..sending("Ada")
    };
    let outcome = call(&hall, 0, options).await;
    assert_eq!(outcome.exit_code, 3);
    assert_eq!(outcome.report.end_reason.as_deref(), Some("hungUp"));
    assert!(outcome.report.feeds.is_empty());
    assert_eq!(outcome.report.sent.audio.packets, 0);
}
