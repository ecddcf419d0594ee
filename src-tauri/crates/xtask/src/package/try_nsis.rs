//! Signs the installer with a certificate of its own, installs it under wine without a question, holds a call with what
//! was installed, and removes it again.

use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

use crate::cross::toolchain;
use crate::cross::wine::Wine;
use crate::step;

/// What the installer writes and the uninstaller takes away.
const KEYS: &[&str] = &[
    r"HKCU\Software\Foyer",
    r"HKCU\Software\Classes\foyer\shell\open\command",
    r"HKCU\Software\Classes\org.foyer.Foyer.ics",
    r"HKCU\Software\Classes\AppUserModelId\org.foyer.Foyer",
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
    answers(&wine, &program)?;
    refuses_while_it_runs(&wine, &program, &signed)?;

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

/// The program starts without any DLL of MinGW, and does its work.
fn answers(wine: &Wine, program: &Path) -> Result<()> {
    step::say("==> asking the program that was installed");
    let link = "https://teams.microsoft.com/meet/2414128301281?p=c4n4ry";
    let answer = step::output(
        wine.command("wine")
            .arg(program)
            .args(["check", link, "--json"]),
    )
    .context("the program does not start")?;
    let answer: serde_json::Value = serde_json::from_str(&answer).context(answer)?;
    ensure!(answer["verdict"] == "join", "it says {answer}");
    Ok(())
}

/// While it serves a practice meeting, another start of it takes part, and the installer leaves both alone.
fn refuses_while_it_runs(wine: &Wine, program: &Path, setup: &Path) -> Result<()> {
    step::say("==> holding a practice meeting with the program that was installed");
    let mut serving = wine
        .command("wine")
        .arg(program)
        .args(["practice", "--bots", "1", "--print-json"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    let outcome = take_part(wine, program, &mut serving).and_then(|()| {
        step::say("==> installing while it runs");
        let status = wine.command("wine").arg(setup).arg("/S").status()?;
        ensure!(
            status.code() == Some(3),
            "the installer replaces a program that runs: {status}"
        );
        Ok(())
    });
    // It is wine's; what it runs ends with it.
    wine.command("wine")
        .args(["taskkill", "/f", "/im", "foyer.exe"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    serving.wait()?;
    wine.settle();
    outcome
}

fn take_part(wine: &Wine, program: &Path, serving: &mut Child) -> Result<()> {
    let out = serving.stdout.take().context("it was asked to be piped")?;
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line)?;
    let links: serde_json::Value =
        serde_json::from_str(&line).with_context(|| format!("the meeting's links: {line:?}"))?;
    let link = links["guestLink"].as_str().context("there is a link")?;
    let report = wine.drive().join("report.json");
    step::run(
        "taking part",
        wine.command("wine")
            .arg(program)
            .args([
                "join",
                link,
                "--name",
                "Ada",
                "--headless",
                "--duration",
                "6s",
            ])
            .args(["--camera", "test", "--microphone", "test"])
            .args(["--report", &wine.path(&report)?]),
        "Taking part failed",
    )?;
    let told: serde_json::Value = serde_json::from_str(&fs::read_to_string(&report)?)?;
    fs::remove_file(report)?;
    let pictures = told["feeds"][0]["framesDecoded"].as_u64().unwrap_or(0);
    let sound = told["audio"]["packetsReceived"].as_u64().unwrap_or(0);
    ensure!(
        told["endReason"] == "hungUp" && pictures > 15 && sound > 50,
        "the call was not what it should be: {told:#}"
    );
    step::say(&format!(
        "==> {pictures} pictures came, {sound} packets of sound"
    ));
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
