//! What the systems' own checkers say about the packages. A warning counts.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use super::tree::{ID, Tree};
use crate::step;

/// Runs all of them.
pub fn run(tree: &Tree, made: &[PathBuf]) -> Result<()> {
    let share = tree.root.join("usr/share");
    step::run(
        "checking the desktop entry",
        Command::new("desktop-file-validate").arg(share.join(format!("applications/{ID}.desktop"))),
        "apt-get install desktop-file-utils, or mend what it says",
    )?;
    step::run(
        "checking the AppStream metadata",
        Command::new("appstreamcli")
            .args(["validate", "--no-net", "--pedantic"])
            .arg(share.join(format!("metainfo/{ID}.metainfo.xml"))),
        "apt-get install appstream, or mend what it says",
    )?;
    for file in made
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "deb"))
    {
        step::run(
            "checking the .deb",
            Command::new("lintian")
                .args([
                    "--allow-root",
                    "--fail-on",
                    "error,warning",
                    "--suppress-tags",
                ])
                // No bug in Debian's list of packages to close.
                .arg("initial-upload-closes-no-bugs")
                .arg(file),
            "apt-get install lintian, or mend what it says",
        )?;
    }
    for file in made
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "rpm"))
    {
        step::run(
            "checking the .rpm",
            Command::new("rpm")
                .args(["--checksig", "--nosignature"])
                .arg(file),
            "apt-get install rpm",
        )?;
    }
    Ok(())
}
