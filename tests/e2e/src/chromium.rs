//! A headless Chromium: the guest that is not ours.

use std::process::{Command, Stdio};

use anyhow::Result;
use serde_json::json;
use tempfile::TempDir;

use crate::app::free_port;
use crate::foyer;
use crate::page::Page;
use crate::process::Running;
use crate::sound::Sound;

/// A browser with one tab.
pub struct Chromium {
    /// The tab.
    pub page: Page,
    _driver: Running,
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
    /// Opens a browser on an empty page.
    pub async fn open(media: Media<'_>) -> Result<Self> {
        let home = TempDir::new()?;
        let port = free_port()?;
        let mut driver = Command::new("chromedriver");
        foyer::apart(&mut driver, &home);
        driver.arg(format!("--port={port}")).stderr(Stdio::null());
        let profile = format!("--user-data-dir={}", home.path().join("profile").display());
        let mut arguments = vec![
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--mute-audio",
            "--autoplay-policy=no-user-gesture-required",
            "--use-fake-ui-for-media-stream",
            "--window-size=1280,800",
            &profile,
        ];
        match media {
            Media::Fake => arguments.push("--use-fake-device-for-media-stream"),
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
            _driver: driver,
            _home: home,
        })
    }
}
