//! Unmodified third-party SDKs on the bridge, each against its real server: `cargo xtask sdks`.
//!
//! Apart from the other tests because it needs Node packages and Janus, and because a measurement takes long. Every
//! scenario is one page below `pages`, which leaves its verdict in `window.verdict`; Chromium runs the very same page
//! on its own WebRTC, MiniBrowser runs it on the bridge. Each run has a browser of its own. Start with [`Options`].

mod browser;
mod delay;
mod host;
mod pages;
mod peers;
mod practice;
mod rehearsal;
mod scenario;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Parser;
use foyer_e2e::app::free_port;

use crate::browser::{Kind, Stage};
use crate::host::Host;
use crate::pages::Pages;
use crate::peers::Peers;
use crate::scenario::{Around, SCENARIOS, Scenario};

/// Runs SDKs against their servers and counts how often they succeed.
#[derive(Parser)]
#[command(name = "cargo xtask sdks")]
pub struct Options {
    /// How often each scenario is run
    #[arg(long, default_value_t = 3)]
    runs: u32,
    /// Chromium runs on its own WebRTC, MiniBrowser on the bridge
    #[arg(long, value_enum, default_value_t = Kind::Minibrowser)]
    browser: Kind,
    /// Only scenarios whose name contains this
    #[arg(long)]
    only: Option<String>,
    /// The program `foyer-bridge-host`
    #[arg(long)]
    host: PathBuf,
    /// The built polyfill
    #[arg(long)]
    polyfill: PathBuf,
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
            say(&format!("sdks: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// True if every run succeeded, and there was one.
async fn whole(options: &Options) -> Result<bool> {
    let (port, meeting) = (free_port()?, free_port()?);
    let host = match options.browser {
        Kind::Minibrowser => Some(Host::start(
            &options.host,
            &options.polyfill,
            &[port, meeting],
        )?),
        Kind::Chromium => None,
    };
    let script = host.as_ref().map(Host::script).transpose()?;
    let pages = Pages::serve(port, script.clone()).await?;
    let peers = Peers::start(meeting, script).await?;
    let stage = Stage::start(options.browser).await?;
    let mut summary = Vec::new();
    let mut failed = 0;
    for scenario in SCENARIOS {
        let wanted = options.only.as_deref();
        if wanted.is_some_and(|part| !scenario.name.contains(part)) {
            continue;
        }
        let around = Around {
            stage: &stage,
            origin: &pages.origin,
            peers: &peers,
            host: host.as_ref(),
        };
        let passed = repeat(options, scenario, around).await;
        summary.push(format!("{}: {passed} of {}", scenario.name, options.runs));
        failed += options.runs - passed;
    }
    for line in &summary {
        say(line);
    }
    Ok(failed == 0 && !summary.is_empty())
}

/// How many of the runs succeeded.
async fn repeat(options: &Options, scenario: &Scenario, around: Around<'_>) -> u32 {
    let mut passed = 0;
    for run in 1..=options.runs {
        let name = scenario.name;
        match scenario::run(scenario, around).await {
            Ok(verdict) => {
                passed += 1;
                say(&format!("{name} {run}: ok {verdict}"));
            }
            Err(error) => say(&format!("{name} {run}: FAILED {error:#}")),
        }
    }
    passed
}

fn say(line: &str) {
    // Nobody is left to tell if it cannot be written.
    writeln!(std::io::stdout(), "{line}").ok();
}
