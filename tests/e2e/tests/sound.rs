//! Sound through real devices, which a sound server with null sinks stands for.

#![allow(clippy::unwrap_used)]

use std::process::Stdio;

use foyer_e2e::chromium::{Chromium, Media};
use foyer_e2e::foyer::{self, Practice};
use foyer_e2e::guest::Guest;
use foyer_e2e::process::Running;
use foyer_e2e::sound::{Sound, share_with_tone};
use serde_json::Value;
use tempfile::TempDir;

const INTO_FOYER: u32 = 440;
const INTO_CHROMIUM: u32 = 997;

#[tokio::test]
async fn a_tone_into_either_microphone_comes_out_of_the_others_speaker() {
    // Chromium takes the default devices, Foyer those that it is told.
    let sound = Sound::start(&["chromium", "foyer"]).await.unwrap();
    let practice = Practice::start(&[]).unwrap();
    let chromium = Chromium::open(Media::Sound(&sound)).await.unwrap();
    let guest = Guest::join(&chromium.page, &practice.links.guest_link, "Chromium")
        .await
        .unwrap();
    guest.wait_for_state("meeting").await.unwrap();

    let home = TempDir::new().unwrap();
    let mut join = foyer::command(&home).unwrap();
    join.args([
        "join",
        &practice.links.guest_link,
        "--name",
        "Foyer",
        "--headless",
        "--microphone",
        &device(&sound, "microphones", "foyer_mic"),
        "--speaker",
        &device(&sound, "speakers", "foyer_speaker"),
        "--camera",
        "none",
    ])
    .stderr(Stdio::inherit());
    sound.apply(&mut join);
    let _foyer = Running::start(&mut join).unwrap();
    guest
        .wait_for_line("Foyer's line", |line| {
            !line.own && line.kind == "audio" && line.name.as_deref() == Some("Foyer")
        })
        .await
        .unwrap();

    let tone = sound.play_tone("foyer", INTO_FOYER).unwrap();
    hears(&sound, "chromium", INTO_FOYER).await;
    drop(tone);
    let _tone = sound.play_tone("chromium", INTO_CHROMIUM).unwrap();
    hears(&sound, "foyer", INTO_CHROMIUM).await;
}

/// The id under which Foyer lists a device of the sound server.
fn device(sound: &Sound, kind: &str, name: &str) -> String {
    let home = TempDir::new().unwrap();
    let mut list = foyer::command(&home).unwrap();
    sound.apply(list.args(["devices", "--json"]));
    let lists: Value = serde_json::from_slice(&list.output().unwrap().stdout).unwrap();
    let ids = lists[kind].as_array().unwrap().iter();
    let id = ids
        .filter_map(|device| device["id"].as_str())
        .find(|id| id.ends_with(name));
    id.unwrap_or_else(|| panic!("{name} is not in {lists:#}"))
        .to_owned()
}

/// Listens until a tone is there for most of some seconds: noise suppression and gain control need a while at its
/// beginning, and a busy machine drops out now and then.
async fn hears(sound: &Sound, who: &str, hertz: u32) {
    let mut share = 0.0;
    for _ in 0..10 {
        let samples = sound.record(who, 3).await.unwrap();
        share = share_with_tone(&samples, hertz as f32);
        if share > 0.6 {
            return;
        }
    }
    panic!("{who} heard {hertz} Hz in only {share:.2} of the time");
}
