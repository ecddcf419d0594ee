//! An organisation that lets guests in: the real token service, and the fake of Azure behind it.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use crate::app::free_port;
use crate::artifacts;
use crate::process::Running;
use crate::wait;

const LIMIT: Duration = Duration::from_secs(60);
const PROGRAM: &str = "foyer-token-service";

/// A token service that gives any guest of any Teams meeting an identity. Ends when dropped.
pub struct Office {
    /// Where it answers, as the app is told.
    pub service: String,
    _processes: [Running; 2],
}

impl Office {
    /// Starts both and waits until guests can come.
    pub async fn start() -> Result<Self> {
        let program = artifacts::build_folder()?.join(PROGRAM);
        let mut azure = Command::new(&program);
        azure.args(["fake-acs", "--listen", "127.0.0.1:0"]);
        let azure = Running::start(azure.stderr(Stdio::null()))?;
        let connection = azure.line(LIMIT)?;
        let mut new_key = Command::new(&program);
        let key = Running::start(new_key.arg("new-key"))?.line(LIMIT)?;
        let port = free_port()?;
        let service = format!("http://127.0.0.1:{port}");
        let prefixed = |name: &str| format!("FOYER_TOKEN_SERVICE_{name}");
        let mut serving = Command::new(&program);
        serving
            .arg("serve")
            .env(prefixed("PUBLIC_URL"), &service)
            .env(prefixed("HTTP__LISTEN"), format!("127.0.0.1:{port}"))
            .env(prefixed("AZURE__CONNECTION_STRING"), connection)
            .env(
                prefixed("INVITATIONS__KEYS"),
                format!("[{{ id = \"e2e\", secret = \"{key}\" }}]"),
            )
            .env(prefixed("GUESTS__OPEN"), "true")
            .stderr(Stdio::null());
        let serving = Running::start(&mut serving)?;
        wait::until("the token service", LIMIT, async || {
            Ok(Some(
                tokio::net::TcpStream::connect(("127.0.0.1", port)).await?,
            ))
        })
        .await
        .context("it does not listen")?;
        Ok(Self {
            service,
            _processes: [azure, serving],
        })
    }
}
