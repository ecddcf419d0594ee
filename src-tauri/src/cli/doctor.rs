//! `foyer doctor`.

use clap::Args;
use foyer_media::device::Devices;

use super::{DONE, Failure, print};
use crate::config::{self, Config};
use crate::doctor::{self, Outcome, Report};

/// Something gets in the way.
const FAILED: u8 = 1;

/// What `foyer doctor` takes.
#[derive(Debug, Args)]
#[command(
    after_help = "The report holds no passwords, keys or meeting links; it names devices, the organisation's service and \
        the proxy.\nExit codes: 0 nothing gets in the way, 1 something does, 2 wrong usage."
)]
pub struct Arguments {
    /// One JSON object instead of lines for people
    #[arg(long)]
    json: bool,
    /// Ask this host too, such as the organisation's own ACS resource
    #[arg(long, value_name = "URL")]
    host: Vec<String>,
}

/// Prints the report.
pub async fn run(arguments: &Arguments, devices: &dyn Devices) -> Result<u8, Failure> {
    let files = config::files(config::own_folder().as_deref());
    let config = Config::read(&files, |name| std::env::var(name).ok());
    let environment = |name: &str| std::env::var(name).ok();
    let report = doctor::examine(config, &arguments.host, devices, environment).await;
    if arguments.json {
        print(&serde_json::to_string(&report)?)?;
    } else {
        for line in lines(&report) {
            print(&line)?;
        }
    }
    Ok(if report.has_failed() { FAILED } else { DONE })
}

fn lines(report: &Report) -> Vec<String> {
    let Report {
        version,
        platform,
        architecture,
        checks,
    } = report;
    let mut lines = vec![format!("Foyer {version} on {platform} ({architecture})")];
    lines.extend(checks.iter().map(|check| {
        let outcome = match check.outcome {
            Outcome::Ok => "ok",
            Outcome::Warning => "WARNING",
            Outcome::Failed => "FAILED",
            Outcome::Skipped => "-",
        };
        let took = check.took_ms.map(|took| format!(" in {took} ms"));
        let took = took.unwrap_or_default();
        format!("{outcome:<8}{:<11} {}{took}", check.id, check.detail)
    }));
    lines
}
