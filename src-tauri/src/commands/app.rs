//! About this build and how it was started.

use foyer_contract::command::AppInfo;
use tauri::State;

use crate::commands::refused;
use crate::shell::Shell;

/// Version, system, and what the command line asked for.
#[tauri::command]
pub fn app_info(shell: State<'_, Shell>) -> AppInfo {
    AppInfo {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        platform: std::env::consts::OS.to_owned(),
        suggested_name: shell
            .launch
            .name
            .clone()
            .unwrap_or_else(|| shell.settings.name()),
        link: shell.launch.link.clone(),
        problem: shell
            .teams
            .problem()
            .map(|error| refused(error.code(), error)),
    }
}
