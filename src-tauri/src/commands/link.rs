//! Pasted texts.

use foyer_contract::link::LinkVerdict;
use foyer_meeting::link::examine;

/// Says what a pasted text is; fetches nothing.
#[tauri::command]
pub fn check_link(text: &str) -> LinkVerdict {
    LinkVerdict::from(examine(text)).without_service()
}
