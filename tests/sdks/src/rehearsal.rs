//! The practice meeting as a scenario: its guest page on the bridge, Chromium as the other guest.

use anyhow::{Result, ensure};
use foyer_e2e::chromium::{Chromium, Media};
use foyer_e2e::guest::{Guest, Line};
use foyer_e2e::page::Page;
use serde_json::{Value, json};

use crate::browser::Stage;
use crate::practice::Practice;

const OURS: &str = "Bridge";
const THEIRS: &str = "Chromium";
/// Pictures that show that they flow.
const PICTURES: u64 = 60;
/// More than a microphone that hears nothing.
const SOUND: f64 = 1e-4;

/// Of the screen that the other guest shares: no camera has it.
const SCREEN_SIZE: (u32, u32) = (960, 600);
/// Half of it is white; four times a second it is the other half. Chromium's own made-up screen looks like its camera.
const SCREEN: &str = "\
    const canvas = Object.assign(document.createElement('canvas'), { width: 960, height: 600 }); \
    const context = canvas.getContext('2d'); \
    let turn = 0; \
    const paint = () => { \
      turn = 1 - turn; \
      context.fillStyle = 'black'; \
      context.fillRect(0, 0, 960, 600); \
      context.fillStyle = 'white'; \
      context.fillRect(turn * 480, 0, 480, 600); \
    }; \
    paint(); \
    setInterval(paint, 250); \
    navigator.mediaDevices.getDisplayMedia = async () => { \
      const stream = canvas.captureStream(); \
      stream.getVideoTracks()[0].contentHint = 'detail'; \
      return stream; \
    };";

/// Joins, sends, receives, shares, writes and leaves; either side says what it sees of the other.
pub async fn run(stage: &Stage, practice: &Practice) -> Result<Value> {
    let browser = stage.open().await?;
    let verdict = meet(&browser.page, practice).await;
    browser.close().await;
    verdict
}

async fn meet(page: &Page, practice: &Practice) -> Result<Value> {
    let chromium = Chromium::open(Media::Fake).await?;
    let other = Guest::join(&chromium.page, &practice.link, THEIRS).await?;
    other.wait_for_state("meeting").await?;
    let ours = Guest::join(page, &practice.bridged, OURS).await?;
    ours.wait_for_state("meeting").await?;

    let from = |name: &'static str, kind: &'static str| {
        move |line: &Line| !line.own && line.kind == kind && line.name.as_deref() == Some(name)
    };
    let camera = from(OURS, "camera");
    let seen = other.wait_for_line("our pictures in Chromium", |line| {
        camera(line) && line.frames_decoded > PICTURES
    });
    let seen = seen.await?;
    let audio = from(OURS, "audio");
    let heard = other.wait_for_line("our sound in Chromium", |line| {
        audio(line) && line.audio_energy > SOUND
    });
    let heard = heard.await?;
    let camera = from(THEIRS, "camera");
    let came = ours.wait_for_line("Chromium's pictures in our page", |line| {
        camera(line) && line.frames_decoded > PICTURES
    });
    let came = came.await?;
    let audio = from(THEIRS, "audio");
    let sounded = ours.wait_for_line("Chromium's sound in our page", |line| {
        audio(line) && line.audio_energy > SOUND
    });
    let sounded = sounded.await?;
    moves(page).await?;

    let watched = watch_share(page, &chromium.page, &ours).await?;

    page.click("share").await?;
    let share = from(OURS, "share");
    let shared = other.wait_for_line("our share in Chromium", |line| {
        share(line) && line.frames_decoded > 5
    });
    let shared = shared.await?;
    page.click("share").await?;
    let gone = "!document.querySelector('[data-testid=tile-share]')";
    chromium.page.until("the share is over", gone).await?;

    page.fill("chat-text", "hello from the bridge").await?;
    page.click("chat-send").await?;
    other.wait_for_message("hello from the bridge").await?;

    page.click("camera").await?;
    let still = format!(
        "[...document.querySelectorAll('[data-testid=tile-camera].dark')] \
         .some((tile) => tile.textContent.includes('{OURS}'))"
    );
    chromium.page.until("our camera is off", &still).await?;

    page.click("leave").await?;
    ours.wait_for_state("left").await?;
    let alone =
        format!("!document.querySelector('[data-testid=people]').textContent.includes('{OURS}')");
    chromium.page.until("we are gone", &alone).await?;
    let trouble = page
        .run("return window.troubles ?? [];", Vec::new())
        .await?;
    ensure!(trouble == json!([]), "uncaught: {trouble}");
    Ok(json!({
        "sent": seen.frames_decoded,
        "heard": heard.audio_energy,
        "received": came.frames_decoded,
        "sounded": sounded.audio_energy,
        "watched": watched,
        "shared": shared.frames_decoded,
    }))
}

/// The other guest shares a screen, which our page shows in its size with what is on it; then it is gone. Answers with
/// the pictures decoded.
async fn watch_share(page: &Page, chromium: &Page, ours: &Guest<'_>) -> Result<u64> {
    chromium.run(SCREEN, Vec::new()).await?;
    chromium.click("share").await?;
    let shown = format!(
        "(() => {{ \
           const video = document.querySelector('[data-testid=tile-share] video'); \
           if (video?.videoWidth !== {} || video.videoHeight !== {}) return false; \
           const canvas = Object.assign(document.createElement('canvas'), {{ width: 2, height: 1 }}); \
           const context = canvas.getContext('2d'); \
           context.drawImage(video, 0, 0, 2, 1); \
           const [left, , , , right, , , ] = context.getImageData(0, 0, 2, 1).data; \
           if (Math.abs(left - right) < 128) return false; \
           const seen = (window.seenSides ??= new Set()); \
           seen.add(left > right); \
           return seen.size === 2; \
         }})()",
        SCREEN_SIZE.0, SCREEN_SIZE.1
    );
    page.until("Chromium's screen in our page", &shown).await?;
    let came = ours.wait_for_line("Chromium's share in our page", |line| {
        !line.own && line.kind == "share" && line.name.as_deref() == Some(THEIRS)
    });
    let came = came.await?;
    chromium.click("share").await?;
    let gone = "!document.querySelector('[data-testid=tile-share]')";
    page.until("Chromium's share is over", gone).await?;
    Ok(came.frames_decoded)
}

/// The other guest's picture is on screen and not twice the same.
async fn moves(page: &Page) -> Result<()> {
    let look = format!(
        "(() => {{ \
           const tile = [...document.querySelectorAll('[data-testid=tile-camera]')] \
             .find((tile) => tile.textContent.includes('{THEIRS}')); \
           const video = tile?.querySelector('video'); \
           if (!video?.videoWidth) return false; \
           const canvas = Object.assign(document.createElement('canvas'), {{ width: 32, height: 18 }}); \
           const context = canvas.getContext('2d'); \
           context.drawImage(video, 0, 0, 32, 18); \
           const now = [...context.getImageData(0, 0, 32, 18).data].join(); \
           const seen = (window.seenPictures ??= new Set()); \
           seen.add(now); \
           return seen.size > 2; \
         }})()"
    );
    page.until("Chromium's picture moves in our page", &look)
        .await
}
