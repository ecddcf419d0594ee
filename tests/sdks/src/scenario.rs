//! What is run: one page a scenario.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use foyer_e2e::wait;
use serde_json::Value;

use crate::browser::Stage;
use crate::peers::Peers;

/// More than the page gives itself.
const LIMIT: Duration = Duration::from_secs(150);

/// One page, and the server that its SDK talks to.
pub struct Scenario {
    /// Of the page's file too.
    pub name: &'static str,
    server: Server,
}

enum Server {
    /// Both ends are in the page.
    None,
    PeerJs,
    Janus,
}

/// Every scenario, the simplest first.
pub const SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "simple-peer",
        server: Server::None,
    },
    Scenario {
        name: "peerjs",
        server: Server::PeerJs,
    },
    Scenario {
        name: "janus-echo",
        server: Server::Janus,
    },
    Scenario {
        name: "janus-room",
        server: Server::Janus,
    },
];

impl Scenario {
    /// The page's address.
    pub fn url(&self, origin: &str, peers: &Peers) -> String {
        let port = match self.server {
            Server::None => 0,
            Server::PeerJs => peers.peerjs,
            Server::Janus => peers.janus,
        };
        format!("{origin}/{}.html?port={port}", self.name)
    }
}

/// Loads the page in a new browser and answers with what it says of its success.
pub async fn run(stage: &Stage, url: &str) -> Result<Value> {
    let browser = stage.open().await?;
    let verdict = async {
        browser.page.go(url).await?;
        wait::until("the page's verdict", LIMIT, async || {
            let verdict = browser
                .page
                .run("return window.verdict ?? null;", Vec::new());
            Ok(Some(verdict.await?).filter(|verdict| !verdict.is_null()))
        })
        .await
    }
    .await;
    browser.close().await;
    let verdict = verdict?;
    if let Some(error) = verdict.get("error") {
        bail!("{error}");
    }
    let ok = verdict.get("ok").context("a verdict is ok or an error")?;
    Ok(ok.clone())
}
