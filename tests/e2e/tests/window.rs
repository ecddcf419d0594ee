//! The built app in a real window, from the pasted link to the end of the call.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use anyhow::{Context, Result};
use foyer_e2e::app::App;
use foyer_e2e::chromium::{Chromium, Media};
use foyer_e2e::foyer::Practice;
use foyer_e2e::guest::Guest;
use foyer_e2e::keyboard::shortcut;
use foyer_e2e::page::Page;
use foyer_e2e::sound::Sound;
use foyer_e2e::wait;

const TILES: &str = "[data-testid=stage] [data-testid^=tile-] [data-feed]";

#[tokio::test]
async fn a_guest_pastes_a_link_waits_talks_sees_shares_chats_and_leaves() {
    let sound = Sound::start(&["foyer"]).await.unwrap();
    let practice = Practice::start(&["--bots", "2", "--lobby"]).unwrap();
    let browser = Chromium::open(Media::Fake).await.unwrap();
    let host = Guest::host(&browser.page, &practice.links.host_link)
        .await
        .unwrap();
    let app = App::open(&[], Some(&sound)).await.unwrap();
    let page = &app.page;

    page.wait_for("home").await.unwrap();
    let places = "return ['link-field', 'continue', 'open-file', 'practise'].map((name) => {
        const { left, top } = document.querySelector(`[data-testid=${name}]`).getBoundingClientRect();
        return [left, top];
    });";
    let at_first = page.run(places, Vec::new()).await.unwrap();
    page.fill(
        "link-field",
        "https://teams.microsoft.com/l/meetup-join/19%3ameeting_x%40thread.v2/0",
    )
    .await
    .unwrap();
    page.until(
        "the verdict on a Teams link",
        "document.querySelector('[data-verdict=refused]')",
    )
    .await
    .unwrap();
    app.keep_screen("home-teams-link").await.unwrap();
    let then = page.run(places, Vec::new()).await.unwrap();
    assert_eq!(then, at_first, "nothing moves away from under the pointer");
    page.fill("link-field", &practice.links.guest_link)
        .await
        .unwrap();
    page.until(
        "the verdict on the practice link",
        "document.querySelector('[data-verdict=join]')",
    )
    .await
    .unwrap();
    app.keep_screen("home").await.unwrap();
    page.click("continue").await.unwrap();

    page.wait_for("prejoin").await.unwrap();
    page.fill("name", "Ada").await.unwrap();
    page.choose("camera-select", "test:card").await.unwrap();
    page.choose("mic-select", "test:speech").await.unwrap();
    pictures_move(page, "[data-testid=preview] [data-feed]", 1)
        .await
        .unwrap();
    page.until(
        "the microphone's level",
        "Number(document.querySelector('[data-testid=level]').getAttribute('aria-valuenow')) > 0",
    )
    .await
    .unwrap();
    page.until(
        "the network's lamp",
        "document.querySelector('[data-testid=lamp-network]').dataset.check === 'good'",
    )
    .await
    .unwrap();
    app.keep_screen("prejoin").await.unwrap();
    page.click("join").await.unwrap();

    page.wait_for("lobby").await.unwrap();
    browser.page.wait_for("waiting-person").await.unwrap();
    pictures_move(page, "[data-testid=self-view] [data-feed]", 1)
        .await
        .unwrap();
    app.keep_screen("lobby").await.unwrap();
    browser.page.click("admit").await.unwrap();

    page.wait_for("meeting").await.unwrap();
    pictures_move(page, TILES, 2).await.unwrap();
    canvas_changes(&app).await.unwrap();
    app.keep_screen("meeting").await.unwrap();
    let ada = |kind: &'static str| {
        move |line: &foyer_e2e::guest::Line| {
            line.kind == kind && line.name.as_deref() == Some("Ada")
        }
    };
    let camera = ada("camera");
    host.wait_for_line("Ada's pictures in the browser", |line| {
        camera(line) && line.frames_decoded > 30
    })
    .await
    .unwrap();
    let audio = ada("audio");
    host.wait_for_line("Ada's voice in the browser", |line| {
        audio(line) && line.audio_energy > 1e-4
    })
    .await
    .unwrap();

    page.click("chat").await.unwrap();
    page.fill("chat-input", "hello from the window")
        .await
        .unwrap();
    page.click("chat-send").await.unwrap();
    host.wait_for_message("hello from the window")
        .await
        .unwrap();
    browser
        .page
        .fill("chat-text", "hello from the browser")
        .await
        .unwrap();
    browser.page.click("chat-send").await.unwrap();
    page.until("the browser's message", "document.querySelector('[data-testid=chat-log]').textContent.includes('hello from the browser')").await.unwrap();
    app.keep_screen("meeting-chat").await.unwrap();
    page.click("pane-close").await.unwrap();

    page.press(shortcut('d')).await.unwrap();
    page.until(
        "what others see, as fast as it is sent",
        "Number(document.querySelector('[data-testid=sent-figures]')?.dataset.fps) > 5",
    )
    .await
    .unwrap();
    let figures = page.text("sent-figures").await.unwrap();
    assert!(figures.contains(" × "), "{figures}");
    app.keep_screen("meeting-diagnostics").await.unwrap();
    page.click("pane-close").await.unwrap();

    page.click("people").await.unwrap();
    page.wait_for("people-pane").await.unwrap();
    app.keep_screen("meeting-people").await.unwrap();
    page.click("pane-close").await.unwrap();

    page.click("mic").await.unwrap();
    page.until(
        "the muted microphone",
        "document.querySelector('[data-testid=mic]').dataset.state === 'off'",
    )
    .await
    .unwrap();
    roster_says(&browser.page, "Ada", "muted", true)
        .await
        .unwrap();
    page.click("mic").await.unwrap();
    page.until(
        "the live microphone",
        "document.querySelector('[data-testid=mic]').dataset.state === 'live'",
    )
    .await
    .unwrap();
    roster_says(&browser.page, "Ada", "muted", false)
        .await
        .unwrap();

    page.click("share").await.unwrap();
    page.wait_for("share-screen-0").await.unwrap();
    app.keep_screen("share-picker").await.unwrap();
    page.click("share-screen-0").await.unwrap();
    page.click("share-confirm").await.unwrap();
    page.wait_for("share-preview").await.unwrap();
    let share = ada("share");
    host.wait_for_line("Ada's screen in the browser", |line| {
        share(line) && line.frames_decoded > 2
    })
    .await
    .unwrap();
    app.keep_screen("meeting-sharing").await.unwrap();
    page.click("share-stop").await.unwrap();
    page.until(
        "the end of the share",
        "!document.querySelector('[data-testid=share-preview]')",
    )
    .await
    .unwrap();

    page.click("leave").await.unwrap();
    page.wait_for("ended").await.unwrap();
    assert_eq!(
        page.attribute("ended", "data-reason")
            .await
            .unwrap()
            .as_deref(),
        Some("hungUp")
    );
    app.keep_screen("ended").await.unwrap();
    page.wait_for("rejoin").await.unwrap();
    app.page.clone().close().await.unwrap();
}

