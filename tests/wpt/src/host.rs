//! The program that serves the bridge's native side.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use foyer_e2e::process::Running;
use serde::Deserialize;

/// What it may take until it is ready.
const LIMIT: Duration = Duration::from_secs(60);

/// A running bridge host; ends when dropped.
pub struct Host {
    /// The script that every page begins with.
    pub inject: PathBuf,
    process: Running,
}

/// The one line that it prints when it is ready.
#[derive(Deserialize)]
struct Ready {
    inject: PathBuf,
}

impl Host {
    /// Starts it from its command line, whose words are parted by spaces.
    pub fn start(line: &str) -> Result<Self> {
        let mut words = line.split_ascii_whitespace();
        let Some(program) = words.next() else {
            bail!("the bridge host's command line is empty");
        };
        let mut command = Command::new(program);
        let process = Running::start(command.args(words).stderr(Stdio::inherit()))?;
        let ready = process.line(LIMIT)?;
        let Ready { inject } = serde_json::from_str(&ready)
            .with_context(|| format!("the bridge host's first line is {ready:?}"))?;
        Ok(Self { inject, process })
    }

    /// Whether it ended by itself, which it never should.
    pub fn ended(&mut self) -> Result<bool> {
        self.process.ended()
    }
}
