//! `cargo xtask package`: what people install.
//!
//! On Linux a `.deb` and an `.rpm` are made from one tree of files ([`tree`]) with the systems' own tools, which work
//! without a network and give the same bytes for the same sources. `--windows` makes the installer for Windows with
//! the program that `cargo xtask cross` builds. `.dmg`, `.msi` and AppImage need their own systems or a network, and
//! are made by the release workflow.

mod deb;
mod lint;
mod notices;
mod nsis;
mod rpm;
mod tree;
mod try_deb;
mod try_nsis;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde_json::Value;

use crate::setup::{self, For, Sdk};
use crate::step;

/// Nobody waits for more than this (MiB).
const MOST: f64 = 25.0;

/// What to make, and what to do with it.
#[derive(Args)]
pub struct What {
    /// Leaves Microsoft's SDK out
    #[arg(long)]
    without_teams: bool,
    /// Makes the installer for Windows instead, as a proof: it is not optimised
    #[arg(long)]
    windows: bool,
    /// Installs the result in a clean place, uses it, and removes it again (as root)
    #[arg(long)]
    r#try: bool,
}

/// The one version of everything, and when it was made.
struct Release {
    version: String,
    /// Seconds since 1970: of the commit, or what SOURCE_DATE_EPOCH says.
    epoch: String,
    /// The same as a date.
    date: String,
}

/// Makes what this system can make, checks it, and lists it with sizes.
pub fn run(what: &What) -> Result<()> {
    let sdk = Sdk::unless(what.without_teams);
    setup::packages(if what.windows {
        For::Crossing
    } else {
        For::Packaging
    })?;
    setup::node_modules(sdk)?;
    setup::ui(sdk)?;
    let release = release()?;
    let folder = step::target()?.join("packages");
    fs::create_dir_all(&folder)?;
    if what.windows {
        let setup = nsis::build(&release, &folder)?;
        list(std::slice::from_ref(&setup))?;
        return if what.r#try {
            try_nsis::run(&setup)
        } else {
            Ok(())
        };
    }
    if !cfg!(target_os = "linux") {
        bail!("on this system `npx tauri build` in ui makes the bundles");
    }
    build()?;
    let root = folder.join("root");
    let tree = tree::lay(&root, &release, sdk)?;
    let made = [
        deb::build(&tree, &release, &folder)?,
        rpm::build(&tree, &release, &folder)?,
    ];
    list(&made)?;
    lint::run(&tree, &made)?;
    if what.r#try {
        try_deb::run(&made[0], &folder)?;
    }
    Ok(())
}

/// For installers that are packed elsewhere.
pub fn notices() -> Result<()> {
    std::io::stdout()
        .lock()
        .write_all(notices::text()?.as_bytes())?;
    Ok(())
}

fn build() -> Result<()> {
    step::run(
        "building the release",
        step::cargo().args([
            "build",
            "--release",
            "--locked",
            "--package",
            "foyer",
            "--bin",
            "foyer",
            "--features",
            "custom-protocol",
        ]),
        "The first error above says what is wrong",
    )
}

/// The version is the workspace's; everything else takes it from there.
fn release() -> Result<Release> {
    let metadata =
        step::output(step::cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"].as_array();
    let app = packages.and_then(|all| all.iter().find(|package| package["name"] == "foyer"));
    let version = app.and_then(|app| app["version"].as_str());
    let epoch = match std::env::var("SOURCE_DATE_EPOCH") {
        Ok(epoch) => epoch,
        Err(_) => committed()?,
    };
    let date = step::output(
        std::process::Command::new("date")
            .args(["-u", "-d"])
            .args([format!("@{epoch}"), "+%Y-%m-%d".into()]),
    )?;
    Ok(Release {
        version: version.context("the workspace has the app")?.to_owned(),
        epoch,
        date: date.trim().to_owned(),
    })
}

fn committed() -> Result<String> {
    let mut git = std::process::Command::new("git");
    git.current_dir(step::root())
        .args(["log", "-1", "--format=%ct"]);
    Ok(step::output(&mut git)?.trim().to_owned())
}

/// Says what was made and how large it is; too large is a failure.
fn list(made: &[PathBuf]) -> Result<()> {
    for file in made {
        let size = fs::metadata(file)?.len() as f64 / f64::from(1 << 20);
        step::say(&format!("==> {} ({size:.1} MiB)", file.display()));
        if size > MOST {
            bail!("{} is larger than {MOST} MiB", file.display());
        }
    }
    Ok(())
}

/// Empties a folder, or makes it.
fn fresh(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Ok(fs::create_dir_all(folder)?)
}
