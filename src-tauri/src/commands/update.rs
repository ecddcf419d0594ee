//! Newer versions of the app.

use foyer_contract::command::NewVersion;
use tauri::{AppHandle, Runtime, State};

use crate::commands::{Answer, refused};
use crate::shell::Shell;
use crate::updates;

/// Looks for a newer version and fetches it. Nothing where none is to be looked for, or there is none.
#[tauri::command]
pub async fn look_for_update<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
) -> Answer<Option<NewVersion>> {
    let Some(source) = &shell.update_source else {
        return Ok(None);
    };
    let mut ready = shell.update.lock().await;
    if ready.is_none() {
        let found = updates::find(&app, source).await;
        *ready = found.map_err(|error| {
            tracing::warn!(%error, "no update");
            refused(error.code(), error)
        })?;
    }
    Ok(ready.as_ref().map(|ready| NewVersion {
        version: ready.version().to_owned(),
    }))
}

/// Puts in what was fetched and starts it. Refused while there is a call.
#[tauri::command]
pub async fn install_update<R: Runtime>(app: AppHandle<R>, shell: State<'_, Shell>) -> Answer<()> {
    let ready = shell.update.lock().await;
    let ready = ready
        .as_ref()
        .ok_or_else(|| refused("update.none", "nothing was fetched"))?;
    ready
        .install(&shell.calls)
        .map_err(|error| refused(error.code(), error))?;
    app.request_restart();
    Ok(())
}
