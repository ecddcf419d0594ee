//! Foyer without a window and Chromium in one meeting: each sees and hears the other.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Stdio;
use std::time::Duration;

use foyer_e2e::chromium::{Chromium, Media};
use foyer_e2e::display::Display;
use foyer_e2e::foyer::{self, Practice};
use foyer_e2e::guest::Guest;
use foyer_e2e::pixels;
use foyer_e2e::process::Running;
use serde_json::Value;
use tempfile::TempDir;

#[tokio::test]
async fn foyer_and_chromium_see_and_hear_each_other() {
    let practice = Practice::start(&[]).unwrap();
    let chromium = Chromium::open(Media::Fake).await.unwrap();
    let guest = Guest::join(&chromium.page, &practice.links.guest_link, "Chromium")
        .await
        .unwrap();
    guest.wait_for_state("meeting").await.unwrap();

    let home = TempDir::new().unwrap();
    let report = home.path().join("report.json");
    let mut join = foyer::command(&home).unwrap();
    join.args([
        "join",
        &practice.links.guest_link,
        "--name",
        "Foyer",
        "--headless",
    ])
    .args([
        "--duration",
        "15s",
        "--camera",
        "test",
        "--microphone",
        "test",
        "--speaker",
        "none",
    ])
    .args(["--say", "hello from Foyer", "--report"])
    .arg(&report)
    .stderr(Stdio::inherit());
    let mut foyer = Running::start(&mut join).unwrap();

    let from_foyer = |kind: &'static str| {
        move |line: &foyer_e2e::guest::Line| {
            !line.own && line.kind == kind && line.name.as_deref() == Some("Foyer")
        }
    };
    let camera = from_foyer("camera");
    guest
        .wait_for_line("Foyer's pictures", |l| camera(l) && l.frames_decoded > 60)
        .await
        .unwrap();
    let audio = from_foyer("audio");
    guest
        .wait_for_line("Foyer's sound", |l| audio(l) && l.audio_energy > 1e-4)
        .await
        .unwrap();
    guest.wait_for_message("hello from Foyer").await.unwrap();

    assert_eq!(foyer.wait(Duration::from_secs(60)).unwrap(), Some(0));
    let report: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    let feeds = report["feeds"].as_array().unwrap();
    let decoded: u64 = feeds
        .iter()
        .filter_map(|feed| feed["framesDecoded"].as_u64())
        .sum();
    assert!(decoded > 60, "{report:#}");
    // Chromium's fake microphone beeps once a second.
    assert!(
        report["audio"]["peakDbfs"].as_f64().unwrap() > -40.0,
        "{report:#}"
    );
    assert_eq!(report["endReason"], "hungUp", "{report:#}");
}

/// Foyer shares this without a window; a guest in Chromium must see four quarters.
async fn quarters_are_seen(display: &Display, source: &str) {
    let practice = Practice::start(&[]).unwrap();
    let chromium = Chromium::open(Media::Fake).await.unwrap();
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
    ])
    .args([
        "--camera",
        "none",
        "--microphone",
        "none",
        "--speaker",
        "none",
    ])
    .args(["--share", source])
    .env("DISPLAY", &display.name)
    .stderr(Stdio::inherit());
    let _foyer = Running::start(&mut join).unwrap();
    pixels::see_shared_quarters(&chromium.page).await.unwrap();
}

#[tokio::test]
async fn a_shared_display_is_seen_in_chromium_as_it_is() {
    let display = Display::start(1280, 720).unwrap();
    let folder = TempDir::new().unwrap();
    let picture = folder.path().join("quarters.png");
    pixels::draw_quarters(&picture, 1280, 720).unwrap();
    let _shown = display.show(&picture).unwrap();
    quarters_are_seen(&display, "display:0").await;
}

#[tokio::test]
async fn a_shared_region_is_seen_in_chromium_alone() {
    let display = Display::start(1280, 720).unwrap();
    let folder = TempDir::new().unwrap();
    let picture = folder.path().join("quarters.png");
    pixels::draw_quarters(&picture, 640, 360).unwrap();
    let _shown = display.show(&picture).unwrap();
    quarters_are_seen(&display, "display:0#xywh=0,0,640,360").await;
}

#[tokio::test]
async fn a_shared_window_is_seen_in_chromium_although_another_covers_it() {
    let display = Display::start(1280, 720).unwrap();
    let folder = TempDir::new().unwrap();
    let (picture, cover) = (
        folder.path().join("quarters.png"),
        folder.path().join("cover.png"),
    );
    pixels::draw_quarters(&picture, 800, 450).unwrap();
    let _shown = display.show(&picture).unwrap();
    let window = display.window("quarters").await.unwrap();
    display.screenshot(&cover).unwrap();
    let _cover = display.show(&cover).unwrap();
    display.window("cover").await.unwrap();
    quarters_are_seen(&display, &format!("x11-window:{}/{window}", display.name)).await;
}
