//! Whoever is not the page, and pages that break the rules: none gets in, none disturbs the others.

mod page;

use foyer_contract::bridge::command::Command;
use foyer_contract::bridge::event::{Answer, Outcome};
use foyer_contract::bridge::media::{MediaSocket, Source, TrackSettings};
use foyer_contract::bridge::{Handle, PROTOCOL};
use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::{Error, Message};

use page::counted::Counted;
use page::{ORIGIN, Page, connect, protocols};

async fn refused(url: &str, origin: Option<&str>, protocols: &str, host: Option<&str>) {
    match connect(url, origin, protocols, host).await {
        Err(Error::Http(response)) => assert_eq!(response.status(), 403),
        Err(other) => panic!("{url} {origin:?} {protocols}: {other}"),
        Ok(_) => panic!("{url} {origin:?} {protocols}: let in"),
    }
}

/// The page still gets answers.
async fn is_well(page: &mut Page) {
    let pc = page.new_connection().await;
    assert!(matches!(
        page.ask(Command::PcCreateOffer { pc }).await,
        Answer::Sdp(_)
    ));
    page.tell(Command::PcClose { pc }).await;
}

fn camera() -> Source {
    Source::Camera(TrackSettings {
        device_id: Some("test:card".to_owned()),
        ..TrackSettings::default()
    })
}

