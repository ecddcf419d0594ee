//! Looking at pictures, with ImageMagick's help.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::page::Page;
use crate::wait;

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

/// Waits until a guest's page shows four quarters as [`draw_quarters`] draws them as what somebody shares.
pub async fn see_shared_quarters(page: &Page) -> Result<()> {
    // The middle of each quarter.
    let look = "const video = document.querySelector('[data-testid=tile-share] video'); \
        if (!video || !video.videoWidth) return null; \
        const canvas = Object.assign(document.createElement('canvas'), { width: 4, height: 4 }); \
        const context = canvas.getContext('2d'); \
        context.drawImage(video, 0, 0, 4, 4); \
        return [[0, 0], [3, 0], [0, 3], [3, 3]].map(([x, y]) => \
            [...context.getImageData(x, y, 1, 1).data].slice(0, 3));";
    let wanted = [
        [0xe0, 0x20, 0x20],
        [0x20, 0xc0, 0x20],
        [0x20, 0x20, 0xe0],
        [0xf0, 0xf0, 0xf0],
    ];
    wait::until("the shared picture", Duration::from_secs(60), async || {
        let seen: Option<[Rgb; 4]> = serde_json::from_value(page.run(look, Vec::new()).await?)?;
        let right = |seen: [Rgb; 4]| seen.into_iter().zip(wanted).all(|(a, b)| near(a, b));
        match seen {
            Some(seen) if right(seen) => Ok(Some(())),
            seen => bail!("it shows {seen:?}"),
        }
    })
    .await
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
