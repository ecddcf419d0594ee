//! `cargo xtask wpt`: the web-platform-tests of WebRTC, from a checkout beside this one.

use anyhow::Result;

use crate::setup::{self, For};
use crate::step;

/// Builds the runner and hands it `arguments`; it fails if a file passes fewer subtests than are kept.
pub fn run(arguments: &[String]) -> Result<()> {
    setup::packages(For::Testing)?;
    // The whole workspace chooses the features, so that it uses what the tests have built.
    step::run(
        "building the runner",
        step::cargo().args(["build", "--workspace", "--bin", "foyer-wpt"]),
        "The compiler's first message says what is wrong",
    )?;
    let mut runner = std::process::Command::new(step::target()?.join("debug/foyer-wpt"));
    step::run(
        "running the web-platform-tests",
        runner.args(arguments),
        "The lines above say what fell, or what is missing",
    )
}
