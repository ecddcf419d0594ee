//! `foyer doctor --calling`: how far Microsoft's SDK gets on this machine, with a token that nobody issued and a
//! meeting that nobody holds. Without a network a good machine ends at 490/4525.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use foyer_contract::calling::event::{CallState, Environment, Failure};
use foyer_contract::calling::request::{App, Join, Locator, Token, Told};
use foyer_contract::calling::{Event, Request};
use foyer_meeting::sensitive::Sensitive;
use foyer_w3c_bridge::ConsentToAll;
use serde::Serialize;
use serde_json::json;
use tauri::{AppHandle, Runtime};
use tokio::time::{Instant, timeout_at};

use super::Origin;
use super::attempt::Attempt;
use super::call::Page;
use super::engine::Engine;

/// For everything together; the SDK alone gives up after some ten seconds without a network.
const LIMIT: Duration = Duration::from_secs(180);
/// A meeting of the form that Teams makes today. There is none with this number.
const MEETING: &str = "https://teams.microsoft.com/meet/2414128301281?p=NzhDLMLT8b07DrkwkE";
/// Webviews slow hidden pages down after a while.
const TIMED_MS: u32 = 20_000;
const TOKEN_LIFETIME_SECONDS: i64 = 3_600;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// Where the page was.
    pub origin: Origin,
    /// The first of Microsoft's hosts that does not answer pages from there.
    pub refused_by: Option<String>,
    /// What the SDK thinks of the webview.
    pub environment: Option<Environment>,
    /// What it lists.
    pub cameras: Vec<String>,
    /// Of the first camera's picture in the page.
    pub preview_width: Option<u32>,
    /// How the hidden page's timers ran.
    pub timers: Option<Timers>,
    /// `ok`, or why there is no agent.
    pub agent: Option<Agent>,
    /// Of the call, in order.
    pub states: Vec<CallState>,
    /// Of the call.
    pub end_reason: Option<EndReason>,
    /// Features of the SDK that are not there.
    pub unsupported: Vec<String>,
    /// What else went wrong, in English.
    pub errors: Vec<String>,
}

/// How making the agent went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Agent {
    /// It is there.
    #[serde(rename = "ok")]
    Made,
    /// It is not.
    #[serde(rename = "error")]
    Refused(Failure),
}

/// A timer of 50 ms that sets itself anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Timers {
    /// Since the beginning.
    pub elapsed_ms: u32,
    /// How often it rang.
    pub ticks: u32,
}

/// `call.callEndReason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EndReason {
    /// Like HTTP's.
    pub code: u32,
    /// What exactly.
    pub sub_code: Option<u32>,
}

impl Report {
    /// Whether the SDK got as far as the network.
    pub fn reached_the_network(&self) -> bool {
        let ended = self.end_reason.is_some_and(|reason| reason.code != 410);
        self.agent == Some(Agent::Made) && ended
    }

    /// Takes an event in; true once nothing more is to come.
    fn take(&mut self, event: Event) -> bool {
        match event {
            Event::Environment { environment } => self.environment = Some(environment),
            Event::Cameras { labels } => self.cameras = labels,
            Event::Preview { width, .. } => self.preview_width = Some(width),
            Event::Agent { error: None } => self.agent = Some(Agent::Made),
            Event::Agent { error: Some(error) } => {
                self.agent = Some(Agent::Refused(error));
                return true;
            }
            Event::State { state } => {
                self.states.push(state);
                return state == CallState::Disconnected;
            }
            Event::EndReason { code, sub_code } => {
                self.end_reason = Some(EndReason { code, sub_code });
            }
            Event::OriginRefused { host } => self.refused_by = Some(host),
            Event::Unsupported { feature, .. } => self.unsupported.push(feature),
            Event::Failed { request, failure } => {
                self.errors.push(format!("{request}: {}", failure.message));
                return request == "join";
            }
            Event::Timers { elapsed_ms, ticks } => {
                self.timers = Some(Timers { elapsed_ms, ticks });
            }
            _ => {}
        }
        false
    }

