//! A page under WebDriver: the app's window, or a tab of Chromium.

use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::actions::Actions;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value};

use crate::wait;

/// What the slowest machine may take for anything that is not a whole call.
pub const LIMIT: Duration = Duration::from_secs(60);

/// A page that can be looked at and operated.
#[derive(Clone)]
pub struct Page {
    client: Client,
}

impl Page {
    /// Opens a session at a driver that listens on `port`.
    pub async fn open(port: u16, capabilities: Map<String, Value>) -> Result<Self> {
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(capabilities);
        let url = format!("http://127.0.0.1:{port}");
        // The driver needs a moment until it listens.
        let client = wait::until("a session of the driver", LIMIT, async || {
            Ok(Some(builder.connect(&url).await?))
        })
        .await?;
        Ok(Self { client })
    }

    /// Ends the session, and with it the window.
    pub async fn close(self) -> Result<()> {
        Ok(self.client.close().await?)
    }

    /// Loads an address.
    pub async fn go(&self, url: &str) -> Result<()> {
        Ok(self.client.goto(url).await?)
    }

    /// Runs a function body in the page.
    pub async fn run(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let result = self.client.execute(script, arguments).await;
        result.with_context(|| format!("in the page: {script}"))
    }

    /// Waits until an expression is true.
    pub async fn until(&self, what: &str, expression: &str) -> Result<()> {
        self.until_within(what, LIMIT, expression).await
    }

    /// As `until`, with a limit of its own.
    pub async fn until_within(&self, what: &str, limit: Duration, expression: &str) -> Result<()> {
        let script = format!("return Boolean({expression});");
        wait::until(what, limit, async || {
            Ok((self.run(&script, Vec::new()).await? == true).then_some(()))
        })
        .await
    }

    /// Waits for a control by its `data-testid`.
    pub async fn wait_for(&self, testid: &str) -> Result<()> {
        let selector = css(testid);
        let there = format!("document.querySelector('{selector}')");
        self.until(testid, &there).await
    }

    /// Waits for a control and clicks it.
    pub async fn click(&self, testid: &str) -> Result<()> {
        self.click_at(&css(testid)).await
    }

    async fn click_at(&self, selector: &str) -> Result<()> {
        let script = format!(
            "const {{ x, y, width, height }} = document.querySelector('{selector}').getBoundingClientRect(); \
             return [x, y, width, height];"
        );
        let mut before = None;
        wait::until(&format!("a click on {selector}"), LIMIT, async || {
            // The driver clicks at a place, which may have moved on when the click arrives.
            let place = self.run(&script, Vec::new()).await?;
            if before.replace(place.clone()) != Some(place) {
                return Ok(None);
            }
            self.client
                .find(Locator::Css(selector))
                .await?
                .click()
                .await?;
            Ok(Some(()))
        })
        .await
    }

    /// Waits for a field and types into it, in place of what was there.
    pub async fn fill(&self, testid: &str, text: &str) -> Result<()> {
        let selector = css(testid);
        wait::until(&format!("typing into {testid}"), LIMIT, async || {
            let field = self.client.find(Locator::Css(&selector)).await?;
            field.clear().await?;
            field.send_keys(text).await?;
            Ok(Some(()))
        })
        .await
    }

    /// Chooses an entry of a picker as a person does, once it is there.
    pub async fn choose(&self, testid: &str, value: &str) -> Result<()> {
        let picker = format!("document.querySelector('{}')", css(testid));
        self.until(
            &format!("{value} in {testid}"),
            &format!("[...{picker}.options].some((option) => option.value === '{value}')"),
        )
        .await?;
        let script = format!(
            "{picker}.value = '{value}'; {picker}.dispatchEvent(new Event('change', {{ bubbles: true }}));"
        );
        self.run(&script, Vec::new()).await?;
        Ok(())
    }

    /// An attribute of a control that is there; none if it has not got it.
    pub async fn attribute(&self, testid: &str, name: &str) -> Result<Option<String>> {
        let found = self.client.find(Locator::Css(&css(testid))).await?;
        Ok(found.attr(name).await?)
    }

    /// The text of a control that is there.
    pub async fn text(&self, testid: &str) -> Result<String> {
        Ok(self
            .client
            .find(Locator::Css(&css(testid)))
            .await?
            .text()
            .await?)
    }

    /// As `run`, for a body that tells its result to the last of its arguments, a function.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Result<Value> {
        let result = self.client.execute_async(script, arguments).await;
        result.with_context(|| format!("in the page: {script}"))
    }

    pub(crate) async fn act(&self, actions: impl Into<Actions>) -> Result<()> {
        Ok(self.client.perform_actions(actions).await?)
    }

    /// A picture of the page as PNG.
    pub async fn screenshot(&self) -> Result<Vec<u8>> {
        Ok(self.client.screenshot().await?)
    }
}

fn css(testid: &str) -> String {
    format!("[data-testid=\"{testid}\"]")
}
