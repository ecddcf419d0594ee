//! By Tauri, on systems that always have a tray.

use std::sync::Arc;

use tauri::menu::{Menu, MenuEvent, MenuItem};
use tauri::tray::{MouseButton, MouseButtonState, TrayIcon, TrayIconBuilder, TrayIconEvent};
use tauri::{AppHandle, Runtime};
use tokio::sync::{oneshot, watch};

use super::{Face, Press};
use crate::brand;

const ID: &str = "foyer";

/// The icon.
pub struct Icon<R: Runtime> {
    app: AppHandle<R>,
    icon: TrayIcon<R>,
}

impl<R: Runtime> Icon<R> {
    /// Shows it; none if the system refuses.
    pub async fn show(
        app: &AppHandle<R>,
        face: Face,
        press: impl Fn(Press) + Send + Sync + 'static,
        is_there: watch::Sender<bool>,
    ) -> Option<Self> {
        let press: Arc<dyn Fn(Press) + Send + Sync> = Arc::new(press);
        let (made, icon) = oneshot::channel();
        let handle = app.clone();
        let build = move || {
            // The receiver waits.
            made.send(build(&handle, &face, press)).ok();
        };
        app.run_on_main_thread(build).ok()?;
        match icon.await.ok()? {
            Ok(icon) => {
                is_there.send_replace(true);
                Some(Self {
                    app: app.clone(),
                    icon,
                })
            }
            Err(error) => {
                tracing::warn!(%error, "there is no tray");
                None
            }
        }
    }

    /// Shows another face.
    pub async fn change(&mut self, face: Face) {
        let changed = self
            .icon
            .set_icon(Some(face.look.icon()))
            .and_then(|()| self.icon.set_tooltip(Some(tip(&face))))
            .and_then(|()| self.icon.set_menu(Some(menu(&self.app, &face)?)));
        if let Err(error) = changed {
            tracing::warn!(%error, "the tray does not follow");
        }
    }
}

fn build<R: Runtime>(
    app: &AppHandle<R>,
    face: &Face,
    press: Arc<dyn Fn(Press) + Send + Sync>,
) -> tauri::Result<TrayIcon<R>> {
    let clicked = press.clone();
    TrayIconBuilder::with_id(ID)
        .icon(face.look.icon())
        .tooltip(tip(face))
        .menu(&menu(app, face)?)
        .show_menu_on_left_click(false)
        .on_menu_event(move |_, event: MenuEvent| {
            if let Some(pressed) = pressed(event.id().as_ref()) {
                press(pressed);
            }
        })
        .on_tray_icon_event(move |_, event| {
            if let TrayIconEvent::Click {
                button: MouseButton::Left,
                button_state: MouseButtonState::Up,
                ..
            } = event
            {
                clicked(Press::Show);
            }
        })
        .build(app)
}

fn tip(face: &Face) -> String {
    let name = brand::name();
    let title = face.title.as_ref().map(|title| format!(" · {title}"));
    format!("{name} · {}{}", face.state, title.unwrap_or_default())
}

fn menu<R: Runtime>(app: &AppHandle<R>, face: &Face) -> tauri::Result<Menu<R>> {
    let menu = Menu::new(app)?;
    for (press, label) in &face.menu {
        // An ampersand would mark a key.
        let label = label.replace('&', "&&");
        let item = MenuItem::with_id(app, name_of(*press), label, true, None::<&str>)?;
        menu.append(&item)?;
    }
    Ok(menu)
}

const PRESSES: [(&str, Press); 7] = [
    ("show", Press::Show),
    ("mute", Press::Microphone(false)),
    ("unmute", Press::Microphone(true)),
    ("camera-off", Press::Camera(false)),
    ("camera-on", Press::Camera(true)),
    ("leave", Press::Leave),
    ("quit", Press::Quit),
];

fn name_of(press: Press) -> &'static str {
    let known = PRESSES.iter().find(|(_, known)| *known == press);
    known.expect("every press is among them").0
}

fn pressed(name: &str) -> Option<Press> {
    let known = PRESSES.iter().find(|(known, _)| *known == name);
    known.map(|(_, press)| *press)
}
