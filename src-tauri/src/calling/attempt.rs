//! One calling window from its opening to its end, and the call that uses it.

use std::sync::Arc;
use std::time::Duration;

use foyer_contract::bridge::Opening;
use foyer_contract::calling::request::{App, Join, Locator, Token, Told};
use foyer_contract::calling::{Event, Request};
use foyer_session::teams::{CallingWindowError, Joining, WindowEvent};
use foyer_w3c_bridge::Consent;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::{mpsc, watch};
use tokio::time::{Instant, sleep_until, timeout};

use super::LABEL;
use super::engine::{Engine, Pictures, Running};
use super::page::{Files, Policy, SCHEME};
use super::seat::{Seats, Ticket};

/// From opening the window to its page's first word; the machine may be busy.
const OPENING: Duration = Duration::from_secs(60);
/// For hanging up and being gone for the others; then the window goes in any case.
const GOODBYE: Duration = Duration::from_secs(5);

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
}

impl<R: Runtime> Attempt<R> {
    pub async fn open(
        app: &AppHandle<R>,
        engine: Arc<dyn Engine>,
        consent: Arc<dyn Consent>,
    ) -> Result<Self, CallingWindowError> {
        let not_opened = |reason: String| CallingWindowError::NotOpened { reason };
        // One identity, one window: an older call's may still be saying goodbye.
        if let Some(older) = app.get_webview_window(LABEL) {
            older
                .destroy()
                .map_err(|error| not_opened(error.to_string()))?;
            gone(app).await;
        }
        let url = address();
        let running = engine.start(&origin_of(&url), consent).await;
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
            .on_navigation(move |to| {
                to.scheme() == "about" || origin_of(to) == origin_of(&address())
            })
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

    /// Does nothing for a page that is gone: its end is told by itself.
    pub fn ask(&self, request: Request) {
        if let Some(requests) = &self.requests
            && let Err(error) = requests.send(request)
        {
            tracing::warn!(%error, "the calling page takes no request");
        }
    }

    /// What happens next; `None` once the page's process is gone or the seat was given away.
    pub async fn next(&mut self) -> Option<Event> {
        tokio::select! {
            event = self.events.recv() => event,
            () = crash(&mut self.crashed) => None,
        }
    }

    /// What its page receives.
    pub fn pictures(&self) -> Arc<Pictures> {
        let engine = self.engine.as_ref().expect("it runs until the drop");
        Arc::new(Pictures(Arc::downgrade(engine)))
    }

    pub fn has_crashed(&self) -> bool {
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

fn address() -> tauri::Url {
    let url = if cfg!(windows) {
        format!("https://{SCHEME}.localhost/index.html")
    } else {
        format!("{SCHEME}://localhost/index.html")
    };
    url.parse().expect("it is an address")
}

/// As browsers write it; `Url::origin` knows no schemes of ours.
fn origin_of(url: &tauri::Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{}://{host}:{port}", url.scheme()),
        None => format!("{}://{host}", url.scheme()),
    }
}

/// A call and its window.
pub(super) struct Call {
    pub joining: Joining,
    pub asked: mpsc::Receiver<Request>,
    pub to: mpsc::Sender<WindowEvent>,
}

impl Call {
    /// Until the call lets go of its line, or the page is gone.
    pub async fn run<R: Runtime>(mut self, mut attempt: Attempt<R>) {
        attempt.ask(Request::Join { join: self.join() });
        loop {
            tokio::select! {
                request = self.asked.recv() => match request {
                    Some(Request::Leave { for_everyone }) => return goodbye(attempt, for_everyone).await,
                    Some(request) => attempt.ask(request),
                    None => return goodbye(attempt, false).await,
                },
                event = attempt.next() => match event {
                    Some(Event::TokenWanted { ask }) => self.give_token(&attempt, ask),
                    Some(event) => {
                        tracing::debug!(?event, "sdk");
                        if self.to.send(event.into()).await.is_err() {
                            return goodbye(attempt, false).await;
                        }
                    }
                    None => {
                        let crashed = attempt.has_crashed();
                        // Camera and microphone first.
                        drop(attempt);
                        if crashed {
                            // The call may be over already.
                            self.to.send(WindowEvent::Crashed).await.ok();
                        }
                        return;
                    }
                },
            }
        }
    }

    fn join(&self) -> Join {
        let told = |secret: &foyer_acs::Secret| Told(secret.clone());
        Join {
            locator: match &self.joining.locator {
                foyer_session::teams::Locator::Link(link) => Locator::Link { url: told(link) },
                foyer_session::teams::Locator::Id { id, passcode } => Locator::Id {
                    id: id.clone(),
                    passcode: passcode.as_ref().map(told),
                },
            },
            name: self.joining.name.clone(),
            app: App {
                name: env!("CARGO_PKG_NAME").to_owned(),
                version: env!("CARGO_PKG_VERSION").to_owned(),
            },
            // The call says otherwise once we are in.
            muted: true,
            camera: false,
            relays: Vec::new(),
        }
    }

    fn give_token<R: Runtime>(&self, attempt: &Attempt<R>, ask: u32) {
        let Some(requests) = attempt.requests.clone() else {
            return;
        };
        let tokens = Arc::clone(&self.joining.tokens);
        tokio::spawn(async move {
            let token = match tokens.access(None).await {
                Ok(access) => Some(Token {
                    token: Told(access.token),
                    expires_ms: access.expires_on.as_millisecond() as f64,
                }),
                Err(error) => {
                    tracing::warn!(code = error.code(), "no token for the SDK");
                    None
                }
            };
            // The page may have gone meanwhile.
            requests.send(Request::Token { ask, token }).ok();
        });
    }
}

/// Hangs up, so that others see us go at once, and closes the window.
async fn goodbye<R: Runtime>(mut attempt: Attempt<R>, for_everyone: bool) {
    attempt.ask(Request::Leave { for_everyone });
    let end = Instant::now() + GOODBYE;
    loop {
        tokio::select! {
            event = attempt.next() => match event {
                Some(Event::Left) | None => return,
                Some(_) => {}
            },
            () = sleep_until(end) => {
                tracing::warn!("the calling page did not hang up in time");
                return;
            }
        }
    }
}
