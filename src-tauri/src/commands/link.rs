//! Pasted texts.

use foyer_contract::link::{LinkKind, LinkVerdict};
use foyer_meeting::link::parse_practice_link;

/// Says what a pasted text is; fetches nothing.
#[tauri::command]
pub fn check_link(text: &str) -> LinkVerdict {
    match parse_practice_link(text) {
        Ok(link) => LinkVerdict::Join {
            kind: LinkKind::Practice,
            url: link.url(),
        },
        Err(error) => LinkVerdict::Refused {
            code: error.code().to_owned(),
        },
    }
}
