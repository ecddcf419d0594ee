//! What is run: one page a scenario.

use std::time::Duration;

use anyhow::{Context, Result, bail};
use foyer_e2e::chromium::{Chromium, Media};
use foyer_e2e::wait;
use serde_json::Value;

use crate::browser::{Browser, Stage};
use crate::delay;
use crate::host::Host;
use crate::peers::Peers;
use crate::rehearsal;

/// More than the page gives itself.
const LIMIT: Duration = Duration::from_secs(150);

/// One page, and the server that its SDK talks to.
pub struct Scenario {
    /// Of the page's file too.
    pub name: &'static str,
    server: Server,
}

/// What scenarios run among.
#[derive(Clone, Copy)]
pub struct Around<'a> {
    /// Where browsers are opened.
    pub stage: &'a Stage,
    /// Of the pages.
    pub origin: &'a str,
    /// The SDKs' servers.
    pub peers: &'a Peers,
    /// None where the browser's own WebRTC serves.
    pub host: Option<&'a Host>,
}

enum Server {
    /// Both ends are in the page.
    None,
    /// As `None`, and the host says when pictures came.
    Timed,
    PeerJs,
    Janus,
    /// None, and another browser is the far end.
    Foreign,
    /// Ours, and another browser is in the meeting.
    Practice,
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
    Scenario {
        name: "calling-sdk",
        server: Server::Foreign,
    },
    Scenario {
        name: "tiles",
        server: Server::Timed,
    },
    Scenario {
        name: "practice",
        server: Server::Practice,
    },
];

impl Scenario {
    /// The page's address.
    pub fn url(&self, origin: &str, peers: &Peers) -> String {
        let port = match self.server {
            Server::None | Server::Timed | Server::Foreign | Server::Practice => 0,
            Server::PeerJs => peers.peerjs,
            Server::Janus => peers.janus,
        };
        format!("{origin}/{}.html?port={port}", self.name)
    }
}

/// Loads the page in a new browser and answers with what it says of its success.
pub async fn run(scenario: &Scenario, around: Around<'_>) -> Result<Value> {
    let Around {
        stage,
        origin,
        peers,
        host,
    } = around;
    let load = delay::load()?;
    let foreign = match scenario.server {
        Server::Practice => return rehearsal::run(stage, &peers.practice).await,
        Server::Foreign => {
            let chromium = Chromium::open(Media::Fake).await?;
            chromium.page.go(&format!("{origin}/foreign.html")).await?;
            Some(chromium)
        }
        _ => None,
    };
    let browser = stage.open().await?;
    let verdict = async {
        browser.page.go(&scenario.url(origin, peers)).await?;
        wait::until("the page's verdict", LIMIT, async || {
            if let Some(foreign) = &foreign {
                carry(&browser, foreign).await?;
            }
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
    match (&scenario.server, host) {
        (Server::Timed, Some(host)) => delay::judge(ok.clone(), &host.log()?, load),
        _ => Ok(ok.clone()),
    }
}

/// Carries what the page asks of the other browser there, and the answer back.
async fn carry(browser: &Browser, foreign: &Chromium) -> Result<()> {
    let next = browser
        .page
        .run("return window.next?.() ?? null;", Vec::new());
    let asked = next.await?;
    if asked.is_null() {
        return Ok(());
    }
    let answer = foreign
        .page
        .run("return window.obey(arguments[0]);", vec![asked]);
    let answer = vec![answer.await?];
    browser
        .page
        .run("window.answered(arguments[0]);", answer)
        .await?;
    Ok(())
}
