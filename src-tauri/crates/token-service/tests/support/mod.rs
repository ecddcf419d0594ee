//! What the tests of the whole service share.
#![allow(dead_code)] // Each test program uses its part.

pub mod redis;

use std::sync::Arc;

use foyer_acs::clock::{ManualClock, TokioClock};
use foyer_acs::fake::{Fake, FakeConfig};
use foyer_acs::{SharedClock, Timestamp};
use foyer_token_service::config::{Config, PREFIX};
use foyer_token_service::invitation::Invitation;
use foyer_token_service::meeting::{Address, Details};
use foyer_token_service::seal::{Key, Keys};
use foyer_token_service::service::Service;
use reqwest::{Client, Response, StatusCode};
use serde_json::{Value, json};

pub const PUBLIC: &str = "https://join.contoso.example";
pub const SECRET: &str = "c2VhbGluZy1zZWNyZXQtc2VhbGluZy1zZWNyZXQtMTI=";
pub const ORGANIZER: &str = "organizer-key-organizer-key-organizer";
pub const LINK: &str = "https://teams.microsoft.com/meet/123456789?p=abc";

pub fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

pub fn real_clock() -> SharedClock {
    TokioClock::shared(Timestamp::now)
}

/// The keys that the service under test seals with.
pub fn keys() -> Keys {
    Keys::new(vec![
        Key::parse("k1", &foyer_acs::Secret::new(SECRET)).unwrap(),
    ])
    .unwrap()
}

pub fn invitation(uses: Option<u32>, now: Timestamp) -> Invitation {
    let meeting = Address::from_link(LINK).unwrap();
    let hour = std::time::Duration::from_secs(3_600);
    Invitation::new(PUBLIC, meeting, Details::default(), uses, now, hour)
}

pub fn token(invitation: &Invitation) -> String {
    invitation.seal(&keys()).token().expose().to_owned()
}

pub fn config(fake: &Fake, more: &[(&str, &str)]) -> Config {
    let keys = format!(r#"[{{ id = "k1", secret = "{SECRET}" }}]"#);
    let organizers = format!(r#"[{{ name = "front desk", key = "{ORGANIZER}" }}]"#);
    let connection = fake.connection_string();
    let least = [
        ("PUBLIC_URL", PUBLIC),
        ("HTTP__LISTEN", "127.0.0.1:0"),
        ("AZURE__CONNECTION_STRING", connection.expose()),
        ("INVITATIONS__KEYS", &keys),
        ("ORGANIZERS__KEYS", &organizers),
        ("POOL__SIZE", "0"),
        ("GUESTS__PER_ADDRESS", "100000"),
        ("GUESTS__PER_INVITATION", "100000"),
    ];
    let environment = least
        .iter()
        .chain(more)
        .map(|(name, value)| (format!("{PREFIX}{name}"), (*value).to_owned()));
    Config::load(None, environment).unwrap()
}

/// A service and its Azure, at noon for ever.
pub struct Bench {
    pub clock: Arc<ManualClock>,
    pub fake: Fake,
    pub service: Service,
    pub client: Client,
}

impl Bench {
    pub async fn start(more: &[(&str, &str)]) -> Self {
        let clock = ManualClock::shared(noon());
        let fake = Fake::start(FakeConfig::loopback(clock.clone()))
            .await
            .unwrap();
        let service = Service::start(config(&fake, more), clock.clone())
            .await
            .unwrap();
        Self {
            clock,
            fake,
            service,
            client: Client::new(),
        }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.service.address())
    }

    pub async fn get(&self, path: &str) -> Response {
        self.client.get(self.url(path)).send().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        let request = self.client.post(self.url(path)).json(body);
        Answer::of(request.send().await.unwrap()).await
    }

    pub async fn enter(&self, invitation: &str) -> Answer {
        self.post("/v1/guests", &json!({ "invitation": invitation }))
            .await
    }

    pub async fn invite(&self, bearer: &str, body: &Value) -> Answer {
        let request = self.client.post(self.url("/v1/invitations"));
        let request = request.bearer_auth(bearer).json(body);
        Answer::of(request.send().await.unwrap()).await
    }
}

/// An answer in JSON.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub retry_after: Option<u64>,
    pub body: Value,
}

impl Answer {
    pub async fn of(response: Response) -> Self {
        assert_eq!(response.headers()["cache-control"], "no-store");
        let header = |name: &str| response.headers().get(name)?.to_str().ok()?.parse().ok();
        let retry_after = header("retry-after");
        let status: StatusCode = response.status();
        Self {
            status: status.as_u16(),
            retry_after,
            body: response.json().await.unwrap(),
        }
    }

    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }

    pub fn text(&self, name: &str) -> &str {
        self.body[name].as_str().unwrap_or_default()
    }

    #[track_caller]
    pub fn is(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status, self.code()),
            (status, code),
            "{:?}",
            self.body
        );
    }
}
