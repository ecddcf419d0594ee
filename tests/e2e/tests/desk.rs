//! The built app beside its window: told what to do from outside, in the tray, in notifications, and the screen kept
//! on.

#![allow(clippy::unwrap_used)]

use std::process::Command;
use std::time::Duration;

use foyer_e2e::app::App;
use foyer_e2e::chromium::{Chromium, Media};
use foyer_e2e::desk::Desk;
use foyer_e2e::foyer::{self, Practice};
use foyer_e2e::guest::Guest;
use foyer_e2e::page::Page;
use foyer_e2e::wait;
use serde_json::Value;
use tempfile::TempDir;

/// As the page reads its shortcut for the settings.
const OPEN_SETTINGS: &str = "window.dispatchEvent(new KeyboardEvent('keydown', { code: 'Comma', ctrlKey: true, bubbles: true }));";
const LIMIT: Duration = Duration::from_secs(60);
/// What a press of keys has done after this long, it has not done.
const A_PRESS: Duration = Duration::from_secs(5);

/// `foyer ctl ACTION --json` for the app that lives in this home: its exit code, and what it printed.
fn ctl(home: &TempDir, action: &str) -> (i32, Value) {
    let mut command = foyer::command(home).unwrap();
    let out = command.args(["ctl", action, "--json"]).output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let answer = serde_json::from_str(&text).unwrap_or_else(|_| panic!("it printed {text:?}"));
    (out.status.code().unwrap(), answer)
}

async fn state(page: &Page, control: &str, state: &str) {
    let is =
        format!("document.querySelector('[data-testid={control}]')?.dataset.state === '{state}'");
    page.until(&format!("{control} {state}"), &is)
        .await
        .unwrap();
}

#[tokio::test]
async fn another_start_tells_the_running_app_what_to_do() {
    let practice = Practice::start(&["--bots", "1"]).unwrap();
    let nobody = TempDir::new().unwrap();
    let (code, answer) = ctl(&nobody, "mute");
    assert_eq!(
        (code, &answer["code"]),
        (3, &Value::from("app.not_running"))
    );

    let app = App::open(&[&practice.links.guest_link], None)
        .await
        .unwrap();
    let page = &app.page;
    app.continue_to_pre_join().await.unwrap();
    let (code, answer) = ctl(&app.home, "mute");
    assert_eq!((code, &answer["code"]), (4, &Value::from("call.none")));
    assert_eq!(ctl(&app.home, "status").0, 0);

    page.fill("name", "Ada").await.unwrap();
    page.choose("camera-select", "test:card").await.unwrap();
    page.choose("mic-select", "test:speech").await.unwrap();
    page.click("join").await.unwrap();
    page.wait_for("meeting").await.unwrap();
    state(page, "mic", "live").await;

    let (code, answer) = ctl(&app.home, "mute");
    assert_eq!((code, &answer["status"]["microphone"]), (0, &"off".into()));
    state(page, "mic", "off").await;
    let (code, answer) = ctl(&app.home, "toggle-mute");
    assert_eq!((code, &answer["status"]["microphone"]), (0, &"live".into()));
    state(page, "mic", "live").await;
    // The same by keys, which are taken only for who asks for them.
    page.run(OPEN_SETTINGS, Vec::new()).await.unwrap();
    page.click("settings-section-shortcuts").await.unwrap();
    page.click("settings-globalMute").await.unwrap();
    wait::until("muted by keys", LIMIT, async || {
        // The app may be about to take them. A second press would take a first back.
        press_keys(&app);
        let muted = wait::until("muted", A_PRESS, async || {
            let (_, answer) = ctl(&app.home, "status");
            Ok((answer["status"]["microphone"] == "off").then_some(()))
        });
        muted.await.map(Some)
    })
    .await
    .unwrap();
    page.click("settings-globalMute").await.unwrap();
    page.click("dialog-close").await.unwrap();
    assert_eq!(ctl(&app.home, "unmute").0, 0);

    let (code, answer) = ctl(&app.home, "camera-off");
    assert_eq!((code, &answer["status"]["camera"]), (0, &"off".into()));
    state(page, "camera", "off").await;
    let (code, answer) = ctl(&app.home, "raise-hand");
    assert_eq!((code, &answer["status"]["hand"]), (0, &true.into()));
    page.until(
        "the raised hand",
        "document.querySelector('[data-testid=hand]')?.getAttribute('aria-pressed') === 'true'",
    )
    .await
    .unwrap();

    let size = "return [innerWidth, innerHeight].join();";
    let large = page.run(size, Vec::new()).await.unwrap();
    page.click("more").await.unwrap();
    page.click("menu-mini").await.unwrap();
    page.wait_for("mini").await.unwrap();
    page.until(
        "the small window",
        "innerWidth === 320 && innerHeight === 180",
    )
    .await
    .unwrap();
    page.until(
        "a picture in it",
        "Number(document.querySelector('[data-testid=mini] [data-feed]')?.dataset.frames) > 10",
    )
    .await
    .unwrap();
    app.keep_screen("mini").await.unwrap();
    page.click("mini-back").await.unwrap();
    page.until(
        "the large window",
        &format!("[innerWidth, innerHeight].join() === {large}"),
    )
    .await
    .unwrap();

    let (code, answer) = ctl(&app.home, "leave");
    assert_eq!((code, &answer["code"]), (0, &Value::Null));
    page.wait_for("ended").await.unwrap();
    assert_eq!(ctl(&app.home, "leave").0, 4);

    // What a crash leaves must lock nobody out.
    let socket = app.home.path().join("run/org.foyer.Foyer/ctl.sock");
    assert!(socket.exists());
    let home = tempfile::tempdir().unwrap();
    let kept = home.path().join("run/org.foyer.Foyer");
    std::fs::create_dir_all(&kept).unwrap();
    drop(std::os::unix::net::UnixListener::bind(kept.join("ctl.sock")).unwrap());
    assert_eq!(ctl(&home, "status").0, 3);
}

