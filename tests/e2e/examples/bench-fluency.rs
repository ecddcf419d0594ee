//! How fluent the interface is in WebKitGTK.
//!
//! Run by `cargo xtask bench fluency`. The first two figures are of the interface with a call that it plays itself, every
//! event written and read as JSON as on its way from the shell; the third is of the built app. Ends with an error if one
//! is over its limit.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use foyer_e2e::app::{self, App};
use foyer_e2e::display::Display;
use foyer_e2e::foyer::Practice;
use foyer_e2e::page::Page;
use foyer_e2e::process::Running;
use foyer_e2e::{usage, wait};
use serde_json::{Value, json};

const UI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui");
const LIMIT: Duration = Duration::from_secs(60);
/// What a page does at its start is not counted.
const SETTLE: Duration = Duration::from_secs(4);
const COUNTED: Duration = Duration::from_secs(10);

/// Part of a core that the page's thread may use while a thousand people are in and fifty a second come.
const MOST_BUSY: f64 = 0.30;
const LEAST_PICTURES: f64 = 50.0;
const MUTES: usize = 41;
const LONGEST_MUTE_MS: f64 = 50.0;

/// Scrolls up by 24 pixels a picture for some seconds; a second's pictures and the longest time between two.
const SCROLL: &str = "window.scrolled = null;
    const log = document.querySelector('[data-testid=chat-log]');
    const times = [];
    const from = log.scrollTop;
    const step = (now) => {
        times.push(now);
        log.scrollTop -= 24;
        if (now - times[0] < SECONDS * 1000) return requestAnimationFrame(step);
        const gaps = times.slice(1).map((time, at) => time - times[at]);
        window.scrolled = [gaps.length * 1000 / (now - times[0]), Math.max(...gaps), from - log.scrollTop];
    };
    requestAnimationFrame(step);";

/// Switches the microphone by its button, again and again; milliseconds until the button says so and is painted.
const MUTE: &str = "window.muted = [];
    const button = () => document.querySelector('[data-testid=mic]');
    const next = () => {
        if (window.muted.length === COUNT) return;
        const before = button().getAttribute('aria-pressed');
        const started = performance.now();
        const seen = new MutationObserver(() => {
            if (button().getAttribute('aria-pressed') === before) return;
            seen.disconnect();
            // Callbacks of a picture run before it is painted, messages after.
            const painted = new MessageChannel();
            painted.port1.onmessage = () => {
                window.muted.push([before === 'true', performance.now() - started]);
                settle();
            };
            requestAnimationFrame(() => painted.port2.postMessage(null));
        });
        seen.observe(document.body, { subtree: true, attributes: true, childList: true });
        button().click();
    };
    // The microphone opens anew in between.
    const settle = () => {
        const { state } = button().dataset;
        if (state === 'live' || state === 'off') setTimeout(next, 100);
        else setTimeout(settle, 50);
    };
    next();";

#[tokio::main]
async fn main() -> Result<()> {
    let interface = Interface::serve()?;
    let busy = busy_with_people(&interface).await?;
    let [pictures, longest] = scrolling(&interface).await?;
    let mutes = mutes().await?;
    let worst = mutes.last().copied().context("nothing was muted")?;
    let middle = mutes[mutes.len() / 2];
    let mut out = std::io::stdout().lock();
    writeln!(out, "| what | measured | limit |\n|---|---|---|")?;
    writeln!(
        out,
        "| page's thread, 1,000 people, 50 a second come and go | {:.0} % of a core | 30 % |",
        busy * 100.0
    )?;
    writeln!(
        out,
        "| scrolling through 10,000 messages | {pictures:.0} pictures/s, longest gap {longest:.0} ms | 50/s |"
    )?;
    writeln!(
        out,
        "| click to muted, seen and real | {middle:.0} ms in the middle, {worst:.0} ms at worst | 50 ms |"
    )?;
    ensure!(busy <= MOST_BUSY, "the page's thread is too busy");
    ensure!(pictures >= LEAST_PICTURES, "scrolling is not fluent");
    ensure!(worst <= LONGEST_MUTE_MS, "muting takes too long");
    Ok(())
}

/// The interface, served to browsers.
struct Interface {
    url: String,
    _server: Running,
}

/// It in a window of WebKitGTK.
struct Window {
    page: Page,
    driver: Running,
    _display: Display,
}

impl Interface {
    fn serve() -> Result<Self> {
        let port = app::free_port()?;
        let server = Running::start(
            Command::new(Path::new(UI).join("node_modules/.bin/vite"))
                .args(["preview", "--outDir", "dist-fake", "--host", "127.0.0.1"])
                .args(["--strictPort", "--port", &port.to_string()])
                .current_dir(UI)
                .stderr(Stdio::inherit()),
        )?;
        Ok(Self {
            url: format!("http://127.0.0.1:{port}"),
            _server: server,
        })
    }

