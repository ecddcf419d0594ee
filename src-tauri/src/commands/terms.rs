//! What a guest agrees to before the first Teams meeting.

use foyer_contract::command::TeamsTerms;
use tauri::{AppHandle, Runtime, State};

use crate::calling::page::Files;
use crate::commands::{Answer, refused};
use crate::shell::Shell;

/// Microsoft's terms, as they came with its SDK.
#[tauri::command]
pub async fn teams_terms<R: Runtime>(app: AppHandle<R>) -> Answer<TeamsTerms> {
    let licence = Files::of(&app).get("sdk/LICENSE.txt");
    let Some((bytes, _)) = licence else {
        return Err(refused(
            "teams.without_sdk",
            "this build is without Microsoft's SDK",
        ));
    };
    Ok(TeamsTerms {
        licence: String::from_utf8_lossy(&bytes).into_owned(),
    })
}

/// Remembers that the guest agrees.
#[tauri::command]
pub async fn accept_teams_terms(shell: State<'_, Shell>) -> Answer<()> {
    shell.settings.accept_terms();
    Ok(())
}