    fn has_timed(&self) -> bool {
        let long = |timers: Timers| timers.elapsed_ms >= TIMED_MS;
        self.timers.is_some_and(long)
    }
}

/// Opens the calling window and tries. `now` is the time of day, seconds since 1970.
pub async fn examine<R: Runtime>(
    app: &AppHandle<R>,
    engine: Arc<dyn Engine>,
    origin: Origin,
    now: i64,
) -> Report {
    let mut report = Report {
        origin,
        ..Report::default()
    };
    let end = Instant::now() + LIMIT;
    // Whoever runs the doctor wants to see the camera.
    let consent = Arc::new(ConsentToAll);
    let mut attempt = match Attempt::open(app, engine, consent, origin).await {
        Ok(attempt) => attempt,
        Err(error) => {
            report.errors.push(error.to_string());
            return report;
        }
    };
    attempt.say()(Request::Probe { preview: true });
    let mut ended = false;
    while !(ended && report.has_timed()) {
        let Ok(event) = timeout_at(end, attempt.next()).await else {
            report.errors.push("it took too long".into());
            return report;
        };
        match event {
            Some(Event::TokenWanted { ask }) => {
                let token = Some(token(now));
                attempt.say()(Request::Token { ask, token });
            }
            Some(Event::Probed) => attempt.say()(Request::Join { join: join() }),
            Some(event) => {
                tracing::debug!(?event, "sdk");
                ended |= report.take(event);
            }
            None => {
                let died = "the calling window's process died";
                report.errors.push(died.into());
                return report;
            }
        }
    }
    report
}

fn join() -> Join {
    Join {
        locator: Locator::Link {
            url: Told(Sensitive::new(MEETING)),
        },
        name: "Foyer doctor".into(),
        app: App {
            name: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
        },
        muted: true,
        camera: false,
        relays: Vec::new(),
    }
}

/// Of the right form, signed by nobody.
fn token(now: i64) -> Token {
    const RESOURCE: &str = "00000000-0000-0000-0000-000000000000";
    let part = |value: serde_json::Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let expires = now + TOKEN_LIFETIME_SECONDS;
    let header = part(json!({ "alg": "RS256", "typ": "JWT", "kid": "none" }));
    let claims = part(json!({
        "skypeid": format!("acs:{RESOURCE}_{RESOURCE}"),
        "scp": 1792,
        "csi": now.to_string(),
        "exp": expires,
        "iat": now,
        "acsScope": "voip,chat",
        "resourceId": RESOURCE,
        "resourceLocation": "unitedstates",
    }));
    let signature = part(json!("none"));
    Token {
        token: Told(Sensitive::new(format!("{header}.{claims}.{signature}"))),
        expires_ms: (expires * 1_000) as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_a_network_is_told_from_one_whose_engine_fails() {
        let mut report = Report::default();
        assert!(!report.take(Event::Agent { error: None }));
        assert!(!report.take(Event::EndReason {
            code: 490,
            sub_code: Some(4525)
        }));
        assert!(report.take(Event::State {
            state: CallState::Disconnected
        }));
        assert!(report.reached_the_network());
        report.end_reason = Some(EndReason {
            code: 410,
            sub_code: Some(3111),
        });
        assert!(!report.reached_the_network());
        let told = serde_json::to_value(&report).expect("it is plain");
        assert_eq!(told["agent"], "ok");
        assert_eq!(told["endReason"], json!({ "code": 410, "subCode": 3111 }));
    }

    #[test]
    fn an_agent_that_is_refused_ends_it() {
        let mut report = Report::default();
        let error = Failure {
            code: Some(500),
            sub_code: Some(40_216),
            ..Failure::default()
        };
        assert!(report.take(Event::Agent { error: Some(error) }));
        assert!(!report.reached_the_network());
        let told = serde_json::to_value(&report).expect("it is plain");
        assert_eq!(told["agent"]["error"]["subCode"], 40_216);
    }
}