#[tokio::test]
async fn somebody_elses_screen_is_shown_large_and_a_denied_guest_is_told_so() {
    let practice = Practice::start(&["--lobby"]).unwrap();
    let browser = Chromium::open(Media::Fake).await.unwrap();
    let host = Guest::host(&browser.page, &practice.links.host_link)
        .await
        .unwrap();
    host.wait_for_state("meeting").await.unwrap();
    let app = App::open(&[&practice.links.guest_link], None)
        .await
        .unwrap();
    let page = &app.page;

    app.continue_to_pre_join().await.unwrap();
    app.join_without_devices("Grace").await.unwrap();
    page.wait_for("lobby").await.unwrap();
    browser.page.click("deny").await.unwrap();
    page.wait_for("ended").await.unwrap();
    assert_eq!(
        page.attribute("ended", "data-reason")
            .await
            .unwrap()
            .as_deref(),
        Some("deniedByHost")
    );
    app.keep_screen("ended-denied").await.unwrap();

    page.click("rejoin").await.unwrap();
    page.wait_for("lobby").await.unwrap();
    browser.page.click("admit").await.unwrap();
    page.wait_for("meeting").await.unwrap();
    browser.page.click("share").await.unwrap();
    pictures_move(
        page,
        "[data-testid=share-view] [data-feed], [data-testid=share-view][data-feed]",
        1,
    )
    .await
    .unwrap();
    app.keep_screen("meeting-watching-a-screen").await.unwrap();
    browser.page.click("end").await.unwrap();
    page.wait_for("ended").await.unwrap();
    assert_eq!(
        page.attribute("ended", "data-reason")
            .await
            .unwrap()
            .as_deref(),
        Some("meetingEnded")
    );
}

