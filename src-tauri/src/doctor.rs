//! What a help desk wants to know when Foyer does not work somewhere. Holds no secrets: it is meant to be sent on.

use std::time::Duration;

use foyer_acs::Timestamp;
use foyer_acs::http::{HttpSetupError, Surroundings};
use foyer_acs::probe::{Probe, probe};
use foyer_media::device::Devices;
use futures_util::future::join_all;
use serde::Serialize;
use url::Url;

use crate::config::{Config, ConfigError};
use crate::devices::lists;
use crate::{developer_key, teams};

/// Hosts of the domains that Microsoft lists for signalling: one of each, since wildcards cannot be asked.
pub const HOSTS: [&str; 5] = [
    "https://teams.microsoft.com/",
    "https://api.flightproxy.skype.com/",
    "https://go.trouter.skype.com/",
    "https://js.monitor.azure.com/",
    "https://www.office.com/",
];
/// Signatures and tokens allow for some difference between clocks.
const CLOCK_WARNING: Duration = Duration::from_secs(60);
const CLOCK_FAILURE: Duration = Duration::from_secs(5 * 60);
const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"];

/// How a check went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// As it should be.
    Ok,
    /// It may get in the way.
    Warning,
    /// It gets in the way.
    Failed,
    /// It could not be tried.
    Skipped,
}

/// One line of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// What was looked at: `config service clock proxy host media camera microphone speaker screen`.
    pub id: &'static str,
    /// How it went.
    pub outcome: Outcome,
    /// What was found, in English.
    pub detail: String,
    /// How long the answer took.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub took_ms: Option<u64>,
    /// Who was asked.
    #[serde(skip)]
    pub host: Option<String>,
    /// By how much our clock is ahead, in seconds.
    #[serde(skip)]
    pub ahead_s: Option<i64>,
}

impl Check {
    fn new(id: &'static str, outcome: Outcome, detail: impl Into<String>) -> Self {
        Self {
            id,
            outcome,
            detail: detail.into(),
            took_ms: None,
            host: None,
            ahead_s: None,
        }
    }
}

/// The whole report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Version of the app.
    pub version: &'static str,
    /// `linux`, `windows` or `macos`.
    pub platform: &'static str,
    /// Such as `x86_64`.
    pub architecture: &'static str,
    /// In order.
    pub checks: Vec<Check>,
}

impl Report {
    /// Whether something gets in the way.
    pub fn has_failed(&self) -> bool {
        let failed = |check: &Check| check.outcome == Outcome::Failed;
        self.checks.iter().any(failed)
    }
}

/// Looks at everything. `more_hosts` are asked besides [`HOSTS`].
pub async fn examine(
    config: Result<Config, ConfigError>,
    more_hosts: &[String],
    devices: &dyn Devices,
    environment: impl Fn(&str) -> Option<String>,
) -> Report {
    let mut checks = vec![configuration(&config), proxy(environment)];
    let config = config.unwrap_or_default();
    if config.developer {
        checks.push(key().await);
    }
    match teams::surroundings() {
        Ok(around) => {
            let service = config.service.as_ref().map(|(service, _)| service.as_str());
            checks.extend(network(service, more_hosts, &around).await);
        }
        Err(error) => checks.push(no_requests(&error)),
    }
    checks.push(Check::new(
        "media",
        Outcome::Skipped,
        "UDP 3478-3481 and TCP 443 to 20.202.0.0/16 must be open for sound and pictures; \
         no host there answers outside of a call",
    ));
    checks.extend(hardware(devices));
    Report {
        version: env!("CARGO_PKG_VERSION"),
        platform: std::env::consts::OS,
        architecture: std::env::consts::ARCH,
        checks,
    }
}

fn configuration(config: &Result<Config, ConfigError>) -> Check {
    match config {
        Err(error) => Check::new("config", Outcome::Failed, error.to_string()),
        Ok(Config {
            developer: true, ..
        }) => Check::new(
            "config",
            Outcome::Warning,
            "developer mode: guests get their identity with a key of your own",
        ),
        Ok(Config {
            service: Some((service, origin)),
            ..
        }) => {
            let detail = format!("token service {} (from {origin})", service.as_str());
            Check::new("config", Outcome::Ok, detail)
        }
        Ok(_) => Check::new(
            "config",
            Outcome::Warning,
            "no token service is set up: Teams meetings can be joined with an organisation's invitation only",
        ),
    }
}

async fn key() -> Check {
    let Ok(read) = tokio::task::spawn_blocking(developer_key::read).await else {
        return Check::new("config", Outcome::Failed, "the keyring was not asked");
    };
    match read {
        Ok(connection) => Check::new(
            "config",
            Outcome::Ok,
            format!("the stored key is for {}", connection.endpoint.as_str()),
        ),
        Err(error) => Check::new("config", Outcome::Failed, error.to_string()),
    }
}

fn proxy(environment: impl Fn(&str) -> Option<String>) -> Check {
    let set: Vec<_> = PROXY_VARIABLES
        .iter()
        .filter_map(|name| {
            let value = environment(name).or_else(|| environment(&name.to_lowercase()))?;
            Some(format!("{name}={}", without_credentials(&value)))
        })
        .collect();
    let detail = if set.is_empty() {
        "none in the environment; the system's own settings are used where it has any".to_owned()
    } else {
        set.join(", ")
    };
    Check::new("proxy", Outcome::Ok, detail)
}

