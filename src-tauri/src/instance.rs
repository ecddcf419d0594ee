//! One window for everything that the system opens: a second start hands its link to the first, and ends.

use std::ffi::OsStr;
use std::path::Path;

use tauri::{AppHandle, Manager, Runtime, plugin::TauriPlugin};

use crate::handed;
use crate::shell::Shell;
use crate::window::MAIN;

/// Set to anything, it keeps a start to itself; tests run several side by side.
pub const APART: &str = "FOYER_SEPARATE_INSTANCE";

/// Finds the first instance. `link_of` reads a link out of the arguments of a later start.
pub fn plugin<R: Runtime>(
    link_of: impl Fn(&[String]) -> Option<String> + Send + Sync + 'static,
) -> TauriPlugin<R> {
    tauri_plugin_single_instance::init(move |app, arguments, folder| {
        tracing::info!("started again while running");
        if let Some(link) = link_of(&arguments) {
            hand(app, &link, Path::new(&folder));
        }
        raise(app);
    })
}

/// Whether this start looks for another.
pub fn is_wanted(apart: Option<&OsStr>) -> bool {
    apart.is_none_or(OsStr::is_empty)
}

/// Passes a link on to the page.
pub fn hand<R: Runtime>(app: &AppHandle<R>, link: &str, folder: &Path) {
    if let Some(shell) = app.try_state::<Shell>() {
        shell.handed.hand(handed::look_at(link, folder));
    }
}

/// Brings the window before the others.
pub fn raise<R: Runtime>(app: &AppHandle<R>) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let raised = window.unminimize().and_then(|()| window.show());
    if let Err(error) = raised.and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "the window cannot be raised");
    }
}
