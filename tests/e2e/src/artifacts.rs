//! What a run leaves for people to look at.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

/// The folder that cargo builds into, such as `target/debug`.
pub fn build_folder() -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.parent().and_then(|deps| deps.parent());
    Ok(folder
        .context("a test program lies in target/PROFILE/deps")?
        .to_owned())
}

/// The program under test: what `FOYER_PROGRAM` names, or else the one that cargo built beside this.
pub fn program() -> Result<PathBuf> {
    let program = match std::env::var_os("FOYER_PROGRAM") {
        Some(program) => program.into(),
        None => build_folder()?.join("foyer"),
    };
    ensure!(
        program.exists(),
        "{} is not built: `cargo build`",
        program.display()
    );
    Ok(program)
}

/// A file in `target/artifacts/screens`.
pub fn screen(name: &str) -> Result<PathBuf> {
    let folder = build_folder()?;
    let target = folder
        .parent()
        .context("the profile's folder lies in the target folder")?;
    let screens = target.join("artifacts/screens");
    fs::create_dir_all(&screens)?;
    Ok(screens.join(format!("{name}.png")))
}
