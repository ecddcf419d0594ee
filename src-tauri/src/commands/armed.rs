//! Meetings that Foyer is to be ready for.

use foyer_contract::armed::ArmedMeeting;
use foyer_meeting::sensitive::Sensitive;
use tauri::State;
use tauri::ipc::Channel;

use crate::commands::{Answer, refused};
use crate::shell::{Shell, wall_clock};

/// Will be ready for the meeting of this invitation, and ring at its start.
#[tauri::command]
pub async fn arm(
    shell: State<'_, Shell>,
    text: String,
    passcode: Option<Sensitive<String>>,
) -> Answer<()> {
    let now_ms = wall_clock()() as i64;
    let armed = shell.armed.arm(&text, passcode.as_ref(), now_ms);
    armed.map_err(|error| refused(error.code(), error))
}

/// Will not.
#[tauri::command]
pub async fn disarm(shell: State<'_, Shell>, id: String) -> Answer<()> {
    shell.armed.disarm(&id);
    Ok(())
}

/// Tells this page the list, now and whenever it changes.
#[tauri::command]
pub fn listen_armed(shell: State<'_, Shell>, armed: Channel<Vec<ArmedMeeting>>) {
    let mut list = shell.armed.list();
    tauri::async_runtime::spawn(async move {
        loop {
            let now = list.borrow_and_update().clone();
            // A page that has gone listens no more.
            if armed.send(now).is_err() || list.changed().await.is_err() {
                return;
            }
        }
    });
}
