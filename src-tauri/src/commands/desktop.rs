//! What stands on the desktop beside the window.

use foyer_contract::desktop::{DesktopAbilities, DesktopWords};
use tauri::ipc::Channel;
use tauri::{Manager, Runtime, State, WebviewWindow};

use crate::commands::{Answer, refused};
use crate::shell::Shell;

/// The words for tray and notifications, in the guest's language.
#[tauri::command]
pub fn set_desktop_words(shell: State<'_, Shell>, words: DesktopWords) {
    shell.desktop.say(words);
}

/// What this desktop offers right now.
#[tauri::command]
pub fn desktop_abilities(shell: State<'_, Shell>) -> DesktopAbilities {
    shell.desktop.abilities()
}

/// Hides the window; the tray brings it back.
#[tauri::command]
pub async fn hide_to_tray<R: Runtime>(window: WebviewWindow<R>) -> Answer<()> {
    if !window.state::<Shell>().desktop.abilities().tray {
        return Err(refused("desktop.no_tray", "nothing would bring it back"));
    }
    window.hide().map_err(|error| refused("app.failed", error))
}

/// Tells this page from now on when somebody closes the window during a call.
#[tauri::command]
pub fn listen_closing(shell: State<'_, Shell>, closing: Channel<()>) {
    shell.desktop.closing.listen(closing);
}

/// What the guest answered: to hang up and close, or to stay.
#[tauri::command]
pub async fn answer_closing<R: Runtime>(window: WebviewWindow<R>, close: bool) -> Answer<()> {
    let shell = window.state::<Shell>();
    shell.desktop.closing.stay();
    if !close {
        return Ok(());
    }
    shell.calls.close();
    window
        .destroy()
        .map_err(|error| refused("app.failed", error))
}

/// Tells this page from now on whether the window is a small one.
#[tauri::command]
pub fn listen_mini(shell: State<'_, Shell>, mini: Channel<bool>) {
    shell.desktop.mini.listen(mini);
}

/// Makes the window a small one above the others, or what it was before.
#[tauri::command]
pub async fn set_mini<R: Runtime>(window: WebviewWindow<R>, on: bool) -> Answer<()> {
    let shell = window.state::<Shell>();
    let scale = shell.settings.preferences().scale;
    let set = shell.desktop.mini.set(&window, on, scale);
    set.map_err(|error| refused("app.failed", error))
}
