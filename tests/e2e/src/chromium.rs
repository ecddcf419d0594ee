//! Chromium: the guest that is not ours.

use std::process::{Command, Stdio};

use anyhow::Result;
use serde_json::json;
use tempfile::TempDir;

use crate::app::free_port;
use crate::display::Display;
use crate::foyer;
use crate::page::Page;
use crate::process::Running;
use crate::sound::Sound;

/// A browser with one tab.
pub struct Chromium {
    /// The tab.
    pub page: Page,
    /// The WebDriver, whose only child is the browser.
    pub driver: Running,
    _home: TempDir,
}

/// Where its camera and microphone come from.
pub enum Media<'a> {
    /// Its own moving picture and beeps.
    Fake,
    /// The sound server's default microphone and speaker, and no camera.
    Sound(&'a Sound),
}

impl Chromium {
    /// Opens a browser that nobody sees on an empty page.
    pub async fn open(media: Media<'_>) -> Result<Self> {
        Self::open_on(None, media).await
    }

    /// Opens a browser on an empty page, in a window on `display` if there is one.
    pub async fn open_on(display: Option<&Display>, media: Media<'_>) -> Result<Self> {
        let home = TempDir::new()?;
        let port = free_port()?;
        let mut driver = Command::new("chromedriver");
        foyer::apart(&mut driver, &home);
        driver.arg(format!("--port={port}")).stderr(Stdio::null());
        let profile = format!("--user-data-dir={}", home.path().join("profile").display());
        let mut arguments = vec![
            "--no-sandbox",
            "--disable-gpu",
            "--mute-audio",
            "--autoplay-policy=no-user-gesture-required",
            "--use-fake-ui-for-media-stream",
            "--window-size=1280,800",
            &profile,
        ];
        match display {
            Some(display) => {
                driver.env("DISPLAY", &display.name);
            }
            None => arguments.push("--headless=new"),
        }
        match media {
            Media::Fake => arguments.push("--use-fake-device-for-media-stream=fps=30"),
            Media::Sound(sound) => {
                sound.apply(&mut driver);
                arguments.retain(|argument| *argument != "--mute-audio");
            }
        }
        let driver = Running::start(&mut driver)?;
        let capabilities = json!({
            "goog:chromeOptions": { "args": arguments },
        });
        let page = Page::open(port, capabilities.as_object().cloned().unwrap_or_default()).await?;
        Ok(Self {
            page,
            driver,
            _home: home,
        })
    }
}
