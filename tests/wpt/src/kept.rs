//! The numbers that are kept in the repository: what must pass, and what Chromium passes natively.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::Options;
use crate::outcome::Report;

/// Subtests that pass on the bridge, by browser and file.
type Expected = BTreeMap<String, BTreeMap<String, usize>>;

/// `expected.json`: what the bridge has once passed, which it may not fall below.
pub struct Kept {
    browser: &'static str,
    all: Expected,
    /// A browser without the bridge is measured by nothing.
    binding: bool,
}

impl Kept {
    /// Reads what is kept for the chosen browser.
    pub fn read(options: &Options) -> Result<Self> {
        Ok(Self {
            browser: options.browser.name(),
            all: read("expected.json")?,
            binding: options.bridge.is_some(),
        })
    }

    /// Subtests of a file that have to pass; none if nothing is kept.
    pub fn passed(&self, file: &str) -> Option<usize> {
        let files = self.all.get(self.browser).filter(|_| self.binding)?;
        files.get(file).copied()
    }

    /// Whether fewer subtests passed than are kept.
    pub fn fell(&self, report: &Report) -> bool {
        Some(report.passed()) < self.passed(&report.file)
    }

    /// Keeps what passes now where it is more. Without a bridge there is nothing to keep.
    pub fn raise(&mut self, reports: &[Report]) -> Result<()> {
        if self.binding {
            self.merge(reports);
            write("expected.json", &self.all)?;
        }
        Ok(())
    }

    fn merge(&mut self, reports: &[Report]) {
        let files = self.all.entry(self.browser.to_owned()).or_default();
        for report in reports {
            let kept = files.entry(report.file.clone()).or_default();
            *kept = report.passed().max(*kept);
        }
    }
}

/// What Chromium makes of a file without the bridge.
#[derive(Clone, Copy, Default, Deserialize, Serialize)]
pub struct Native {
    /// Subtests that pass.
    pub passed: usize,
    /// Subtests that the file has, as far as Chromium comes.
    pub total: usize,
}

/// `reference.json`: native Chromium's numbers by file.
pub struct Reference(BTreeMap<String, Native>);

impl Reference {
    /// Reads the list.
    pub fn read() -> Result<Self> {
        Ok(Self(read("reference.json")?))
    }

    /// What Chromium makes of a file; none if that was not measured.
    pub fn of(&self, file: &str) -> Option<Native> {
        self.0.get(file).copied()
    }

    /// Raises the numbers of these files: a machine under load only ever lowers them.
    pub fn write(&self, reports: &[Report]) -> Result<()> {
        let mut files = self.0.clone();
        for report in reports {
            let native = files.entry(report.file.clone()).or_default();
            native.passed = report.passed().max(native.passed);
            native.total = report.subtests.len().max(native.total);
        }
        write("reference.json", &files)
    }
}

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn read<T: for<'a> Deserialize<'a>>(name: &str) -> Result<T> {
    let text = fs::read_to_string(path(name)).with_context(|| format!("reading {name}"))?;
    serde_json::from_str(&text).with_context(|| format!("{name} is not as it should be"))
}

fn write(name: &str, list: &impl Serialize) -> Result<()> {
    let text = serde_json::to_string_pretty(list)? + "\n";
    fs::write(path(name), text).with_context(|| format!("writing {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Status, Subtest};

    fn report(file: &str, passed: usize) -> Report {
        let subtest = |status| Subtest {
            name: "a".to_owned(),
            status,
            message: None,
        };
        Report {
            file: file.to_owned(),
            status: Status::Ok,
            message: None,
            subtests: [vec![subtest(0); passed], vec![subtest(1)]].concat(),
            milliseconds: 1,
            broken_runs: 0,
        }
    }

    fn kept(binding: bool) -> Kept {
        let mut kept = Kept {
            browser: "minibrowser",
            all: Expected::new(),
            binding,
        };
        kept.merge(&[report("a.html", 3), report("b.html", 0)]);
        kept
    }

    #[test]
    fn a_file_falls_if_fewer_pass_than_are_kept() {
        let kept = kept(true);
        assert!(kept.fell(&report("a.html", 2)));
        assert!(!kept.fell(&report("a.html", 3)));
        assert!(!kept.fell(&report("b.html", 0)));
        assert!(!kept.fell(&report("new.html", 0)));
    }

    #[test]
    fn a_kept_number_is_raised_and_never_lowered() {
        let mut kept = kept(true);
        kept.merge(&[report("a.html", 2), report("b.html", 5)]);
        assert_eq!(kept.passed("a.html"), Some(3));
        assert_eq!(kept.passed("b.html"), Some(5));
    }

    #[test]
    fn a_browser_without_the_bridge_cannot_fall() {
        assert!(!kept(false).fell(&report("a.html", 0)));
    }
}
