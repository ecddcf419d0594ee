//! A received share in a window of its own.

use foyer_contract::intent::WatchedFeed;
use foyer_contract::share_window::SharedApart;
use tauri::ipc::Channel;
use tauri::{AppHandle, Runtime, State};

use crate::commands::{Answer, refused};
use crate::share_window;
use crate::shell::Shell;

/// Shows the received share in a window of its own, under this title. `closed` is told once when that has gone.
#[tauri::command]
pub async fn pop_out_share<R: Runtime>(
    app: AppHandle<R>,
    title: String,
    closed: Channel<()>,
) -> Answer<()> {
    share_window::open(&app, &title, closed).map_err(|error| refused(error.code(), error))
}

/// Closes that window.
#[tauri::command]
pub async fn bring_back_share<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    share_window::close(&app).map_err(|error| refused("app.failed", error))
}

/// Of the share's window: what is shared, from now on.
#[tauri::command]
pub fn listen_share<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    shares: Channel<SharedApart>,
) {
    let share = shell.calls.share();
    tauri::async_runtime::spawn(share_window::follow(app, share, shares));
}

/// Of the share's window: how large it shows the share.
#[tauri::command]
pub async fn watch_share(shell: State<'_, Shell>, feed: WatchedFeed) -> Answer<()> {
    let share = shell.calls.share().borrow().clone();
    let intent = share_window::watched(share.as_ref(), feed);
    let is_sent = intent.is_some_and(|intent| shell.calls.send(intent));
    // The share may have ended since.
    is_sent
        .then_some(())
        .ok_or_else(|| refused("share.none", "nobody shares that"))
}
