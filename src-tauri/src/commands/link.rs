//! Pasted texts.

use foyer_contract::link::LinkVerdict;
use foyer_meeting::link::parse_practice_link;

/// Says what a pasted text is; fetches nothing.
#[tauri::command]
pub fn check_link(text: &str) -> LinkVerdict {
    parse_practice_link(text).into()
}
