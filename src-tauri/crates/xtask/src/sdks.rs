//! `cargo xtask sdks`: unmodified SDKs on the bridge, each against its real server.

use std::process::{Command, Stdio};

use anyhow::Result;

use crate::setup::{self, For};
use crate::step;

/// Builds the bridge host, the polyfill and the runner, and hands it `arguments`; it fails if a run fails.
pub fn run(arguments: &[String]) -> Result<()> {
    setup::packages(For::Testing)?;
    let folder = step::root().join("tests/sdks");
    if !folder.join("node_modules/.package-lock.json").is_file() {
        step::run(
            "installing the SDKs",
            Command::new("npm")
                .args(["ci", "--no-audit", "--no-fund"])
                .current_dir(&folder)
                .stdin(Stdio::null()),
            "Is the npm registry reachable?",
        )?;
    }
    step::run(
        "building the polyfill",
        step::npm().args(["run", "build:polyfill"]),
        "`npm run build:polyfill` in ui says more",
    )?;
    // The whole workspace chooses the features, so that it uses what the tests have built.
    step::run(
        "building the runner and the bridge host",
        step::cargo().args([
            "build",
            "--workspace",
            "--bin=foyer-sdks",
            "--example=foyer-bridge-host",
            "--features=foyer-w3c-bridge/reusable-token",
        ]),
        "The compiler's first message says what is wrong",
    )?;
    let target = step::target()?.join("debug");
    step::run(
        "running the SDKs",
        Command::new(target.join("foyer-sdks"))
            .arg("--host")
            .arg(target.join("examples/foyer-bridge-host"))
            .arg("--polyfill")
            .arg(step::root().join("ui/dist-calling/polyfill.js"))
            .args(arguments),
        "The lines above say which run failed, and why",
    )
}
