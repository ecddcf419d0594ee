//! The clipboard, where the page cannot reach it itself.

use tauri::{AppHandle, Runtime};

use crate::clipboard;
use crate::commands::{Answer, refused};

/// Puts a text into the clipboard.
#[tauri::command]
pub async fn copy_text<R: Runtime>(app: AppHandle<R>, text: String) -> Answer<()> {
    let written = clipboard::write(&app, text).await;
    written.map_err(|error| refused(error.code(), error))
}

/// The text in the clipboard, if it holds one.
#[tauri::command]
pub async fn clipboard_text<R: Runtime>(app: AppHandle<R>) -> Answer<Option<String>> {
    let read = clipboard::read(&app).await;
    read.map_err(|error| refused(error.code(), error))
}
