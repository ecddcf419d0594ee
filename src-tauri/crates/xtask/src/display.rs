//! A display to draw on: the one that is there, else an Xvfb of our own.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::step;

/// A display; ours is gone with this.
pub struct Display {
    own: Option<(Child, String)>,
}

impl Display {
    /// The user's own, or a new one of 1280 by 800.
    pub fn find_or_start() -> Result<Self> {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        if !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY") {
            return Ok(Self { own: None });
        }
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x800x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("there is no display and no Xvfb: apt-get install xvfb")?;
        let mut number = String::new();
        let out = server.stdout.take().expect("it was asked to be piped");
        BufReader::new(out).read_line(&mut number)?;
        let number = number.trim();
        if number.is_empty() {
            bail!("Xvfb did not start");
        }
        step::say(&format!(
            "==> no display here: using an Xvfb of our own, :{number}"
        ));
        let name = format!(":{number}");
        Ok(Self {
            own: Some((server, name)),
        })
    }

    /// Whether it is ours, and so nobody sees it.
    pub fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Makes a program draw here.
    pub fn apply(&self, command: &mut Command) {
        if let Some((_, name)) = &self.own {
            command.env("DISPLAY", name).env("GDK_BACKEND", "x11");
        }
    }

    /// Saves what is to be seen; false if it is (nearly) one colour, so nothing is there yet.
    pub fn screenshot(&self, file: &Path) -> Result<bool> {
        let mut import = Command::new("import");
        import.args(["-window", "root"]).arg(file);
        self.apply(&mut import);
        step::output(&mut import).context("apt-get install imagemagick")?;
        let colours = step::output(Command::new("identify").args(["-format", "%k"]).arg(file))?;
        Ok(colours
            .trim()
            .parse::<u32>()
            .is_ok_and(|colours| colours > 64))
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        if let Some((server, _)) = &mut self.own {
            // It may have ended with its last client.
            server.kill().ok();
            server.wait().ok();
        }
    }
}
