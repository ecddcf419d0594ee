//! Captions and chat kept in a file, through the system's own dialog.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::process::Command;
use std::time::Duration;

use anyhow::Context;
use foyer_e2e::app::App;
use foyer_e2e::foyer::Practice;
use foyer_e2e::wait;

/// What a press of keys has done after this long, it has not done.
const A_PRESS: Duration = Duration::from_secs(5);
const LIMIT: Duration = Duration::from_secs(60);
const OPEN_SETTINGS: &str = "window.dispatchEvent(new KeyboardEvent('keydown', { code: 'Comma', ctrlKey: true, bubbles: true }));";

#[tokio::test]
async fn what_was_seen_is_written_where_the_guest_says_and_nowhere_else() {
    let practice = Practice::start(&[]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("kept.txt");
    let app = App::open(&[&practice.links.guest_link], None)
        .await
        .unwrap();
    let page = &app.page;
    app.continue_to_pre_join().await.unwrap();
    page.run(OPEN_SETTINGS, Vec::new()).await.unwrap();
    page.click("settings-section-privacy").await.unwrap();
    page.click("settings-offerTranscript").await.unwrap();
    page.click("dialog-close").await.unwrap();
    app.join_without_devices("Ada").await.unwrap();
    page.wait_for("meeting").await.unwrap();
    page.click("chat").await.unwrap();
    page.fill("chat-input", "a thought to keep").await.unwrap();
    page.click("chat-send").await.unwrap();
    let sent = "document.querySelector('[data-testid=chat-message][data-state=new]')";
    page.until("the message", sent).await.unwrap();
    page.click("leave").await.unwrap();
    page.wait_for("transcript").await.unwrap();
    app.keep_screen("ended-transcript").await.unwrap();
    page.click("transcript-save").await.unwrap();

    // The dialog begins in the field of the name.
    wait::until("the file", LIMIT, async || {
        let search = [
            "search",
            "--onlyvisible",
            "--name",
            "^Save captions and chat$",
        ];
        let found = xdotool(&app, &search)?;
        let dialog = found.lines().next().context("there is no dialog")?;
        xdotool(&app, &["windowfocus", dialog])?;
        xdotool(&app, &["key", "ctrl+a"])?;
        xdotool(&app, &["type", &file.to_string_lossy()])?;
        xdotool(&app, &["key", "Return"])?;
        wait::until("written", A_PRESS, async || Ok(file.exists().then_some(())))
            .await
            .map(Some)
    })
    .await
    .unwrap();
    page.until(
        "that it is saved",
        "document.querySelector('[data-testid=transcript-saved]').textContent.includes('Saved')",
    )
    .await
    .unwrap();
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("Ada (chat): a thought to keep"), "{text}");
}

fn xdotool(app: &App, arguments: &[&str]) -> anyhow::Result<String> {
    let mut command = Command::new("xdotool");
    let out = command.args(arguments).env("DISPLAY", &app.display.name);
    Ok(String::from_utf8(out.output()?.stdout)?)
}
