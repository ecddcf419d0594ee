//! The calling window of the built app: how far Microsoft's SDK, unmodified, gets on Foyer's engine without a network.

#![allow(clippy::unwrap_used)]

use std::process::Stdio;
use std::time::Duration;

use foyer_e2e::display::Display;
use foyer_e2e::foyer;
use foyer_e2e::process::Running;
use foyer_e2e::sound::Sound;
use serde_json::{Value, json};
use tempfile::TempDir;

/// The doctor itself gives up after three minutes.
const LIMIT: Duration = Duration::from_secs(240);
/// A timer of 50 ms in a page that is throttled rings once a second.
const LEAST_TICKS_A_SECOND: f64 = 4.0;

#[tokio::test]
async fn the_sdk_gets_as_far_as_the_network() {
    let display = Display::start(1280, 800).unwrap();
    let sound = Sound::start(&["foyer"]).await.unwrap();
    let home = TempDir::new().unwrap();
    let mut doctor = foyer::command(&home).unwrap();
    sound.apply(&mut doctor);
    doctor
        .args(["doctor", "--calling", "--json"])
        .env("DISPLAY", &display.name)
        .env("GDK_BACKEND", "x11")
        .stderr(Stdio::inherit());
    let doctor = Running::start(&mut doctor).unwrap();
    let report: Value = serde_json::from_str(&doctor.line(LIMIT).unwrap()).unwrap();
    let text = format!("{report:#}");

    assert_eq!(report["agent"], json!("ok"), "{text}");
    let states = json!(["None", "Connecting", "Disconnected"]);
    assert_eq!(report["states"], states, "{text}");
    let reason = json!({ "code": 490, "subCode": 4525 });
    assert_eq!(report["endReason"], reason, "{text}");
    assert_eq!(report["environment"]["platform"], "Linux", "{text}");
    assert_eq!(report["cameras"], json!(["Test camera"]), "{text}");
    assert_eq!(report["previewWidth"], 1280, "{text}");
    assert_eq!(report["errors"], json!([]), "{text}");
    let timers = &report["timers"];
    let (ticks, elapsed) = (
        timers["ticks"].as_f64().unwrap(),
        timers["elapsedMs"].as_f64().unwrap() / 1_000.0,
    );
    assert!(ticks / elapsed > LEAST_TICKS_A_SECOND, "{text}");
}
