//! `cargo xtask gallery`.

use anyhow::Result;

use crate::setup::{self, Sdk};
use crate::step;

/// Renders every screen of the interface in every state, theme, language and size, and checks each picture's page.
pub fn render(arguments: &[String]) -> Result<()> {
    setup::node_modules(Sdk::With)?;
    let folder = step::target()?.join("artifacts/gallery");
    step::run(
        "rendering every screen",
        step::npm()
            .args(["run", "gallery", "--", "--out"])
            .arg(&folder)
            .args(arguments),
        "Is Chromium installed? The lines above name the screens that need work.",
    )?;
    step::say(&format!("==> {}", folder.display()));
    Ok(())
}
