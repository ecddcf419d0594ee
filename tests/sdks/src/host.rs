//! The bridge's native side as a program of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use foyer_e2e::process::Running;
use serde_json::Value;
use tempfile::TempDir;

/// What it may take until it is ready.
const LIMIT: Duration = Duration::from_secs(60);

/// A running bridge host; ends when dropped.
pub struct Host {
    inject: PathBuf,
    log: PathBuf,
    _process: Running,
    _folder: TempDir,
}

impl Host {
    /// Serves pages of `http://localhost:PORT` for each of these with the test card and the test tone.
    pub fn start(program: &Path, polyfill: &Path, ports: &[u16]) -> Result<Self> {
        let folder = TempDir::new()?;
        let log = folder.path().join("log");
        let mut command = Command::new(program);
        command
            .args(
                ports
                    .iter()
                    .map(|port| format!("--origin=http://localhost:{port}")),
            )
            .args(["--synthetic", "--reusable-token", "--polyfill"])
            .arg(polyfill)
            .arg("--out")
            .arg(folder.path())
            .env("RUST_LOG", "foyer_rtc::whole=trace")
            .env("NO_COLOR", "1")
            .stderr(File::create(&log)?);
        let process = Running::start(&mut command)?;
        let ready: Value = serde_json::from_str(&process.line(LIMIT)?)?;
        let inject = ready["inject"]
            .as_str()
            .context("the bridge host names a script")?;
        Ok(Self {
            inject: inject.into(),
            log,
            _process: process,
            _folder: folder,
        })
    }

    /// What every page must run first.
    pub fn script(&self) -> Result<String> {
        let script = fs::read_to_string(&self.inject);
        script.with_context(|| format!("reading {}", self.inject.display()))
    }

    /// When the engine had which frame whole: a line of its log each.
    pub fn log(&self) -> Result<String> {
        let log = fs::read_to_string(&self.log);
        log.with_context(|| format!("reading {}", self.log.display()))
    }
}
