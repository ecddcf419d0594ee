//! The calling window of the built app: how far Microsoft's SDK, unmodified, gets on Foyer's engine without a network.

#![allow(clippy::unwrap_used)]

use std::process::Stdio;
use std::time::Duration;

use foyer_e2e::app::App;
use foyer_e2e::display::Display;
use foyer_e2e::foyer;
use foyer_e2e::office::Office;
use foyer_e2e::process::Running;
use foyer_e2e::sound::Sound;
use foyer_e2e::{usage, wait};
use serde_json::{Value, json};
use tempfile::TempDir;

/// The doctor itself gives up after three minutes.
const LIMIT: Duration = Duration::from_secs(240);
/// Nobody holds it: the fake of Azure gives guests an identity, and the SDK finds no network.
const LINK: &str = "https://teams.microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE";
/// What a guest is promised is a second; a busy machine takes longer to ask the sound server.
const MUTED_WITHIN: Duration = Duration::from_secs(3);
/// CPU time after which a page is past its start. All that the SDK does without a network may take less than two
/// seconds of it.
const AT_WORK: Duration = Duration::from_millis(800);
/// A timer of 50 ms in a page that is throttled rings once a second.
const LEAST_TICKS_A_SECOND: f64 = 4.0;

#[tokio::test]
async fn the_sdk_gets_as_far_as_the_network() {
    examine("scheme").await;
}

/// Where the page is tried again if Microsoft's servers do not answer the first one.
#[tokio::test]
async fn the_sdk_gets_as_far_as_the_network_from_localhost() {
    examine("loopback").await;
}

async fn examine(origin: &str) {
    let display = Display::start(1280, 800).unwrap();
    let sound = Sound::start(&["foyer"]).await.unwrap();
    let home = TempDir::new().unwrap();
    let mut doctor = foyer::command(&home).unwrap();
    sound.apply(&mut doctor);
    doctor
        .args(["doctor", "--calling", "--json"])
        .env("DISPLAY", &display.name)
        .env("GDK_BACKEND", "x11")
        .env("FOYER_CALLING_ORIGIN", origin)
        .stderr(Stdio::inherit());
    let doctor = Running::start(&mut doctor).unwrap();
    let report: Value = serde_json::from_str(&doctor.line(LIMIT).unwrap()).unwrap();
    let text = format!("{report:#}");

    assert_eq!(report["origin"], origin, "{text}");
    assert_eq!(report["refusedBy"], Value::Null, "{text}");
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

/// From the link on the command line past the terms to the SDK's first steps.
async fn join(app: &App) {
    let page = &app.page;
    page.until(
        "the link from the command line",
        "document.querySelector('[data-testid=terms], [data-verdict=join]')",
    )
    .await
    .unwrap();
    let terms = "return Boolean(document.querySelector('[data-testid=terms]'));";
    if page.run(terms, Vec::new()).await.unwrap() != true {
        page.click("continue").await.unwrap();
    }
    page.wait_for("terms").await.unwrap();
    app.keep_screen("terms").await.unwrap();
    page.click("terms-agree").await.unwrap();
    page.wait_for("prejoin").await.unwrap();
    page.fill("name", "Ada").await.unwrap();
    page.click("join").await.unwrap();
    page.wait_for("connecting").await.unwrap();
}

#[tokio::test]
async fn a_teams_link_ends_with_a_clear_reason_where_there_is_no_network() {
    let sound = Sound::start(&["foyer"]).await.unwrap();
    let office = Office::start().await.unwrap();
    let app = App::open_for(Some(&office), &[LINK], Some(&sound));
    let app = app.await.unwrap();
    join(&app).await;
    let ended = "document.querySelector('[data-testid=ended]')?.dataset.reason === 'serverGone'";
    app.page
        .until_within("the end", LIMIT, ended)
        .await
        .unwrap();
    app.keep_screen("teams-no-network").await.unwrap();
    wait::until("the calling window closes", LIMIT, async || {
        let pages = usage::named(app.driver.id(), "WebKitWebProcess")?;
        Ok((pages.len() == 1).then_some(()))
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_calling_window_that_dies_takes_the_microphone_with_it_and_one_key_joins_again() {
    let sound = Sound::start(&["foyer"]).await.unwrap();
    let office = Office::start().await.unwrap();
    let app = App::open_for(Some(&office), &[LINK], Some(&sound));
    let app = app.await.unwrap();
    join(&app).await;
    let processes = || usage::named(app.driver.id(), "WebKitWebProcess").unwrap();
    // WebKit takes its own program down with a page that dies while it is being started.
    let calling = wait::until("the calling page at work", LIMIT, async || {
        let Some(page) = processes().get(1).copied() else {
            return Ok(None);
        };
        Ok((usage::cpu(page)? > AT_WORK).then_some(page))
    });
    let calling = calling.await.unwrap();
    let listens = || !sound.recorders().unwrap().is_empty();
    wait::until(
        "the microphone",
        LIMIT,
        async || Ok(listens().then_some(())),
    )
    .await
    .unwrap();
    let killed = std::process::Command::new("kill")
        .args(["-KILL", &calling.to_string()])
        .status();
    assert!(killed.unwrap().success());
    wait::until("the microphone is closed", MUTED_WITHIN, async || {
        Ok((!listens()).then_some(()))
    })
    .await
    .unwrap();
    // The driver answers no more once a page of its session has crashed; what the guest reads is in the picture.
    app.keep_screen("teams-window-lost").await.unwrap();
    assert_eq!(processes().len(), 1, "the app's own page lives on");

    // Joining again has the focus: one key does it.
    app.display.press("Foyer", "Return").unwrap();
    wait::until("another calling page listens", LIMIT, async || {
        Ok((processes().len() == 2 && listens()).then_some(()))
    })
    .await
    .unwrap();
}
