//! Devices that do not work: the call goes on without them.

use foyer_contract::intent::Intent;
use foyer_contract::view::{DeviceState, Phase};
use foyer_media::device::DeviceKind;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::until;

fn failed(code: &str) -> DeviceState {
    DeviceState::Failed { code: code.into() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_guest_whose_devices_are_all_busy_is_in_and_can_chat() {
    let hall = Hall::open().await;
    let ada = Guest::open(&hall, 0, "Ada");
    for kind in [
        DeviceKind::Camera,
        DeviceKind::Microphone,
        DeviceKind::Speaker,
    ] {
        ada.rig.refuse(kind, true);
    }
    ada.enter().await;
    let view = ada
        .until("all failed", |view| {
            let busy = failed("device.busy");
            view.me.camera == busy && view.me.microphone == busy && view.me.speaker == busy
        })
        .await;
    assert_eq!(view.phase, Phase::InMeeting);
    ada.ask(Intent::SendChat { text: "hi".into() });
    until("the message", || ada.chat().len() == 1).await;

    ada.rig.refuse(DeviceKind::Camera, false);
    ada.ask(Intent::SetCamera { on: true });
    ada.until("works now", |view| view.me.camera == DeviceState::Live)
        .await;
    ada.rig.refuse(DeviceKind::Speaker, false);
    ada.ask(Intent::TestSpeaker);
    ada.until("works now", |view| view.me.speaker == DeviceState::Live)
        .await;
    let mut heard = Vec::new();
    until("the test sound", || {
        heard.extend(ada.rig.take_heard());
        heard.iter().any(|sample: &f32| sample.abs() > 0.05)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn devices_unplugged_in_a_call_are_missed_and_the_call_goes_on() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    ada.share("rig");
    grace
        .until("Ada's share", |view| view.share.is_some())
        .await;
    grace
        .sees("Ada", |person| {
            person.camera_feed.is_some() && !person.muted
        })
        .await;
    let lost = failed("device.lost");
    ada.rig.unplug(DeviceKind::Screen);
    ada.until("share lost", |view| view.me.share == lost).await;
    grace.until("no share", |view| view.share.is_none()).await;
    ada.rig.unplug(DeviceKind::Camera);
    ada.until("camera lost", |view| view.me.camera == lost)
        .await;
    grace
        .sees("Ada", |person| person.camera_feed.is_none())
        .await;
    ada.rig.unplug(DeviceKind::Microphone);
    ada.until("microphone lost", |view| view.me.microphone == lost)
        .await;
    grace.sees("Ada", |person| person.muted).await;
    ada.rig.unplug(DeviceKind::Speaker);
    let view = ada
        .until("speaker lost", |view| view.me.speaker == lost)
        .await;
    assert_eq!(view.phase, Phase::InMeeting);
    let subjects: Vec<_> = view
        .notices
        .iter()
        .filter_map(|n| n.subject.as_deref())
        .collect();
    assert_eq!(subjects, ["share", "camera", "microphone", "speaker"]);
    until("nothing is held", || ada.rig.is_dark()).await;
    ada.ask(Intent::SetMuted { muted: false });
    grace.sees("Ada", |person| !person.muted).await;
}
