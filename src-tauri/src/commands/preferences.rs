//! What the guest prefers, and the meetings joined last.

use foyer_contract::preferences::{Preferences, RecentMeeting};
use tauri::{AppHandle, Runtime, State};

use crate::commands::{Answer, refused};
use crate::desktop::keys;
use crate::shell::Shell;

/// What the guest prefers; the defaults at first.
#[tauri::command]
pub async fn load_preferences(shell: State<'_, Shell>) -> Answer<Preferences> {
    Ok(shell.settings.preferences())
}

/// Keeps what the guest prefers. What is no longer to be kept is gone with that.
#[tauri::command]
pub async fn save_preferences<R: Runtime>(
    app: AppHandle<R>,
    shell: State<'_, Shell>,
    mut preferences: Preferences,
) -> Answer<()> {
    let kept = |preferences| {
        let kept = shell.settings.set_preferences(preferences);
        kept.map_err(|error| refused(error.code(), error))
    };
    kept(preferences.clone())?;
    let keys = keys::apply(&app, preferences.global_mute);
    if keys.is_err() {
        // Keys that could not be had are not tried at every start.
        preferences.global_mute = false;
        kept(preferences)?;
    }
    keys.map_err(|error| refused(error.code(), error))
}

/// The meetings joined last, the newest first; none unless the guest wants them kept.
#[tauri::command]
pub async fn recent_meetings(shell: State<'_, Shell>) -> Answer<Vec<RecentMeeting>> {
    Ok(shell.settings.recents())
}

/// Forgets one of them, or all.
#[tauri::command]
pub async fn forget_recent(shell: State<'_, Shell>, id: Option<String>) -> Answer<()> {
    shell
        .settings
        .forget_recent(id.as_deref())
        .map_err(|error| refused("app.notKept", error))
}
