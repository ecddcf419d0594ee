//! Sharing a window out of the built app's real window, and a received share in a window of its own.

#![allow(clippy::unwrap_used)]

use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use foyer_e2e::app::App;
use foyer_e2e::chromium::{Chromium, Media};
use foyer_e2e::foyer::Practice;
use foyer_e2e::guest::Guest;
use foyer_e2e::{pixels, wait};

const LIMIT: Duration = Duration::from_secs(60);
const PICTURES_HERE: &str =
    "Number(document.querySelector('[data-testid=share-view] [data-feed]')?.dataset.frames) > 15";

#[tokio::test]
async fn a_share_is_shown_in_a_window_of_its_own_until_it_is_brought_back_or_ends() {
    let practice = Practice::start(&[]).unwrap();
    let browser = Chromium::open(Media::Fake).await.unwrap();
    Guest::host(&browser.page, &practice.links.host_link)
        .await
        .unwrap();
    let app = App::open(&[&practice.links.guest_link], None)
        .await
        .unwrap();
    let page = &app.page;
    app.continue_to_pre_join().await.unwrap();
    app.join_without_devices("Grace").await.unwrap();
    page.wait_for("meeting").await.unwrap();
    browser.page.click("share").await.unwrap();
    page.until("the share", PICTURES_HERE).await.unwrap();

    pop_out(&app).await;
    pictures_move(&app).await.unwrap();
    app.keep_screen("share-window").await.unwrap();
    let gone = "!document.querySelector('[data-testid=share-view]')";
    page.until("no second picture of it", gone).await.unwrap();

    page.click("share-bring-back").await.unwrap();
    is_there(&app, false).await;
    page.until("the share here again", PICTURES_HERE)
        .await
        .unwrap();

    pop_out(&app).await;
    pictures_move(&app).await.unwrap();
    browser.page.click("share").await.unwrap();
    is_there(&app, false).await;
    let over = "!document.querySelector('[data-testid=share-is-apart], [data-testid=share-view]')";
    page.until("the end of the share", over).await.unwrap();
}

#[tokio::test]
async fn a_window_is_picked_by_its_picture_and_seen_by_others() {
    let practice = Practice::start(&[]).unwrap();
    let browser = Chromium::open(Media::Fake).await.unwrap();
    Guest::host(&browser.page, &practice.links.host_link)
        .await
        .unwrap();
    let app = App::open(&[&practice.links.guest_link], None)
        .await
        .unwrap();
    let page = &app.page;
    app.continue_to_pre_join().await.unwrap();
    app.join_without_devices("Grace").await.unwrap();
    page.wait_for("meeting").await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let picture = folder.path().join("quarters.png");
    pixels::draw_quarters(&picture, 800, 450).unwrap();
    let shown = app.display.show(&picture).unwrap();
    app.display.window("quarters").await.unwrap();

    page.click("share").await.unwrap();
    page.click("share-tab-window").await.unwrap();
    page.wait_for("share-window-0").await.unwrap();
    let all = "document.querySelectorAll('[data-testid^=share-window-]').length === 1";
    page.until("our own window is not offered", all)
        .await
        .unwrap();
    let drawn = "document.querySelector('[data-testid=share-window-0] img')?.naturalWidth > 100";
    page.until("its picture", drawn).await.unwrap();
    app.keep_screen("share-picker").await.unwrap();
    page.click("share-confirm").await.unwrap();
    pixels::see_shared_quarters(&browser.page).await.unwrap();

    // The share ends with the window.
    drop(shown);
    page.until(
        "the share is over",
        "!document.querySelector('[data-testid=share-stop]')",
    )
    .await
    .unwrap();
}

async fn pop_out(app: &App) {
    let press = "document.querySelector('[data-testid=share-apart]').click();";
    app.page.run(press, Vec::new()).await.unwrap();
    is_there(app, true).await;
    app.page.wait_for("share-is-apart").await.unwrap();
}

/// Waits until the share's window is on the display, or is not.
async fn is_there(app: &App, wanted: bool) {
    wait::until(
        &format!("the share's window: {wanted}"),
        LIMIT,
        async || Ok((place(app)?.is_some() == wanted).then_some(())),
    )
    .await
    .unwrap();
}

/// Where the share's window is, as ImageMagick writes it.
fn place(app: &App) -> Result<Option<String>> {
    let xdotool = |arguments: &[&str]| -> Result<String> {
        let mut command = Command::new("xdotool");
        let out = command.args(arguments).env("DISPLAY", &app.display.name);
        Ok(String::from_utf8(out.output()?.stdout)?)
    };
    let found = xdotool(&["search", "--onlyvisible", "--name", "^Screen of "])?;
    let Some(window) = found.lines().next() else {
        return Ok(None);
    };
    let geometry = xdotool(&["getwindowgeometry", "--shell", window])?;
    let value = |name: &str| {
        let mut lines = geometry.lines();
        lines
            .find_map(|line| line.strip_prefix(name))
            .with_context(|| format!("{name} in {geometry}"))
    };
    let (width, height) = (value("WIDTH=")?, value("HEIGHT=")?);
    let (x, y) = (value("X=")?, value("Y=")?);
    Ok(Some(format!("{width}x{height}+{x}+{y}")))
}

/// Waits until the pixels of the share's window differ between two looks.
async fn pictures_move(app: &App) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (a, b) = (folder.path().join("a.png"), folder.path().join("b.png"));
    wait::until("a moving share", LIMIT, async || {
        let place = place(app)?.context("there is no window")?;
        app.display.screenshot(&a)?;
        tokio::time::sleep(Duration::from_millis(700)).await;
        app.display.screenshot(&b)?;
        let cells = |file| foyer_e2e::pixels::cells(file, &place, 48, 30);
        let changed = cells(&a)?
            .into_iter()
            .zip(cells(&b)?)
            .filter(|(a, b)| !foyer_e2e::pixels::near(*a, *b));
        Ok((changed.count() > 3).then_some(()))
    })
    .await
}
