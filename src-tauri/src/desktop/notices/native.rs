//! By the notification centre of Windows or macOS.

use std::sync::Arc;

use notify_rust::Notification;
use tauri::{AppHandle, Runtime};
use tokio::sync::Semaphore;

use super::Notice;
use crate::brand;

/// Notifications that a click is waited for at the same time.
const CLICKABLE: usize = 8;
/// What notify-rust calls a notification that went away.
const CLOSED: &str = "__closed";

/// Where notices are shown.
pub struct Board {
    name: String,
    id: String,
    clicked: Arc<dyn Fn() + Send + Sync>,
    waiting: Arc<Semaphore>,
}

impl Board {
    /// Asks nobody yet. `clicked` hears of a click.
    pub fn new<R: Runtime>(app: &AppHandle<R>, clicked: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            name: brand::name().to_owned(),
            id: app.config().identifier.clone(),
            clicked: Arc::new(clicked),
            waiting: Arc::new(Semaphore::new(CLICKABLE)),
        }
    }

    /// Shows a notice.
    pub async fn show(&mut self, notice: Notice) -> Result<(), notify_rust::error::Error> {
        let mut notification = Notification::new();
        notification
            .appname(&self.name)
            .summary(&notice.title)
            .body(&notice.body);
        // Windows knows the name that an installer has registered, which a build out of the repository lacks.
        #[cfg(windows)]
        if !cfg!(debug_assertions) {
            notification.app_id(&self.id);
        }
        #[cfg(not(windows))]
        let _ = &self.id;
        let clicked = self.clicked.clone();
        let waits = self.waiting.clone().try_acquire_owned();
        let shown = tokio::task::spawn_blocking(move || {
            let handle = notification.show()?;
            // It waits until the notification is gone, which may be never.
            if let Ok(waits) = waits {
                std::thread::spawn(move || {
                    handle.wait_for_action(|action| {
                        if action != CLOSED {
                            clicked();
                        }
                    });
                    drop(waits);
                });
            }
            Ok(())
        });
        // A task that broke has shown nothing, and there is nobody to tell.
        shown.await.unwrap_or(Ok(()))
    }
}
