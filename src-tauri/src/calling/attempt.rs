//! One calling window from its opening to its end.

use std::sync::Arc;
use std::time::Duration;

use foyer_contract::bridge::Opening;
use foyer_contract::calling::{Event, Request};
use foyer_session::teams::CallingWindowError;
use foyer_w3c_bridge::Consent;
use tauri::ipc::{CapabilityBuilder, Channel};
use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, timeout};

use super::call::{GOODBYE, Page, Say};
use super::engine::{Engine, Pictures, Running};
use super::loopback::{Found, Loopback, Source};
use super::page::{Files, Policy, SCHEME};
use super::seat::{Seats, Ticket};
use super::{LABEL, Origin};

/// From opening the window to its page's first word; the machine may be busy.
const OPENING: Duration = Duration::from_secs(60);
/// A window whose page listens. Dropping it closes the window and the engine.
pub(super) struct Attempt<R: Runtime> {
    app: AppHandle<R>,
    window: Option<WebviewWindow<R>>,
    requests: Option<Channel<Request>>,
    events: mpsc::Receiver<Event>,
    ticket: Ticket,
    engine_address: Option<String>,
    crashed: watch::Receiver<bool>,
    _crash: watch::Sender<bool>,
    engine: Option<Arc<dyn Running>>,
    _served: Option<Loopback>,
}

/// The page's files for a page that is not served by scheme.
struct OfApp<R: Runtime>(AppHandle<R>);

impl<R: Runtime> Source for OfApp<R> {
    fn file(&self, name: &str) -> Found {
        Files::of(&self.0).get(name)
    }

    fn policy(&self) -> String {
        self.0.state::<Policy>().text()
    }
}

impl<R: Runtime> Attempt<R> {
    pub async fn open(
        app: &AppHandle<R>,
        engine: Arc<dyn Engine>,
        consent: Arc<dyn Consent>,
        origin: Origin,
    ) -> Result<Self, CallingWindowError> {
        let not_opened = |reason: String| CallingWindowError::NotOpened { reason };
        // One identity, one window: an older call's may still be saying goodbye.
        if let Some(older) = app.get_webview_window(LABEL) {
            older
                .destroy()
                .map_err(|error| not_opened(error.to_string()))?;
            gone(app).await;
        }
        let served = match origin {
            Origin::Scheme => None,
            Origin::Loopback => {
                let source = Arc::new(OfApp(app.clone()));
                let served = Loopback::serve(source).await;
                Some(served.map_err(|error| not_opened(error.to_string()))?)
            }
        };
        let url = address(served.as_ref());
        let page_origin = origin_of(&url);
        if origin == Origin::Loopback {
            let may = app.add_capability(loopback_capability(&page_origin));
            may.map_err(|error| not_opened(error.to_string()))?;
        }
        let running = engine.start(&page_origin, consent).await;
        let running = running.map_err(not_opened)?;
        let opening = running.opening().map_err(not_opened)?;
        let engine_address = opening.as_ref().map(|opening| opening.url.clone());
        app.state::<Policy>().allow(engine_address.clone());
        let guest = app.state::<Seats>().expect();
        let (crash, crashed) = watch::channel(false);
        let script = script(app, opening.as_ref()).map_err(not_opened)?;
        let window = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::CustomProtocol(blank()))
            .title("Foyer calling")
            .visible(false)
            .focused(false)
            .skip_taskbar(true)
            .use_https_scheme(true)
            .initialization_script(script)
            .on_navigation(move |to| to.scheme() == "about" || origin_of(to) == page_origin)
            .build()
            .map_err(|error| not_opened(error.to_string()))?;
        let mut attempt = Self {
            app: app.clone(),
            window: Some(window.clone()),
            requests: None,
            events: guest.events,
            ticket: guest.ticket,
            engine_address,
            crashed,
            _crash: crash.clone(),
            engine: Some(running),
            _served: served,
        };
        prepare(&window, crash).map_err(|error| not_opened(error.to_string()))?;
        window
            .navigate(url)
            .map_err(|error| not_opened(error.to_string()))?;
        let listening = tokio::select! {
            listening = timeout(OPENING, guest.listening) => listening.ok().and_then(Result::ok),
            () = self::crash(&mut attempt.crashed) => None,
        };
        let requests = listening.ok_or(CallingWindowError::Silent)?;
        attempt.requests = Some(requests);
        Ok(attempt)
    }

    /// From now on it is what this page receives.
    pub fn show(&self, pictures: &Pictures) {
        let engine = self.engine.as_ref().expect("it runs until the drop");
        pictures.show(engine);
    }
}

