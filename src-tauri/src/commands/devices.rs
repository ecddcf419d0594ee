//! Device pickers.

use foyer_contract::command::DeviceLists;
use tauri::State;

use crate::commands::{Answer, refused};
use crate::devices;
use crate::shell::Shell;

/// Lists everything, off the threads that the page waits on.
#[tauri::command]
pub async fn list_devices(shell: State<'_, Shell>) -> Answer<DeviceLists> {
    let all = shell.devices.clone();
    let listed = tauri::async_runtime::spawn_blocking(move || devices::lists(&*all)).await;
    listed
        .map(|(lists, _)| lists)
        .map_err(|error| refused("device.failed", error))
}
