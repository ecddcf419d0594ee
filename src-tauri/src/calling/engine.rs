//! What stands behind the page's W3C calls.

use async_trait::async_trait;

/// Makes engines for pages.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Starts one that serves pages of this origin alone (`foyer-calling://localhost`).
    async fn start(&self, origin: &str) -> Result<Box<dyn Running>, String>;
}

/// An engine that runs. Dropping it closes camera, microphone and every connection at once.
pub trait Running: Send + Sync {
    /// Runs in the page before any script of its own: the polyfill, and how it finds the engine.
    fn script(&self) -> Result<String, String>;
    /// Where the page may connect to besides Microsoft's hosts, such as `ws://127.0.0.1:4000`.
    fn address(&self) -> Option<String>;
}

/// The webview's own WebRTC, where it has one. A diagnostic switch (`FOYER_RTC=native`).
pub struct Native;

#[async_trait]
impl Engine for Native {
    async fn start(&self, _origin: &str) -> Result<Box<dyn Running>, String> {
        Ok(Box::new(Self))
    }
}

impl Running for Native {
    fn script(&self) -> Result<String, String> {
        Ok(String::new())
    }

    fn address(&self) -> Option<String> {
        None
    }
}