    /// In the meeting that `parameters` describe.
    async fn open(&self, parameters: &str) -> Result<Window> {
        let display = Display::start(1280, 800)?;
        let port = app::free_port()?;
        let mut driver = Command::new("WebKitWebDriver");
        driver
            .arg(format!("--port={port}"))
            .env("DISPLAY", &display.name)
            .env("GDK_BACKEND", "x11")
            .stderr(Stdio::inherit());
        if !has_card() {
            // As the app has its windows painted.
            driver.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1");
        }
        let driver = Running::start(&mut driver)?;
        let options = json!({ "args": ["--automation", "--geometry=1280x800"] });
        let capabilities = json!({ "webkitgtk:browserOptions": options });
        let page = Page::open(port, capabilities.as_object().cloned().unwrap_or_default()).await?;
        let url = format!(
            "{}/?wire=1&still=1&start=meeting&name=Ada&{parameters}",
            self.url
        );
        // The server needs a moment until it listens.
        wait::until("the interface", LIMIT, async || {
            page.go(&url).await?;
            let there = "return Boolean(document.querySelector('[data-testid=home]'));";
            Ok((page.run(there, Vec::new()).await? == true).then_some(()))
        })
        .await?;
        page.fill("link-field", "http://127.0.0.1:40123/meet/k3v9t2qd")
            .await?;
        let verdict = "document.querySelector('[data-verdict=join]')";
        page.until("the verdict", verdict).await?;
        page.click("continue").await?;
        page.wait_for("meeting").await?;
        Ok(Window {
            page,
            driver,
            _display: display,
        })
    }
}

/// Whether a graphics card can render here.
fn has_card() -> bool {
    // Without the folder there is none.
    let cards = std::fs::read_dir("/dev/dri").into_iter().flatten();
    cards
        .flatten()
        .any(|card| card.file_name().to_string_lossy().starts_with("renderD"))
}

/// Part of a core.
#[expect(
    clippy::disallowed_methods,
    reason = "what is measured runs by the real clock"
)]
async fn busy_with_people(interface: &Interface) -> Result<f64> {
    let window = interface.open("people=1000&storm=50").await?;
    window.page.click("people").await?;
    window.page.wait_for("people-list").await?;
    let process = usage::named(window.driver.id(), "WebKitWebProcess")?;
    let process = *process.last().context("the page has a process")?;
    tokio::time::sleep(SETTLE).await;
    let (began, before) = (Instant::now(), usage::main_thread(process)?);
    tokio::time::sleep(COUNTED).await;
    let used = usage::main_thread(process)?.saturating_sub(before);
    Ok(used.as_secs_f64() / began.elapsed().as_secs_f64())
}

/// Pictures a second, and the longest gap in milliseconds.
async fn scrolling(interface: &Interface) -> Result<[f64; 2]> {
    let window = interface.open("people=3&chat=10000").await?;
    let page = &window.page;
    page.click("chat").await?;
    let filled = "document.querySelector('[data-testid=chat-log]')?.scrollTop > 100000";
    page.until("the messages", filled).await?;
    tokio::time::sleep(SETTLE).await;
    let script = SCROLL.replace("SECONDS", &COUNTED.as_secs().to_string());
    page.run(&script, Vec::new()).await?;
    page.until("the end of scrolling", "window.scrolled")
        .await?;
    let numbers = page.run("return window.scrolled;", Vec::new()).await?;
    let number = |at: usize| numbers[at].as_f64().context("a number");
    ensure!(number(2)? > 1_000.0, "it did not scroll: {numbers}");
    Ok([number(0)?, number(1)?])
}

/// Milliseconds from clicks to muted, the shortest first.
async fn mutes() -> Result<Vec<f64>> {
    let practice = Practice::start(&["--bots", "2"])?;
    let app = App::open(&["join", &practice.links.guest_link, "--name", "Ada"], None).await?;
    app.continue_to_pre_join().await?;
    let page = &app.page;
    page.choose("camera-select", "none").await?;
    page.choose("mic-select", "test:speech").await?;
    // Where there is no sound card, ALSA's speaker of nothing would keep a core busy.
    page.choose("speaker-select", "test:silence").await?;
    page.click("join").await?;
    page.wait_for("meeting").await?;
    let live = "document.querySelector('[data-testid=mic]').dataset.state === 'live'";
    page.until("the microphone", live).await?;
    tokio::time::sleep(SETTLE).await;
    page.run(&MUTE.replace("COUNT", &MUTES.to_string()), Vec::new())
        .await?;
    let done = format!("window.muted.length === {MUTES}");
    page.until("all clicks", &done).await?;
    let measured = page.run("return window.muted;", Vec::new()).await?;
    let each = measured.as_array().context("a list")?.iter();
    let mut muted: Vec<f64> = each
        .filter(|each| each[0] == Value::Bool(true))
        .filter_map(|each| each[1].as_f64())
        .collect();
    muted.sort_by(f64::total_cmp);
    Ok(muted)
}
