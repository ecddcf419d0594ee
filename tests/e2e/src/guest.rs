//! A practice meeting's own pages in Chromium: a guest or the host.

use std::time::Duration;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::page::Page;
use crate::wait;

/// One line of media, as the browser's statistics count it.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// Whose it is.
    pub name: Option<String>,
    /// `audio`, `camera` or `share`.
    pub kind: String,
    /// True for what the browser sends.
    pub own: bool,
    /// Pictures decoded.
    pub frames_decoded: u64,
    /// Pictures sent.
    pub frames_sent: u64,
    /// Energy of the sound, as W3C statistics count it.
    pub audio_energy: f64,
}

/// A page of the practice server.
pub struct Guest<'a> {
    page: &'a Page,
}

impl<'a> Guest<'a> {
    /// Opens a meeting's guest page and joins.
    pub async fn join(page: &'a Page, link: &str, name: &str) -> Result<Self> {
        page.go(&format!("{link}?auto=1&name={name}")).await?;
        Ok(Self { page })
    }

    /// The page of a meeting that is open already.
    pub fn here(page: &'a Page) -> Self {
        Self { page }
    }

    /// Opens a meeting's host page and the meeting.
    pub async fn host(page: &'a Page, link: &str) -> Result<Self> {
        page.go(link).await?;
        page.click("join").await?;
        let host = Self { page };
        host.wait_for_state("meeting").await?;
        Ok(host)
    }

    /// Waits until it is in a state: `lobby`, `meeting`, `left` and so on.
    pub async fn wait_for_state(&self, state: &str) -> Result<()> {
        let there = format!("window.foyerGuest && window.foyerGuest.state === '{state}'");
        self.page
            .until(&format!("the page's state {state}"), &there)
            .await
    }

    /// Waits until a message with this text is in the chat.
    pub async fn wait_for_message(&self, text: &str) -> Result<()> {
        let text = serde_json::to_string(text)?;
        let there = format!(
            "[...document.querySelectorAll('[data-testid=message]')].some((m) => m.textContent.includes({text}))"
        );
        self.page.until("the message in the browser", &there).await
    }

    /// What arrives and leaves.
    pub async fn lines(&self) -> Result<Vec<Line>> {
        // The statistics come later, so the page keeps them until the next look.
        let script = "window.foyerGuest.stats().then((s) => { window.lastStats = s; }); \
            return window.lastStats ?? null;";
        let stats = self.page.run(script, Vec::new()).await?;
        let lines = stats.get("lines").cloned().context("no statistics yet")?;
        Ok(serde_json::from_value(lines)?)
    }

    /// Waits until a line from somebody fits.
    pub async fn wait_for_line(&self, what: &str, fits: impl Fn(&Line) -> bool) -> Result<Line> {
        wait::until(what, Duration::from_secs(60), async || {
            Ok(self.lines().await?.into_iter().find(|line| fits(line)))
        })
        .await
    }
}
