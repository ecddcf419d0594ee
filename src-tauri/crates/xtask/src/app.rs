//! `cargo xtask run`: from a fresh clone to the open window.

use std::fs;
use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::display::Display;
use crate::setup::{self, For, Sdk};
use crate::step;

/// Between looks at an unseen display.
const LOOK: Duration = Duration::from_secs(2);

/// Builds and opens the app, and waits for it to be closed.
pub fn run(release: bool, sdk: Sdk, arguments: &[String]) -> Result<()> {
    setup::everything(For::Running, sdk)?;
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    step::run(
        "building the app (the first time takes minutes)",
        // The whole workspace chooses the features, as for the tests, so that either uses what the other built.
        step::cargo()
            .args(["build", "--workspace", "--bin", "foyer"])
            .args(profile),
        "The compiler's first message says what is wrong",
    )?;
    let folder = step::target()?.join(if release { "release" } else { "debug" });
    let display = Display::find_or_start()?;
    let mut command = std::process::Command::new(folder.join("foyer"));
    command.args(arguments).stdin(Stdio::null());
    display.apply(&mut command);
    step::say("==> opening Foyer");
    let mut app = command.spawn().context("the app could not be started")?;
    if display.is_own() {
        watch(&mut app, &display)?;
    }
    let status = app.wait()?;
    if !status.success() {
        bail!("the app ended with {status}");
    }
    Ok(())
}

/// Keeps a picture of a display that nobody sees: when the window is up, and the last state.
fn watch(app: &mut Child, display: &Display) -> Result<()> {
    let folder = step::target()?.join("screens");
    fs::create_dir_all(&folder)?;
    let (first, last) = (folder.join("window.png"), folder.join("last.png"));
    let mut up = false;
    while app.try_wait()?.is_none() {
        thread::sleep(LOOK);
        // The app may end, and the display with it, while the picture is taken.
        let Ok(shown) = display.screenshot(&last) else {
            continue;
        };
        if shown && !up {
            up = true;
            fs::copy(&last, &first)?;
            step::say(&format!("==> the window is up: {}", first.display()));
        }
    }
    step::say(&format!("==> as it looked last: {}", last.display()));
    Ok(())
}
