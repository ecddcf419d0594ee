//! What is printed.

use std::io::Write;

use anyhow::Result;

use crate::kept::{Kept, Reference};
use crate::outcome::{Report, Status};

/// A line for whoever watches.
pub fn say(text: &str) {
    // Nobody to tell if standard error is closed.
    writeln!(std::io::stderr().lock(), "{text}").ok();
}

/// One file, as it ends.
pub fn line(number: usize, of: usize, report: &Report) {
    say(&format!(
        "[{number}/{of}] {}/{} {} {:.1} s  {}{}",
        report.passed(),
        report.subtests.len(),
        report.status.name(),
        report.milliseconds as f64 / 1000.0,
        report.file,
        (report.message.as_deref()).map_or_else(String::new, |text| format!("  ({text})")),
    ));
}

/// What a row of the table adds up.
#[derive(Default)]
struct Row {
    files: usize,
    passed: usize,
    total: usize,
    native: usize,
    change: i64,
    timeouts: usize,
    broken: u32,
}

impl Row {
    fn add(&mut self, report: &Report, kept: &Kept, reference: &Reference) {
        let native = reference.of(&report.file);
        self.files += 1;
        self.passed += report.passed();
        // A file that ends early shows fewer subtests than it has.
        let known = native.map_or(0, |native| native.total);
        self.total += report.subtests.len().max(known);
        self.native += native.map_or(0, |native| native.passed);
        if let Some(before) = kept.passed(&report.file) {
            self.change += report.passed() as i64 - before as i64;
        }
        self.timeouts += usize::from(matches!(report.status, Status::Timeout | Status::Late));
        self.broken += report.broken_runs;
    }

    fn print(&self, out: &mut impl Write, name: &str) -> Result<()> {
        let percent = |whole: usize| match whole {
            0 => "–".to_owned(),
            whole => format!("{:.1}", self.passed as f64 * 100.0 / whole as f64),
        };
        writeln!(
            out,
            "| {name} | {} | {} | {} | {} | {} | {} | {:+} | {} | {} |",
            self.files,
            self.passed,
            self.total,
            percent(self.total),
            self.native,
            percent(self.native),
            self.change,
            self.timeouts,
            self.broken,
        )?;
        Ok(())
    }
}

/// The table by directory, on standard output.
pub fn print(reports: &[Report], kept: &Kept, reference: &Reference) -> Result<()> {
    let mut rows: Vec<(&str, Row)> = Vec::new();
    let mut all = Row::default();
    for report in reports {
        let directory = report.directory();
        if rows.last().is_none_or(|(name, _)| *name != directory) {
            rows.push((directory, Row::default()));
        }
        if let Some((_, row)) = rows.last_mut() {
            row.add(report, kept, reference);
        }
        all.add(report, kept, reference);
    }
    let mut out = std::io::stdout().lock();
    writeln!(
        out,
        "| directory | files | passed | of | % | Chromium | % of it | change | timeouts | crashes and hangs |\n\
         |---|---|---|---|---|---|---|---|---|---|"
    )?;
    for (name, row) in &rows {
        row.print(&mut out, name)?;
    }
    all.print(&mut out, "all")
}
