//! What a file's run came to.

use serde::{Deserialize, Serialize};

/// How a file ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// The harness came to its end.
    Ok,
    /// The harness reports an error outside any subtest.
    Error,
    /// The harness gave up waiting for a subtest.
    Timeout,
    /// The harness says that what the file needs is not there.
    Precondition,
    /// The page lives, but its harness never ended.
    Late,
    /// The page, or the driver, stopped answering.
    Hang,
    /// The page's process, or the browser, ended.
    Crash,
}

impl Status {
    /// The harness's own number, as `testharness.js` gives it.
    pub fn of_harness(number: u64) -> Self {
        match number {
            0 => Self::Ok,
            2 => Self::Timeout,
            3 => Self::Precondition,
            _ => Self::Error,
        }
    }

    /// Whether the browser has to be started anew.
    pub fn breaks_browser(self) -> bool {
        matches!(self, Self::Hang | Self::Crash)
    }

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Error => "error",
            Self::Timeout => "timeout",
            Self::Precondition => "precondition",
            Self::Late => "late",
            Self::Hang => "hang",
            Self::Crash => "crash",
        }
    }
}

/// One subtest, with `testharness.js`'s number for its end: 0 pass, 1 fail, 2 timeout, 3 not run, 4 precondition.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Subtest {
    /// As the test calls it; not always unique in its file.
    pub name: String,
    /// 0 is a pass.
    pub status: u64,
    /// Why it did not pass.
    pub message: Option<String>,
}

/// One file's run.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The address's path, without the leading slash.
    pub file: String,
    /// How it ended.
    pub status: Status,
    /// What the harness or the driver said about a bad end.
    pub message: Option<String>,
    /// In the order of their end; none if the browser crashed.
    pub subtests: Vec<Subtest>,
    /// From the navigation to the end.
    pub milliseconds: u64,
    /// Runs of this file that crashed or hung, this one among them.
    pub broken_runs: u32,
}

impl Report {
    /// Subtests that passed.
    pub fn passed(&self) -> usize {
        let passes = self.subtests.iter().filter(|subtest| subtest.status == 0);
        passes.count()
    }

    /// The folder that the summary counts it under.
    pub fn directory(&self) -> &str {
        self.file.split('/').next().unwrap_or(&self.file)
    }
}
