//! A browser with one window under WebDriver.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::{Client, ClientBuilder};
use foyer_e2e::app::free_port;
use foyer_e2e::display::Display;
use foyer_e2e::foyer;
use foyer_e2e::process::Running;
use foyer_e2e::sound::Sound;
use foyer_e2e::wait;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What the slowest machine may take to open the window.
const LIMIT: Duration = Duration::from_secs(60);
/// What a browser that still answers takes to close.
const CLOSING: Duration = Duration::from_secs(5);

/// Which browser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Debian's, with its own camera and microphone that are not real.
    Chromium,
    /// WebKitGTK's own small browser, as near to the app's webview as a browser gets.
    Minibrowser,
}

impl Kind {
    /// As the command line and the kept numbers name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Minibrowser => "minibrowser",
        }
    }
}

/// What browsers are opened on: a display and a sound server that nobody sees or hears.
pub struct Stage {
    kind: Kind,
    features: Vec<String>,
    display: Display,
    sound: Sound,
}

impl Stage {
    /// Prepares for a browser. `features` are WebKit's names of what to switch on beyond its defaults.
    pub async fn start(kind: Kind, features: &[String]) -> Result<Self> {
        Ok(Self {
            kind,
            features: features.to_vec(),
            display: Display::start(1280, 800)?,
            sound: Sound::start(&["wpt"]).await?,
        })
    }

    /// Opens a browser with an empty profile.
    pub async fn open(&self) -> Result<Browser> {
        let home = TempDir::new()?;
        let port = free_port()?;
        let mut driver = Command::new(match self.kind {
            Kind::Chromium => "chromedriver",
            Kind::Minibrowser => "WebKitWebDriver",
        });
        foyer::apart(&mut driver, &home);
        driver
            .arg(format!("--port={port}"))
            .env("DISPLAY", &self.display.name)
            .env("GDK_BACKEND", "x11")
            .stderr(Stdio::null());
        self.sound.apply(&mut driver);
        let driver = Running::start(&mut driver)?;
        let mut capabilities = match self.kind {
            Kind::Chromium => chromium(home.path()),
            Kind::Minibrowser => minibrowser(&self.features)?,
        };
        // A page that never loads is the run's business, not the driver's.
        capabilities["pageLoadStrategy"] = json!("none");
        capabilities["unhandledPromptBehavior"] = json!("dismiss");
        capabilities["acceptInsecureCerts"] = json!(true);
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities.as_object().cloned().unwrap_or_default());
        let address = format!("http://127.0.0.1:{port}");
        let client = wait::until("a session of the driver", LIMIT, async || {
            Ok(Some(builder.connect(&address).await?))
        })
        .await?;
        Ok(Browser {
            client,
            _driver: driver,
            _home: home,
        })
    }
}

/// One window; its programs end when dropped.
pub struct Browser {
    /// The driver's session.
    pub client: Client,
    _driver: Running,
    _home: TempDir,
}

impl Browser {
    /// Closes it in order where it still answers; then it is killed anyway.
    pub async fn close(self) {
        // Whether it answered makes no difference.
        tokio::time::timeout(CLOSING, self.client.clone().close())
            .await
            .ok();
    }
}

fn chromium(home: &Path) -> Value {
    json!({
        "goog:chromeOptions": { "args": [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--window-size=1280,800",
            "--autoplay-policy=no-user-gesture-required",
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            "--disable-popup-blocking",
            // It ends with its driver, however that ends.
            "--remote-debugging-pipe",
            format!("--user-data-dir={}", home.join("profile").display()),
        ] },
    })
}

fn minibrowser(features: &[String]) -> Result<Value> {
    let features: Vec<_> = features.iter().map(|name| format!("+{name}")).collect();
    Ok(json!({
        "webkitgtk:browserOptions": {
            "binary": minibrowser_program()?,
            "args": [
                "--automation",
                "--autoplay-policy=allow",
                "--enable-media-stream=true",
                "--enable-mock-capture-devices=true",
                "--javascript-can-open-windows-automatically=true",
                format!("--features={}", features.join(",")),
            ],
        },
    }))
}

/// Debian keeps it in a folder of the machine's architecture, others in libexec.
fn minibrowser_program() -> Result<PathBuf> {
    let architectures = fs::read_dir("/usr/lib")?
        .flatten()
        .map(|entry| entry.path());
    architectures
        .chain(["/usr/libexec".into()])
        .map(|folder| folder.join("webkit2gtk-4.1/MiniBrowser"))
        .find(|program| program.is_file())
        .context("there is no MiniBrowser of WebKitGTK 4.1")
}
