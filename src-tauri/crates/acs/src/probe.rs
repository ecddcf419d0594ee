//! Whether a host answers: for reports to a help desk. Sends no token and follows no redirect.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::DATE;
use url::Url;

use crate::clock::{Clock, since};
use crate::http::{HttpClient, chain};
use crate::retry::http_date;

/// How long a host has to answer.
const LIMIT: Duration = Duration::from_secs(10);

/// What a host answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Probe {
    /// HTTP's; anything at all shows that the way is open.
    pub status: u16,
    /// The host's time.
    pub server_time: Option<Timestamp>,
    /// Our time when the answer came.
    pub at: Timestamp,
    /// From the question to the answer.
    pub took: Duration,
}

/// A host that does not answer.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum ProbeError {
    /// The address is none.
    #[error("not an address")]
    NotAnAddress,
    /// No answer, a refused connection, or a certificate that is not trusted.
    #[error("{reason}")]
    Unreachable {
        /// What went wrong.
        reason: String,
    },
}

impl ProbeError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAnAddress => "probe.not_an_address",
            Self::Unreachable { .. } => "probe.unreachable",
        }
    }
}

/// Asks a host for a page.
pub async fn probe(
    address: &str,
    http: &HttpClient,
    clock: &dyn Clock,
) -> Result<Probe, ProbeError> {
    let url = Url::parse(address).map_err(|_| ProbeError::NotAnAddress)?;
    let asked_at = clock.now();
    let request = http.client().request(Method::GET, url).timeout(LIMIT);
    let answer = request
        .send()
        .await
        .map_err(|error| ProbeError::Unreachable {
            reason: chain(&error.without_url()),
        })?;
    let at = clock.now();
    let date = answer.headers().get(DATE);
    Ok(Probe {
        status: answer.status().as_u16(),
        server_time: date.and_then(|date| http_date(date.to_str().ok()?)),
        took: since(at, asked_at),
        at,
    })
}
