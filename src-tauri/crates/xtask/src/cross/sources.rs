//! Copies of all crates, a few of them changed by a word: builds for Windows' and macOS' own machines need neither.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::toolchain::folder;
use crate::step;

/// A crate, a file in it, what stands there, and what is to stand there.
type Change = (&'static str, &'static str, &'static str, &'static str);

const CHANGES: &[Change] = &[
    // A build script runs on this system: it has to ask for that of the target.
    (
        "scrap-0.5.0",
        "build.rs",
        "if cfg!(windows) {",
        "if std::env::var_os(\"CARGO_CFG_WINDOWS\").is_some() {",
    ),
    (
        "scrap-0.5.0",
        "build.rs",
        "else if cfg!(target_os=\"macos\") {",
        "else if std::env::var(\"CARGO_CFG_TARGET_OS\").is_ok_and(|os| os == \"macos\") {",
    ),
    // Apple's headers are not here, and what is only type-checked needs nothing that is compiled with them.
    (
        "mac-notification-sys-0.6.15",
        "build.rs",
        "if std::env::var(\"DOCS_RS\").is_ok() {",
        "if std::env::var_os(\"FOYER_ZIG\").is_some() {",
    ),
    // Wine 8 refuses what Windows answers.
    (
        "quinn-udp-0.6.3",
        "src/windows.rs",
        "WinSock::IPPROTO_IPV6, WinSock::IPV6_V6ONLY as _)\n        }?;",
        "WinSock::IPPROTO_IPV6, WinSock::IPV6_V6ONLY as _)\n        }\n        .unwrap_or(0);",
    ),
];

/// What tells cargo to take them.
pub fn arguments() -> Result<[String; 4]> {
    let folder = copies()?;
    Ok([
        "--config".into(),
        "source.crates-io.replace-with=\"copies\"".into(),
        "--config".into(),
        format!("source.copies.directory=\"{}\"", folder.display()),
    ])
}

/// The folder of the copies, made anew when Cargo.lock or the changes have changed.
fn copies() -> Result<PathBuf> {
    let copies = folder()?.join("vendor");
    let done = folder()?.join("vendor-of");
    let wanted = {
        let mut hasher = DefaultHasher::new();
        fs::read(step::root().join("Cargo.lock"))?.hash(&mut hasher);
        CHANGES.hash(&mut hasher);
        hasher.finish().to_string()
    };
    if fs::read_to_string(&done).is_ok_and(|made| made == wanted) {
        return Ok(copies);
    }
    // Cargo leaves alone what it finds, and a changed copy would be changed a second time.
    for (name, ..) in CHANGES {
        let changed = copies.join(name);
        if changed.exists() {
            fs::remove_dir_all(changed)?;
        }
    }
    step::run(
        "copying the crates",
        step::cargo()
            .args(["vendor", "--locked", "--quiet", "--versioned-dirs"])
            .arg(&copies)
            .stdout(std::process::Stdio::null()),
        "Is the registry reachable?",
    )?;
    for change in CHANGES {
        apply(&copies, change).with_context(|| change.0)?;
    }
    fs::write(done, wanted)?;
    Ok(copies)
}

fn apply(copies: &Path, (name, file, old, new): &Change) -> Result<()> {
    let folder = copies.join(name);
    let path = folder.join(file);
    let text = fs::read_to_string(&path)?.replace("\r\n", "\n");
    ensure!(text.contains(old), "{file} is not what it was");
    fs::write(&path, text.replace(old, new))?;
    // Cargo compares files with the sums that lie beside them.
    let sums = folder.join(".cargo-checksum.json");
    let mut listed: serde_json::Value = serde_json::from_str(&fs::read_to_string(&sums)?)?;
    listed["files"] = serde_json::json!({});
    Ok(fs::write(sums, listed.to_string())?)
}
