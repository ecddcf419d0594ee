//! `foyer doctor`.

use std::sync::Arc;

use clap::Args;
use foyer_media::device::Devices;

use super::{DONE, Failure, print};
use crate::calling;
use crate::calling::doctor::Agent;
use crate::config::{self, Config};
use crate::doctor::{self, Outcome, Report};
use crate::window;

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
    /// Try how far Microsoft's calling SDK gets in the calling window, and nothing else; needs a display
    #[arg(long)]
    pub(super) calling: bool,
}

/// Tries the SDK and prints what came of it. Must run on the main thread.
pub fn run_calling(arguments: &Arguments, devices: Arc<dyn Devices>) -> Result<u8, Failure> {
    let report = window::examine_calling(devices)?;
    if arguments.json {
        print(&serde_json::to_string(&report)?)?;
    } else {
        for line in calling_lines(&report) {
            print(&line)?;
        }
    }
    Ok(if report.reached_the_network() {
        DONE
    } else {
        FAILED
    })
}

fn calling_lines(report: &calling::doctor::Report) -> Vec<String> {
    let none = || "-".to_owned();
    let environment = report.environment.as_ref().map_or_else(none, |found| {
        let supported = if found.supported {
            "supported"
        } else {
            "unsupported"
        };
        format!(
            "{} {} on {}: {supported}",
            found.browser, found.browser_version, found.platform
        )
    });
    let agent = match &report.agent {
        Some(Agent::Made) => "ok".to_owned(),
        Some(Agent::Refused(error)) => format!(
            "refused {}/{} {}",
            error.code.unwrap_or_default(),
            error.sub_code.unwrap_or_default(),
            error.message
        ),
        None => none(),
    };
    let end = report.end_reason.map_or_else(none, |reason| {
        format!("{}/{}", reason.code, reason.sub_code.unwrap_or_default())
    });
    let preview = report
        .preview_width
        .map_or_else(none, |width| width.to_string());
    let timers = report.timers.map_or_else(none, |timers| {
        format!("{} in {} ms", timers.ticks, timers.elapsed_ms)
    });
    let mut lines = vec![
        format!("environment  {environment}"),
        format!("cameras      {}", report.cameras.join(", ")),
        format!("preview      {preview}"),
        format!("timers       {timers}"),
        format!("agent        {agent}"),
        format!("states       {:?}", report.states),
        format!("end          {end}"),
    ];
    lines.extend(
        report
            .errors
            .iter()
            .map(|error| format!("error        {error}")),
    );
    lines
}

/// Prints the report.
pub async fn run(arguments: &Arguments, devices: &dyn Devices) -> Result<u8, Failure> {
    let places = config::places(config::own_folder().as_deref());
    let config = Config::read(&places, |name| std::env::var(name).ok());
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
