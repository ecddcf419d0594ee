//! The calling window: a hidden window, open while a Teams call lasts, in which Microsoft's SDK signals.
//!
//! It is a world of its own: an origin (`page`), a policy, and two commands (`seat`) that no other window may call.
//! [`Window`] opens it for a call and closes it with the call; [`engine`] is the W3C bridge that carries the call's
//! media; `attempt` is one window from its opening to its end, `call` what goes on in it, `loopback` where its page is
//! if Microsoft's servers do not answer pages of a scheme of ours.

mod attempt;
mod call;
mod consent;
pub mod doctor;
pub mod engine;
mod loopback;
pub mod page;
pub mod seat;
#[cfg(target_os = "linux")]
mod webkit;

use std::sync::Arc;

use async_trait::async_trait;
use foyer_media::device::Devices;
use foyer_session::teams::{CallingWindow, CallingWindowError, Joining, Line};
use foyer_w3c_bridge::Consent;
use serde::Serialize;
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::mpsc;

use self::attempt::Attempt;
use self::engine::Engine;

/// Label of the window; its capability names it.
pub const LABEL: &str = "calling";

/// Requests and events that wait.
const QUEUE: usize = 256;

/// Where the calling page comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Origin {
    /// A scheme of ours: no port is open, and no other page can be of this origin.
    #[default]
    Scheme,
    /// `http://localhost` with a port of the moment.
    Loopback,
}

/// Opens calling windows, one at a time.
pub struct Window<R: Runtime> {
    app: AppHandle<R>,
    engine: Arc<dyn Engine>,
    devices: Arc<dyn Devices>,
    origin: Origin,
}

impl<R: Runtime> Window<R> {
    /// In this app, with this engine behind the page's W3C calls; `devices` are those that the guest chooses from,
    /// `origin` is tried first.
    pub fn new(
        app: AppHandle<R>,
        engine: Arc<dyn Engine>,
        devices: Arc<dyn Devices>,
        origin: Origin,
    ) -> Self {
        Self {
            app,
            engine,
            devices,
            origin,
        }
    }
}

#[async_trait]
impl<R: Runtime> CallingWindow for Window<R> {
    async fn join(&self, joining: Joining) -> Result<Line, CallingWindowError> {
        let (requests, asked) = mpsc::channel(QUEUE);
        let (to, events) = mpsc::channel(QUEUE);
        let consent: Arc<dyn Consent> = Arc::new(consent::Switches {
            allowed: joining.allowed.clone(),
            devices: Arc::clone(&self.devices),
        });
        let pictures = Arc::new(engine::Pictures::default());
        let open = {
            let (app, engine) = (self.app.clone(), Arc::clone(&self.engine));
            let pictures = Arc::clone(&pictures);
            async move |origin| {
                let consent = Arc::clone(&consent);
                let attempt = Attempt::open(&app, Arc::clone(&engine), consent, origin).await?;
                attempt.show(&pictures);
                Ok(attempt)
            }
        };
        let attempt = open(self.origin).await?;
        let second =
            (self.origin == Origin::Scheme).then_some(async move || open(Origin::Loopback).await);
        let call = call::Call { joining, asked, to };
        tokio::spawn(call.run(attempt, second));
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
