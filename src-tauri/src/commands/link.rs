//! Pasted texts.

use foyer_contract::link::LinkVerdict;
use foyer_meeting::link::{Target, Verdict, examine};
use tauri::State;

use crate::commands::{Answer, refused};
use crate::outside;
use crate::shell::Shell;

/// Says what a pasted text is, and whether it can be joined from here; fetches nothing.
#[tauri::command]
pub fn check_link(shell: State<'_, Shell>, text: &str) -> LinkVerdict {
    LinkVerdict::from(examine(text)).with_access(shell.teams.access())
}

/// Opens a Teams meeting's own, cleaned link in the guest's browser: no other address is ever opened.
#[tauri::command]
pub async fn open_in_browser(text: &str) -> Answer<()> {
    let (Verdict::Join(meeting) | Verdict::NeedsPasscode(meeting)) = examine(text) else {
        return Err(refused("link.nothing_found", "no meeting in this text"));
    };
    let url = match meeting.target {
        Target::Teams(teams) => teams.join_url(),
        Target::Practice(_) | Target::Invitation(_) => None,
    };
    let Some(url) = url else {
        return Err(refused("link.not_a_meeting", "no link for a browser"));
    };
    open::that_detached(url.expose()).map_err(|error| refused("browser.failed", error))
}

/// Opens an address that the guest has looked at: a page in the browser, or a mail in the mail program.
#[tauri::command]
pub async fn open_link(address: &str) -> Answer<()> {
    let Some(url) = outside::address(address) else {
        return Err(refused("link.not_opened", "neither a page nor a mail"));
    };
    open::that_detached(url.as_str()).map_err(|error| refused("browser.failed", error))
}
