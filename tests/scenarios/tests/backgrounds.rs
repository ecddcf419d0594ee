//! What stands behind a guest, as others get it; and hearing oneself before joining.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use foyer_contract::background::{Background, BackgroundState};
use foyer_contract::intent::{Choices, Intent};
use foyer_contract::sound_check::{SoundCheck, SoundVerdict};
use foyer_contract::view::DeviceState;
use foyer_effects::{EffectDevices, Effects, FindPerson, FinderError, MASK_HEIGHT, MASK_WIDTH};
use foyer_media::device::DeviceKind;
use foyer_media::frame::I420;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::rig::Rig;
use foyer_scenarios::until;
use foyer_session::Environment;

/// Finds nobody: all of a picture is background. Can be too slow for any call.
struct Nobody(Arc<AtomicBool>);

impl FindPerson for Nobody {
    fn find(&mut self, _: &I420) -> Result<Vec<f32>, FinderError> {
        if self.0.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(400));
        }
        Ok(vec![0.0; (MASK_WIDTH * MASK_HEIGHT) as usize])
    }
}

/// A guest whose cameras have effects, and the switch that makes them slow.
fn guest(hall: &Hall, name: &str) -> (Guest, Arc<AtomicBool>) {
    let slow = Arc::<AtomicBool>::default();
    let rig = Rig::new(0, hall.clock.clone());
    let effects = Effects::default();
    let is_slow = Arc::clone(&slow);
    let devices = EffectDevices::with_finder(
        rig.clone(),
        hall.clock.clone(),
        effects.clone(),
        Arc::new(move || Ok(Box::new(Nobody(Arc::clone(&is_slow))))),
    );
    let environment = Environment {
        devices: Arc::new(devices),
        effects,
        clock: hall.clock.clone(),
        wall_clock: hall.wall_clock(),
        impairment: None,
        teams: None,
    };
    let guest = Guest::open_in(environment, rig, &hall.meeting.guest_link, name);
    (guest, slow)
}

fn choose(background: Background) -> Intent {
    Intent::SetBackground { background }
}