#[tokio::test]
async fn the_desktop_shows_how_one_stands_and_what_happens() {
    let desk = Desk::start(true).await.unwrap();
    let practice = Practice::start(&["--lobby"]).unwrap();
    let browser = Chromium::open(Media::Fake).await.unwrap();
    Guest::host(&browser.page, &practice.links.host_link)
        .await
        .unwrap();
    let app = App::open_at(&desk, &[&practice.links.guest_link])
        .await
        .unwrap();
    let page = &app.page;
    desk.tip("no meeting").await.unwrap();
    let idle = desk.icon().await.unwrap();
    app.continue_to_pre_join().await.unwrap();
    page.fill("name", "Ada").await.unwrap();
    page.choose("camera-select", "none").await.unwrap();
    page.choose("mic-select", "test:speech").await.unwrap();
    desk.is_held(false).await.unwrap();
    page.click("join").await.unwrap();

    page.wait_for("lobby").await.unwrap();
    desk.tip("waiting").await.unwrap();
    desk.is_held(true).await.unwrap();
    page.wait_for("lobby-hide").await.unwrap();
    app.keep_screen("lobby-tray").await.unwrap();
    is_visible(&app, true).await;
    // A window that is hidden answers no driver, not even for the click that hid it.
    let hide = "setTimeout(() => document.querySelector('[data-testid=lobby-hide]').click(), 100);";
    page.run(hide, Vec::new()).await.unwrap();
    is_visible(&app, false).await;

    browser.page.click("admit").await.unwrap();
    let admitted = desk.notice("You are in the meeting").await.unwrap();
    assert_eq!(admitted.body, "Practice meeting");
    desk.tip("you are heard").await.unwrap();
    assert_ne!(desk.icon().await.unwrap(), idle);
    let text = "<b>hello</b> & welcome";
    browser.page.fill("chat-text", text).await.unwrap();
    browser.page.click("chat-send").await.unwrap();
    let message = desk.notice("Host").await.unwrap();
    assert_eq!(message.body, "&lt;b&gt;hello&lt;/b&gt; &amp; welcome");
    browser.page.click("mute-participant").await.unwrap();
    desk.notice("The host muted you").await.unwrap();
    desk.tip("you are muted").await.unwrap();

    desk.click(&admitted).await.unwrap();
    is_visible(&app, true).await;
    page.wait_for("meeting").await.unwrap();

    desk.choose("Unmute").await.unwrap();
    state(page, "mic", "live").await;
    desk.tip("you are heard").await.unwrap();
    desk.choose("Mute").await.unwrap();
    state(page, "mic", "off").await;
    desk.tip("you are muted").await.unwrap();

    desk.choose("Leave the meeting").await.unwrap();
    page.wait_for("ended").await.unwrap();
    desk.is_held(false).await.unwrap();
    desk.tip("no meeting").await.unwrap();

    page.click("rejoin").await.unwrap();
    page.wait_for("lobby").await.unwrap();
    desk.is_held(true).await.unwrap();
    let holder = desk.holders().await.unwrap()[0].to_string();
    let killed = Command::new("kill").args(["-KILL", &holder]).status();
    assert!(killed.unwrap().success());
    desk.is_held(false).await.unwrap();
}

