//! A browser with one window under WebDriver.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use foyer_e2e::app::free_port;
use foyer_e2e::chromium::{Chromium, Media};
use foyer_e2e::display::Display;
use foyer_e2e::foyer;
use foyer_e2e::page::Page;
use foyer_e2e::process::Running;
use foyer_e2e::sound::Sound;
use serde_json::json;
use tempfile::TempDir;

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

/// What browsers are opened on: a display and a sound server that nobody sees or hears.
pub struct Stage {
    kind: Kind,
    display: Display,
    sound: Sound,
}

impl Stage {
    /// Prepares for a browser.
    pub async fn start(kind: Kind) -> Result<Self> {
        Ok(Self {
            kind,
            display: Display::start(1280, 800)?,
            sound: Sound::start(&["sdks"]).await?,
        })
    }

    /// Opens a browser with an empty profile.
    pub async fn open(&self) -> Result<Browser> {
        match self.kind {
            Kind::Chromium => {
                let browser = Chromium::open(Media::Fake).await?;
                Ok(Browser {
                    page: browser.page.clone(),
                    _keep: Keep::Chromium { _browser: browser },
                })
            }
            Kind::Minibrowser => self.open_minibrowser().await,
        }
    }

    async fn open_minibrowser(&self) -> Result<Browser> {
        let home = TempDir::new()?;
        let port = free_port()?;
        let mut driver = Command::new("WebKitWebDriver");
        foyer::apart(&mut driver, &home);
        driver
            .arg(format!("--port={port}"))
            .env("DISPLAY", &self.display.name)
            .env("GDK_BACKEND", "x11")
            .stderr(Stdio::null());
        self.sound.apply(&mut driver);
        let driver = Running::start(&mut driver)?;
        let capabilities = json!({
            "webkitgtk:browserOptions": {
                "binary": minibrowser_program()?,
                "args": [
                    "--automation",
                    "--autoplay-policy=allow",
                    "--features=+MediaStreamTrackProcessing",
                ],
            },
        });
        let page = Page::open(port, capabilities.as_object().cloned().unwrap_or_default()).await?;
        Ok(Browser {
            page,
            _keep: Keep::Minibrowser {
                _driver: driver,
                _home: home,
            },
        })
    }
}

/// One window; its programs end when dropped.
pub struct Browser {
    /// The window's page.
    pub page: Page,
    _keep: Keep,
}

enum Keep {
    Chromium { _browser: Chromium },
    Minibrowser { _driver: Running, _home: TempDir },
}

impl Browser {
    /// Closes it in order where it still answers; then it is killed anyway.
    pub async fn close(self) {
        // Whether it answered makes no difference.
        tokio::time::timeout(CLOSING, self.page.clone().close())
            .await
            .ok();
    }
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
