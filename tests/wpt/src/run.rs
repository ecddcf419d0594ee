//! All files, one after the other, with a new browser where one broke.

use anyhow::{Context, Result};
use foyer_e2e::app::free_port;

use crate::Options;
use crate::browser::{Browser, Stage};
use crate::host::Host;
use crate::kept::Kept;
use crate::outcome::{Report, Status};
use crate::page;
use crate::server::{Server, origin};
use crate::suite::Test;
use crate::summary;

/// How often a file that fell below the kept number, or broke the browser, is run: a machine under load is no fault of
/// the bridge. What broke is counted all the same.
const TRIES: u32 = 3;

/// Runs every file and answers with the best run of each.
pub async fn all(options: &Options, tests: &[Test], kept: &Kept) -> Result<Vec<Report>> {
    let stage = Stage::start(options.browser, &options.feature).await?;
    let mut rig = Rig {
        options,
        stage,
        served: None,
        browser: None,
    };
    let mut reports = Vec::new();
    for (index, test) in tests.iter().enumerate() {
        let report = rig.best(test, kept).await?;
        summary::line(index + 1, tests.len(), &report);
        reports.push(report);
    }
    if let Some(browser) = rig.browser.take() {
        browser.close().await;
    }
    Ok(reports)
}

/// Everything that runs, each part started when it is needed.
struct Rig<'a> {
    options: &'a Options,
    stage: Stage,
    served: Option<Served>,
    browser: Option<Browser>,
}

/// The tests, and the bridge that is in them.
struct Served {
    server: Server,
    bridge: Option<Host>,
}

impl Rig<'_> {
    async fn best(&mut self, test: &Test, kept: &Kept) -> Result<Report> {
        let mut best = self.once(test).await?;
        for _ in 1..TRIES {
            let fell = kept.fell(&best);
            if !fell && !best.status.breaks_browser() {
                break;
            }
            let again = self.once(test).await?;
            let broken_runs = best.broken_runs + again.broken_runs;
            if again.passed() > best.passed() || best.status.breaks_browser() {
                best = again;
            }
            best.broken_runs = broken_runs;
        }
        Ok(best)
    }

    /// One run; a crash or a hang, of the page or of the bridge host, counts as a broken one.
    async fn once(&mut self, test: &Test) -> Result<Report> {
        self.prepare().await.context("preparing the next file")?;
        let (Some(served), Some(browser)) = (&mut self.served, &self.browser) else {
            anyhow::bail!("preparing leaves a browser and a server");
        };
        let origin = &served.server.origin;
        let ended = page::run(&browser.client, origin, test, self.options.patience).await;
        let mut report = ended.report;
        let host_gone = match &mut served.bridge {
            Some(host) => host.ended()?,
            None => false,
        };
        if host_gone {
            report.status = Status::Crash;
            report.message = Some("the bridge host ended".to_owned());
            self.served = None;
        }
        let broke = report.status.breaks_browser();
        report.broken_runs = u32::from(broke);
        if (broke || ended.stained)
            && let Some(browser) = self.browser.take()
        {
            browser.close().await;
        }
        Ok(report)
    }

    async fn prepare(&mut self) -> Result<()> {
        if self.served.is_none() {
            let port = free_port()?;
            let bridge = match &self.options.bridge {
                Some(line) => Some(Host::start(&line.replace("{origin}", &origin(port)))?),
                None => None,
            };
            let inject = bridge.as_ref().map(|host| host.inject.as_path());
            let patience = self.options.patience;
            let server = Server::start(&self.options.dir, inject, patience, port).await?;
            self.served = Some(Served { server, bridge });
        }
        if self.browser.is_none() {
            self.browser = Some(self.stage.open().await?);
        }
        Ok(())
    }
}