async fn watch(page: &mut Page, track: Handle) -> MediaSocket {
    match page.ask(Command::TrackWatch { track }).await {
        Answer::Media(socket) => socket,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_page_gets_in_and_only_once() {
    let bridge = page::bridge().await;
    let mut well = Page::open(&bridge).await;
    let opening = bridge.opening().unwrap();
    let control = format!("{}/control", opening.url);
    let good = protocols(&opening.token);
    for origin in [
        None,
        Some("null"),
        Some("http://page.test:80"),
        Some("https://page.test"),
        Some("http://page.test.evil"),
        Some("http://PAGE.test"),
    ] {
        refused(&control, origin, &good, None).await;
    }
    for host in ["localhost", "127.0.0.1", "evil.test", "127.0.0.1:1"] {
        refused(&control, Some(ORIGIN), &good, Some(host)).await;
    }
    let unknown = protocols(&"0".repeat(64));
    for protocols in [
        PROTOCOL,
        &unknown,
        &protocols("short"),
        &format!("token.{}", opening.token),
        &format!("foyer-bridge.v2, token.{}", opening.token),
    ] {
        refused(&control, Some(ORIGIN), protocols, None).await;
    }
    for path in ["/", "/control/", "/control?x", "/track/1"] {
        let url = format!("{}{path}", opening.url);
        refused(&url, Some(ORIGIN), &good, None).await;
    }
    // A media path burns a page's token no more than a wrong origin does.
    let mut page = Page::with(opening).await;
    is_well(&mut page).await;
    refused(&control, Some(ORIGIN), &good, None).await;
    is_well(&mut page).await;
    is_well(&mut well).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_media_token_opens_its_own_track_once() {
    let bridge = page::bridge().await;
    let (mut one, mut other) = (Page::open(&bridge).await, Page::open(&bridge).await);
    let (first, _) = one.open_track(camera()).await;
    other.handle();
    let (second, _) = other.open_track(camera()).await;
    assert_ne!(first, second);
    let (ours, theirs) = (
        watch(&mut one, first).await,
        watch(&mut other, second).await,
    );
    let url = |socket: &MediaSocket| format!("{}{}", one.url, socket.path);
    refused(&url(&theirs), Some(ORIGIN), &protocols(&ours.token), None).await;
    // It was tried at a wrong door.
    refused(&url(&ours), Some(ORIGIN), &protocols(&ours.token), None).await;
    refused(
        &url(&theirs),
        Some("http://evil.test"),
        &protocols(&theirs.token),
        None,
    )
    .await;
    let open = connect(&url(&theirs), Some(ORIGIN), &protocols(&theirs.token), None).await;
    let mut open = open.unwrap();
    page::record(&mut open).await;
    refused(&url(&theirs), Some(ORIGIN), &protocols(&theirs.token), None).await;
    page::record(&mut open).await;
    // Neither opens a page.
    let control = format!("{}/control", one.url);
    let fresh = watch(&mut one, first).await;
    refused(&control, Some(ORIGIN), &protocols(&fresh.token), None).await;
    is_well(&mut one).await;
    is_well(&mut other).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_media_token_dies_with_its_page() {
    let (devices, open) = Counted::new();
    let bridge = page::bridge_with(devices).await;
    let mut page = Page::open(&bridge).await;
    let (track, _) = page.open_track(camera()).await;
    let socket = watch(&mut page, track).await;
    let url = format!("{}{}", page.url, socket.path);
    drop(page);
    assert!(open.reaches(0, page::LIMIT).await);
    if let Ok(mut late) = connect(&url, Some(ORIGIN), &protocols(&socket.token), None).await {
        use futures_util::StreamExt;
        let next = tokio::time::timeout(page::LIMIT, late.next())
            .await
            .unwrap();
        assert!(
            !matches!(next, Some(Ok(Message::Binary(_)))),
            "pictures of a page that is gone"
        );
    }
    let mut fresh = Page::open(&bridge).await;
    match fresh.outcome(Command::TrackWatch { track }).await {
        Outcome::Error(error) => assert_eq!(error.name, "InvalidStateError"),
        Outcome::Ok(answer) => panic!("a handle of an old page: {answer:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nonsense_ends_the_page_that_says_it_and_no_other() {
    let bridge = page::bridge().await;
    let mut well = Page::open(&bridge).await;
    let even = r#"[{"seq":1,"command":{"op":"pcNew","pc":2,"configuration":
        {"iceServers":[],"relayOnly":false,"iceCandidatePoolSize":0,"certificates":[]}}}]"#;
    let nonsense = [
        Message::text("garbage"),
        Message::text("{}"),
        Message::text("[1]"),
        Message::text(even),
        Message::text(format!("[{}1]", "1,".repeat(5_000))),
        Message::text("[".repeat(100_000)),
        Message::text(" ".repeat(17 << 20)),
        Message::binary(vec![7, 1, 0, 0, 0]),
        Message::binary(vec![1]),
        Message::binary(vec![1, 1, 0, 0, 0, 0xff, 0xfe]),
    ];
    for message in nonsense {
        let mut page = Page::open(&bridge).await;
        // A large one may be cut off while it is being sent.
        page.socket.send(message).await.ok();
        assert!(page.is_closed().await);
        is_well(&mut well).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_of_another_version_are_answered_and_wrong_handles_refused() {
    let bridge = page::bridge().await;
    let mut page = Page::open(&bridge).await;
    let unknown = r#"[{"seq":77,"command":{"op":"formatDisk"}}]"#;
    page.socket.send(Message::text(unknown)).await.unwrap();
    let name = page
        .event(|event| match event {
            foyer_contract::bridge::Event::Reply {
                seq: 77,
                outcome: Outcome::Error(error),
                ..
            } => Some(error.name.clone()),
            _ => None,
        })
        .await;
    assert_eq!(name, "NotSupportedError");
    // To a channel that is not there: it may have closed just now.
    let stray = page::message(12_345, 1, b"hello");
    page.socket.send(Message::binary(stray)).await.unwrap();
    for command in [
        Command::PcCreateOffer { pc: 4_711 },
        Command::SenderTrack {
            transceiver: 4_711,
            track: None,
        },
        Command::TrackWatch { track: 2 },
    ] {
        assert!(matches!(page.outcome(command).await, Outcome::Error(_)));
    }
    page.tell(Command::TrackStop { track: 4_711 }).await;
    page.tell(Command::PcClose { pc: 4_711 }).await;
    is_well(&mut page).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_slows_only_whoever_sends_it() {
    let bridge = page::bridge().await;
    let (mut well, mut page) = (Page::open(&bridge).await, Page::open(&bridge).await);
    let stop = r#"{"seq":1,"command":{"op":"trackStop","track":1}}"#;
    let batch = format!("[{}]", vec![stop; 4_000].join(","));
    let flood = tokio::spawn(async move {
        for _ in 0..40 {
            page.socket
                .send(Message::text(batch.clone()))
                .await
                .unwrap();
        }
        page
    });
    let begun = tokio::time::Instant::now();
    for _ in 0..5 {
        is_well(&mut well).await;
    }
    let took = begun.elapsed();
    let mut page = flood.await.unwrap();
    is_well(&mut page).await;
    // 160,000 commands at 10,000 a second.
    assert!(begun.elapsed().as_secs() >= 10, "not slowed down");
    assert!(took.as_secs() < 10, "the other page waited {took:?}");
}
