//! `cargo xtask package`: what people install.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::setup::{self, For, Sdk};
use crate::step;

/// Makes the .deb and says where it is.
pub fn deb(sdk: Sdk) -> Result<()> {
    setup::packages(For::Running)?;
    setup::node_modules(sdk)?;
    let folder = step::target()?.join("release/bundle/deb");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    step::run(
        "building the release and its .deb",
        sdk.apply(step::node_bin("tauri").args(["build", "--ci", "--bundles", "deb"])),
        "The first error above says what is wrong",
    )?;
    let made: Vec<PathBuf> = fs::read_dir(&folder)
        .with_context(|| format!("nothing in {}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "deb"))
        .collect();
    let file = made.first().context("the bundler made no .deb")?;
    let size = fs::metadata(file)?.len() as f64 / f64::from(1 << 20);
    step::say(&format!(
        "==> {} ({size:.1} MiB). Install: apt-get install ./FILE",
        file.display()
    ));
    Ok(())
}
