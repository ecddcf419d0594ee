//! The program as it is run: what it says, what it keeps to itself, how it ends.
#![allow(clippy::unwrap_used)] // What fails here fails a test.

mod support;

use std::io::Read as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use foyer_acs::Timestamp;
use foyer_acs::fake::{Fake, FakeConfig};
use reqwest::Client;
use serde_json::{Value, json};
use tempfile::TempDir;

use support::{LINK, ORGANIZER, PUBLIC, SECRET, real_clock};

/// A program that ends with the test.
struct Program {
    child: Child,
    folder: TempDir,
}

impl Program {
    fn start(arguments: &[&str], folder: TempDir) -> Self {
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let out = std::fs::File::create(folder.path().join("out")).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_foyer-token-service"))
            .args(arguments)
            .env("FOYER_LOG", "trace")
            .stdout(Stdio::from(out))
            .stderr(Stdio::from(log))
            .spawn()
            .unwrap();
        Self { child, folder }
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// Waits for a line of the log and gives one of its fields.
    async fn logged(&mut self, message: &str, field: &str) -> String {
        loop {
            for line in self.read("log").lines() {
                let line: Value = serde_json::from_str(line).unwrap_or_default();
                if line["message"] == message {
                    return line[field].as_str().unwrap_or_default().to_owned();
                }
            }
            let ended = self.child.try_wait().unwrap();
            assert_eq!(ended, None, "{}", self.read("log"));
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn terminate(&self) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status();
        assert!(told.unwrap().success());
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Takes traces, as they travel.
#[derive(Clone, Default)]
struct Collector(Arc<Mutex<Vec<u8>>>);

impl Collector {
    /// Listens; its address.
    async fn start(&self) -> String {
        let kept = self.clone();
        let take = async move |body: axum::body::Bytes| {
            kept.0.lock().unwrap().extend_from_slice(&body);
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = axum::Router::new().route("/v1/traces", axum::routing::post(take));
        tokio::spawn(async move { axum::serve(listener, router).await });
        format!("http://{address}")
    }

    fn read(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }
}

fn write_config(folder: &Path, fake: &Fake, collector: &str) -> String {
    let path = folder.join("config.toml");
    let connection = fake.connection_string();
    let uses = folder.join("uses.redb");
    let text = format!(
        "public_url = \"{PUBLIC}\"\n[http]\nlisten = \"127.0.0.1:0\"\ndrain_delay = \"200ms\"\n\
         [azure]\nconnection_string = \"{}\"\n[pool]\nsize = 2\n[store]\npath = {uses:?}\n\
         [[invitations.keys]]\nid = \"k1\"\nsecret = \"{SECRET}\"\n\
         [[organizers.keys]]\nname = \"front desk\"\nkey = \"{ORGANIZER}\"\n\
         [traces]\nendpoint = \"{collector}\"\n",
        connection.expose(),
    );
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_secret_reaches_a_log_an_argument_a_trace_or_the_file_of_uses() {
    let fake = Fake::start(FakeConfig::loopback(real_clock())).await;
    let fake = fake.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let collector = Collector::default();
    let config = write_config(folder.path(), &fake, &collector.start().await);
    let mut program = Program::start(&["serve", "--config", &config], folder);
    let address = program.logged("listening", "address").await;
    let url = |path: &str| format!("http://{address}{path}");
    let client = Client::new();
    let post = async |path: &str, bearer: &str, body: Value| -> Value {
        let request = client.post(url(path)).bearer_auth(bearer).json(&body);
        request.send().await.unwrap().json().await.unwrap()
    };
    let text = |answer: &Value, name: &str| answer[name].as_str().unwrap().to_owned();
    let body = json!({ "link": LINK, "subject": "subject-canary" });
    let made = post("/v1/invitations", ORGANIZER, body).await;
    let web_link = text(&made, "webLink");
    let invitation = web_link.rsplit('/').next().unwrap().to_owned();
    let guest = post("/v1/guests", "x", json!({ "invitation": invitation })).await;
    let secret = text(&guest, "refreshSecret");
    let renewed = post(
        "/v1/guests/refresh",
        "x",
        json!({ "refreshSecret": secret }),
    )
    .await;
    let page = client.get(url(&format!("/join/{invitation}"))).send().await;
    assert_eq!(page.unwrap().status(), 200);
    let canary = "canary-bearer-canary";
    post("/v1/invitations", canary, json!({ "link": LINK })).await;
    post(
        "/v1/guests",
        "x",
        json!({ "invitation": "canary-invitation" }),
    )
    .await;
    post("/v1/guests", "x", json!({ "canary-field": "canary-value" })).await;
    let lost = client.get(url("/canary-path?canary-query")).send().await;
    assert_eq!(lost.unwrap().status(), 404);

    let arguments = std::fs::read(format!("/proc/{}/cmdline", program.child.id()));
    let arguments = String::from_utf8_lossy(&arguments.unwrap_or_default()).into_owned();
    program.terminate();
    assert!(
        program.child.wait().unwrap().success(),
        "{}",
        program.read("log")
    );
    let mut uses = Vec::new();
    let path = program.folder.path().join("uses.redb");
    std::fs::File::open(path)
        .unwrap()
        .read_to_end(&mut uses)
        .unwrap();
    let uses = String::from_utf8_lossy(&uses).into_owned();
    let log = program.read("log");
    assert!(
        log.contains("a guest was let in") && log.contains("gone"),
        "{log}"
    );
    let traces = collector.read();
    for span in [
        "foyer-token-service",
        "POST /v1/guests/refresh",
        "GET /join/{invitation}",
        "azure token",
    ] {
        assert!(traces.contains(span), "no {span} in {traces:?}");
    }
    let key = fake.access_key().expose().to_owned();
    for secret in [
        SECRET,
        ORGANIZER,
        LINK,
        "p=abc",
        "canary",
        &key,
        &invitation,
        &secret,
        &text(&guest, "token"),
        &text(&renewed, "token"),
    ] {
        for (place, content) in [
            ("log", &log),
            ("arguments", &arguments),
            ("uses", &uses),
            ("traces", &traces),
        ] {
            let found = content.find(secret);
            let around = found.map(|at| &content[at.saturating_sub(300)..at]);
            assert!(found.is_none(), "a secret in the {place} after {around:?}");
        }
    }
    for line in log.lines() {
        assert!(serde_json::from_str::<Value>(line).is_ok(), "{line}");
    }
}

#[test]
fn a_bad_configuration_is_named_and_not_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    std::fs::write(&path, "public_url = \"canary\"\n").unwrap();
    for command in ["check", "serve"] {
        let output = Command::new(env!("CARGO_BIN_EXE_foyer-token-service"))
            .args([command, "--config", path.to_str().unwrap()])
            .output()
            .unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success());
        assert!(
            said.starts_with("foyer-token-service: public_url: "),
            "{said}"
        );
        assert!(!said.contains("canary"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn developers_get_an_azure_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let mut program = Program::start(&["fake-acs", "--listen", "127.0.0.1:0"], folder);
    program.logged("the fake of Azure listens", "address").await;
    let connection = loop {
        let out = program.read("out");
        if out.ends_with('\n') {
            break out.trim().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    assert!(connection.starts_with("endpoint=http://localhost:"));
    let connection = foyer_acs::identity::ConnectionString::parse(&connection).unwrap();
    let http = foyer_acs::http::HttpClient::new(&Default::default()).unwrap();
    let around = foyer_acs::http::Surroundings {
        http,
        clock: real_clock(),
        retry: foyer_acs::retry::RetryPolicy::NONE,
        seed: 1,
    };
    let client = foyer_acs::identity::IdentityClient::connect(connection, around);
    let scopes = [foyer_acs::identity::Scope::VoipJoin];
    let (_, token) = client.create_with_token(&scopes, None).await.unwrap();
    assert!(token.expires_on > Timestamp::now());
    program.terminate();
    assert!(program.child.wait().unwrap().success());
}