fn without_credentials(value: &str) -> String {
    match Url::parse(value) {
        Ok(mut url) if url.has_host() => {
            // Neither can fail for a URL with a host.
            url.set_username("").ok();
            url.set_password(None).ok();
            url.as_str().trim_end_matches('/').to_owned()
        }
        // A list of hosts, or a host without a scheme: nothing before an at sign is shown.
        Ok(_) | Err(_) => match value.rsplit_once('@') {
            Some((_, host)) => host.to_owned(),
            None => value.to_owned(),
        },
    }
}

/// Asks the organisation's service, if there is one, and Microsoft's hosts, all at once; and sets the clock against
/// theirs.
pub(crate) async fn network(
    service: Option<&str>,
    more_hosts: &[String],
    around: &Surroundings,
) -> Vec<Check> {
    let hosts = HOSTS
        .into_iter()
        .chain(more_hosts.iter().map(String::as_str));
    let hosts = join_all(hosts.map(|host| ask("host", host, around)));
    let (service, hosts) = tokio::join!(ask_service(service, around), hosts);
    let answers = [service].into_iter().chain(hosts);
    let (mut checks, times): (Vec<_>, Vec<_>) = answers.unzip();
    let time = times.into_iter().flatten().next();
    checks.push(clock(
        time.and_then(|answer| Some((answer.server_time?, answer.at))),
    ));
    checks
}

async fn ask_service(service: Option<&str>, around: &Surroundings) -> (Check, Option<Probe>) {
    let Some(service) = service else {
        let check = Check::new("service", Outcome::Skipped, "none is set up");
        return (check, None);
    };
    let (mut check, answer) = ask("service", &format!("{service}/readyz"), around).await;
    if let Some(status) = answer.as_ref().map(|answer| answer.status)
        && status != 200
    {
        check.outcome = Outcome::Failed;
        check.detail = format!("{service}: it is there, but not ready (HTTP {status})");
    }
    (check, answer)
}

async fn ask(id: &'static str, address: &str, around: &Surroundings) -> (Check, Option<Probe>) {
    let (mut check, answer) = match probe(address, &around.http, around.clock.as_ref()).await {
        Ok(answer) => {
            let detail = format!("{address}: answers (HTTP {})", answer.status);
            let mut check = Check::new(id, Outcome::Ok, detail);
            check.took_ms = u64::try_from(answer.took.as_millis()).ok();
            (check, Some(answer))
        }
        Err(error) => {
            let detail = format!("{address}: {error}");
            (Check::new(id, Outcome::Failed, detail), None)
        }
    };
    let url = Url::parse(address).ok();
    check.host = url.and_then(|url| Some(url.host_str()?.to_owned()));
    (check, answer)
}

/// Theirs and ours.
fn clock(times: Option<(Timestamp, Timestamp)>) -> Check {
    let Some((theirs, ours)) = times else {
        return Check::new("clock", Outcome::Skipped, "no host answered with its time");
    };
    let apart = ours.duration_since(theirs);
    let outcome = match apart.unsigned_abs() {
        apart if apart >= CLOCK_FAILURE => Outcome::Failed,
        apart if apart >= CLOCK_WARNING => Outcome::Warning,
        _ => Outcome::Ok,
    };
    let seconds = apart.as_secs();
    let detail = match seconds {
        0 => "right to the second".to_owned(),
        1.. => format!("{seconds} s ahead"),
        _ => format!("{} s behind", seconds.unsigned_abs()),
    };
    Check {
        ahead_s: Some(seconds),
        ..Check::new("clock", outcome, detail)
    }
}

fn no_requests(error: &HttpSetupError) -> Check {
    Check::new("host", Outcome::Failed, error.to_string())
}

fn hardware(devices: &dyn Devices) -> Vec<Check> {
    let (lists, failed) = lists(devices);
    let found = [
        ("camera", lists.cameras),
        ("microphone", lists.microphones),
        ("speaker", lists.speakers),
        ("screen", lists.screens),
    ];
    found
        .into_iter()
        .map(|(id, list)| {
            let names: Vec<_> = list
                .into_iter()
                .filter(|device| !device.synthetic)
                .map(|device| device.label)
                .collect();
            let failure = failed
                .iter()
                .find(|(kind, _)| format!("{kind:?}").to_lowercase() == id);
            match failure {
                Some((_, error)) => Check::new(id, Outcome::Failed, error.to_string()),
                None if names.is_empty() => Check::new(id, Outcome::Warning, "none found"),
                None => Check::new(id, Outcome::Ok, names.join(", ")),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_proxy_is_shown_without_its_password() {
        for (value, shown) in [
            ("http://u:canary@proxy.test:8080/", "http://proxy.test:8080"),
            ("u:canary@proxy.test:8080", "proxy.test:8080"),
            ("localhost,10.0.0.0/8", "localhost,10.0.0.0/8"),
        ] {
            assert_eq!(without_credentials(value), shown);
        }
        let check = proxy(|name| (name == "https_proxy").then(|| "http://a:canary@p".into()));
        assert_eq!(check.detail, "HTTPS_PROXY=http://p");
    }

    #[test]
    fn clocks_may_differ_by_a_minute() {
        let now = Timestamp::UNIX_EPOCH;
        let at = |seconds: i64| Timestamp::from_second(1_000_000 + seconds).unwrap();
        assert_eq!(clock(None).outcome, Outcome::Skipped);
        for (seconds, outcome, said) in [
            (0, Outcome::Ok, "right to the second"),
            (59, Outcome::Ok, "59 s ahead"),
            (-61, Outcome::Warning, "61 s behind"),
            (301, Outcome::Failed, "301 s ahead"),
        ] {
            let check = clock(Some((at(0), at(seconds))));
            assert_eq!((check.outcome, check.detail.as_str()), (outcome, said));
        }
        assert_eq!(clock(Some((now, at(0)))).outcome, Outcome::Failed);
    }
}
