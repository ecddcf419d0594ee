//! Device pickers, and the network before joining.

use foyer_contract::command::DeviceLists;
use foyer_contract::network::NetworkCheck;
use tauri::State;

use crate::commands::{Answer, refused};
use crate::devices;
use crate::network;
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

/// Asks whoever a call to this meeting needs whether they answer.
#[tauri::command]
pub async fn check_network(shell: State<'_, Shell>, text: String) -> Answer<NetworkCheck> {
    let checked = network::check(&text, shell.teams.service()).await;
    checked.map_err(|error| refused(error.code(), error))
}