#[tokio::test]
async fn a_meeting_of_an_invitation_is_rung_for_when_it_starts() {
    let desk = Desk::start(true).await.unwrap();
    let practice = Practice::start(&[]).unwrap();
    let app = App::open_at(&desk, &[]).await.unwrap();
    let page = &app.page;
    page.wait_for("home").await.unwrap();
    desk.tip("no meeting").await.unwrap();
    let start = Command::new("date")
        .args(["--utc", "--date=+20 seconds", "+%Y%m%dT%H%M%SZ"])
        .output()
        .unwrap();
    let start = String::from_utf8(start.stdout).unwrap();
    let invitation = format!(
        "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Team sync\r\nDTSTART:{}\r\nDESCRIPTION:Join: {}\r\n\
         END:VEVENT\r\nEND:VCALENDAR\r\n",
        start.trim(),
        practice.links.guest_link
    );
    // As a file that is dropped into the window.
    let drop = "const data = new DataTransfer(); \
        data.items.add(new File([arguments[0]], 'Team sync.ics', { type: 'text/calendar' })); \
        window.dispatchEvent(new DragEvent('drop', { dataTransfer: data, bubbles: true, cancelable: true }));";
    page.run(drop, vec![Value::from(invitation)]).await.unwrap();
    page.click("arm").await.unwrap();
    page.wait_for("is-armed").await.unwrap();
    desk.tip("ready for the next meeting").await.unwrap();
    page.is_accessible("an armed meeting").await.unwrap();
    app.keep_screen("home-armed").await.unwrap();
    // Somebody who works in another window.
    let picture = app.home.path().join("other.png");
    app.display.screenshot(&picture).unwrap();
    let _other = app.display.show(&picture).unwrap();
    wait::until("another window in front", LIMIT, async || {
        let search = ["search", "--onlyvisible", "--class", "display"];
        let found = Command::new("xdotool")
            .args(search.iter().chain(&["windowfocus", "%1"]))
            .env("DISPLAY", &app.display.name)
            .status()?;
        Ok(found.success().then_some(()))
    })
    .await
    .unwrap();
    let away = "!document.hasFocus()";
    page.until("that the guest is elsewhere", away)
        .await
        .unwrap();

    let begins = desk.notice("The meeting begins").await.unwrap();
    assert_eq!(begins.body, "Team sync");
    desk.click(&begins).await.unwrap();
    page.wait_for("ring").await.unwrap();
    app.keep_screen("ring").await.unwrap();
    page.click("ring-join").await.unwrap();
    page.wait_for("prejoin").await.unwrap();
    let kept = app.home.path().join("config/org.foyer.Foyer/armed.json");
    wait::until("nothing left of it", LIMIT, async || {
        Ok((!kept.exists()).then_some(()))
    })
    .await
    .unwrap();
}

