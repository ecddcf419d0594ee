//! Seeing, hearing, muting, sharing.

use foyer_contract::intent::Intent;
use foyer_contract::view::DeviceState;
use foyer_media::level::windows_with_tone;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::sight::Picture;
use foyer_scenarios::until;

/// One second of sound.
const SECOND: usize = 48_000;

fn all_of(pictures: &[Picture], counters: &std::ops::Range<u32>) -> bool {
    pictures
        .iter()
        .all(|picture| counters.contains(&picture.counter))
}

fn advance(pictures: &[Picture]) -> bool {
    pictures
        .windows(2)
        .all(|pair| pair[0].counter <= pair[1].counter)
        && pictures.first().map(|p| p.counter) < pictures.last().map(|p| p.counter)
}

/// Waits until a whole second of what the guest hears is this tone (true) or is free of it.
async fn hears(guest: &Guest, hertz: f64, wanted: bool) {
    let mut heard = Vec::new();
    until("the right sound", || {
        heard.extend(guest.rig.take_heard());
        let start = heard.len().saturating_sub(SECOND);
        let share = windows_with_tone(&heard[start..], hertz, 0.5);
        heard.len() >= SECOND && if wanted { share > 0.9 } else { share < 0.05 }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_guests_see_and_hear_each_other() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    for (me, other, name) in [(&ada, &grace, "Grace"), (&grace, &ada, "Ada")] {
        let person = me
            .sees(name, |person| person.camera_feed.is_some() && !person.muted)
            .await;
        let feed = person.camera_feed.expect("waited for");
        me.watch(&[feed]);
        let pictures = me.pictures(feed, 60).await;
        assert!(
            all_of(&pictures, &other.rig.camera_counters()),
            "{pictures:?}"
        );
        assert!(advance(&pictures), "{pictures:?}");
        hears(me, other.rig.hertz(), true).await;
    }
    let report = ada.report().await;
    assert_eq!(report.feeds.len(), 1);
    let feed = &report.feeds[0];
    assert_eq!((feed.participant.as_str(), feed.kind), ("Grace", "camera"));
    assert_eq!(
        (feed.codec, feed.width, feed.height),
        (Some("h264"), 640, 360)
    );
    assert!(feed.frames_received >= 60);
    assert!(report.sent.camera.frames > 0 && report.sent.audio.packets > 0);
    assert!(report.audio.packets_received > 50 && report.audio.peak_dbfs > -40.0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn muting_is_seen_and_heard_and_closes_the_microphone() {
    let hall = Hall::open().await;
    let host = hall.host().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    hears(&grace, ada.rig.hertz(), true).await;
    ada.ask(Intent::SetMuted { muted: true });
    ada.until("muted", |view| view.me.microphone == DeviceState::Off)
        .await;
    let seen = ada.report().await.sent.audio.packets;
    grace.sees("Ada", |person| person.muted).await;
    let microphone = foyer_media::device::DeviceKind::Microphone;
    until("muted is closed", || ada.rig.open(microphone) == 0).await;
    hears(&grace, ada.rig.hertz(), false).await;
    // One packet may be in the making while it is seen.
    let later = ada.report().await.sent.audio.packets;
    assert!(later <= seen + 1, "{} packets left muted", later - seen);
    ada.ask(Intent::SetMuted { muted: false });
    grace.sees("Ada", |person| !person.muted).await;
    hears(&grace, ada.rig.hertz(), true).await;

    let id = host.finds("Ada").await;
    host.client.mute_participant(&id);
    let view = ada
        .until("muted by the host", |view| view.me.muted_by_host)
        .await;
    assert_eq!(view.me.microphone, DeviceState::Off);
    assert!(view.notices.iter().any(|n| n.code == "call.mutedByHost"));
    grace.sees("Ada", |person| person.muted).await;
    until("muted is closed", || ada.rig.open(microphone) == 0).await;
    hears(&grace, ada.rig.hertz(), false).await;
    ada.ask(Intent::SetMuted { muted: false });
    hears(&grace, ada.rig.hertz(), true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_camera_goes_off_and_comes_back() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    let on = grace
        .sees("Ada", |person| person.camera_feed.is_some())
        .await;
    let feed = on.camera_feed.expect("waited for");
    grace.watch(&[feed]);
    grace.pictures(feed, 10).await;
    ada.ask(Intent::SetCamera { on: false });
    grace
        .sees("Ada", |person| person.camera_feed.is_none())
        .await;
    until("the camera is closed", || {
        ada.rig.open(foyer_media::device::DeviceKind::Camera) == 0
    })
    .await;
    ada.ask(Intent::SetCamera { on: true });
    let on = grace
        .sees("Ada", |person| person.camera_feed.is_some())
        .await;
    let feed = on.camera_feed.expect("waited for");
    grace.watch(&[feed]);
    let pictures = grace.pictures(feed, 10).await;
    assert!(all_of(&pictures, &ada.rig.camera_counters()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_comes_beside_the_camera_and_goes_again() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    for _ in 0..2 {
        ada.share("rig");
        let view = grace
            .until("Ada's share", |view| view.share.is_some())
            .await;
        let share = view.share.expect("waited for");
        assert_eq!(share.name, "Ada");
        let person = grace
            .sees("Ada", |person| person.camera_feed.is_some())
            .await;
        let camera = person.camera_feed.expect("waited for");
        grace.watch(&[share.feed, camera]);
        let pictures = grace.pictures(share.feed, 10).await;
        assert!(
            all_of(&pictures, &ada.rig.screen_counters()),
            "{pictures:?}"
        );
        assert!(advance(&pictures), "{pictures:?}");
        let pictures = grace.pictures(camera, 10).await;
        assert!(
            all_of(&pictures, &ada.rig.camera_counters()),
            "{pictures:?}"
        );
        let own = ada.now().me;
        assert_eq!(own.share, DeviceState::Live);
        assert!(ada.now().share.is_none(), "our own share is no stage");
        ada.ask(Intent::StopShare);
        grace.until("no share", |view| view.share.is_none()).await;
        until("the screen is closed", || {
            ada.rig.open(foyer_media::device::DeviceKind::Screen) == 0
        })
        .await;
        grace.pictures(camera, 10).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_one_shares_at_a_time() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    ada.share("rig");
    grace
        .until("Ada's share", |view| view.share.is_some())
        .await;
    grace.share("rig");
    let view = grace
        .until("refused", |view| {
            matches!(view.me.share, DeviceState::Failed { .. })
        })
        .await;
    let code = "share.taken".to_owned();
    assert_eq!(view.me.share, DeviceState::Failed { code });
    until("the screen is closed", || {
        grace.rig.open(foyer_media::device::DeviceKind::Screen) == 0
    })
    .await;
    assert!(grace.now().share.is_some(), "Ada's goes on");
}