/// Waits for pictures that show no test card any more, and for more of them than could be on their way.
async fn hidden(who: &Guest, feed: u32) {
    let before = who.sight.without_counter(feed);
    until("pictures without the room", || {
        who.sight.without_counter(feed) >= before + 10
    })
    .await;
    let seen = who.sight.count(feed);
    until("more of them", || {
        who.sight.without_counter(feed) >= before + 20
    })
    .await;
    assert_eq!(who.sight.count(feed), seen, "the room was seen again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_and_the_self_view_get_the_background_and_a_share_is_left_alone() {
    let hall = Hall::open().await;
    let (ada, _) = guest(&hall, "Ada");
    let grace = Guest::open(&hall, 1, "Grace");
    ada.enter().await;
    grace.enter().await;
    let seen = grace.sees("Ada", |ada| ada.camera_feed.is_some()).await;
    let camera = seen.camera_feed.expect("it was waited for");
    let own = ada
        .until("a self view", |view| view.me.camera_feed.is_some())
        .await;
    let own = own.me.camera_feed.expect("it was waited for");
    grace.watch(&[camera]);
    ada.watch(&[own]);
    grace.pictures(camera, 10).await;
    ada.pictures(own, 10).await;

    ada.ask(choose(Background::Slate));
    ada.until("it runs", |view| {
        matches!(view.me.background.state, BackgroundState::Running { .. })
    })
    .await;
    hidden(&grace, camera).await;
    hidden(&ada, own).await;

    ada.share("rig");
    let view = grace.until("a share", |view| view.share.is_some()).await;
    let share = view.share.expect("it was waited for").feed;
    grace.watch(&[share]);
    grace.pictures(share, 5).await;
    assert_eq!(grace.sight.without_counter(share), 0);

    ada.ask(choose(Background::None));
    grace.watch(&[camera]);
    grace.pictures(camera, 10).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_background_that_is_too_slow_pauses_the_camera_until_the_guest_chooses() {
    let hall = Hall::open().await;
    let (ada, slow) = guest(&hall, "Ada");
    let grace = Guest::open(&hall, 1, "Grace");
    ada.ask(choose(Background::StrongBlur));
    ada.enter().await;
    grace.enter().await;
    let seen = grace.sees("Ada", |ada| ada.camera_feed.is_some()).await;
    let camera = seen.camera_feed.expect("it was waited for");
    grace.watch(&[camera]);
    until("pictures", || grace.sight.without_counter(camera) > 5).await;

    slow.store(true, Ordering::SeqCst);
    let view = ada
        .until("the camera pauses", |view| {
            matches!(view.me.camera, DeviceState::Failed { .. })
        })
        .await;
    let code = "effect.too_slow".to_owned();
    assert_eq!(view.me.camera, DeviceState::Failed { code: code.clone() });
    assert_eq!(view.me.background.chosen, Background::StrongBlur);
    let BackgroundState::Stopped {
        code: why,
        picture_ms: Some(ms),
    } = view.me.background.state
    else {
        panic!("{:?}", view.me.background);
    };
    assert!(why == code && ms > 66.0, "{why} {ms}");
    assert_eq!(ada.rig.open(DeviceKind::Camera), 0);
    grace.sees("Ada", |ada| ada.camera_feed.is_none()).await;
    assert_eq!(grace.sight.count(camera), 0, "the room was never seen");

    // The same again tries again; none shows the room, because the guest says so.
    slow.store(false, Ordering::SeqCst);
    ada.ask(choose(Background::StrongBlur));
    ada.until("it works again", |view| {
        matches!(view.me.background.state, BackgroundState::Running { .. })
    })
    .await;
    ada.ask(choose(Background::None));
    let seen = grace.sees("Ada", |ada| ada.camera_feed.is_some()).await;
    let camera = seen.camera_feed.expect("it was waited for");
    grace.watch(&[camera]);
    grace.pictures(camera, 5).await;
}

fn before_joining(guest: &Guest) {
    let choices = Choices {
        name: "Ada".into(),
        camera_id: Some("rig".into()),
        microphone_id: Some("rig".into()),
        speaker_id: Some("rig".into()),
        camera_on: false,
        microphone_on: true,
    };
    guest.ask(Intent::Choose { choices });
}

fn verdict(check: SoundCheck) -> Option<SoundVerdict> {
    match check {
        SoundCheck::Done { verdict } => Some(verdict),
        SoundCheck::Idle | SoundCheck::Recording { .. } | SoundCheck::Playing { .. } => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_voice_is_recorded_judged_and_played_back() {
    let hall = Hall::open().await;
    for (talks, wanted) in [(true, SoundVerdict::Well), (false, SoundVerdict::Noisy)] {
        let ada = Guest::open(&hall, 0, "Ada");
        if talks {
            ada.rig.talk();
        }
        before_joining(&ada);
        ada.until("ready", |view| {
            view.me.microphone == DeviceState::Live && view.me.speaker == DeviceState::Live
        })
        .await;
        ada.rig.take_heard();
        ada.ask(Intent::CheckSound { on: true });
        ada.until("it records", |view| {
            matches!(view.me.sound_check, SoundCheck::Recording { .. })
        })
        .await;
        let silent = ada.rig.take_heard();
        assert!(silent.iter().all(|sample| *sample == 0.0));
        ada.until("it plays", |view| {
            matches!(view.me.sound_check, SoundCheck::Playing { .. })
        })
        .await;
        let mut heard = Vec::new();
        let mut last = None;
        until("its end", || {
            heard.extend(ada.rig.take_heard());
            last = verdict(ada.now().me.sound_check);
            last.is_some()
        })
        .await;
        assert_eq!(last, Some(wanted));
        let loud = heard.iter().filter(|sample| sample.abs() > 0.02).count();
        assert!(
            loud > 48_000 / 2,
            "{loud} samples of a voice in {}",
            heard.len()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sound_check_ends_with_the_microphone_and_with_joining() {
    let hall = Hall::open().await;
    let ada = Guest::open(&hall, 0, "Ada");
    before_joining(&ada);
    ada.until("ready", |view| view.me.microphone == DeviceState::Live)
        .await;
    let recording = |view: &foyer_contract::view::CallView| {
        matches!(view.me.sound_check, SoundCheck::Recording { .. })
    };
    ada.ask(Intent::CheckSound { on: true });
    ada.until("it records", recording).await;
    ada.rig.unplug(DeviceKind::Microphone);
    ada.until("given up", |view| view.me.sound_check == SoundCheck::Idle)
        .await;

    ada.ask(Intent::SetMuted { muted: true });
    ada.ask(Intent::SetMuted { muted: false });
    ada.until("ready again", |view| {
        view.me.microphone == DeviceState::Live
    })
    .await;
    ada.ask(Intent::CheckSound { on: true });
    ada.until("it records", recording).await;
    ada.ask(Intent::Join);
    ada.until("given up", |view| view.me.sound_check == SoundCheck::Idle)
        .await;
}
