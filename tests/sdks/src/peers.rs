//! The servers that the SDKs were made for.

use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use foyer_e2e::app::free_port;
use foyer_e2e::process::Running;
use foyer_e2e::wait;
use tempfile::TempDir;

use crate::pages;
use crate::practice::Practice;

/// What the slowest machine may take until one listens.
const LIMIT: Duration = Duration::from_secs(60);

/// The running servers; they end when dropped.
pub struct Peers {
    /// Where peerjs's server listens.
    pub peerjs: u16,
    /// Where Janus listens for WebSockets.
    pub janus: u16,
    /// A meeting of ours.
    pub practice: Practice,
    _processes: [Running; 2],
    _folder: TempDir,
}

impl Peers {
    /// Starts them and waits until they listen; `script` comes first in the meeting's page, which is on port `meeting`.
    pub async fn start(meeting: u16, script: Option<String>) -> Result<Self> {
        let practice = Practice::start(meeting, script).await?;
        let folder = TempDir::new()?;
        let (peerjs, janus) = (free_port()?, free_port()?);
        let processes = [peerjs_server(peerjs)?, gateway(&folder, janus)?];
        for (name, port) in [("peerjs's server", peerjs), ("Janus", janus)] {
            wait::until(name, LIMIT, async || {
                Ok(Some(TcpStream::connect((Ipv4Addr::LOCALHOST, port))?))
            })
            .await?;
        }
        Ok(Self {
            peerjs,
            janus,
            practice,
            _processes: processes,
            _folder: folder,
        })
    }
}

fn peerjs_server(port: u16) -> Result<Running> {
    let script = pages::folder().join("node_modules/peer/dist/bin/peerjs.js");
    let mut command = Command::new("node");
    command
        .arg(script)
        .args(["--host", "127.0.0.1", "--path", "/pj", "--port"])
        .arg(port.to_string())
        .stderr(Stdio::null());
    Running::start(&mut command)
}

/// Debian's Janus with a configuration of its own: WebSockets, the echo test and the video room. It leaves the
/// loopback interface out of its candidates, as libnice always does.
fn gateway(folder: &TempDir, port: u16) -> Result<Running> {
    let place = folder.path();
    let main =
        include_str!("../janus/janus.jcfg").replace("@FOLDER@", &place.display().to_string());
    let sockets = include_str!("../janus/janus.transport.websockets.jcfg");
    fs::write(place.join("janus.jcfg"), main)?;
    fs::write(
        place.join("janus.transport.websockets.jcfg"),
        sockets.replace("@PORT@", &port.to_string()),
    )?;
    let mut command = Command::new("janus");
    command
        .arg("-C")
        .arg(place.join("janus.jcfg"))
        .arg("-F")
        .arg(place)
        .stderr(Stdio::null());
    Running::start(&mut command).context("the scenarios of Janus need the package janus")
}