#[tokio::test]
async fn a_window_that_is_minimised_in_a_meeting_becomes_small_unless_the_guest_says_otherwise() {
    let practice = Practice::start(&["--bots", "1"]).unwrap();
    let app = App::open(&[&practice.links.guest_link], None)
        .await
        .unwrap();
    let page = &app.page;
    app.continue_to_pre_join().await.unwrap();
    app.join_without_devices("Ada").await.unwrap();
    page.wait_for("meeting").await.unwrap();

    minimise(&app);
    page.wait_for("mini").await.unwrap();
    page.until(
        "the small window",
        "innerWidth === 320 && innerHeight === 180",
    )
    .await
    .unwrap();
    is_visible(&app, true).await;
    // The small one can be minimised for good.
    minimise(&app);
    is_visible(&app, false).await;
    map(&app);
    is_visible(&app, true).await;
    page.click("mini-back").await.unwrap();
    page.until("the large window", "innerWidth > 1000")
        .await
        .unwrap();

    page.run(OPEN_SETTINGS, Vec::new()).await.unwrap();
    page.click("settings-section-appearance").await.unwrap();
    page.click("settings-miniOnMinimise").await.unwrap();
    page.click("dialog-close").await.unwrap();
    minimise(&app);
    is_visible(&app, false).await;
}

#[tokio::test]
async fn without_a_tray_there_is_nothing_to_hide_in() {
    let desk = Desk::start(false).await.unwrap();
    let practice = Practice::start(&["--lobby"]).unwrap();
    let app = App::open_at(&desk, &[&practice.links.guest_link])
        .await
        .unwrap();
    app.continue_to_pre_join().await.unwrap();
    app.join_without_devices("Ada").await.unwrap();
    app.page.wait_for("lobby-copy").await.unwrap();
    desk.is_held(true).await.unwrap();
    let hide = "return Boolean(document.querySelector('[data-testid=lobby-hide]'));";
    assert_eq!(app.page.run(hide, Vec::new()).await.unwrap(), false);
    app.page.click("leave").await.unwrap();
    app.page.wait_for("ended").await.unwrap();
    desk.is_held(false).await.unwrap();
}

/// The keys that mute, typed while no window has the focus.
fn press_keys(app: &App) {
    let typed = Command::new("xdotool")
        .args(["key", "ctrl+alt+shift+m"])
        .env("DISPLAY", &app.display.name)
        .status();
    assert!(typed.unwrap().success());
}

/// As a window manager does it, of which this display has none.
fn minimise(app: &App) {
    on_window(
        app,
        &[
            "search",
            "--onlyvisible",
            "--class",
            "foyer",
            "windowunmap",
            "%@",
        ],
    );
}

fn map(app: &App) {
    on_window(app, &["search", "--class", "foyer", "windowmap", "%@"]);
}

fn on_window(app: &App, arguments: &[&str]) {
    let mut xdotool = Command::new("xdotool");
    let done = xdotool.args(arguments).env("DISPLAY", &app.display.name);
    assert!(done.status().unwrap().success(), "{arguments:?}");
}

/// Waits until the window is on the display, or is not.
async fn is_visible(app: &App, wanted: bool) {
    wait::until(&format!("visible: {wanted}"), LIMIT, async || {
        let found = Command::new("xdotool")
            .args(["search", "--onlyvisible", "--class", "foyer"])
            .env("DISPLAY", &app.display.name)
            .output()?;
        Ok((found.stdout.is_empty() != wanted).then_some(()))
    })
    .await
    .unwrap();
}
