//! `cargo xtask bench`: measurements whose tables stand in docs.

use anyhow::Result;
use clap::Subcommand;

use crate::display::Display;
use crate::setup::{self, For};
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
}

/// Measures.
pub fn run(what: &What) -> Result<()> {
    match what {
        What::Channel { seconds } => channel(*seconds),
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
