//! By the StatusNotifierItem protocol on D-Bus, without a library of the desktop's; absent where nobody shows such
//! icons.

use std::sync::Arc;

use ksni::menu::StandardItem;
use ksni::{Category, Handle, MenuItem, OfflineReason, ToolTip, Tray, TrayMethods};
use tauri::{AppHandle, Runtime};
use tokio::sync::watch;

use super::super::markup;
use super::{Face, Press};
use crate::brand;

/// The icon on the bus.
pub struct Icon(Handle<Item>);

struct Item {
    name: String,
    id: String,
    face: Face,
    press: Arc<dyn Fn(Press) + Send + Sync>,
    is_there: watch::Sender<bool>,
}

impl Icon {
    /// Offers the icon to whoever shows icons, now or later. None without a session bus.
    pub async fn show<R: Runtime>(
        app: &AppHandle<R>,
        face: Face,
        press: impl Fn(Press) + Send + Sync + 'static,
        is_there: watch::Sender<bool>,
    ) -> Option<Self> {
        let there = is_there.clone();
        there.send_replace(true);
        let item = Item {
            name: brand::name().to_owned(),
            id: app.config().identifier.clone(),
            face,
            press: Arc::new(press),
            is_there,
        };
        match item.assume_sni_available(true).spawn().await {
            Ok(handle) => Some(Self(handle)),
            Err(error) => {
                tracing::info!(%error, "there is no tray");
                there.send_replace(false);
                None
            }
        }
    }

    /// Shows another face.
    pub async fn change(&mut self, face: Face) {
        if self.0.update(|item| item.face = face).await.is_none() {
            tracing::warn!("the tray has gone");
        }
    }
}

impl Tray for Item {
    fn id(&self) -> String {
        self.id.clone()
    }

    fn title(&self) -> String {
        self.name.clone()
    }

    fn category(&self) -> Category {
        Category::Communications
    }

    fn icon_pixmap(&self) -> Vec<ksni::Icon> {
        let icon = self.face.look.icon();
        let mut data = icon.rgba().to_vec();
        for pixel in data.chunks_exact_mut(4) {
            pixel.rotate_right(1);
        }
        let side = |pixels: u32| i32::try_from(pixels).expect("icons are small");
        vec![ksni::Icon {
            width: side(icon.width()),
            height: side(icon.height()),
            data,
        }]
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip {
            title: format!("{} · {}", self.name, self.face.state),
            description: markup::plain(self.face.title.as_deref().unwrap_or_default()),
            ..ToolTip::default()
        }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        let items = self.face.menu.iter().map(|(press, label)| {
            let press = *press;
            StandardItem {
                // An underscore would mark a key.
                label: label.replace('_', "__"),
                activate: Box::new(move |item: &mut Self| (item.press)(press)),
                ..StandardItem::default()
            }
            .into()
        });
        items.collect()
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        (self.press)(Press::Show);
    }

    fn watcher_online(&self) {
        tracing::info!("there is a tray");
        self.is_there.send_replace(true);
    }

    fn watcher_offline(&self, reason: OfflineReason) -> bool {
        tracing::info!(?reason, "there is no tray");
        self.is_there.send_replace(false);
        // One may come.
        true
    }
}
