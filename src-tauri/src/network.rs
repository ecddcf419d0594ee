//! Whether a meeting can be reached from here, before joining it. Nothing about the guest or the meeting is told to
//! anybody.

use std::time::Duration;

use foyer_contract::network::{
    NetworkCheck, NetworkItem, NetworkOutcome, NetworkPart, NetworkState,
};
use foyer_meeting::link::{PracticeLink, Target, Verdict, examine};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use crate::doctor::{self, Check, Outcome};
use crate::teams;

/// How long a meeting on the local network has to answer.
const LIMIT: Duration = Duration::from_secs(10);

/// Why nothing was checked.
#[derive(Debug, thiserror::Error)]
pub enum NetworkError {
    /// There is no meeting in the text.
    #[error("no meeting in this text")]
    NoMeeting,
    /// No request can be sent.
    #[error(transparent)]
    Http(#[from] foyer_acs::http::HttpSetupError),
}

impl NetworkError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoMeeting => "link.nothing_found",
            Self::Http(error) => error.code(),
        }
    }
}

/// Asks whoever a call to this meeting needs. `service` is the organisation's, where one is set up.
pub async fn check(text: &str, service: Option<&str>) -> Result<NetworkCheck, NetworkError> {
    let (Verdict::Join(meeting) | Verdict::NeedsPasscode(meeting)) = examine(text) else {
        return Err(NetworkError::NoMeeting);
    };
    let invited;
    let service = match &meeting.target {
        Target::Practice(link) => return Ok(summary(vec![practice(link).await])),
        Target::Invitation(invitation) => {
            invited = invitation.service.clone();
            Some(invited.as_str())
        }
        Target::Teams(_) => service,
    };
    let checks = doctor::network(service, &[], &teams::surroundings()?).await;
    Ok(summary(checks.iter().filter_map(item).collect()))
}

/// A meeting near by is reached without a proxy, as the call will be.
async fn practice(link: &PracticeLink) -> NetworkItem {
    let asked = Instant::now();
    let host = link.host.trim_matches(['[', ']']);
    let reached = timeout(LIMIT, TcpStream::connect((host, link.port))).await;
    let is_there = matches!(reached, Ok(Ok(_)));
    NetworkItem {
        part: NetworkPart::Meeting,
        host: format!("{}:{}", link.host, link.port),
        outcome: if is_there {
            NetworkOutcome::Ok
        } else {
            NetworkOutcome::Failed
        },
        took_ms: is_there.then(|| asked.elapsed().as_millis() as u32),
        ahead_s: None,
    }
}

fn item(check: &Check) -> Option<NetworkItem> {
    let outcome = match check.outcome {
        Outcome::Ok => NetworkOutcome::Ok,
        Outcome::Warning => NetworkOutcome::Warning,
        Outcome::Failed => NetworkOutcome::Failed,
        Outcome::Skipped => return None,
    };
    let part = match check.id {
        "service" => NetworkPart::Service,
        "clock" => NetworkPart::Clock,
        _ => NetworkPart::Host,
    };
    Some(NetworkItem {
        part,
        host: check.host.clone().unwrap_or_default(),
        outcome,
        took_ms: check.took_ms.and_then(|took| u32::try_from(took).ok()),
        ahead_s: check.ahead_s.and_then(|ahead| i32::try_from(ahead).ok()),
    })
}

/// Without the meeting or the organisation's service, or with nobody answering, there is no joining.
fn summary(items: Vec<NetworkItem>) -> NetworkCheck {
    let failed = |item: &&NetworkItem| item.outcome == NetworkOutcome::Failed;
    let is_needed =
        |item: &NetworkItem| matches!(item.part, NetworkPart::Meeting | NetworkPart::Service);
    let mut hosts = items
        .iter()
        .filter(|item| item.part == NetworkPart::Host)
        .peekable();
    let nobody_answers = hosts.peek().is_some() && hosts.all(|host| failed(&host));
    let state = if items.iter().filter(failed).any(is_needed) || nobody_answers {
        NetworkState::Failed
    } else if items.iter().any(|item| item.outcome != NetworkOutcome::Ok) {
        NetworkState::Partly
    } else {
        NetworkState::Good
    };
    NetworkCheck { state, items }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::net::TcpListener;

    use super::*;

    fn made(part: NetworkPart, outcome: NetworkOutcome) -> NetworkItem {
        NetworkItem {
            part,
            host: "host.test".to_owned(),
            outcome,
            took_ms: None,
            ahead_s: None,
        }
    }

    #[tokio::test]
    async fn a_meeting_near_by_is_asked_whether_it_is_there() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let link = format!("http://{address}/meet/abc");
        let there = check(&link, None).await.unwrap();
        assert_eq!(there.state, NetworkState::Good);
        assert_eq!(there.items[0].host, address.to_string());
        assert!(there.items[0].took_ms.is_some());
        drop(listener);
        let gone = check(&link, None).await.unwrap();
        assert_eq!(gone.state, NetworkState::Failed);
        assert_eq!(gone.items[0].part, NetworkPart::Meeting);
        let none = check("hello", None).await.unwrap_err();
        assert_eq!(none.code(), "link.nothing_found");
    }

    #[test]
    fn what_fails_decides_how_bad_it_is() {
        use NetworkOutcome::{Failed, Ok, Warning};
        use NetworkPart::{Clock, Host, Service};
        let state = |parts: &[(NetworkPart, NetworkOutcome)]| {
            let items = parts.iter().map(|(part, outcome)| made(*part, *outcome));
            summary(items.collect()).state
        };
        assert_eq!(
            state(&[(Service, Ok), (Host, Ok), (Clock, Ok)]),
            NetworkState::Good
        );
        assert_eq!(
            state(&[(Service, Failed), (Host, Ok)]),
            NetworkState::Failed
        );
        assert_eq!(state(&[(Host, Failed), (Host, Ok)]), NetworkState::Partly);
        assert_eq!(
            state(&[(Host, Failed), (Host, Failed)]),
            NetworkState::Failed
        );
        assert_eq!(state(&[(Host, Ok), (Clock, Warning)]), NetworkState::Partly);
    }
}
