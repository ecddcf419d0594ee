//! The window as a small one above all others, while the guest works in another app: when they ask for it, or minimise
//! the window during a meeting.

use std::sync::{Mutex, MutexGuard, PoisonError};

use tauri::ipc::Channel;
use tauri::{
    AppHandle, LogicalSize, Manager, PhysicalPosition, PhysicalSize, Runtime, WebviewWindow,
};

use super::standing::Standing;
use crate::shell::Shell;
use crate::window::MAIN;

/// Logical pixels, at the natural size of everything.
const SMALL: (f64, f64) = (320.0, 180.0);

/// Whether the window is small, and what it was like before.
#[derive(Default)]
pub struct Mini(Mutex<State>);

#[derive(Default)]
struct State {
    before: Option<Before>,
    page: Option<Channel<bool>>,
}

struct Before {
    size: PhysicalSize<u32>,
    /// Not where the desktop keeps it to itself (Wayland).
    position: Option<PhysicalPosition<i32>>,
    is_maximized: bool,
    is_full: bool,
}

impl Mini {
    /// Makes the window small, or what it was before. `scale` is the size of everything, in percent.
    pub fn set<R: Runtime>(
        &self,
        window: &WebviewWindow<R>,
        on: bool,
        scale: u32,
    ) -> tauri::Result<()> {
        let mut state = self.state();
        match (on, state.before.take()) {
            (true, None) => {
                // A window that is minimised has no size.
                window.unminimize()?;
                state.before = Some(Before {
                    size: window.inner_size()?,
                    position: window.outer_position().ok(),
                    is_maximized: window.is_maximized()?,
                    is_full: window.is_fullscreen()?,
                });
                shrink(window, scale)?;
            }
            (false, Some(was)) => restore(window, &was)?,
            (_, unchanged) => state.before = unchanged,
        }
        if let Some(page) = &state.page
            && let Err(error) = page.send(state.before.is_some())
        {
            tracing::warn!(%error, "the page is not told of the mini window");
        }
        Ok(())
    }

    /// Tells this page from now on, in place of any other, whether the window is small.
    pub fn listen(&self, page: Channel<bool>) {
        self.state().page = Some(page);
    }

    /// Whether the window is small.
    pub fn is_on(&self) -> bool {
        self.state().before.is_some()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether an app may keep its window above the others here: under Wayland only the desktop may.
pub fn is_possible(environment: impl Fn(&str) -> Option<std::ffi::OsString>) -> bool {
    let is_set = |name| environment(name).is_some_and(|value| !value.is_empty());
    let asks_for_x11 = environment("GDK_BACKEND").is_some_and(|backend| backend == "x11");
    !cfg!(target_os = "linux") || !is_set("WAYLAND_DISPLAY") || asks_for_x11
}

/// Whether a window that is minimised now becomes a small one. One that is small already is really minimised.
fn is_due(now: &Standing, is_wanted: bool, is_on: bool) -> bool {
    is_wanted && now.is_in_meeting() && !is_on
}

/// Somebody minimised the window.
pub fn minimised<R: Runtime>(app: &AppHandle<R>) {
    let shell = app.state::<Shell>();
    let preferences = shell.settings.preferences();
    let is_due = is_due(
        &shell.calls.standings().borrow().now,
        preferences.mini_on_minimise && is_possible(|name| std::env::var_os(name)),
        shell.desktop.mini.is_on(),
    );
    if let Some(window) = app.get_webview_window(MAIN).filter(|_| is_due)
        && let Err(error) = shell.desktop.mini.set(&window, true, preferences.scale)
    {
        tracing::warn!(%error, "no mini window");
    }
}

/// Tells when somebody minimises the window, from now on. To be called on the main thread.
#[cfg(target_os = "linux")]
pub fn watch<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use gtk::gdk::WindowState;
    use gtk::prelude::WidgetExt;

    let app = window.app_handle().clone();
    window
        .gtk_window()?
        .connect_window_state_event(move |_, event| {
            let became = event.changed_mask() & event.new_window_state();
            if became.contains(WindowState::ICONIFIED) {
                let app = app.clone();
                // Not from within: it changes the window again.
                tauri::async_runtime::spawn(async move { minimised(&app) });
            }
            gtk::glib::Propagation::Proceed
        });
    Ok(())
}

/// Tells when somebody minimises the window, from now on.
#[cfg(not(target_os = "linux"))]
pub fn watch<R: Runtime>(window: &WebviewWindow<R>) -> tauri::Result<()> {
    use tauri::WindowEvent;

    let app = window.app_handle().clone();
    let minimising = window.clone();
    window.on_window_event(move |event| {
        // Neither system has an event of its own for it.
        let perhaps = matches!(event, WindowEvent::Resized(_) | WindowEvent::Focused(false));
        if perhaps && minimising.is_minimized().unwrap_or(false) {
            let app = app.clone();
            tauri::async_runtime::spawn(async move { minimised(&app) });
        }
    });
    Ok(())
}

fn shrink<R: Runtime>(window: &WebviewWindow<R>, scale: u32) -> tauri::Result<()> {
    let factor = f64::from(scale) / 100.0;
    let size = LogicalSize::new(SMALL.0 * factor, SMALL.1 * factor);
    window.set_fullscreen(false)?;
    window.unmaximize()?;
    window.set_min_size(Some(size))?;
    window.set_size(size)?;
    window.set_always_on_top(true)
}

fn restore<R: Runtime>(window: &WebviewWindow<R>, was: &Before) -> tauri::Result<()> {
    let windows = &window.config().app.windows;
    let configured = windows.iter().find(|known| known.label == window.label());
    let least = configured.and_then(|known| {
        let (width, height) = known.min_width.zip(known.min_height)?;
        Some(LogicalSize::new(width, height))
    });
    window.set_always_on_top(false)?;
    window.set_min_size(least)?;
    window.set_size(was.size)?;
    if let Some(position) = was.position {
        window.set_position(position)?;
    }
    if was.is_maximized {
        window.maximize()?;
    }
    window.set_fullscreen(was.is_full)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::desktop::standing::Stage;

    #[test]
    fn a_window_becomes_small_when_it_is_minimised_in_a_meeting_and_not_small_already() {
        let at = |phase| Standing {
            phase,
            ..Standing::default()
        };
        assert!(is_due(&at(Stage::InMeeting), true, false));
        assert!(is_due(&at(Stage::Reconnecting), true, false));
        assert!(!is_due(&at(Stage::InMeeting), false, false), "not wanted");
        assert!(!is_due(&at(Stage::InMeeting), true, true), "small already");
        for phase in [Stage::None, Stage::PreJoin, Stage::Lobby, Stage::Ended] {
            assert!(!is_due(&at(phase), true, false), "{phase:?}");
        }
    }

    #[test]
    fn under_wayland_no_window_stays_above_the_others() {
        let with = |set: &'static [(&str, &str)]| {
            is_possible(|name| {
                let found = set.iter().find(|(known, _)| *known == name);
                found.map(|(_, value)| (*value).into())
            })
        };
        assert!(with(&[("DISPLAY", ":0")]));
        let wayland = with(&[("DISPLAY", ":0"), ("WAYLAND_DISPLAY", "wayland-0")]);
        assert_eq!(wayland, !cfg!(target_os = "linux"));
        assert!(with(&[
            ("WAYLAND_DISPLAY", "wayland-0"),
            ("GDK_BACKEND", "x11")
        ]));
    }
}
