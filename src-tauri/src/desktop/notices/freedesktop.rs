//! Over D-Bus, as the Desktop Notifications Specification 1.2 says.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt;
use tauri::{AppHandle, Runtime};
use tokio::task::JoinHandle;
use zbus::zvariant::Value;

use super::super::markup;
use super::{Kind, Notice};
use crate::brand;

/// The one action there is, which a click on the notification means.
const DEFAULT: &str = "default";
/// As long as the desktop thinks.
const EXPIRES: i32 = -1;

#[zbus::proxy(
    interface = "org.freedesktop.Notifications",
    default_service = "org.freedesktop.Notifications",
    default_path = "/org/freedesktop/Notifications"
)]
trait Notifications {
    fn get_capabilities(&self) -> zbus::Result<Vec<String>>;

    #[allow(clippy::too_many_arguments)] // The specification's.
    fn notify(
        &self,
        app_name: &str,
        replaces_id: u32,
        app_icon: &str,
        summary: &str,
        body: &str,
        actions: &[&str],
        hints: HashMap<&str, Value<'_>>,
        expire_timeout: i32,
    ) -> zbus::Result<u32>;

    #[zbus(signal)]
    fn action_invoked(&self, id: u32, action_key: String) -> zbus::Result<()>;
}

/// Where notices are shown.
pub struct Board {
    name: String,
    desktop_entry: String,
    clicked: Arc<dyn Fn() + Send + Sync>,
    open: Option<Open>,
}

struct Open {
    proxy: NotificationsProxy<'static>,
    reads_markup: bool,
    shown: Arc<Mutex<HashMap<Kind, u32>>>,
    listening: JoinHandle<()>,
}

impl Board {
    /// Asks nobody yet. `clicked` hears of a click.
    pub fn new<R: Runtime>(app: &AppHandle<R>, clicked: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            name: brand::name().to_owned(),
            desktop_entry: app.config().identifier.clone(),
            clicked: Arc::new(clicked),
            open: None,
        }
    }

    /// Shows a notice in place of the last of its kind.
    pub async fn show(&mut self, notice: Notice) -> zbus::Result<()> {
        let open = match self.open.take() {
            Some(open) => open,
            None => Open::new(self.clicked.clone()).await?,
        };
        // A connection that failed is not kept.
        open.show(&self.name, &self.desktop_entry, &notice).await?;
        self.open = Some(open);
        Ok(())
    }
}

impl Open {
    async fn new(clicked: Arc<dyn Fn() + Send + Sync>) -> zbus::Result<Self> {
        let bus = zbus::Connection::session().await?;
        let proxy = NotificationsProxy::new(&bus).await?;
        let capabilities = proxy.get_capabilities().await?;
        let mut clicks = proxy.receive_action_invoked().await?;
        let shown = Arc::new(Mutex::new(HashMap::<Kind, u32>::new()));
        let ours = shown.clone();
        let listening = tokio::spawn(async move {
            while let Some(click) = clicks.next().await {
                let Ok(click) = click.args() else { continue };
                let shown = ours.lock().unwrap_or_else(PoisonError::into_inner);
                let is_ours = shown.values().any(|id| *id == click.id);
                drop(shown);
                if is_ours && click.action_key == DEFAULT {
                    clicked();
                }
            }
        });
        Ok(Self {
            proxy,
            reads_markup: capabilities.iter().any(|able| able == "body-markup"),
            shown,
            listening,
        })
    }

    async fn show(&self, name: &str, desktop_entry: &str, notice: &Notice) -> zbus::Result<()> {
        let body = match self.reads_markup {
            true => markup::plain(&notice.body),
            false => notice.body.clone(),
        };
        let category = match notice.kind {
            Kind::Lobby | Kind::Host => "presence",
            Kind::Message => "im.received",
            Kind::Armed => "call.incoming",
        };
        let hints = HashMap::from([
            ("desktop-entry", Value::from(desktop_entry)),
            ("category", Value::from(category)),
        ]);
        let lock = || self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        let last = lock().get(&notice.kind).copied().unwrap_or(0);
        let actions = [DEFAULT, &notice.show];
        let id = self
            .proxy
            .notify(
                name,
                last,
                desktop_entry,
                &notice.title,
                &body,
                &actions,
                hints,
                EXPIRES,
            )
            .await?;
        lock().insert(notice.kind, id);
        Ok(())
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.listening.abort();
    }
}
