//! The guest's own background.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use foyer_effects::read_picture;
use tauri::State;

use crate::commands::{Answer, refused};
use crate::shell::Shell;

/// Keeps a JPEG as the guest's own background; it is shown once that is chosen.
#[tauri::command]
pub async fn keep_background(shell: State<'_, Shell>, jpeg: String) -> Answer<()> {
    let jpeg = BASE64_STANDARD
        .decode(jpeg)
        .map_err(|error| refused("background.unreadable", error))?;
    let picture = read_picture(&jpeg).map_err(|error| refused(error.code(), error))?;
    shell.effects.set_own(picture);
    shell
        .settings
        .keep_own_background(&jpeg)
        .map_err(|error| refused("app.notKept", error))
}
