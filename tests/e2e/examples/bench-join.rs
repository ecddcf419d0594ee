//! What joining the same practice meeting costs in Foyer's window, in Foyer without one, and in Chromium.
//!
//! Run by `cargo xtask bench join`, as `bench-join [SECONDS [ROUNDS [BOTS...]]]`. The programs take turns, so that a
//! change of the machine's speed falls on all of them. Each sends 720p30 and speech, and receives all bots. Where a
//! bench prints no number, nothing was shown.

use std::io::Write;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use foyer_e2e::app::App;
use foyer_e2e::chromium::{Chromium, Media};
use foyer_e2e::display::Display;
use foyer_e2e::foyer::{self, Practice};
use foyer_e2e::guest::Guest;
use foyer_e2e::page::Page;
use foyer_e2e::process::Running;
use foyer_e2e::usage::{self, Usage};
use foyer_e2e::wait;
use serde_json::{Value, json};
use tempfile::TempDir;

const BOTS: [u64; 3] = [1, 4, 9];
/// Between the first picture and the start of counting: encoders and estimates settle.
const SETTLE: Duration = Duration::from_secs(5);
const LIMIT: Duration = Duration::from_secs(120);
/// Clicks on Join and looks for the first picture of somebody else.
const JOIN: &str = "window.firstPicture = null;
    const ready = performance.now();
    document.querySelector('[data-testid=join]').click();
    const look = () => {
        if (FOUND) window.firstPicture = performance.now() - (STARTED ?? ready);
        else setTimeout(look, 5);
    };
    look();";

/// One program in one meeting.
struct Sample {
    /// From joining, with the devices open already, to the first picture of somebody else.
    first_picture: Duration,
    /// CPU time over time.
    cores: f64,
    /// Bytes.
    pss: u64,
    /// Of all others together.
    pictures_per_second: f64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let numbers = std::env::args().skip(1).map(|text| {
        text.parse::<u64>()
            .with_context(|| format!("{text:?} is no number"))
    });
    let numbers = numbers.collect::<Result<Vec<_>>>()?;
    let seconds = Duration::from_secs(numbers.first().copied().unwrap_or(20));
    let rounds = numbers.get(1).copied().unwrap_or(2);
    let bots = numbers.get(2..).filter(|bots| !bots.is_empty());
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "| bots | program | first picture | CPU s/min | memory | pictures/s |\n|---|---|---|---|---|---|"
    )?;
    for &bots in bots.unwrap_or(&BOTS) {
        let mut samples = [Vec::new(), Vec::new(), Vec::new()];
        for _ in 0..rounds {
            samples[0].push(in_window(bots, seconds).await?);
            samples[1].push(chromium(bots, seconds).await?);
            samples[2].push(headless(bots, seconds).await?);
        }
        let names = ["Foyer", "Chromium", "Foyer, no window"];
        for (name, samples) in names.iter().zip(&samples) {
            let each = |read: &dyn Fn(&Sample) -> f64| {
                let values = samples.iter().map(|sample| format!("{:.0}", read(sample)));
                values.collect::<Vec<_>>().join(", ")
            };
            writeln!(
                out,
                "| {bots} | {name} | {} ms | {} | {} MiB | {} |",
                each(&|sample| sample.first_picture.as_secs_f64() * 1000.0),
                each(&|sample| sample.cores * 60.0),
                each(&|sample| sample.pss as f64 / f64::from(1 << 20)),
                each(&|sample| sample.pictures_per_second),
            )?;
            out.flush()?;
        }
    }
    let cores = two_without_windows(seconds).await?;
    writeln!(
        out,
        "\nTwo Foyers without windows, 720p30 and speech both ways: {:.0} % of a core each",
        cores * 100.0
    )?;
    Ok(())
}

async fn in_window(bots: u64, seconds: Duration) -> Result<Sample> {
    let practice = meeting(bots).await?;
    let app = App::open(
        &["join", &practice.links.guest_link, "--name", "Foyer"],
        None,
    )
    .await?;
    let page = &app.page;
    app.continue_to_pre_join().await?;
    for (select, value) in [
        ("camera-select", "test:card"),
        ("mic-select", "test:speech"),
    ] {
        page.choose(select, value).await?;
    }
    page.until(
        "the preview",
        "Number(document.querySelector('[data-testid=preview] [data-feed]')?.dataset.frames) > 15",
    )
    .await?;
    let tiles = "[...document.querySelectorAll('[data-testid^=tile-] [data-feed]')].map((e) => Number(e.dataset.frames))";
    let found = format!("{tiles}.some((frames) => frames > 0)");
    let first_picture = join(page, &found, "null").await?;
    let shown = async || {
        let sum = format!("return {tiles}.reduce((a, b) => a + b, 0);");
        Ok(page.run(&sum, Vec::new()).await?.as_f64().unwrap_or(0.0))
    };
    let used = || usage::below(app.driver.id(), false);
    sample(first_picture, seconds, shown, used).await
}

