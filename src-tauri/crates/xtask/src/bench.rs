//! `cargo xtask bench`: measurements whose tables stand in docs.

use anyhow::Result;
use clap::Subcommand;

use crate::display::Display;
use crate::setup::{self, For, Sdk};
use crate::step;

/// What can be measured.
#[derive(Subcommand)]
pub enum What {
    /// The ways for encoded pictures from Rust to the page (docs/decisions/0001-frame-channel.md)
    Channel {
        /// How long each line is measured, in seconds
        #[arg(long, default_value_t = 10)]
        seconds: u32,
    },
    /// Foyer beside Chromium in the same practice meeting, with 1, 4 and 9 bots (docs/benchmarks.md)
    Join {
        /// How long each program is measured, in seconds
        #[arg(long, default_value_t = 20)]
        seconds: u32,
        /// How often each takes its turn
        #[arg(long, default_value_t = 2)]
        rounds: u32,
    },
    /// How fluent the interface is in WebKitGTK: a thousand people, ten thousand messages, muting (docs/benchmarks.md)
    Fluency,
    /// Guests a second that one core of the token service lets in from its pool (docs/benchmarks.md)
    Tokens {
        /// How often each store takes its turn
        #[arg(long, default_value_t = 3)]
        rounds: u32,
    },
}

/// Measures.
pub fn run(what: &What) -> Result<()> {
    match what {
        What::Channel { seconds } => channel(*seconds),
        What::Join { seconds, rounds } => join(*seconds, *rounds),
        What::Fluency => fluency(),
        What::Tokens { rounds } => tokens(*rounds),
    }
}

fn channel(seconds: u32) -> Result<()> {
    setup::packages(For::Running)?;
    let example = ["--package", "foyer", "--example", "bench-channel"];
    step::run(
        "building the bench",
        step::cargo().arg("build").args(example),
        "The compiler's first message says what is wrong",
    )?;
    let display = Display::find_or_start()?;
    let mut bench =
        std::process::Command::new(step::target()?.join("debug/examples/bench-channel"));
    bench.arg(seconds.to_string());
    display.apply(&mut bench);
    step::run(
        "measuring; leave the machine alone",
        &mut bench,
        "The line above says why",
    )
}

fn join(seconds: u32, rounds: u32) -> Result<()> {
    setup::everything(For::Testing, Sdk::With)?;
    step::run(
        "building the app as it is shipped",
        step::node_bin("tauri").args(["build", "--ci", "--no-bundle"]),
        "The first error above says what is wrong",
    )?;
    // The whole workspace, so that nothing is built with other features than the tests have.
    step::run(
        "building the bench",
        step::cargo().args(["build", "--workspace", "--example", "bench-join"]),
        "The compiler's first message says what is wrong",
    )?;
    let target = step::target()?;
    let mut bench = std::process::Command::new(target.join("debug/examples/bench-join"));
    bench
        .args([seconds.to_string(), rounds.to_string()])
        .env("FOYER_PROGRAM", target.join("release/foyer"))
        .env("FOYER_LOG", "error");
    step::run(
        "measuring; leave the machine alone",
        &mut bench,
        "The line above says why",
    )
}

fn fluency() -> Result<()> {
    setup::everything(For::Testing, Sdk::With)?;
    step::run(
        "building the interface with a call that it plays itself",
        step::npm().args(["run", "build:fake"]),
        "The first error above says what is wrong",
    )?;
    // As the tests are built, so that the app is not built twice.
    step::run(
        "building the app and the bench",
        step::cargo().args([
            "build",
            "--workspace",
            "--bins",
            "--example",
            "bench-fluency",
        ]),
        "The compiler's first message says what is wrong",
    )?;
    step::run(
        "measuring; leave the machine alone",
        &mut std::process::Command::new(step::target()?.join("debug/examples/bench-fluency")),
        "A line above says what is over its limit",
    )
}

fn tokens(rounds: u32) -> Result<()> {
    setup::packages(For::Testing)?;
    let example = [
        "--package",
        "foyer-token-service",
        "--example",
        "bench-tokens",
    ];
    step::run(
        "building the token service as it is shipped",
        step::cargo().args(["build", "--release"]).args(example),
        "The compiler's first message says what is wrong",
    )?;
    let program = step::target()?.join("release/examples/bench-tokens");
    step::run(
        "measuring; leave the machine alone",
        std::process::Command::new(program).arg(rounds.to_string()),
        "The line above says why",
    )
}