impl<R: Runtime> Page for Attempt<R> {
    fn say(&self) -> Say {
        let requests = self.requests.clone();
        Arc::new(move |request| {
            if let Some(requests) = &requests
                && let Err(error) = requests.send(request)
            {
                tracing::warn!(%error, "the calling page takes no request");
            }
        })
    }

    async fn next(&mut self) -> Option<Event> {
        tokio::select! {
            event = self.events.recv() => event,
            () = crash(&mut self.crashed) => None,
        }
    }

    fn has_crashed(&self) -> bool {
        *self.crashed.borrow()
    }
}

impl<R: Runtime> Drop for Attempt<R> {
    fn drop(&mut self) {
        // First what is open, then the window.
        self.engine = None;
        if let Some(window) = self.window.take() {
            // A goodbye may take longer than the next window to open: what is that one's stays.
            self.app.state::<Seats>().give_up(self.ticket);
            if let Some(address) = &self.engine_address {
                self.app.state::<Policy>().forbid(address);
            }
            if let Err(error) = window.destroy() {
                tracing::warn!(%error, "the calling window does not close");
            }
        }
    }
}

async fn crash(crashed: &mut watch::Receiver<bool>) {
    crashed
        .wait_for(|crashed| *crashed)
        .await
        .expect("the attempt holds a sender");
}

async fn gone<R: Runtime>(app: &AppHandle<R>) {
    let until = Instant::now() + GOODBYE;
    while app.get_webview_window(LABEL).is_some() && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn prepare<R: Runtime>(window: &WebviewWindow<R>, crash: watch::Sender<bool>) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    window.with_webview(move |webview| {
        let view = webview.inner();
        super::webkit::prepare(&view);
        super::webkit::watch(&view, move || {
            crash.send_replace(true);
        });
    })?;
    #[cfg(not(target_os = "linux"))]
    let _ = (window, crash);
    Ok(())
}

/// Runs before the page's own scripts: how the engine is found, then the polyfill, which takes that away.
fn script<R: Runtime>(app: &AppHandle<R>, opening: Option<&Opening>) -> Result<String, String> {
    let Some(opening) = opening else {
        return Ok(String::new());
    };
    let polyfill = Files::of(app).get("polyfill.js");
    let (polyfill, _) = polyfill.ok_or("this build is without the polyfill")?;
    let polyfill = String::from_utf8(polyfill).map_err(|error| error.to_string())?;
    let opening = serde_json::to_string(opening).map_err(|error| error.to_string())?;
    // The empty page that comes first must not use up what is good once.
    Ok(format!(
        "if (location.protocol !== \"about:\") {{\nglobalThis.__foyerBridge = {opening};\n{polyfill}\n}}"
    ))
}

/// Nothing is loaded before the webview is as the page needs it.
fn blank() -> tauri::Url {
    "about:blank".parse().expect("it is an address")
}

fn address(served: Option<&Loopback>) -> tauri::Url {
    let url = match served {
        Some(served) => served.page(),
        None if cfg!(windows) => format!("https://{SCHEME}.localhost/index.html"),
        None => format!("{SCHEME}://localhost/index.html"),
    };
    url.parse().expect("it is an address")
}

/// The same as the window's own, for a page that is not the app's by its scheme: this origin in this window alone.
fn loopback_capability(origin: &str) -> CapabilityBuilder {
    CapabilityBuilder::new(format!("calling at {origin}"))
        .local(false)
        .remote(origin.to_owned())
        .window(LABEL)
        .permission("allow-calling-listen")
        .permission("allow-calling-tell")
}

/// As browsers write it; `Url::origin` knows no schemes of ours.
fn origin_of(url: &tauri::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}
