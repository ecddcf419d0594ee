//! Keys that mute while another app has the focus, for who wants them.
//!
//! Wayland lets no app take keys; there a key is bound to `foyer ctl toggle-mute` in the settings of the desktop.

use foyer_contract::intent::Intent;
use tauri::{AppHandle, Manager, Runtime};
use tauri_plugin_global_shortcut::{Code, GlobalShortcutExt, Modifiers, Shortcut, ShortcutState};

use super::standing::Device;
use crate::shell::Shell;

/// The keys are taken by another app, or the system does not give them.
#[derive(Debug, thiserror::Error)]
#[error("the keys cannot be had: {0}")]
pub struct KeysError(#[from] tauri_plugin_global_shortcut::Error);

impl KeysError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        "desktop.keys_taken"
    }
}

/// Ctrl+Alt+Shift+M: three fingers, but no layout writes with them.
fn keys() -> Shortcut {
    let modifiers = Modifiers::CONTROL | Modifiers::ALT | Modifiers::SHIFT;
    Shortcut::new(Some(modifiers), Code::KeyM)
}

/// Whether an app may have keys at all here.
pub fn are_possible(environment: impl Fn(&str) -> Option<std::ffi::OsString>) -> bool {
    let is_set = |name| environment(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || (is_set("DISPLAY") && !is_set("WAYLAND_DISPLAY"))
}

/// Takes the keys or gives them back.
pub fn apply<R: Runtime>(app: &AppHandle<R>, wanted: bool) -> Result<(), KeysError> {
    let Some(global) = app.try_state::<tauri_plugin_global_shortcut::GlobalShortcut<R>>() else {
        return Ok(());
    };
    let has = global.is_registered(keys());
    if wanted && !has {
        global.on_shortcut(keys(), |app, _, event| {
            if event.state == ShortcutState::Pressed {
                toggle(app);
            }
        })?;
    } else if !wanted && has {
        app.global_shortcut().unregister(keys())?;
    }
    Ok(())
}

fn toggle<R: Runtime>(app: &AppHandle<R>) {
    let calls = &app.state::<Shell>().calls;
    let now = calls.standings().borrow().now.clone();
    if now.is_joined() {
        // The call may be over by now.
        calls.send(Intent::SetMuted {
            muted: now.microphone != Device::Off,
        });
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn wayland_gives_no_keys() {
        let on = |set: &'static [&'static str]| {
            are_possible(move |name| set.contains(&name).then(|| ":0".into()))
        };
        assert!(on(&["DISPLAY"]));
        assert!(!on(&["DISPLAY", "WAYLAND_DISPLAY"]));
        assert!(!on(&[]));
    }
}
