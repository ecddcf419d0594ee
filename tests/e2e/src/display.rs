//! An X display that nobody sees.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::process::Running;
use crate::wait;

/// An Xvfb of the test's own.
pub struct Display {
    /// As `DISPLAY` names it.
    pub name: String,
    _server: Running,
}

impl Display {
    /// A display of this size.
    pub fn start(width: u32, height: u32) -> Result<Self> {
        let screen = format!("{width}x{height}x24");
        let server = Running::start(
            Command::new("Xvfb")
                .args([
                    "-displayfd",
                    "1",
                    "-screen",
                    "0",
                    &screen,
                    "-nolisten",
                    "tcp",
                    "-noreset",
                ])
                .stderr(std::process::Stdio::null()),
        )?;
        let number = server
            .line(Duration::from_secs(20))
            .context("Xvfb did not start")?;
        Ok(Self {
            name: format!(":{}", number.trim()),
            _server: server,
        })
    }

    /// Saves what is to be seen.
    pub fn screenshot(&self, file: &Path) -> Result<()> {
        self.run(Command::new("import").args(["-window", "root"]).arg(file))
    }

    /// Shows a picture from the upper left corner on, above everything, until dropped.
    pub fn show(&self, picture: &Path) -> Result<Running> {
        let mut show = Command::new("display");
        show.args(["-immutable", "-borderwidth", "0", "-geometry", "+0+0"]);
        Running::start(show.arg(picture).env("DISPLAY", &self.name))
    }

    /// Presses a key as a person does, whatever program the window belongs to: `Return`, `Tab`.
    pub fn press(&self, window: &str, key: &str) -> Result<()> {
        let mut xdotool = Command::new("xdotool");
        xdotool.args(["search", "--onlyvisible", "--name", window]);
        self.run(xdotool.args(["windowfocus", "key", key]))
    }

    /// Waits for a window with this in its title; its number.
    pub async fn window(&self, title: &str) -> Result<u32> {
        let limit = Duration::from_secs(30);
        wait::until(&format!("a window called {title}"), limit, async || {
            let mut xdotool = Command::new("xdotool");
            xdotool.args(["search", "--onlyvisible", "--name", title]);
            let found = xdotool.env("DISPLAY", &self.name).output()?.stdout;
            let found = String::from_utf8(found)?;
            Ok(found.lines().next().map(str::parse).transpose()?)
        })
        .await
    }

    fn run(&self, command: &mut Command) -> Result<()> {
        let name = command.get_program().to_string_lossy().into_owned();
        let status = command.env("DISPLAY", &self.name).status();
        if !status
            .with_context(|| format!("{name} could not be started"))?
            .success()
        {
            bail!("{name} failed");
        }
        Ok(())
    }
}
