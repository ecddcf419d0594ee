//! A real Chromium on the guest page, together with the client of the app.
#![cfg(target_os = "linux")] // The browser is where Linux has it.
#![allow(clippy::unwrap_used)]

#[path = "support/guest.rs"]
mod guest;

use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use fantoccini::{ClientBuilder, Locator};
use foyer_media::clock::MonotonicClock;
use foyer_media::synthetic::card::Theme;
use foyer_practice::{MeetingOptions, Server, ServerConfig, TrackKind};
use guest::{Guest, PATIENCE, send_card};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// ChromeDriver on a port of its own choice; ends with the test.
struct Driver {
    _process: Child,
    profile: tempfile::TempDir,
    port: u16,
}

async fn driver() -> Driver {
    let mut process = Command::new("chromedriver")
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("chromedriver is installed");
    let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
    let port = loop {
        let line = timeout(PATIENCE, lines.next_line()).await.unwrap().unwrap();
        let line = line.expect("chromedriver says its port");
        if let Some((_, rest)) = line.split_once("on port ") {
            let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
            // It names the port it was asked for first, and then the one it got.
            if let Some(port) = digits.parse().ok().filter(|port| *port != 0) {
                break port;
            }
        }
    };
    // The pipe must stay open and empty.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Driver {
        _process: process,
        profile: tempfile::tempdir().unwrap(),
        port,
    }
}

async fn browser(driver: &Driver) -> fantoccini::Client {
    let args = json!([
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        "--autoplay-policy=no-user-gesture-required",
        "--disable-features=WebRtcHideLocalIpsWithMdns",
        format!("--user-data-dir={}", driver.profile.path().display()),
    ]);
    let options = json!({"args": args});
    let capabilities = [("goog:chromeOptions".to_owned(), options)];
    ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
        .capabilities(capabilities.into_iter().collect())
        .connect(&format!("http://127.0.0.1:{}", driver.port))
        .await
        .unwrap()
}

async fn stats(page: &fantoccini::Client) -> Value {
    let script = "const done = arguments[0]; window.foyerGuest.stats().then(done);";
    page.execute_async(script, Vec::new()).await.unwrap()
}

/// Polls the page until what it shows satisfies a condition.
async fn until(page: &fantoccini::Client, what: &str, so: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    let poll = async {
        loop {
            last = stats(page).await;
            if so(&last) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    };
    let in_time = timeout(PATIENCE, poll).await.is_ok();
    assert!(in_time, "never: {what}; last {last:#}");
    last
}

fn line<'a>(stats: &'a Value, name: &str, kind: &str) -> Option<&'a Value> {
    let lines = stats["lines"].as_array()?;
    lines
        .iter()
        .find(|line| line["name"] == name && line["kind"] == kind)
}

fn decoded(stats: &Value, name: &str, kind: &str) -> u64 {
    line(stats, name, kind)
        .and_then(|line| line["framesDecoded"].as_u64())
        .unwrap_or(0)
}

async fn meets_chromium(query: &str, codec: foyer_media::encoded::VideoCodec) {
    let clock = MonotonicClock::shared();
    let config = ServerConfig::loopback(Arc::clone(&clock), Arc::new(|| 0.0));
    let server = Server::start(config).await.unwrap();
    let options = MeetingOptions {
        bots: 1,
        ..MeetingOptions::default()
    };
    let meeting = server.open_meeting(options).await;
    let mut foyer = Guest::join(&meeting.guest_link, "Foyer", &clock).await;
    foyer.client.set_camera(true);
    let _card = send_card(
        foyer.own_line(TrackKind::Camera).await,
        Arc::clone(&clock),
        Theme::Coral,
    );

    let driver = driver().await;
    let page = browser(&driver).await;
    let link = format!("{}?name=Chromium&auto=1{query}", meeting.guest_link);
    page.goto(&link).await.unwrap();
    until(
        &page,
        "Chromium sees Foyer and the bot and hears the bot",
        |stats| {
            decoded(stats, "Foyer", "camera") >= 30
                && decoded(stats, "Ada (bot)", "camera") >= 15
                && line(stats, "Ada (bot)", "audio")
                    .is_some_and(|line| line["audioEnergy"].as_f64() > Some(0.0))
        },
    )
    .await;

    let came = foyer.frames("Chromium", TrackKind::Camera, 30).await;
    assert!(came[0].key);
    assert!(came.iter().all(|frame| frame.codec == codec));
    let mut packets = foyer
        .line("Chromium", TrackKind::Audio)
        .await
        .receive_audio();
    for _ in 0..50 {
        assert!(timeout(PATIENCE, packets.recv()).await.unwrap().is_some());
    }

    for _ in 0..2 {
        foyer.client.set_share(true, false);
        let own = foyer.own_line(TrackKind::Share).await;
        let share = send_card(own, Arc::clone(&clock), Theme::Lime);
        until(&page, "Chromium sees the share", |stats| {
            decoded(stats, "Foyer", "share") >= 10
        })
        .await;
        foyer.client.set_share(false, false);
        foyer
            .until("own share down", |foyer| {
                !foyer.outgoing.contains_key(&TrackKind::Share)
            })
            .await;
        drop(share);
        until(&page, "the share is gone", |stats| {
            line(stats, "Foyer", "share").is_none()
        })
        .await;
    }

    page.find(Locator::Css("[data-testid=chat-text]"))
        .await
        .unwrap()
        .send_keys("hello from the page")
        .await
        .unwrap();
    let send = Locator::Css("[data-testid=chat-send]");
    page.find(send).await.unwrap().click().await.unwrap();
    foyer
        .event("the page's chat", |event| {
            matches!(event, foyer_practice::ClientEvent::Chat(chat) if chat.text == "hello from the page")
        })
        .await;
    let leave = Locator::Css("[data-testid=leave]");
    page.find(leave).await.unwrap().click().await.unwrap();
    foyer
        .until("Chromium left", |foyer| foyer.id_of("Chromium").is_none())
        .await;
    page.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chromium_and_foyer_see_and_hear_each_other() {
    meets_chromium("", foyer_media::encoded::VideoCodec::H264).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chromium_may_send_vp8() {
    meets_chromium("&codec=vp8", foyer_media::encoded::VideoCodec::Vp8).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_browser_host_admits_a_guest_and_ends_the_meeting() {
    let clock = MonotonicClock::shared();
    let config = ServerConfig::loopback(Arc::clone(&clock), Arc::new(|| 0.0));
    let server = Server::start(config).await.unwrap();
    let options = MeetingOptions {
        lobby: true,
        ..MeetingOptions::default()
    };
    let meeting = server.open_meeting(options).await;
    let driver = driver().await;
    let page = browser(&driver).await;
    page.goto(&meeting.host_link).await.unwrap();
    let join = Locator::Css("[data-testid=join]");
    page.find(join).await.unwrap().click().await.unwrap();
    until(&page, "the host is in", |stats| stats["state"] == "meeting").await;
    let mut guest = Guest::join(&meeting.guest_link, "Guest", &clock).await;
    let admit = Locator::Css("[data-testid=admit]");
    let button = page
        .wait()
        .at_most(PATIENCE)
        .for_element(admit)
        .await
        .unwrap();
    button.click().await.unwrap();
    guest
        .event("admitted", |event| {
            matches!(event, foyer_practice::ClientEvent::Admitted)
        })
        .await;
    let end = Locator::Css("[data-testid=end]");
    page.find(end).await.unwrap().click().await.unwrap();
    guest
        .event("ended", |event| {
            matches!(event, foyer_practice::ClientEvent::Ended)
        })
        .await;
    page.close().await.unwrap();
}
