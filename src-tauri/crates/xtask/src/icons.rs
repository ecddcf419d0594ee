//! `cargo xtask icons`.

use std::fs;

use anyhow::Result;

use crate::setup::{self, Sdk};
use crate::step;

/// Draws every size from the SVG.
pub fn draw() -> Result<()> {
    setup::node_modules(Sdk::With)?;
    step::run(
        "drawing icons/ from icons/source.svg",
        step::node_bin("tauri").args(["icon", "icons/source.svg", "--output", "icons"]),
        "Is icons/source.svg a square SVG?",
    )?;
    for phone in ["icons/android", "icons/ios"] {
        fs::remove_dir_all(step::root().join(phone)).ok();
    }
    Ok(())
}
