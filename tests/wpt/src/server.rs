//! WPT's own web server, `wptserve`, with our reporting scripts in place of its own.

use std::net::{Ipv4Addr, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use foyer_e2e::app::free_port;
use foyer_e2e::process::Running;
use foyer_e2e::wait;
use serde_json::json;
use tempfile::TempDir;

/// What the slowest machine may take until it listens.
const LIMIT: Duration = Duration::from_secs(60);

/// Of pages that are served at this port.
pub fn origin(port: u16) -> String {
    format!("http://localhost:{port}")
}

/// The server; ends when dropped.
pub struct Server {
    /// Where the tests are, without a slash at the end. Every test is loaded over http: loopback is a secure context
    /// there too, and WebKit lets only such a page open the bridge's `ws:` sockets.
    pub origin: String,
    _process: Running,
    _folder: TempDir,
}

impl Server {
    /// Serves the checkout at `wpt`. `inject` is a script that becomes the first of every page; the time that the
    /// harness gives a test is multiplied by `patience`. `http` is a free port.
    pub async fn start(
        wpt: &Path,
        inject: Option<&Path>,
        patience: u32,
        http: u16,
    ) -> Result<Self> {
        let folder = TempDir::new()?;
        let file = |name: &str, text: String| -> Result<_> {
            let path = folder.path().join(name);
            std::fs::write(&path, text)?;
            Ok(path)
        };
        file(
            "testharnessreport.js",
            format!(
                "const __wptTimeoutFactor = {patience};\n{}",
                include_str!("../page/testharnessreport.js")
            ),
        )?;
        file(
            "testdriver-vendor.js",
            include_str!("../page/testdriver-vendor.js").to_owned(),
        )?;
        let place = folder.path().display();
        let aliases = file(
            "aliases",
            format!(
                "/resources/testharnessreport.js, {place}\n/resources/testdriver-vendor.js, {place}\n"
            ),
        )?;
        let https = free_port()?;
        // Names below localhost lead to this machine without an entry in its list of hosts.
        let config = file(
            "config.json",
            json!({
                "browser_host": "localhost",
                "alternate_hosts": { "alt": "127.0.0.1" },
                "check_subdomains": false,
                "ports": { "http": [http, "auto"], "https": [https, "auto"] },
            })
            .to_string(),
        )?;
        let mut command = Command::new("python3");
        command
            .current_dir(wpt)
            .args(["wpt", "serve", "--no-h2", "--config"])
            .arg(config)
            .arg("--alias_file")
            .arg(aliases)
            .stderr(Stdio::null());
        if let Some(inject) = inject {
            command.arg("--inject-script").arg(inject);
        }
        let process = Running::start(&mut command).context("wptserve needs python3")?;
        wait::until("wptserve", LIMIT, async || {
            Ok(Some(TcpStream::connect((Ipv4Addr::LOCALHOST, http))?))
        })
        .await?;
        Ok(Self {
            origin: origin(http),
            _process: process,
            _folder: folder,
        })
    }
}
