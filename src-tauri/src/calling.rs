//! The calling window: a hidden window, open while a Teams call lasts, in which Microsoft's SDK signals.
//!
//! It is a world of its own: an origin (`page`), a policy, and two commands (`seat`) that no other window may call.
//! [`Window`] opens it for a call and closes it with the call; [`engine`] is the W3C bridge that carries the call's
//! media; `attempt` is one window from its opening to its end.

mod attempt;
mod consent;
pub mod doctor;
pub mod engine;
pub mod page;
pub mod seat;
#[cfg(target_os = "linux")]
mod webkit;

use std::sync::Arc;

use async_trait::async_trait;
use foyer_media::device::Devices;
use foyer_session::teams::{CallingWindow, CallingWindowError, Joining, Line};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::mpsc;

use self::engine::Engine;

/// Label of the window; its capability names it.
pub const LABEL: &str = "calling";

/// Requests and events that wait.
const QUEUE: usize = 256;

/// Opens calling windows, one at a time.
pub struct Window<R: Runtime> {
    app: AppHandle<R>,
    engine: Arc<dyn Engine>,
    devices: Arc<dyn Devices>,
}

impl<R: Runtime> Window<R> {
    /// In this app, with this engine behind the page's W3C calls; `devices` are those that the guest chooses from.
    pub fn new(app: AppHandle<R>, engine: Arc<dyn Engine>, devices: Arc<dyn Devices>) -> Self {
        Self {
            app,
            engine,
            devices,
        }
    }
}

#[async_trait]
impl<R: Runtime> CallingWindow for Window<R> {
    async fn join(&self, joining: Joining) -> Result<Line, CallingWindowError> {
        let (requests, asked) = mpsc::channel(QUEUE);
        let (to, events) = mpsc::channel(QUEUE);
        let consent = Arc::new(consent::Switches {
            allowed: joining.allowed.clone(),
            devices: Arc::clone(&self.devices),
        });
        let engine = Arc::clone(&self.engine);
        let attempt = attempt::Attempt::open(&self.app, engine, consent).await?;
        let pictures = attempt.pictures();
        let call = attempt::Call { joining, asked, to };
        tokio::spawn(call.run(attempt));
        Ok(Line {
            requests,
            events,
            pictures,
        })
    }
}

/// Whether this build holds Microsoft's SDK: its licence lies beside it.
pub fn is_built_in<R: Runtime>(app: &impl Manager<R>) -> bool {
    page::Files::of(app.app_handle()).has("sdk/LICENSE.txt")
}
