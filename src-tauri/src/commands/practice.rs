//! The practice meeting.

use foyer_contract::command::{PracticeMeeting, StartPractice};
use tauri::State;

use crate::commands::{Answer, refused};
use crate::shell::Shell;

/// Opens a practice meeting on this machine.
#[tauri::command]
pub async fn start_practice(
    shell: State<'_, Shell>,
    bots: u32,
    lobby: bool,
) -> Answer<PracticeMeeting> {
    let meeting = shell.practice.open(StartPractice { bots, lobby }).await;
    meeting.map_err(|error| refused(error.code(), error))
}