/// Waits until the counters of at least `count` feeds have gone on by a second's worth of pictures.
#[tokio::test]
async fn a_guest_hides_the_room_and_hears_themselves_before_joining() {
    let sound = Sound::start(&["foyer"]).await.unwrap();
    let practice = Practice::start(&[]).unwrap();
    let app = App::open(&[&practice.links.guest_link], Some(&sound))
        .await
        .unwrap();
    let page = &app.page;
    app.continue_to_pre_join().await.unwrap();
    page.choose("camera-select", "test:card").await.unwrap();
    pictures_move(page, "[data-testid=preview] [data-feed]", 1)
        .await
        .unwrap();
    page.click("background-open").await.unwrap();
    page.click("background-dawn").await.unwrap();
    page.until(
        "the background",
        "document.querySelector('[data-testid=backgrounds][data-state=running][data-chosen=dawn]')",
    )
    .await
    .unwrap();
    pictures_move(page, "[data-testid=preview] [data-feed]", 1)
        .await
        .unwrap();
    app.keep_screen("prejoin-background").await.unwrap();

    let voice = sound.play_voice("foyer").unwrap();
    page.until(
        "the voice",
        "Number(document.querySelector('[data-testid=level]').getAttribute('aria-valuenow')) > 0",
    )
    .await
    .unwrap();
    page.click("sound-check-start").await.unwrap();
    page.until(
        "the playing",
        "document.querySelector('[data-testid=sound-check][data-state=playing]')",
    )
    .await
    .unwrap();
    drop(voice);
    let heard = sound.record("foyer", 2).await.unwrap();
    let loud = heard.iter().filter(|sample| sample.abs() > 0.01).count();
    assert!(
        loud > heard.len() / 10,
        "{loud} of {} are loud",
        heard.len()
    );
    page.until(
        "the verdict",
        "document.querySelector('[data-testid=sound-check][data-state=done] [data-verdict=well]')",
    )
    .await
    .unwrap();
    app.keep_screen("prejoin-sound-check").await.unwrap();

    // In the quiet there is nothing to be heard.
    page.click("sound-check-start").await.unwrap();
    page.until(
        "the verdict on silence",
        "document.querySelector('[data-testid=sound-check][data-state=done] [data-verdict=nothing]')",
    )
    .await
    .unwrap();
}

async fn pictures_move(page: &Page, selector: &str, count: usize) -> Result<()> {
    let script = format!(
        "return Object.fromEntries([...document.querySelectorAll('{selector}')]\
         .map((e) => [e.dataset.feed, Number(e.dataset.frames)]));"
    );
    let mut first = None;
    wait::until(
        &format!("{count} moving pictures at {selector}"),
        Duration::from_secs(60),
        async || {
            let now = page.run(&script, Vec::new()).await?;
            let now = now.as_object().context("an object was asked for")?.clone();
            let before = first.get_or_insert_with(|| now.clone());
            let moved = now.iter().filter(|(feed, frames)| {
                let then = before
                    .get(*feed)
                    .and_then(|then| then.as_u64())
                    .unwrap_or(0);
                frames.as_u64().unwrap_or(0) >= then + 15
            });
            if moved.count() >= count {
                return Ok(Some(()));
            }
            anyhow::bail!("the counters are {now:?}")
        },
    )
    .await
}

/// Waits until the painted pixels of the stage differ between two looks: counters alone could lie.
async fn canvas_changes(app: &App) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (a, b) = (folder.path().join("a.png"), folder.path().join("b.png"));
    wait::until("changing pixels", Duration::from_secs(30), async || {
        app.display.screenshot(&a)?;
        tokio::time::sleep(Duration::from_millis(700)).await;
        app.display.screenshot(&b)?;
        let cells = |file| foyer_e2e::pixels::cells(file, "1280x640+0+60", 64, 32);
        let changed = cells(&a)?
            .into_iter()
            .zip(cells(&b)?)
            .filter(|(a, b)| !foyer_e2e::pixels::near(*a, *b));
        Ok((changed.count() > 3).then_some(()))
    })
    .await
}

/// Waits until the browser's list of people says something about somebody, or no longer does.
async fn roster_says(page: &Page, name: &str, mark: &str, wanted: bool) -> Result<()> {
    let says = format!(
        "[...document.querySelectorAll('[data-testid=person]')].some((row) => row.textContent.includes('{name}') \
         && row.textContent.includes('{mark}')) === {wanted}"
    );
    page.until(&format!("{name} {mark}: {wanted}"), &says).await
}
