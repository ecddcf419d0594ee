//! The program `foyer` without a window.

use std::os::unix::fs::DirBuilderExt;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;
use tempfile::TempDir;

use crate::artifacts;
use crate::process::Running;

/// The built program, with a home of its own.
pub fn command(home: &TempDir) -> Result<Command> {
    let mut command = Command::new(artifacts::program()?);
    apart(&mut command, home);
    Ok(command)
}

/// Keeps a program's files out of the user's home.
pub fn apart(command: &mut Command, home: &TempDir) {
    let home = home.path();
    let run = home.join("run");
    // It may be there already; if it cannot be made, what needs it says so.
    std::fs::DirBuilder::new().mode(0o700).create(&run).ok();
    command
        .env("XDG_RUNTIME_DIR", run)
        .env("HOME", home)
        .env("FOYER_SEPARATE_INSTANCE", "1")
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("PULSE_SERVER");
}

/// A practice meeting served by `foyer practice`.
pub struct Practice {
    /// Where it is.
    pub links: Links,
    _home: TempDir,
    _server: Running,
}

/// What `foyer practice --print-json` prints.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Links {
    /// For guests.
    pub guest_link: String,
    /// For the host.
    pub host_link: String,
    /// Where the server listens.
    pub port: u16,
}

impl Practice {
    /// Serves a meeting until dropped.
    pub fn start(options: &[&str]) -> Result<Self> {
        let home = TempDir::new()?;
        let server = Running::start(
            command(&home)?
                .args(["practice", "--print-json"])
                .args(options),
        )?;
        let line = server.line(Duration::from_secs(60))?;
        let links = serde_json::from_str(&line).with_context(|| format!("it printed {line:?}"))?;
        Ok(Self {
            links,
            _home: home,
            _server: server,
        })
    }
}
