//! The built app in a real window, driven through WebKitWebDriver as tauri-driver does it.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::Result;
use serde_json::json;
use tempfile::TempDir;

use crate::artifacts;
use crate::desk::Desk;
use crate::display::Display;
use crate::foyer;
use crate::office::Office;
use crate::page::Page;
use crate::process::Running;
use crate::sound::Sound;

/// Software rendering needs this long to draw what has changed.
const DRAWN: Duration = Duration::from_millis(2500);

/// The app, its window and its display.
pub struct App {
    /// The page in the window.
    pub page: Page,
    /// Where the window is.
    pub display: Display,
    /// The WebDriver, whose only child is the app.
    pub driver: Running,
    /// Its home, for programs that are to meet it.
    pub home: TempDir,
}

impl App {
    /// Opens the app as `foyer ARGUMENTS`.
    pub async fn open(arguments: &[&str], sound: Option<&Sound>) -> Result<Self> {
        Self::start(arguments, sound, |_| {}).await
    }

    /// As `open`, at a desktop.
    pub async fn open_at(desk: &Desk, arguments: &[&str]) -> Result<Self> {
        Self::start(arguments, None, |app| desk.apply(app)).await
    }

    /// As `open`, on a machine that is set up for the guests of an organisation.
    pub async fn open_for(
        office: Option<&Office>,
        arguments: &[&str],
        sound: Option<&Sound>,
    ) -> Result<Self> {
        Self::start(arguments, sound, |app| {
            if let Some(office) = office {
                app.env("FOYER_TOKEN_SERVICE", &office.service);
            }
        })
        .await
    }

    /// As `open`, where programs of this folder go before those of the same name.
    pub async fn open_with_programs(folder: &Path, arguments: &[&str]) -> Result<Self> {
        Self::start(arguments, None, |app| {
            let others = std::env::var("PATH").unwrap_or_default();
            app.env("PATH", format!("{}:{others}", folder.display()));
        })
        .await
    }

    async fn start(
        arguments: &[&str],
        sound: Option<&Sound>,
        surround: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        let display = Display::start(1280, 800)?;
        let home = TempDir::new()?;
        let port = free_port()?;
        let mut driver = Command::new("WebKitWebDriver");
        foyer::apart(&mut driver, &home);
        driver
            .arg(format!("--port={port}"))
            .env("DISPLAY", &display.name)
            .env("GDK_BACKEND", "x11")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .stderr(Stdio::inherit());
        if let Some(sound) = sound {
            sound.apply(&mut driver);
        }
        surround(&mut driver);
        let driver = Running::start(&mut driver)?;
        let program = artifacts::program()?;
        let capabilities = json!({
            "webkitgtk:browserOptions": { "binary": program, "args": arguments },
        });
        let page = Page::open(port, capabilities.as_object().cloned().unwrap_or_default()).await?;
        Ok(Self {
            page,
            display,
            driver,
            home,
        })
    }

    /// Goes on to pre-join from the link of the command line, which may have gone on by itself.
    pub async fn continue_to_pre_join(&self) -> Result<()> {
        let page = &self.page;
        page.until(
            "the link from the command line",
            "document.querySelector('[data-testid=prejoin], [data-verdict=join]')",
        )
        .await?;
        let there = "return Boolean(document.querySelector('[data-testid=prejoin]'));";
        if page.run(there, Vec::new()).await? != true {
            page.click("continue").await?;
        }
        page.wait_for("prejoin").await
    }

    /// On the pre-join page: joins as `name`, without camera and microphone.
    pub async fn join_without_devices(&self, name: &str) -> Result<()> {
        let page = &self.page;
        page.fill("name", name).await?;
        page.choose("camera-select", "none").await?;
        page.choose("mic-select", "none").await?;
        page.click("join").await
    }

    /// Keeps a picture of the whole display for people to look at, once the page has been drawn.
    pub async fn keep_screen(&self, name: &str) -> Result<()> {
        tokio::time::sleep(DRAWN).await;
        self.display.screenshot(&artifacts::screen(name)?)
    }
}

impl Drop for App {
    /// What was to be seen when a test failed says more than its message.
    fn drop(&mut self) {
        if std::thread::panicking()
            && let Some(test) = std::thread::current().name()
            && let Ok(file) = artifacts::screen(&format!("failed-{test}"))
        {
            // The test has failed already.
            self.display.screenshot(&file).ok();
        }
    }
}

/// A port that nobody listens on right now.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}
