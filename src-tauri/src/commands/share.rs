//! What can be shared, as the picker shows it. Nothing of it leaves the machine.

use foyer_contract::share::{SharePreview, ShareSources};
use tauri::State;

use crate::commands::{Answer, refused};
use crate::devices;
use crate::shell::Shell;

/// Lists displays and windows, off the threads that the page waits on.
#[tauri::command]
pub async fn share_sources(shell: State<'_, Shell>) -> Answer<ShareSources> {
    let all = shell.devices.clone();
    let listed = tauri::async_runtime::spawn_blocking(move || devices::share_sources(&*all)).await;
    listed.map_err(|error| refused("device.failed", error))
}

/// One picture of a display or a window.
#[tauri::command]
pub async fn share_preview(
    shell: State<'_, Shell>,
    id: String,
    width: u32,
    height: u32,
) -> Answer<Option<String>> {
    let (previews, devices) = (shell.share_previews.clone(), shell.devices.clone());
    let picture = previews.picture(devices, SharePreview { id, width, height });
    picture.await.map_err(|error| refused(error.code(), error))
}
