//! About this build and how it was started.

use foyer_contract::command::{AppInfo, HandedLink, ManagedSetting};
use tauri::State;
use tauri::ipc::Channel;

use crate::brand;
use crate::commands::refused;
use crate::shell::Shell;

/// Version, system, and the name that the command line asked for.
#[tauri::command]
pub fn app_info(shell: State<'_, Shell>) -> AppInfo {
    let managed = shell.teams.managed_by().into_iter();
    let managed = managed.map(|(name, place)| ManagedSetting { name, place });
    AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        platform: std::env::consts::OS.to_owned(),
        suggested_name: shell
            .launch
            .name
            .clone()
            .unwrap_or_else(|| shell.settings.name()),
        problem: shell
            .teams
            .problem()
            .map(|error| refused(error.code(), error)),
        brand: brand::built_in().look(),
        managed: managed.collect(),
    }
}

/// Tells this page from now on which links the system hands over, that of the command line first.
#[tauri::command]
pub fn listen_links(shell: State<'_, Shell>, links: Channel<HandedLink>) {
    shell.handed.listen(links);
}
