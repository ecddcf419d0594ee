//! `cargo xtask screens`.

use anyhow::Result;

use crate::step;
use crate::suite;

/// Takes a picture of every screen of the app while the end-to-end run goes through them.
pub fn take() -> Result<()> {
    suite::run(Some("window"))?;
    let folder = step::target()?.join("artifacts/screens");
    step::say(&format!("==> {}", folder.display()));
    Ok(())
}
