//! A share with what it sounds like.

use foyer_contract::intent::Intent;
use foyer_contract::view::DeviceState;
use foyer_media::device::DeviceKind;
use foyer_media::level::windows_with_tone;
use foyer_scenarios::guest::Guest;
use foyer_scenarios::hall::Hall;
use foyer_scenarios::rig::COMPUTER_HERTZ;
use foyer_scenarios::until;

/// One second of sound.
const SECOND: usize = 48_000;

/// Waits until a whole second of what the guest hears has all of these tones in equal parts, and none of those.
async fn hears(guest: &Guest, tones: &[f64], absent: &[f64]) {
    let mut heard = Vec::new();
    let share = 0.7 / tones.len().max(1) as f64;
    until("the right sounds", || {
        heard.extend(guest.rig.take_heard());
        let last = &heard[heard.len().saturating_sub(SECOND)..];
        let with = |hertz: &f64, share| windows_with_tone(last, *hertz, share);
        last.len() == SECOND
            && tones.iter().all(|hertz| with(hertz, share) > 0.9)
            && absent.iter().all(|hertz| with(hertz, 0.02) < 0.05)
    })
    .await;
}

async fn mutes(guest: &Guest) {
    guest.ask(Intent::SetMuted { muted: true });
    until("the microphone is closed", || {
        guest.rig.open(DeviceKind::Microphone) == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_sounds_with_the_microphone_and_without_it_until_it_ends() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    let voice = ada.rig.hertz();
    hears(&grace, &[voice], &[COMPUTER_HERTZ]).await;
    ada.share("rig#sound=on");
    hears(&grace, &[voice, COMPUTER_HERTZ], &[]).await;
    mutes(&ada).await;
    grace.sees("Ada", |person| person.muted).await;
    hears(&grace, &[COMPUTER_HERTZ], &[voice]).await;
    ada.ask(Intent::SetMuted { muted: false });
    hears(&grace, &[voice, COMPUTER_HERTZ], &[]).await;
    ada.ask(Intent::StopShare);
    hears(&grace, &[voice], &[COMPUTER_HERTZ]).await;
    until("the share's sound is closed", || {
        ada.rig.open(DeviceKind::Screen) == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_is_muted_sounds_only_while_they_share_with_sound() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    mutes(&ada).await;
    let voice = ada.rig.hertz();
    ada.share("rig");
    grace
        .until("Ada's share", |view| view.share.is_some())
        .await;
    hears(&grace, &[], &[voice, COMPUTER_HERTZ]).await;
    // Another choice takes the place of the first.
    ada.share("rig#sound=on");
    hears(&grace, &[COMPUTER_HERTZ], &[voice]).await;
    ada.ask(Intent::StopShare);
    hears(&grace, &[], &[voice, COMPUTER_HERTZ]).await;
    let packets = ada.report().await.sent.audio.packets;
    hears(&grace, &[], &[voice, COMPUTER_HERTZ]).await;
    assert_eq!(
        ada.report().await.sent.audio.packets,
        packets,
        "nothing leaves any more"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_share_that_is_lost_takes_its_sound_along() {
    let hall = Hall::open().await;
    let (ada, grace) = (Guest::open(&hall, 0, "Ada"), Guest::open(&hall, 1, "Grace"));
    ada.enter().await;
    grace.enter().await;
    ada.share("rig#sound=on");
    grace
        .until("Ada's share", |view| view.share.is_some())
        .await;
    ada.rig.unplug(DeviceKind::Screen);
    ada.until("the share ends", |view| {
        matches!(view.me.share, DeviceState::Failed { .. })
    })
    .await;
    until("all of it is closed", || {
        ada.rig.open(DeviceKind::Screen) == 0
    })
    .await;
    grace.until("no share", |view| view.share.is_none()).await;
}
