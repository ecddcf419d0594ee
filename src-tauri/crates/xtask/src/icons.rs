//! `cargo xtask icons`.

use std::fs;

use anyhow::{Context, Result};

use crate::setup::{self, Sdk};
use crate::step;

/// What the icon of the tray shows beside the app's own; `idle` shows nothing.
const TRAY: [&str; 4] = ["lobby", "live", "muted", "sharing"];
/// Pixels of the icon of the tray: what the largest ones show, and a multiple of what the smallest do.
const TRAY_SIZE: &str = "48";

/// Draws every size from the SVG, and the icons of the tray from it and what each adds.
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
    draw_tray("idle", None)?;
    for state in TRAY {
        draw_tray(state, Some(state))?;
    }
    Ok(())
}

fn draw_tray(name: &str, badge: Option<&str>) -> Result<()> {
    let icons = step::root().join("icons");
    let mut svg = fs::read_to_string(icons.join("source.svg"))?;
    if let Some(badge) = badge {
        let file = icons.join("tray").join(format!("{badge}.svg"));
        let drawn = fs::read_to_string(&file)?;
        let inside = drawn
            .split_once('>')
            .with_context(|| format!("{} is no SVG", file.display()))?
            .1;
        svg = svg.trim_end().trim_end_matches("</svg>").to_owned() + inside;
    }
    let scratch = step::target()?.join("tray-icons");
    fs::create_dir_all(&scratch)?;
    let whole = scratch.join("whole.svg");
    fs::write(&whole, svg)?;
    step::run(
        &format!("drawing icons/tray/{name}.png"),
        step::node_bin("tauri")
            .arg("icon")
            .arg(&whole)
            .args(["--png", TRAY_SIZE, "--output"])
            .arg(&scratch),
        "Is icons/tray/*.svg in the same square as icons/source.svg?",
    )?;
    let drawn = scratch.join(format!("{TRAY_SIZE}x{TRAY_SIZE}.png"));
    fs::copy(drawn, icons.join("tray").join(format!("{name}.png")))?;
    Ok(())
}
