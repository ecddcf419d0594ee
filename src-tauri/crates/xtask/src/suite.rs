//! `cargo xtask test`: the UI's tests, then every test program of the workspace, one after the other.

use std::io::Write;
use std::process::Command;

use anyhow::{Result, bail};

use crate::programs::{self, Program};
use crate::setup::{self, For, Sdk};
use crate::step;
use crate::tally::{self, Tally};

/// Their tests hold calls in real time: one at a time, so that each has the machine.
const ONE_AT_A_TIME: [&str; 4] = [
    "foyer-rtc",
    "foyer-practice",
    "foyer-scenarios",
    "foyer-e2e",
];
/// What building one crate of the workspace may take.
const MEMORY_PER_JOB: u64 = 2 << 30;

/// Runs every test, or those programs whose package or name contains `filter`, and ends with one line of numbers.
pub fn run(filter: Option<&str>) -> Result<()> {
    let mut tally = Tally::default();
    if let Err(error) = all(filter, &mut tally) {
        tally.failures.push(format!("{error:#}"));
        tally.failed += 1;
    }
    for failure in &tally.failures {
        step::say(&format!("FAILED {failure}"));
    }
    writeln!(
        std::io::stdout().lock(),
        "{} passed, {} failed",
        tally.passed,
        tally.failed
    )?;
    if tally.failed > 0 {
        // Whoever reads the last line finds the numbers there.
        std::process::exit(1);
    }
    Ok(())
}

fn all(filter: Option<&str>, tally: &mut Tally) -> Result<()> {
    setup::everything(For::Testing, Sdk::With)?;
    if filter.is_none() {
        ui(tally)?;
    }
    let mut programs = build()?;
    // The real-time ones last: a plain mistake shows sooner.
    programs.sort_by_key(|program| ONE_AT_A_TIME.iter().position(|one| *one == program.package));
    for program in &programs {
        let fits = |filter: &str| program.package.contains(filter) || program.name.contains(filter);
        if filter.is_none_or(fits) {
            execute(program, tally)?;
        }
    }
    match filter {
        None => documentation(tally),
        Some(filter) if tally.passed + tally.failed == 0 => {
            bail!("no test program fits {filter:?}")
        }
        Some(_) => Ok(()),
    }
}

fn ui(tally: &mut Tally) -> Result<()> {
    tally.step("the UI's types", step::npm().args(["run", "check"]))?;
    // Colours would hide the numbers.
    let mut vitest = step::npm();
    vitest.args(["test"]).env("NO_COLOR", "1").env("CI", "true");
    tally.program("the UI's tests", &mut vitest, tally::vitest)
}

/// Builds all test programs in one go, so that features are resolved once, with as many jobs as fit the memory.
fn build() -> Result<Vec<Program>> {
    step::say("==> building the test programs (the first time takes long)");
    let mut build = step::cargo();
    build.args(["test", "--workspace"]);
    if let Some(jobs) = jobs() {
        build.env("CARGO_BUILD_JOBS", jobs.to_string());
    }
    programs::build(&mut build)
}

fn jobs() -> Option<u64> {
    let memory = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = memory
        .lines()
        .find(|line| line.starts_with("MemAvailable:"))?;
    let bytes = line.split_ascii_whitespace().nth(1)?.parse::<u64>().ok()? << 10;
    let cores = std::thread::available_parallelism().map_or(1, |n| n.get() as u64);
    Some((bytes / MEMORY_PER_JOB).clamp(1, cores))
}

fn execute(program: &Program, tally: &mut Tally) -> Result<()> {
    let mut command = Command::new(&program.file);
    command
        .current_dir(&program.folder)
        .env("CARGO_MANIFEST_DIR", &program.folder);
    if ONE_AT_A_TIME.contains(&&*program.package) {
        command.arg("--test-threads=1");
    }
    let what = format!("{} {}", program.package, program.name);
    tally.program(&what, &mut command, tally::libtest)
}

fn documentation(tally: &mut Tally) -> Result<()> {
    let mut doc = step::cargo();
    doc.args(["test", "--workspace", "--doc", "--quiet"]);
    tally.program(
        "the examples in the documentation",
        &mut doc,
        tally::libtest,
    )
}
