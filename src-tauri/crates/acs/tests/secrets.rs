//! What is secret reaches no log and no address, whatever happens to a request.
#![allow(clippy::unwrap_used)] // What fails here fails a test.

mod support;

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use foyer_acs::Secret;
use foyer_acs::chat::ChatClient;
use foyer_acs::clock::ManualClock;
use foyer_acs::entra::{ClientCredentials, EntraTokens, GRAPH_SCOPE};
use foyer_acs::fake::{Application, Failing, Fake, FakeConfig, Fault, MeetingOptions};
use foyer_acs::graph::GraphClient;
use foyer_acs::identity::{IdentityClient, Scope};
use foyer_acs::token::FixedToken;
use jiff::SignedDuration;

use support::{around, draft, noon};

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn keys_tokens_secrets_passcodes_and_chat_reach_no_log_and_no_address() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(move || writer.clone())
        .init();

    let clock = ManualClock::impatient(noon());
    let key = STANDARD.encode("canary key");
    let mut config = FakeConfig::loopback(clock.clone());
    config.access_key = Some(Secret::new(key.clone()));
    let fake = Fake::start(config).await.unwrap();
    let around = around(&fake, &clock);
    let meeting = fake.open_meeting(MeetingOptions::at(noon()));
    fake.register(Application {
        tenant: "contoso.test".into(),
        client_id: "an-app".into(),
        client_secret: Secret::new("canary-client-secret"),
        roles: vec!["OnlineMeetings.Read.All".into()],
        contributor: true,
    });
    fake.grant_access_policy("an-app", None);

    let identity = IdentityClient::connect(fake.connection(), around.clone());
    let (user, token) = identity
        .create_with_token(&[Scope::Chat], None)
        .await
        .unwrap();
    meeting.admit(&user, "Canary Name");
    let source = Arc::new(FixedToken(token.token.clone()));
    let chat = ChatClient::new(fake.endpoint(), source, around.clone());
    let credentials = ClientCredentials {
        authority: fake.endpoint(),
        tenant: "contoso.test".into(),
        client_id: "an-app".into(),
        client_secret: Secret::new("canary-client-secret"),
        scope: GRAPH_SCOPE.into(),
    };
    let entra = Arc::new(EntraTokens::new(credentials, around.clone()));
    let graph = GraphClient::new(fake.endpoint(), entra, around.clone());

    let mut errors = Vec::new();
    for failing in [
        None,
        Some(Failing::Cut),
        Some(Failing::Garbage),
        Some(Failing::Late(Duration::from_secs(1))),
        Some(Fault::once("", 401).failing),
        Some(Fault::once("", 500).failing),
        Some(Fault::retry_after("", 429, 900).failing),
    ] {
        let again = || {
            fake.heal();
            if let Some(failing) = &failing {
                fake.fail(Fault::once("", 0).times(9).with(failing.clone()));
            }
        };
        again();
        errors.push(format!(
            "{:?}",
            identity.issue(&user, &[Scope::Chat], None).await
        ));
        again();
        errors.push(format!(
            "{:?}",
            chat.send(meeting.thread_id(), &draft("canary chat")).await
        ));
        errors.push(format!(
            "{:?}",
            chat.messages(meeting.thread_id(), 9, None).await
        ));
        again();
        let organizer = &meeting.organizer().id;
        errors.push(format!(
            "{:?}",
            graph.meeting_by_id(organizer, meeting.meeting_id()).await
        ));
    }
    fake.set_ahead(SignedDuration::from_hours(2));
    fake.heal();
    errors.push(format!("{:?}", identity.create().await));
    errors.push(format!(
        "{identity:?} {chat:?} {graph:?}",
        identity = identity.service_ahead(),
        chat = token,
        graph = fake.connection()
    ));

    let written = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(written.contains("the clock differs"), "the log was caught");
    let targets: String = fake
        .requests()
        .iter()
        .map(|seen| seen.target.clone())
        .collect();
    let signature = token.token.expose().rsplit('.').next().unwrap();
    for secret in [
        key.as_str(),
        "canary",
        "Canary",
        signature,
        meeting.passcode().expose(),
        "Signature=",
        "Bearer ",
    ] {
        for (place, text) in [
            ("log", &written),
            ("errors", &errors.concat()),
            ("addresses", &targets),
        ] {
            let line = text.lines().find(|line| line.contains(secret));
            assert!(line.is_none(), "{secret:?} in the {place}: {line:?}");
        }
    }
}
