//! Links in messages and the clipboard, in the built app's real window.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

use fantoccini::key::Key;
use foyer_e2e::app::App;
use foyer_e2e::chromium::{Chromium, Media};
use foyer_e2e::foyer::Practice;
use foyer_e2e::guest::Guest;
use foyer_e2e::keyboard::Chord;
use foyer_e2e::wait;

const LIMIT: Duration = Duration::from_secs(60);
const ADDRESS: &str = "https://files.example.org/plan?x=1";

#[tokio::test]
async fn a_link_in_a_message_is_looked_at_opened_outside_and_copied() {
    let folder = tempfile::tempdir().unwrap();
    let opened = folder.path().join("opened");
    let browser_program = folder.path().join("xdg-open");
    let script = format!(
        "#!/bin/sh\nprintf '%s\\n' \"$@\" >> '{}'\n",
        opened.display()
    );
    fs::write(&browser_program, script).unwrap();
    fs::set_permissions(&browser_program, fs::Permissions::from_mode(0o755)).unwrap();

    let practice = Practice::start(&[]).unwrap();
    let browser = Chromium::open(Media::Fake).await.unwrap();
    Guest::host(&browser.page, &practice.links.host_link)
        .await
        .unwrap();
    let app = App::open_with_programs(folder.path(), &[]).await.unwrap();
    let page = &app.page;
    page.fill("link-field", &practice.links.guest_link)
        .await
        .unwrap();
    app.continue_to_pre_join().await.unwrap();
    app.join_without_devices("Ada").await.unwrap();
    page.wait_for("meeting").await.unwrap();

    let said = format!("see {ADDRESS} please");
    browser.page.fill("chat-text", &said).await.unwrap();
    browser.page.click("chat-send").await.unwrap();
    page.click("chat").await.unwrap();
    let link = "document.querySelector('[data-testid=chat-message] a')";
    page.until("the link", link).await.unwrap();
    page.run(&format!("{link}.click();"), Vec::new())
        .await
        .unwrap();
    page.wait_for("link-dialog").await.unwrap();
    page.is_accessible("a link that was clicked").await.unwrap();
    assert_eq!(page.text("link-owner").await.unwrap(), "files.example.org");
    app.keep_screen("link").await.unwrap();
    assert!(
        !opened.exists(),
        "nothing is opened before the guest says so"
    );

    page.click("link-copy").await.unwrap();
    page.until(
        "the copy",
        "document.querySelector('[data-testid=link-copied]').textContent.trim() === 'Copied.'",
    )
    .await
    .unwrap();
    page.click("link-open").await.unwrap();
    wait::until("the browser", LIMIT, async || {
        let asked = fs::read_to_string(&opened)?;
        Ok((asked.trim_end() == ADDRESS).then_some(()))
    })
    .await
    .unwrap();
    page.until(
        "the end of the dialog",
        "!document.querySelector('[data-testid=link-dialog]')",
    )
    .await
    .unwrap();

    // What was copied is pasted by keys as from any other program, and offered at the start.
    page.click("people").await.unwrap();
    page.click("copy-link").await.unwrap();
    page.until(
        "the copied invitation",
        "document.querySelector('[data-testid=copy-link]').textContent.includes('Copied')",
    )
    .await
    .unwrap();
    page.click("chat").await.unwrap();
    page.click("chat-input").await.unwrap();
    page.press(Chord(&[Key::Control], 'v')).await.unwrap();
    let pasted = format!(
        "document.querySelector('[data-testid=chat-input]').value === '{}'",
        practice.links.guest_link
    );
    page.until("the pasted invitation", &pasted).await.unwrap();
    page.click("leave").await.unwrap();
    page.click("home").await.unwrap();
    page.click("link-clear").await.unwrap();
    page.click("link-field").await.unwrap();
    page.wait_for("clipboard-offer").await.unwrap();
}
