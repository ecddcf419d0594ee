//! The installer for Windows, by NSIS.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::{Release, fresh, notices};
use crate::cross;
use crate::step;

/// Builds the program and packs it.
pub fn build(release: &Release, folder: &Path) -> Result<PathBuf> {
    cross::windows()?;
    let built = cross::built()?;
    let licenses = folder.join("licenses");
    fresh(&licenses)?;
    for name in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(
            step::root().join(name),
            licenses.join(format!("{name}.txt")),
        )?;
    }
    for (from, to) in [
        ("LICENSE.txt", "SDK-LICENSE.txt"),
        ("NOTICES.txt", "SDK-NOTICES.txt"),
    ] {
        let sdk = step::root().join("ui/dist/calling/sdk").join(from);
        if sdk.exists() {
            fs::copy(sdk, licenses.join(to))?;
        }
    }
    fs::write(licenses.join("THIRD-PARTY.txt"), notices::text()?)?;
    let file = folder.join(format!("foyer_{}_x64-setup.exe", release.version));
    let define = |name: &str, path: &Path| format!("-D{name}={}", path.display());
    let mut makensis = Command::new("makensis");
    makensis
        .args(["-V2", "-WX", &format!("-DVERSION={}", release.version)])
        .arg(define("EXE", &built.join("foyer.exe")))
        .arg(define("ICON", &step::root().join("icons/icon.ico")))
        .arg(define("LICENSES", &licenses))
        .arg(define("OUT", &file));
    // Builds with MinGW load it; those with MSVC hold it.
    if let Some(loader) = loader(&built)? {
        makensis.arg(define("LOADER", &loader));
    }
    step::run(
        "packing the installer",
        makensis
            .arg(step::root().join("src-tauri/bundle/windows/foyer.nsi"))
            .env("SOURCE_DATE_EPOCH", &release.epoch),
        "apt-get install nsis",
    )?;
    Ok(file)
}

/// Where webview2-com-sys has put the DLL, or tauri-build has laid it.
fn loader(built: &Path) -> Result<Option<PathBuf>> {
    let beside = built.join("WebView2Loader.dll");
    if beside.exists() {
        return Ok(Some(beside));
    }
    for entry in fs::read_dir(built.join("build"))
        .context("nothing was built")?
        .flatten()
    {
        let found = entry.path().join("out/x64/WebView2Loader.dll");
        if found.exists() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}
