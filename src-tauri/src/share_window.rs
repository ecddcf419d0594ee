//! The window that shows a received share by itself. It may ask for that share and its pictures, and nothing else.
//!
//! Its page asks for the frames of one feed, which no longer go to the window with the call meanwhile. It closes when
//! the share ends; when somebody closes it before, the share is back in the other window.

use std::sync::{Mutex, PoisonError};

use foyer_contract::intent::{Intent, WatchedFeed};
use foyer_contract::share_window::SharedApart;
use tauri::ipc::Channel;
use tauri::{AppHandle, Manager, Runtime, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tokio::sync::watch;

use crate::shell::Shell;

/// Label of the window; its capability names it.
pub const LABEL: &str = "share";
/// Logical pixels.
const SIZE: (f64, f64) = (960.0, 600.0);
const LEAST: (f64, f64) = (320.0, 240.0);

/// Why there is no window for the share.
#[derive(Debug, thiserror::Error)]
pub enum ShareWindowError {
    /// Nobody shares a screen.
    #[error("nobody shares a screen")]
    NoShare,
    /// It could not be opened.
    #[error(transparent)]
    Window(#[from] tauri::Error),
}

impl ShareWindowError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoShare => "share.none",
            Self::Window(_) => "app.failed",
        }
    }
}

/// Who is told when the window has gone.
#[derive(Default)]
pub struct ShareWindow(Mutex<Option<Channel<()>>>);

impl ShareWindow {
    fn tell(&self, page: Option<Channel<()>>) {
        let before = std::mem::replace(
            &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner),
            page,
        );
        if let Some(before) = before
            && let Err(error) = before.send(())
        {
            tracing::debug!(%error, "the page no longer asks about the share's window");
        }
    }
}

/// Opens the window under this title; `closed` is told once when it has gone.
pub fn open<R: Runtime>(
    app: &AppHandle<R>,
    title: &str,
    closed: Channel<()>,
) -> Result<(), ShareWindowError> {
    let shell = app.state::<Shell>();
    if shell.calls.share().borrow().is_none() {
        return Err(ShareWindowError::NoShare);
    }
    shell.share_window.tell(Some(closed));
    if let Some(window) = app.get_webview_window(LABEL) {
        return Ok(window.set_focus()?);
    }
    let opened = WebviewWindowBuilder::new(app, LABEL, WebviewUrl::App("share.html".into()))
        .title(title)
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(LEAST.0, LEAST.1)
        .initialization_script(crate::window::FREEZE)
        .build();
    let window = match opened {
        Ok(window) => window,
        Err(error) => {
            shell.share_window.tell(None);
            return Err(error.into());
        }
    };
    #[cfg(target_os = "linux")]
    crate::painting::suit(&window)?;
    let app = app.clone();
    window.on_window_event(move |event| {
        if matches!(event, WindowEvent::Destroyed) {
            let shell = app.state::<Shell>();
            // Without a call nobody watches anything.
            shell.calls.send(Intent::WatchApart { feed: None });
            shell.share_window.tell(None);
        }
    });
    Ok(())
}

/// Closes it, if it is there.
pub fn close<R: Runtime>(app: &AppHandle<R>) -> tauri::Result<()> {
    match app.get_webview_window(LABEL) {
        Some(window) => window.close(),
        None => Ok(()),
    }
}

/// Tells the window's page what is shared, until nothing is: then the window closes.
pub async fn follow<R: Runtime>(
    app: AppHandle<R>,
    mut share: watch::Receiver<Option<SharedApart>>,
    page: Channel<SharedApart>,
) {
    loop {
        let now = share.borrow_and_update().clone();
        let told = now.map(|now| page.send(now));
        if !matches!(told, Some(Ok(()))) || share.changed().await.is_err() {
            break;
        }
    }
    if let Err(error) = close(&app) {
        tracing::warn!(%error, "the share's window does not close");
    }
}

/// What the window shows, as far as that is shared.
pub fn watched(share: Option<&SharedApart>, asked: WatchedFeed) -> Option<Intent> {
    let is_shared = share.is_some_and(|share| share.feed == asked.feed);
    is_shared.then_some(Intent::WatchApart { feed: Some(asked) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_share_can_be_watched_apart() {
        let share = SharedApart {
            call: 1,
            feed: 9,
            name: "Mira".to_owned(),
        };
        let asked = |feed| WatchedFeed {
            feed,
            width: 640,
            height: 360,
            refresh: false,
        };
        assert!(watched(Some(&share), asked(9)).is_some());
        assert_eq!(watched(Some(&share), asked(8)), None);
        assert_eq!(watched(None, asked(9)), None);
    }
}
