//! The web-platform-tests of WebRTC and of media capture, run on the bridge from outside: `cargo xtask wpt`.
//!
//! Apart from the other tests because WPT is not in this repository and a run takes long. The tests come from a
//! checkout of WPT beside it; one browser window is driven through every file of the core set. What passes is
//! compared, file by file, with the numbers kept in `expected.json`, which never fall. Start with [`run`].
//!
//! The bridge host is a program of ours that serves the native side. It prints one line of JSON,
//! `{"inject": "PATH"}`, when it is ready, and lives until it is killed; the script at PATH is put first into every
//! page. The script may define `window.__wptBridge.setPermission(descriptor, state)`, a function that answers with a
//! promise; testdriver's `set_permission` then goes there in place of the browser.

mod browser;
mod host;
mod kept;
mod outcome;
mod page;
mod permission;
mod run;
mod server;
mod suite;
mod summary;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use clap::Parser;

use crate::browser::Kind;

/// Runs the web-platform-tests of the core set and compares what passes with the kept numbers.
#[derive(Parser)]
#[command(name = "cargo xtask wpt")]
pub struct Options {
    /// A checkout of web-platform-tests
    #[arg(long)]
    dir: PathBuf,
    /// The browser whose window is driven
    #[arg(long, value_enum, default_value_t = Kind::Minibrowser)]
    browser: Kind,
    /// A feature of WebKit to switch on in MiniBrowser; may be repeated
    #[arg(long, default_value = "MediaStreamTrackProcessing")]
    feature: Vec<String>,
    /// Only files that begin with this, such as webrtc/RTCDataChannel; may be repeated
    #[arg(long)]
    only: Vec<String>,
    /// Command line of the bridge host; without it the browser is measured as it is
    #[arg(long)]
    bridge: Option<String>,
    /// Also the files that excluded.json sets aside
    #[arg(long)]
    all: bool,
    /// Multiplies the time that a test may take
    #[arg(long, default_value_t = 2)]
    patience: u32,
    /// Writes every subtest's result there, as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Raises the kept numbers to what passes now
    #[arg(long)]
    update: bool,
    /// Chromium only: raises the numbers of native Chromium, which the summary compares with, to what passes now
    #[arg(long, conflicts_with = "bridge")]
    reference: bool,
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    // Dropping ends the browser and all else that was started.
    let result = tokio::select! {
        result = whole(&options) => result,
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    match result {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            summary::say(&format!("wpt: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// False if a file passes fewer subtests than are kept.
async fn whole(options: &Options) -> Result<bool> {
    if options.reference && options.browser != Kind::Chromium {
        bail!("the reference is Chromium: --browser chromium");
    }
    let tests = suite::list(options)?;
    let mut kept = kept::Kept::read(options)?;
    let reference = kept::Reference::read()?;
    let reports = run::all(options, &tests, &kept).await?;
    if let Some(file) = &options.json {
        let text = serde_json::to_string_pretty(&reports)?;
        std::fs::write(file, text).with_context(|| format!("writing {}", file.display()))?;
    }
    if options.reference {
        reference.write(&reports)?;
    }
    summary::print(&reports, &kept, &reference)?;
    let fallen: Vec<_> = reports.iter().filter(|report| kept.fell(report)).collect();
    for report in &fallen {
        let expected = kept.passed(&report.file).unwrap_or(0);
        summary::say(&format!(
            "FELL {}: {} of {expected} kept ({})",
            report.file,
            report.passed(),
            report.status.name()
        ));
    }
    if options.update {
        kept.raise(&reports)?;
    }
    Ok(fallen.is_empty())
}
