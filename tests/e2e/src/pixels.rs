//! Looking at pictures, with ImageMagick's help.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

/// A colour, 0 to 255 each.
pub type Rgb = [u8; 3];

/// Draws a picture of four quarters: red, green, blue and white, left to right, top to bottom.
pub fn draw_quarters(file: &Path, width: u32, height: u32) -> Result<()> {
    let size = format!("{}x{}", width / 2, height / 2);
    let mut draw = Command::new("convert");
    draw.args([
        "(",
        "-size",
        &size,
        "xc:#e02020",
        "xc:#20c020",
        "+append",
        ")",
    ]);
    draw.args([
        "(",
        "-size",
        &size,
        "xc:#2020e0",
        "xc:#f0f0f0",
        "+append",
        ")",
        "-append",
    ]);
    let status = draw
        .arg(file)
        .status()
        .context("apt-get install imagemagick")?;
    ensure!(status.success(), "convert drew nothing");
    Ok(())
}

/// The colours of a region of a picture, averaged to `columns` by `rows` cells.
pub fn cells(file: &Path, region: &str, columns: u32, rows: u32) -> Result<Vec<Rgb>> {
    let out = Command::new("convert")
        .arg(file)
        .args([
            "-crop",
            region,
            "+repage",
            "-scale",
            &format!("{columns}x{rows}!"),
            "-depth",
            "8",
            "rgb:-",
        ])
        .output()
        .context("apt-get install imagemagick")?;
    ensure!(
        out.status.success(),
        "convert: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    Ok(out.stdout.as_chunks::<3>().0.to_vec())
}

/// Whether two colours are the same but for what a codec does to them.
pub fn near(a: Rgb, b: Rgb) -> bool {
    a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 48)
}
