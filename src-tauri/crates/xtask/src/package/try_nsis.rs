//! Signs the installer with a certificate of its own, installs it under wine without a question, and removes it again.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::cross::toolchain;
use crate::cross::wine::Wine;
use crate::step;

/// What the installer writes and the uninstaller takes away.
const KEYS: &[&str] = &[
    r"HKCU\Software\Foyer",
    r"HKCU\Software\Classes\foyer\shell\open\command",
    r"HKCU\Software\Classes\org.foyer.Foyer.ics",
    r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\Foyer",
];

/// Fails with the first thing that is wrong.
pub fn run(setup: &Path) -> Result<()> {
    let signed = signed(setup)?;
    let wine = Wine::fresh("setup")?;
    let before = files(&wine)?;
    step::run(
        "installing",
        wine.command("wine").arg(&signed).arg("/S"),
        "The installer ended badly",
    )?;
    wine.settle();
    let local = wine.drive().join("users");
    let program = find(&local, "foyer.exe")?.context("the program is not installed")?;
    let folder = program.parent().context("a file lies in a folder")?;
    step::say(&format!("==> installed in {}", folder.display()));
    for key in KEYS {
        ensure!(has(&wine, key)?, "{key} was not written");
    }
    let command = query(&wine, KEYS[1])?;
    ensure!(
        command.contains(r#"foyer.exe" "%1""#),
        "links open with {command}"
    );
    ensure!(
        find(&local, "Foyer.lnk")?.is_some(),
        "nothing is in the start menu"
    );
    ensure!(
        folder.join("licenses/THIRD-PARTY.txt").exists(),
        "the notices are missing"
    );

    step::run(
        "installing over what is there, as an update does",
        wine.command("wine").arg(&signed).args(["/S", "/UPDATE"]),
        "The installer ended badly",
    )?;
    wine.settle();
    let version = step::output(
        wine.command("wine")
            .arg(&program)
            .args(["check", "--json", "hello"]),
    );
    // Exit code 1: no meeting is in this text. What counts is that the program starts without DLLs of MinGW.
    if let Err(error) = version {
        ensure!(
            format!("{error:#}").contains("exit status: 1"),
            "the program does not start: {error:#}"
        );
    }

    step::run(
        "removing",
        wine.command("wine")
            .arg(wine.path(&folder.join("uninstall.exe"))?)
            .arg("/S"),
        "The uninstaller ended badly",
    )?;
    wine.settle();
    for key in KEYS {
        ensure!(!has(&wine, key)?, "{key} stays behind");
    }
    let left: Vec<String> = files(&wine)?
        .difference(&before)
        .filter(|file| !file.contains("/windows/") && !file.contains("/Temp/"))
        .cloned()
        .collect();
    if !left.is_empty() {
        bail!("this stays behind:\n{}", left.join("\n"));
    }
    step::say("==> nothing stays behind");
    Ok(())
}

/// A signed copy, as its certificate's owner would find it to be signed.
fn signed(setup: &Path) -> Result<PathBuf> {
    let folder = toolchain::folder()?;
    let (key, certificate) = (folder.join("throwaway.key"), folder.join("throwaway.pem"));
    let signed = setup.with_extension("signed.exe");
    fs::remove_file(&signed).ok();
    step::output(
        Command::new("openssl")
            .args([
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
            ])
            .args([
                "-subj",
                "/CN=Foyer test",
                "-addext",
                "extendedKeyUsage=codeSigning",
            ])
            .arg("-keyout")
            .arg(&key)
            .arg("-out")
            .arg(&certificate)
            .stderr(std::process::Stdio::null()),
    )?;
    step::run(
        "signing with a certificate made for this",
        Command::new("osslsigncode")
            .args(["sign", "-h", "sha256", "-n", "Foyer"])
            .arg("-certs")
            .arg(&certificate)
            .arg("-key")
            .arg(&key)
            .arg("-in")
            .arg(setup)
            .arg("-out")
            .arg(&signed),
        "apt-get install osslsigncode",
    )?;
    step::run(
        "checking the signature",
        Command::new("osslsigncode")
            .arg("verify")
            .arg("-CAfile")
            .arg(&certificate)
            .arg("-in")
            .arg(&signed),
        "The signature does not hold",
    )?;
    Ok(signed)
}

fn has(wine: &Wine, key: &str) -> Result<bool> {
    let out = wine.command("wine").args(["reg", "query", key]).output()?;
    Ok(out.status.success())
}

fn query(wine: &Wine, key: &str) -> Result<String> {
    step::output(wine.command("wine").args(["reg", "query", key]))
}

/// The file of this name somewhere below a folder.
fn find(folder: &Path, name: &str) -> Result<Option<PathBuf>> {
    let found = step::output(Command::new("find").arg(folder).args(["-name", name]))?;
    Ok(found.lines().next().map(PathBuf::from))
}

fn files(wine: &Wine) -> Result<BTreeSet<String>> {
    let all = step::output(Command::new("find").arg(wine.drive()).arg("-print"))?;
    Ok(all.lines().map(str::to_owned).collect())
}
