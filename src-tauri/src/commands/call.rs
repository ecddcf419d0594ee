//! The current call.

use foyer_contract::event::CallEvent;
use foyer_contract::intent::Intent;
use foyer_meeting::link::parse_practice_link;
use foyer_meeting::sensitive::Sensitive;
use tauri::State;
use tauri::ipc::Channel;

use crate::commands::{Answer, refused};
use crate::settings::recent_link;
use crate::shell::Shell;

/// Opens a call in pre-join, in place of any other. Answers with its number, by which its pictures are asked for.
#[tauri::command]
pub async fn open_call(
    shell: State<'_, Shell>,
    text: String,
    passcode: Option<Sensitive<String>>,
    events: Channel<CallEvent>,
) -> Answer<u32> {
    // Practice meetings need none of this, and must not wait for a keyring.
    let teams = if parse_practice_link(&text).is_ok() {
        None
    } else {
        if shell.teams.is_built_in() && !shell.settings.has_accepted_terms() {
            return Err(refused(
                "teams.terms_needed",
                "the terms for Teams meetings were not accepted yet",
            ));
        }
        let teams = shell.teams.teams().await;
        Some(teams.map_err(|error| refused(error.code(), error))?)
    };
    let settings = shell.settings.clone();
    let link = recent_link(&text, passcode.as_ref());
    let joined = move |title: &str, at_ms| {
        if let Some(link) = link {
            settings.joined(&link, title, at_ms);
        }
    };
    shell
        .calls
        .open(&text, passcode.as_ref(), teams, events, joined)
        .map_err(|error| refused(error.code(), error))
}

/// Passes an intent to the current call.
#[tauri::command]
pub async fn send_intent(shell: State<'_, Shell>, intent: Intent) -> Answer<()> {
    shell.settings.note(&intent);
    if shell.calls.send(intent) {
        return Ok(());
    }
    Err(refused("call.none", "there is no call"))
}

/// Hangs up and releases every device. Without a call, nothing.
#[tauri::command]
pub async fn close_call(shell: State<'_, Shell>) -> Answer<()> {
    shell.calls.close();
    Ok(())
}
