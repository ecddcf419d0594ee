//! Runs test programs, passes on what they say, and adds up their results.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};

use crate::step;

/// No test program takes longer than this; one that does hangs.
const LIMIT: Duration = Duration::from_secs(20 * 60);

/// What all programs together said.
#[derive(Default)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed, and programs that failed otherwise.
    pub failed: u32,
    /// Where.
    pub failures: Vec<String>,
}

/// Passed and failed out of one line of output.
pub type Reader = fn(&str) -> Option<(u32, u32)>;

impl Tally {
    /// A check that counts as one test.
    pub fn step(&mut self, what: &str, command: &mut Command) -> Result<()> {
        let before = self.failed;
        self.program(what, command, |_| None)?;
        if self.failed == before {
            self.passed += 1;
        }
        Ok(())
    }

    /// A program whose results `read` finds in its output. It fails as a whole if it ends badly without having
    /// counted a failure, or hangs.
    pub fn program(&mut self, what: &str, command: &mut Command, read: Reader) -> Result<()> {
        step::say(&format!("==> {what}"));
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{what} could not be started"))?;
        let out = child.stdout.take().expect("it was asked to be piped");
        let (lines, hear) = mpsc::channel();
        let reader = thread::spawn(move || {
            for line in BufReader::new(out).split(b'\n').map_while(Result::ok) {
                if lines
                    .send(String::from_utf8_lossy(&line).into_owned())
                    .is_err()
                {
                    return;
                }
            }
        });
        let mut failed = 0;
        let mut hung = false;
        loop {
            match hear.recv_timeout(LIMIT) {
                Ok(line) => {
                    writeln!(std::io::stdout().lock(), "{line}").ok();
                    if let Some((good, bad)) = read(&line) {
                        self.passed += good;
                        failed += bad;
                    }
                }
                Err(mpsc::RecvTimeoutError::Disconnected) => break,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    hung = true;
                    child.kill()?;
                    break;
                }
            }
        }
        let status = child.wait()?;
        drop(hear);
        if !hung {
            reader.join().expect("reading lines does not panic");
        }
        if hung {
            self.failures
                .push(format!("{what}: silent for {LIMIT:?}, stopped"));
            failed += 1;
        } else if !status.success() {
            self.failures.push(format!("{what}: {status}"));
            failed = failed.max(1);
        }
        self.failed += failed;
        Ok(())
    }
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; …`
pub fn libtest(line: &str) -> Option<(u32, u32)> {
    let counts = line.strip_prefix("test result: ")?.split_once(". ")?.1;
    Some((before(counts, " passed")?, before(counts, " failed")?))
}

/// `      Tests  1 failed | 11 passed (12)`
pub fn vitest(line: &str) -> Option<(u32, u32)> {
    let counts = line.trim().strip_prefix("Tests ")?;
    Some((
        before(counts, " passed")?,
        before(counts, " failed").unwrap_or(0),
    ))
}

/// The number before a word.
fn before(text: &str, word: &str) -> Option<u32> {
    text.split_once(word)?
        .0
        .rsplit([' ', '|', ';'])
        .next()?
        .parse()
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_are_read_as_the_programs_write_them() {
        let line =
            "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out";
        assert_eq!(libtest(line), Some((12, 3)));
        assert_eq!(libtest("running 12 tests"), None);
        assert_eq!(
            vitest("      Tests  1 failed | 11 passed (12)"),
            Some((11, 1))
        );
        assert_eq!(vitest("      Tests  11 passed (11)"), Some((11, 0)));
        assert_eq!(vitest(" Test Files  2 passed (2)"), None);
    }

    #[test]
    fn a_program_that_ends_badly_counts_even_if_it_says_nothing() {
        let mut tally = Tally::default();
        tally
            .program("false", &mut Command::new("false"), libtest)
            .expect("it starts");
        assert_eq!((tally.passed, tally.failed), (0, 1));
    }
}
