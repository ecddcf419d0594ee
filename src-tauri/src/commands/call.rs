//! The current call.

use foyer_contract::event::CallEvent;
use foyer_contract::intent::Intent;
use foyer_meeting::link::parse_practice_link;
use foyer_meeting::sensitive::Sensitive;
use tauri::ipc::Channel;
use tauri::{Manager, Runtime, State, UserAttentionType, WebviewWindow};

use crate::calls::Joined;
use crate::commands::{Answer, refused};
use crate::settings::recent_link;
use crate::shell::Shell;

/// Opens a call in pre-join, in place of any other. Answers with its number, by which its pictures are asked for.
#[tauri::command]
pub async fn open_call<R: Runtime>(
    window: WebviewWindow<R>,
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
        let teams = shell.teams.teams(shell.settings.preferences().survey).await;
        Some(teams.map_err(|error| refused(error.code(), error))?)
    };
    let settings = shell.settings.clone();
    let link = recent_link(&text, passcode.as_ref());
    let joined = move |joined: Joined| {
        if let Some(link) = link {
            settings.joined(&link, &joined.title, joined.at_ms);
        }
        if joined.waited {
            announce(&window);
        }
    };
    shell
        .calls
        .open(&text, passcode.as_ref(), teams, events, joined)
        .map_err(|error| refused(error.code(), error))
}

/// Somebody who looks elsewhere learns that they were let in, as far as they want that.
fn announce<R: Runtime>(window: &WebviewWindow<R>) {
    let shell = window.state::<Shell>();
    let wanted = shell.settings.preferences();
    if wanted.chimes {
        // The call may be over already.
        shell.calls.send(Intent::TestSpeaker);
    }
    let looks = window.is_focused().unwrap_or(false);
    if wanted.notifications
        && !looks
        && let Err(error) = window.request_user_attention(Some(UserAttentionType::Informational))
    {
        tracing::warn!(%error, "the window cannot ask for attention");
    }
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
