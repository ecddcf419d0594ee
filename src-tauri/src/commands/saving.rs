//! Files that the guest chooses.

use tauri::{AppHandle, Runtime};

use crate::commands::{Answer, refused};
use crate::saving;

/// Asks for a file and writes a text into it; false if the guest thought better of it.
#[tauri::command]
pub async fn save_text<R: Runtime>(
    app: AppHandle<R>,
    title: String,
    name: String,
    text: String,
) -> Answer<bool> {
    let saved = saving::save(&app, title, &name, text).await;
    saved.map_err(|error| refused(error.code(), error))
}
