//! Whole calls between two connections of one page.
#![allow(clippy::unwrap_used)]

mod page;

use foyer_contract::bridge::command::Command;
use std::time::Duration;

use foyer_contract::bridge::Handle;
use foyer_contract::bridge::connection::{MediaKind, SdpType};
use foyer_contract::bridge::event::{Answer, Event, Outcome};
use foyer_contract::bridge::media::{Source, TrackSettings};
use foyer_media::level::windows_with_tone;
use futures_util::SinkExt;
use tokio_tungstenite::tungstenite::Message;

use page::counted::Counted;
use page::pair::{call, listen};
use page::{Page, channel_init, credit, description, message, record};

const H264: u8 = 1;
const I420: u8 = 4;
const KEY: u8 = 1;

fn card(width: u32, height: u32) -> Source {
    Source::Camera(TrackSettings {
        device_id: Some("test:card".to_owned()),
        width: Some(width),
        height: Some(height),
        ..TrackSettings::default()
    })
}

fn tone() -> Source {
    Source::Microphone(TrackSettings {
        device_id: Some("test:tone".to_owned()),
        ..TrackSettings::default()
    })
}

async fn flows(page: &mut Page, wanted: Handle) {
    page.event(|event| match event {
        Event::TrackFlows { track, flows: true } if *track == wanted => Some(()),
        _ => None,
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_camera_is_seen_at_home_and_at_the_far_side() {
    let (devices, open) = Counted::new();
    let bridge = page::bridge_with(devices).await;
    let mut page = Page::open(&bridge).await;
    let (track, opened) = page.open_track(card(320, 180)).await;
    assert_eq!(
        (opened.settings.width, opened.settings.height),
        (Some(320), Some(180))
    );
    let mut home = page.media(Command::TrackWatch { track }).await;
    for _ in 0..4 {
        let (kind, _, width, height, payload) = record(&mut home).await;
        assert_eq!((kind, width, height), (I420, 320, 180));
        assert_eq!(payload.len(), 320 * 180 * 3 / 2);
    }
    let received = call(&mut page, MediaKind::Video, track).await;
    flows(&mut page, received).await;
    let mut far = page.media(Command::TrackWatch { track: received }).await;
    let (kind, flags, width, height, _) = record(&mut far).await;
    assert_eq!((kind, flags & KEY, width, height), (H264, KEY, 320, 180));
    credit(&mut far, 30).await;
    for _ in 0..30 {
        assert_eq!(record(&mut far).await.0, H264);
    }
    assert_eq!(open.now(), 1);
    drop(page);
    assert!(
        open.reaches(0, Duration::from_secs(1)).await,
        "the camera is still open"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_can_be_read_beside_the_page() {
    let bridge = page::bridge().await;
    let mut page = Page::open(&bridge).await;
    let (track, _) = page.open_track(card(320, 180)).await;
    assert!(bridge.remote_pictures(track).is_none(), "it is our own");
    let received = call(&mut page, MediaKind::Video, track).await;
    let clone = page.handle();
    page.tell(Command::TrackClone {
        track: clone,
        of: received,
    })
    .await;
    // The page watches too, and each gets all.
    let mut far = page.media(Command::TrackWatch { track: received }).await;
    for track in [received, clone] {
        let pictures = bridge.remote_pictures(track).unwrap();
        let mut frames = pictures.frames();
        let first = page::soon("a picture", frames.recv()).await.unwrap();
        assert!(first.key);
        assert_eq!((first.width, first.height), (320, 180));
        for _ in 0..30 {
            page::soon("a picture", frames.recv()).await.unwrap();
        }
    }
    let (kind, flags, ..) = record(&mut far).await;
    assert_eq!((kind, flags & KEY), (H264, KEY));
    drop(page);
    page::soon("the page's end", async {
        while bridge.remote_pictures(received).is_some() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_can_be_seen_beside_the_page_bit_for_bit() {
    let bridge = page::bridge().await;
    let mut page = Page::open(&bridge).await;
    let (track, _) = page.open_track(card(320, 180)).await;
    let sent = bridge.sent_pictures(false);
    let mut seen = sent.frames();
    let mut screen = bridge.sent_pictures(true).frames();
    let received = call(&mut page, MediaKind::Video, track).await;
    let mut far = bridge.remote_pictures(received).unwrap().frames();
    let first = page::soon("a picture", seen.recv()).await.unwrap();
    assert!(first.key);
    assert_eq!((first.width, first.height), (320, 180));
    let mut ours = vec![first.data];
    let mut theirs = Vec::new();
    while theirs.len() < 30 {
        tokio::select! {
            frame = page::soon("what is sent", seen.recv()) => ours.push(frame.unwrap().data),
            frame = page::soon("what arrives", far.recv()) => theirs.push(frame.unwrap().data),
        }
    }
    // The last ones may not have been looked at yet.
    let same = theirs.iter().filter(|data| ours.contains(data)).count();
    assert!(same >= 25, "{same} of 30");
    // Whoever comes later begins with a key frame, and needs not wait for one by chance.
    let mut late = sent.frames();
    assert!(page::soon("a key frame", late.recv()).await.unwrap().key);
    assert!(screen.try_recv().is_err(), "no screen is sent");
    drop((page, bridge));
    page::soon("the bridge's end", async {
        while seen.recv().await.is_some() {}
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_slow_loses_nothing_and_one_that_stops_begins_again_with_a_key_frame() {
    let bridge = page::bridge().await;
    let mut page = Page::open(&bridge).await;
    let (track, _) = page.open_track(card(320, 180)).await;
    let received = call(&mut page, MediaKind::Video, track).await;
    let mut far = page.media(Command::TrackWatch { track: received }).await;
    for _ in 0..4 {
        record(&mut far).await;
    }
    // Without credit nothing comes: for a moment it waits, and then there is no more room.
    for (millis, next) in [(500, 0), (2_500, KEY)] {
        let more = tokio::time::timeout(Duration::from_millis(millis), record(&mut far));
        assert!(more.await.is_err());
        credit(&mut far, 1).await;
        let (_, flags, ..) = record(&mut far).await;
        assert_eq!(flags & KEY, next, "after {millis} ms");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_large_camera_is_shown_encoded_and_a_clone_keeps_it_open() {
    let (devices, open) = Counted::new();
    let bridge = page::bridge_with(devices).await;
    let mut page = Page::open(&bridge).await;
    let (track, _) = page.open_track(card(1280, 720)).await;
    let mut home = page.media(Command::TrackWatch { track }).await;
    let (kind, flags, width, height, _) = record(&mut home).await;
    assert_eq!((kind, flags & KEY, width, height), (H264, KEY, 1280, 720));
    let clone = page.handle();
    page.tell(Command::TrackClone {
        track: clone,
        of: track,
    })
    .await;
    page.ask(Command::TrackApply {
        track: clone,
        settings: TrackSettings {
            width: Some(90),
            height: Some(160),
            ..TrackSettings::default()
        },
    })
    .await;
    page.tell(Command::TrackStop { track }).await;
    let mut small = page.media(Command::TrackWatch { track: clone }).await;
    let (kind, _, width, height, _) = record(&mut small).await;
    assert_eq!((kind, width, height), (I420, 90, 160));
    page.tell(Command::TrackEnable {
        track: clone,
        enabled: false,
    })
    .await;
    credit(&mut small, 40).await;
    let black = |payload: &[u8]| payload[..90 * 160].iter().all(|luma| *luma == 16);
    let mut seen = 0;
    while !black(&record(&mut small).await.4) {
        seen += 1;
        assert!(seen < 30, "it never turns black");
    }
    assert_eq!(open.now(), 1);
    page.tell(Command::TrackStop { track: clone }).await;
    assert!(open.reaches(0, Duration::from_secs(1)).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tone_is_heard_at_home_and_at_the_far_side() {
    let (devices, open) = Counted::new();
    let bridge = page::bridge_with(devices).await;
    let mut page = Page::open(&bridge).await;
    let (track, _) = page.open_track(tone()).await;
    let mut home = page.media(Command::TrackWatch { track }).await;
    assert!(windows_with_tone(&listen(&mut home).await, 1000.0, 0.8) > 0.9);
    let received = call(&mut page, MediaKind::Audio, track).await;
    flows(&mut page, received).await;
    let mut far = page.media(Command::TrackWatch { track: received }).await;
    // The first second holds the beginning.
    listen(&mut far).await;
    assert!(windows_with_tone(&listen(&mut far).await, 1000.0, 0.8) > 0.7);
    page.tell(Command::TrackEnable {
        track,
        enabled: false,
    })
    .await;
    let mut tries = 0;
    while listen(&mut home).await.iter().any(|sample| *sample != 0.0) {
        tries += 1;
        assert!(tries < 10, "it never falls silent");
    }
    page.socket.close(None).await.unwrap();
    assert!(
        open.reaches(0, Duration::from_secs(1)).await,
        "the microphone is still open"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn pictures_of_the_page_are_sent() {
    let bridge = page::bridge().await;
    let mut page = Page::open(&bridge).await;
    let track = page.handle();
    let kind = MediaKind::Video;
    let mut made = page.media(Command::TrackMake { track, kind }).await;
    let paint = tokio::spawn(async move {
        let mut picture = vec![I420, KEY, 0, 0];
        picture.extend(160u32.to_le_bytes());
        picture.extend(120u32.to_le_bytes());
        picture.extend(0i64.to_le_bytes());
        picture.extend([90; 160 * 120 * 3 / 2]);
        while made.send(Message::binary(picture.clone())).await.is_ok() {
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    });
    let received = call(&mut page, MediaKind::Video, track).await;
    let mut far = page.media(Command::TrackWatch { track: received }).await;
    let (kind, flags, width, height, _) = record(&mut far).await;
    assert_eq!((kind, flags & KEY, width, height), (H264, KEY, 160, 120));
    paint.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_have_the_names_of_the_specification() {
    let bridge = page::bridge().await;
    let mut page = Page::open(&bridge).await;
    let pc = page.new_connection().await;
    let track = page.handle();
    let nowhere = Source::Camera(TrackSettings {
        device_id: Some("nowhere".to_owned()),
        ..TrackSettings::default()
    });
    let cases = [
        (Command::PcCreateAnswer { pc }, "InvalidStateError"),
        (
            Command::PcSetRemote {
                pc,
                description: description(SdpType::Offer, "v=0\r\nnonsense".to_owned()),
            },
            "RTCError",
        ),
        (
            Command::TrackOpen {
                track,
                source: nowhere,
            },
            "NotFoundError",
        ),
        (Command::TrackWatch { track: 99 }, "InvalidStateError"),
    ];
    for (command, name) in cases {
        match page.outcome(command.clone()).await {
            Outcome::Error(error) => assert_eq!(error.name, name, "{command:?}"),
            Outcome::Ok(answer) => panic!("{command:?}: {answer:?}"),
        }
    }
    let Answer::Stats(stats) = page.ask(Command::PcStats { pc, selector: None }).await else {
        panic!("no statistics");
    };
    assert!(stats.starts_with('{'));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_channel_carries_texts_and_bytes_both_ways() {
    let bridge = page::bridge().await;
    let mut page = Page::open(&bridge).await;
    let (one, other) = (page.new_connection().await, page.new_connection().await);
    let channel = page.handle();
    let init = channel_init("talk");
    page.tell(Command::ChannelNew {
        pc: one,
        channel,
        init,
    })
    .await;
    page.negotiate(one, other).await;
    page.connect_pair(one, other).await;
    let far = page
        .event(|event| match event {
            Event::ChannelNew {
                pc, channel, init, ..
            } if *pc == other => {
                assert_eq!(init.label, "talk");
                Some(*channel)
            }
            _ => None,
        })
        .await;
    assert_eq!(far % 2, 0, "the engine's handles are even");
    page.event(|event| match event {
        Event::ChannelOpen { channel: open, .. } if *open == channel => Some(()),
        _ => None,
    })
    .await;
    for (from, to, kind, payload) in [
        (channel, far, 1, "grüß dich".as_bytes()),
        (far, channel, 2, &[0, 255, 7]),
    ] {
        let sent = message(from, kind, payload);
        page.socket.send(Message::binary(sent)).await.unwrap();
        assert_eq!(page.message().await, message(to, kind, payload));
        let bytes = page
            .event(|event| match event {
                Event::ChannelSent { channel, bytes } if *channel == from => Some(*bytes),
                _ => None,
            })
            .await;
        assert_eq!(bytes as usize, payload.len());
    }
    page.tell(Command::ChannelClose { channel }).await;
    for end in [channel, far] {
        page.event(|event| match event {
            Event::ChannelClosed { channel, .. } if *channel == end => Some(()),
            _ => None,
        })
        .await;
    }
}
