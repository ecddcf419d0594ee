//! `cargo xtask cross`: what can be said on one system about the builds of the others.
//!
//! For Windows everything is compiled and linked with MinGW, the tests that need no window run under wine, and the
//! triple that ships (msvc) is type-checked. For macOS everything is type-checked. Rust's library for these targets
//! is rustup's where it is installed, else built once from Debian's sources ([`toolchain`]); a few crates need a word
//! changed when they are cross-built, which happens to copies of them ([`sources`]).

pub mod sources;
pub mod toolchain;
pub mod wine;

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::programs::{self, Program};
use crate::setup::{self, For, Sdk};
use crate::step;
use toolchain::Toolchain;

/// Linked here.
pub const GNU: &str = "x86_64-pc-windows-gnu";
const MSVC: &str = "x86_64-pc-windows-msvc";
const MACOS: &str = "aarch64-apple-darwin";

/// The app, which holds everything, and the crates whose tests run under wine as well.
const BUILT: &[&str] = &[
    "foyer",
    "foyer-meeting",
    "foyer-contract",
    "foyer-media",
    "foyer-devices",
    "foyer-rtc",
];

/// One of the steps.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// Compiles and links for Windows with MinGW
    Windows,
    /// Runs the engine's tests for Windows under wine
    Wine,
    /// Type-checks for Windows as it ships (MSVC)
    Msvc,
    /// Type-checks for macOS on Apple's own processors
    Macos,
}

/// Takes these steps, or all.
pub fn run(parts: &[Part]) -> Result<()> {
    if !cfg!(target_os = "linux") {
        bail!("cross-builds are for Linux; the release workflow builds on each system itself");
    }
    setup::packages(For::Crossing)?;
    setup::node_modules(Sdk::With)?;
    setup::ui(Sdk::With)?;
    let wanted = |part| parts.is_empty() || parts.contains(&part);
    if wanted(Part::Windows) || wanted(Part::Wine) {
        let programs = windows()?;
        if wanted(Part::Wine) {
            wine::tests(&programs)?;
        }
    }
    if wanted(Part::Msvc) {
        check(MSVC)?;
    }
    if wanted(Part::Macos) {
        check(MACOS)?;
    }
    Ok(())
}

/// The app for Windows and the tests of its engine, linked. All in one go, so that features are resolved once
/// and no library is built twice.
pub fn windows() -> Result<Vec<Program>> {
    let mut build = cargo(GNU)?;
    build
        .args(["test", "--profile", "cross", "--target", GNU])
        .args(["--features", "foyer/custom-protocol"])
        .args(["--lib", "--bins", "--tests"]);
    for package in BUILT {
        build.args(["--package", package]);
    }
    locked(&mut build)?;
    step::say("==> building the app and its tests for Windows (the first time takes long)");
    programs::build(&mut build).context(ADVICE)
}

/// Where they lie.
pub fn built() -> Result<PathBuf> {
    Ok(toolchain::folder()?.join("target").join(GNU).join("cross"))
}

const ADVICE: &str =
    "Code for one system alone belongs behind the traits, see docs/architecture.md";

fn check(target: &str) -> Result<()> {
    let mut check = cargo(target)?;
    check
        .args(["check", "--profile", "cross", "--target", target])
        .args(["--package", "foyer", "--features", "custom-protocol"]);
    locked(&mut check)?;
    step::run(&format!("type-checking for {target}"), &mut check, ADVICE)
}

/// Cargo for a target, with a target directory of its own.
pub fn cargo(target: &str) -> Result<Command> {
    Toolchain::find(target)?.cargo()
}

/// As in Cargo.lock, from the copies.
pub fn locked(command: &mut Command) -> Result<()> {
    command.arg("--locked").args(sources::arguments()?);
    Ok(())
}
