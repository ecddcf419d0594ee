//! The built app in a real window, by keys alone, with axe-core on every screen.

#![allow(clippy::unwrap_used)]

use fantoccini::key::Key;
use foyer_e2e::app::App;
use foyer_e2e::foyer::Practice;
use foyer_e2e::keyboard::{key, shortcut};
use foyer_e2e::page::Page;

#[tokio::test]
async fn a_guest_goes_from_home_to_the_lobby_and_back_by_keys() {
    let practice = Practice::start(&["--lobby"]).unwrap();
    let app = App::open(&[], None).await.unwrap();
    let page = &app.page;

    page.wait_for("home").await.unwrap();
    page.is_accessible("home").await.unwrap();
    opened_and_closed(page, "settings-open", "settings").await;
    opened_and_closed(page, "help-open", "shortcut-sheet").await;

    page.tab_to("link-field").await.unwrap();
    page.type_text(&practice.links.guest_link).await.unwrap();
    page.until(
        "the verdict",
        "document.querySelector('[data-verdict=join]')",
    )
    .await
    .unwrap();
    page.is_accessible("home with a verdict").await.unwrap();
    page.press(key(Key::Enter)).await.unwrap();

    page.wait_for("prejoin").await.unwrap();
    page.is_accessible("pre-join").await.unwrap();
    if page.focused().await.unwrap() != "name" {
        page.tab_to("name").await.unwrap();
    }
    page.type_text("Ada").await.unwrap();
    let stops = page.tab_to("join").await.unwrap();
    let place = |testid: &str| {
        let found = stops.iter().position(|stop| stop == testid);
        found.unwrap_or_else(|| panic!("{testid} is passed on the way: {stops:?}"))
    };
    let order = ["mic-select", "speaker-select", "camera-select", "join"].map(place);
    assert!(order.is_sorted(), "{stops:?}");
    page.press(key(Key::Enter)).await.unwrap();

    page.wait_for("lobby").await.unwrap();
    page.is_accessible("lobby").await.unwrap();
    page.tab_to("leave").await.unwrap();
    page.press(key(Key::Enter)).await.unwrap();

    page.wait_for("ended").await.unwrap();
    page.is_accessible("the end").await.unwrap();
    page.tab_to("home").await.unwrap();
    page.press(key(Key::Enter)).await.unwrap();
    page.wait_for("link-field").await.unwrap();
}

#[tokio::test]
async fn a_guest_takes_part_in_a_meeting_by_keys() {
    let practice = Practice::start(&["--bots", "2"]).unwrap();
    let app = App::open(&[&practice.links.guest_link], None)
        .await
        .unwrap();
    let page = &app.page;
    app.continue_to_pre_join().await.unwrap();
    page.fill("name", "Ada").await.unwrap();
    page.choose("camera-select", "test:card").await.unwrap();
    page.choose("mic-select", "test:speech").await.unwrap();
    page.press(key(Key::Enter)).await.unwrap();

    page.wait_for("meeting").await.unwrap();
    page.until(
        "two others",
        "document.querySelectorAll('[data-testid=stage] [data-testid^=tile-]').length === 2",
    )
    .await
    .unwrap();
    page.is_accessible("the meeting").await.unwrap();

    page.press(shortcut('m')).await.unwrap();
    mic_is(page, "off").await;
    page.press(shortcut('m')).await.unwrap();
    mic_is(page, "live").await;

    page.press(shortcut('c')).await.unwrap();
    page.wait_for("chat-pane").await.unwrap();
    if page.focused().await.unwrap() != "chat-input" {
        page.tab_to("chat-input").await.unwrap();
    }
    page.type_text("by keys").await.unwrap();
    page.press(key(Key::Enter)).await.unwrap();
    page.until(
        "the message",
        "document.querySelector('[data-testid=chat-log]').textContent.includes('by keys')",
    )
    .await
    .unwrap();
    page.is_accessible("the chat").await.unwrap();
    closed_by_escape(page, "chat-pane").await;

    page.press(shortcut('p')).await.unwrap();
    page.wait_for("people-pane").await.unwrap();
    page.is_accessible("the people").await.unwrap();
    closed_by_escape(page, "people-pane").await;

    page.press(shortcut('d')).await.unwrap();
    page.wait_for("stats-stream").await.unwrap();
    page.is_accessible("the connection").await.unwrap();
    closed_by_escape(page, "stats-pane").await;

    page.press(shortcut('e')).await.unwrap();
    page.wait_for("share-screen-0").await.unwrap();
    page.is_accessible("the choice of a screen").await.unwrap();
    closed_by_escape(page, "share-picker").await;

    page.tab_to("more").await.unwrap();
    page.press(key(Key::Enter)).await.unwrap();
    page.wait_for("menu").await.unwrap();
    page.is_accessible("a menu").await.unwrap();
    closed_by_escape(page, "menu").await;
    assert_eq!(
        page.focused().await.unwrap(),
        "more",
        "back where it came from"
    );

    page.press(shortcut('h')).await.unwrap();
    page.wait_for("leave-armed").await.unwrap();
    page.press(shortcut('h')).await.unwrap();
    page.wait_for("ended").await.unwrap();
}

/// A dialog that a button of the home screen opens.
async fn opened_and_closed(page: &Page, button: &str, dialog: &str) {
    page.tab_to(button).await.unwrap();
    page.press(key(Key::Enter)).await.unwrap();
    page.wait_for(dialog).await.unwrap();
    page.is_accessible(dialog).await.unwrap();
    closed_by_escape(page, dialog).await;
    assert_eq!(
        page.focused().await.unwrap(),
        button,
        "back where it came from"
    );
}

async fn closed_by_escape(page: &Page, testid: &str) {
    page.press(key(Key::Escape)).await.unwrap();
    let gone = format!("!document.querySelector('[data-testid={testid}]')");
    page.until(&format!("the end of {testid}"), &gone)
        .await
        .unwrap();
}

async fn mic_is(page: &Page, state: &str) {
    let is = format!("document.querySelector('[data-testid=mic]').dataset.state === '{state}'");
    page.until(&format!("a microphone that is {state}"), &is)
        .await
        .unwrap();
}
