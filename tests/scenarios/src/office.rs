//! An organisation as its guests meet it: a token service, the fake Azure behind it, a meeting, and a calling window in
//! which the test plays Microsoft's SDK.

use std::net::TcpListener;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use foyer_acs::Timestamp;
use foyer_acs::clock::{Clock, ManualClock};
use foyer_acs::fake::{Fake, FakeConfig, FakeMeeting, MeetingOptions};
use foyer_acs::guest::Issuer;
use foyer_acs::http::Surroundings;
use foyer_acs::retry::RetryPolicy;
use foyer_effects::Effects;
use foyer_media::clock::MonotonicClock;
use foyer_session::Environment;
use foyer_session::teams::{
    CallState, CallingWindow, CallingWindowError, Event, Joining, Line, Request, Teams, WindowEvent,
};
use foyer_token_service::config::{Config, PREFIX};
use foyer_token_service::service::Service;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use crate::guest::Guest;
use crate::rig::Rig;
use crate::screen::Screen;
use crate::soon;

const SEALING: &str = "c2VhbGluZy1zZWNyZXQtc2VhbGluZy1zZWNyZXQtMTI=";
const ORGANIZER: &str = "organizer-key-organizer-key-organizer";

/// The organisation.
pub struct Office {
    /// Its time, and that of its guests. Stands still unless told to move.
    pub clock: Arc<ManualClock>,
    /// Its Azure.
    pub fake: Fake,
    /// The meeting it invites to.
    pub meeting: FakeMeeting,
    /// Where its token service answers.
    pub address: String,
    service: Option<Service>,
    window: Arc<Window>,
}

impl Office {
    /// Opens it: a service that lets in whom it invites. `more` is set as well, by names without their prefix.
    pub async fn open(more: &[(&str, &str)]) -> Self {
        let noon: Timestamp = "2026-11-22T12:00:00Z".parse().expect("it is a time");
        let clock = ManualClock::shared(noon);
        let fake = Fake::start(FakeConfig::loopback(clock.clone()))
            .await
            .expect("any port is free");
        let meeting = fake.open_meeting(MeetingOptions::at(noon));
        let port = TcpListener::bind("127.0.0.1:0").and_then(|any| any.local_addr());
        let listen = port.expect("any port is free").to_string();
        let address = format!("http://{listen}");
        let connection = fake.connection_string();
        let keys = format!(r#"[{{ id = "k1", secret = "{SEALING}" }}]"#);
        let organizers = format!(r#"[{{ name = "front desk", key = "{ORGANIZER}" }}]"#);
        let least = [
            ("PUBLIC_URL", address.as_str()),
            ("HTTP__LISTEN", &listen),
            ("AZURE__CONNECTION_STRING", connection.expose()),
            ("INVITATIONS__KEYS", &keys),
            ("ORGANIZERS__KEYS", &organizers),
            ("POOL__SIZE", "0"),
        ];
        let environment = least
            .iter()
            .chain(more)
            .map(|(name, value)| (format!("{PREFIX}{name}"), (*value).to_owned()));
        let config = Config::load(None, environment).expect("the least that a service needs");
        let service = Service::start(config, clock.clone())
            .await
            .expect("the port was free");
        Self {
            clock,
            fake,
            meeting,
            address,
            service: Some(service),
            window: Arc::default(),
        }
    }

    /// The organiser makes an invitation; its link.
    pub async fn invite(&self, body: Value) -> String {
        let answer = reqwest::Client::new()
            .post(format!("{}/v1/invitations", self.address))
            .bearer_auth(ORGANIZER)
            .json(&body)
            .send()
            .await
            .expect("the service listens");
        let answer: Value = answer.json().await.expect("it answers in JSON");
        let link = answer["appLink"].as_str();
        link.unwrap_or_else(|| panic!("no invitation: {answer}"))
            .to_owned()
    }

    /// The same for the meeting of this office, as often as anybody likes.
    pub async fn invitation(&self) -> String {
        self.invite(json!({ "link": self.meeting.join_url(), "uses": 100 }))
            .await
    }

    /// The token service goes down.
    pub fn close_service(&mut self) {
        self.service = None;
    }

    /// What joining takes from a guest's machine; `set_up` where it knows the service.
    pub fn teams(&self, set_up: bool) -> Teams {
        let issuer = foyer_acs::Endpoint::parse(&self.address).map(Issuer::Service);
        Teams {
            issuer: set_up.then(|| issuer.expect("it is an address")),
            around: Surroundings {
                http: self.fake.http_client().expect("no special options"),
                clock: self.clock.clone(),
                retry: RetryPolicy::NONE,
                seed: 1,
            },
            window: Some(self.window.clone()),
            survey: false,
        }
    }

    /// A guest opens a link with a machine like that.
    pub fn guest(&self, link: &str, name: &str, teams: Teams) -> Guest {
        let clock = MonotonicClock::shared();
        let rig = Rig::new(0, clock.clone());
        let environment = Environment {
            devices: rig.clone(),
            effects: Effects::default(),
            clock,
            wall_clock: Arc::new(|| 0.0),
            impairment: None,
            teams: Some(teams),
        };
        Guest::open_in(environment, rig, link, name)
    }

    /// Waits until the calling window was asked to join, and takes the SDK's part.
    pub async fn sdk(&self) -> Sdk {
        let taken = || {
            let mut sdks = self
                .window
                .sdks
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            sdks.pop()
        };
        soon("the calling window is asked to join", async {
            loop {
                if let Some(sdk) = taken() {
                    return sdk;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await
    }

    /// Lets time pass in steps of a second until something is so.
    pub async fn pass_until(&self, what: &str, mut check: impl FnMut() -> bool) {
        soon(what, async {
            while !check() {
                self.clock.advance(Duration::from_secs(1));
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
    }

    /// How often the chat was asked for anything.
    pub fn chat_requests(&self) -> usize {
        let requests = self.fake.requests();
        let chat = requests
            .iter()
            .filter(|seen| seen.target.starts_with("/chat/"));
        chat.count()
    }

    /// What time it is there.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

#[derive(Default)]
struct Window {
    sdks: Mutex<Vec<Sdk>>,
}

/// Microsoft's SDK, played by a test.
pub struct Sdk {
    /// What it was asked to join, and with whose token.
    pub joining: Joining,
    /// What the call asks for.
    pub requests: mpsc::Receiver<Request>,
    /// What the page receives.
    pub screen: Screen,
    events: mpsc::Sender<WindowEvent>,
}

#[async_trait]
impl CallingWindow for Window {
    async fn join(&self, joining: Joining) -> Result<Line, CallingWindowError> {
        let (ask, requests) = mpsc::channel(64);
        let (events, happened) = mpsc::channel(64);
        let screen = Screen::default();
        let pictures = Arc::new(screen.clone());
        let mut sdks = self.sdks.lock().unwrap_or_else(PoisonError::into_inner);
        sdks.push(Sdk {
            joining,
            requests,
            screen,
            events,
        });
        Ok(Line {
            requests: ask,
            events: happened,
            pictures,
        })
    }
}

impl Sdk {
    /// Something happens.
    pub async fn tells(&self, event: impl Into<WindowEvent>) {
        self.events
            .send(event.into())
            .await
            .expect("the call listens to its window");
    }

    /// The call changes its state.
    pub async fn is(&self, state: CallState) {
        self.tells(Event::State { state }).await;
    }

    /// The call is over, for this reason.
    pub async fn ends(&self, code: u32, sub_code: u32) {
        let sub_code = Some(sub_code);
        self.tells(Event::EndReason { code, sub_code }).await;
        self.is(CallState::Disconnected).await;
    }
}
