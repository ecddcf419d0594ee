//! What stands on the desktop beside the window, and follows the call: the icon in the tray, notifications, the screen
//! that stays on, keys that mute, a window that is not closed by mistake.
//!
//! All of it reads how we stand ([`standing`]) and what happens ([`news`]) from [`crate::calls::Calls`], and acts by
//! sending intents like the page. No words are made here: the page hands them over.

pub mod awake;
pub mod closing;
pub mod keys;
#[cfg(target_os = "linux")]
mod markup;
pub mod mini;
pub mod news;
pub mod notices;
pub mod standing;
pub mod tray;

use foyer_contract::desktop::{DesktopAbilities, DesktopWords};
use tauri::{AppHandle, Manager, Runtime};
use tokio::sync::watch;

use self::closing::Closing;
use self::mini::Mini;
use crate::armed;
use crate::shell::Shell;

/// What the page and the desktop's parts know of each other.
#[derive(Default)]
pub struct Desktop {
    /// Whether the window may be closed.
    pub closing: Closing,
    /// Whether the window is a small one.
    pub mini: Mini,
    words: watch::Sender<Option<DesktopWords>>,
    tray: watch::Sender<bool>,
    keys: watch::Sender<bool>,
}

impl Desktop {
    /// From now on in these words.
    pub fn say(&self, words: DesktopWords) {
        self.words.send_replace(Some(words));
    }

    /// What there is right now.
    pub fn abilities(&self) -> DesktopAbilities {
        DesktopAbilities {
            tray: *self.tray.borrow(),
            global_keys: *self.keys.borrow(),
            above: mini::is_possible(|name| std::env::var_os(name)),
        }
    }
}

/// Starts every part, until the app ends.
pub fn start<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let Desktop {
        words, tray, keys, ..
    } = &shell.desktop;
    let calls = &shell.calls;
    tauri::async_runtime::spawn(armed::follow(app.clone()));
    tauri::async_runtime::spawn(tray::follow(
        app.clone(),
        words.subscribe(),
        calls.standings(),
        shell.armed.list(),
        tray.clone(),
    ));
    tauri::async_runtime::spawn(notices::follow(
        app.clone(),
        words.subscribe(),
        calls.news(),
    ));
    tauri::async_runtime::spawn(awake::follow(words.subscribe(), calls.standings()));
    if keys::are_possible(|name| std::env::var_os(name)) {
        start_keys(app, keys);
    }
}

fn start_keys<R: Runtime>(app: &AppHandle<R>, keys: &watch::Sender<bool>) {
    if let Err(error) = app.plugin(tauri_plugin_global_shortcut::Builder::new().build()) {
        return tracing::warn!(%error, "no keys of other apps' time");
    }
    keys.send_replace(true);
    let wanted = app.state::<Shell>().settings.preferences().global_mute;
    if let Err(error) = keys::apply(app, wanted) {
        tracing::warn!(%error, "muting by key waits for its keys");
    }
}
