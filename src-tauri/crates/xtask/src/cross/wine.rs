//! Windows programs under wine, in a prefix of our own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::toolchain::{folder, help};
use crate::display::Display;
use crate::programs::Program;
use crate::step;
use crate::tally::{self, Tally};

/// An empty Windows.
pub struct Wine {
    prefix: PathBuf,
    display: Display,
}

impl Wine {
    /// Made anew, under this name.
    pub fn fresh(name: &str) -> Result<Self> {
        let prefix = folder()?.join("wine").join(name);
        if prefix.exists() {
            fs::remove_dir_all(&prefix)?;
        }
        fs::create_dir_all(&prefix)?;
        let wine = Self {
            prefix,
            display: Display::find_or_start()?,
        };
        step::run(
            "making an empty Windows",
            wine.command("wineboot").arg("--init"),
            "apt-get install wine wine64",
        )?;
        // Its own choice may be an older one, which the installer refuses.
        step::output(wine.command("wine").args(["winecfg", "-v", "win10"]))?;
        wine.settle();
        fs::copy(random()?, wine.system().join("bcryptprimitives.dll"))?;
        Ok(wine)
    }

    /// The C: drive.
    pub fn drive(&self) -> PathBuf {
        self.prefix.join("drive_c")
    }

    /// As programs on it name a file: by another name, an uninstaller takes itself for another copy.
    pub fn path(&self, file: &Path) -> Result<String> {
        let inside = file
            .strip_prefix(self.drive())
            .context("it is on this drive")?;
        Ok(format!(
            "C:\\{}",
            inside.display().to_string().replace('/', "\\")
        ))
    }

    /// A program of wine, or wine itself, in this prefix.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.apply(&mut command);
        command
    }

    /// Waits until every program of the prefix has ended.
    pub fn settle(&self) {
        self.command("wineserver").arg("--wait").status().ok();
    }

    fn apply(&self, command: &mut Command) {
        self.display.apply(command);
        command
            .env("WINEPREFIX", &self.prefix)
            .env("WINEDEBUG", "-all")
            // No downloads of Mono and Gecko, no entries in this system's menus.
            .env("WINEDLLOVERRIDES", "mscoree,mshtml=;winemenubuilder.exe=d");
    }

    fn system(&self) -> PathBuf {
        self.drive().join("windows/system32")
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        self.command("wineserver").arg("--kill").status().ok();
    }
}

/// What wine 8 lacks and Rust's library needs: a DLL with the system's random numbers.
fn random() -> Result<PathBuf> {
    let made = folder()?.join("bcryptprimitives.dll");
    if !made.exists() {
        step::run(
            "building what wine lacks",
            Command::new("x86_64-w64-mingw32-gcc-posix")
                .args(["-shared", "-O2", "-o"])
                .arg(&made)
                .arg(help("bcryptprimitives.c")?)
                .arg("-ladvapi32"),
            "apt-get install gcc-mingw-w64-x86-64-posix",
        )?;
    }
    Ok(made)
}

/// Tests that fail under wine 8 for a reason of its own, and the reason.
const NOT_HERE: &[(&str, &str)] = &[];

/// The tests of what works without a webview. Those of the command line hold whole calls.
pub fn tests(programs: &[Program]) -> Result<()> {
    let wine = Wine::fresh("tests")?;
    let mut tally = Tally::default();
    for program in programs {
        // The app's others need a webview.
        if program.package == "foyer" && program.name != "cli" {
            continue;
        }
        let mut test = wine.command("wine");
        test.arg(&program.file)
            .args(["--test-threads=1", "--exact"])
            .current_dir(&program.folder)
            .env("CARGO_MANIFEST_DIR", &program.folder);
        for (name, _) in NOT_HERE {
            test.args(["--skip", name]);
        }
        let what = format!("{} {} under wine", program.package, program.name);
        tally.program(&what, &mut test, tally::libtest)?;
    }
    for (name, why) in NOT_HERE {
        step::say(&format!("not under wine: {name}: {why}"));
    }
    step::say(&format!(
        "==> under wine {} tests passed, {} failed",
        tally.passed, tally.failed
    ));
    ensure!(
        tally.failed == 0,
        "what holds on Linux does not hold on Windows, or wine lacks something:\n{}",
        tally.failures.join("\n")
    );
    ensure!(tally.passed > 0, "no test ran");
    Ok(())
}