async fn chromium(bots: u64, seconds: Duration) -> Result<Sample> {
    let practice = meeting(bots).await?;
    let display = Display::start(1280, 800)?;
    let browser = Chromium::open_on(Some(&display), Media::Fake).await?;
    let page = &browser.page;
    page.go(&practice.links.guest_link).await?;
    page.fill("name", "Chromium").await?;
    let videos = "[...document.querySelectorAll('.tile.camera:not(.own) video')]";
    let found = format!("{videos}.some((v) => v.getVideoPlaybackQuality().totalVideoFrames > 0)");
    let first_picture = join(page, &found, "window.foyerGuest.call?.startedAt").await?;
    let guest = Guest::here(page);
    let shown = async || {
        let lines = guest.lines().await?;
        let others = lines.iter().filter(|line| !line.own);
        Ok(others.map(|line| line.frames_decoded).sum::<u64>() as f64)
    };
    wait::until("statistics", LIMIT, async || Ok(Some(guest.lines().await?))).await?;
    let used = || usage::below(browser.driver.id(), false);
    sample(first_picture, seconds, shown, used).await
}

/// Joins and answers how long the first picture took.
async fn join(page: &Page, found: &str, started: &str) -> Result<Duration> {
    let script = JOIN.replace("FOUND", found).replace("STARTED", started);
    page.run(&script, Vec::new()).await?;
    let took = wait::until("the first picture", LIMIT, async || {
        Ok(page
            .run("return window.firstPicture;", Vec::new())
            .await?
            .as_f64())
    })
    .await?;
    Ok(Duration::from_secs_f64(took / 1000.0))
}

/// Counts over `seconds` of the world's time, once everything has settled.
#[expect(
    clippy::disallowed_methods,
    reason = "what is measured runs by the real clock"
)]
async fn sample(
    first_picture: Duration,
    seconds: Duration,
    shown: impl AsyncFn() -> Result<f64>,
    used: impl Fn() -> Result<Usage>,
) -> Result<Sample> {
    tokio::time::sleep(SETTLE).await;
    let (began, before, shown_before) = (Instant::now(), used()?, shown().await?);
    tokio::time::sleep(seconds).await;
    let (took, after, shown_after) = (began.elapsed().as_secs_f64(), used()?, shown().await?);
    Ok(Sample {
        first_picture,
        cores: after.cpu.saturating_sub(before.cpu).as_secs_f64() / took,
        pss: after.pss,
        pictures_per_second: (shown_after - shown_before) / took,
    })
}

async fn headless(bots: u64, seconds: Duration) -> Result<Sample> {
    let practice = meeting(bots).await?;
    let guest = Headless::join(&practice, "Foyer", seconds + SETTLE * 2)?;
    let usage = guest.usage(seconds).await?;
    let report = guest.report()?;
    let feeds = report["feeds"].as_array().context("feeds")?;
    let connecting = report["states"][0]["atMs"].as_i64().unwrap_or(0);
    let first = feeds
        .iter()
        .filter_map(|feed| feed["firstFrameMs"].as_i64());
    let first = first.min().context("no feed was received")? - connecting;
    let decoded: f64 = feeds
        .iter()
        .filter_map(|feed| feed["framesDecoded"].as_f64())
        .sum();
    Ok(Sample {
        first_picture: Duration::from_millis(first.try_into()?),
        pictures_per_second: decoded / (seconds + SETTLE * 2).as_secs_f64(),
        ..usage
    })
}

/// The share of a core that each of two guests takes who see and hear nobody but each other.
async fn two_without_windows(seconds: Duration) -> Result<f64> {
    let practice = meeting(0).await?;
    let long = seconds + SETTLE * 3;
    let (one, two) = (
        Headless::join(&practice, "One", long)?,
        Headless::join(&practice, "Two", long)?,
    );
    let (a, b) = tokio::try_join!(one.usage(seconds), two.usage(seconds))?;
    for guest in [one, two] {
        let report = guest.report()?;
        let feed = &report["feeds"][0];
        let size = (feed["width"].as_u64(), feed["height"].as_u64());
        anyhow::ensure!(size == (Some(1280), Some(720)), "{size:?} was received");
    }
    Ok((a.cores + b.cores) / 2.0)
}

/// `foyer join --headless`.
struct Headless {
    program: Running,
    home: TempDir,
}

impl Headless {
    fn join(practice: &Practice, name: &str, duration: Duration) -> Result<Self> {
        let home = TempDir::new()?;
        let mut command = foyer::command(&home)?;
        command
            .args(["join", &practice.links.guest_link, "--name", name])
            .args(["--headless", "--camera", "test", "--microphone", "test"])
            .arg("--duration")
            .arg(format!("{}s", duration.as_secs()))
            .arg("--report")
            .arg(home.path().join("report.json"));
        let program = Running::start(&mut command)?;
        Ok(Self { program, home })
    }

    /// Times and pictures are in the report.
    async fn usage(&self, seconds: Duration) -> Result<Sample> {
        let used = || usage::below(self.program.id(), true);
        sample(Duration::ZERO, seconds, async || Ok(0.0), used).await
    }

    fn report(mut self) -> Result<Value> {
        let code = self.program.wait(LIMIT)?;
        anyhow::ensure!(code == Some(0), "the guest ended with {code:?}");
        let text = std::fs::read_to_string(self.home.path().join("report.json"))?;
        Ok(serde_json::from_str(&text)?)
    }
}

/// A meeting whose bots are there: a throwaway guest has seen all of them.
async fn meeting(bots: u64) -> Result<Practice> {
    let practice = Practice::start(&["--bots", &bots.to_string()])?;
    wait::until("all bots", LIMIT, async || {
        let report = Headless::join(&practice, "First", Duration::from_secs(5))?.report()?;
        let seen = report["feeds"].as_array().map_or(0, |feeds| {
            feeds
                .iter()
                .filter(|feed| feed["framesReceived"] != json!(0))
                .count()
        });
        Ok((seen == bots as usize).then_some(()))
    })
    .await?;
    Ok(practice)
}
