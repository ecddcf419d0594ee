//! A desktop's services on a bus of the test's own: notifications, the screen saver, logind, and a tray.

mod services;

use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use zbus::fdo::DBusProxy;
use zbus::names::BusName;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{self, OwnedValue, Value};
use zbus::{Connection, Proxy, connection};

use self::services::{Logind, Notifications, ScreenSaver, Watcher};
use crate::page::LIMIT;
use crate::process::Running;
use crate::wait;

const NOTIFICATIONS: &str = "/org/freedesktop/Notifications";
const ITEM: &str = "/StatusNotifierItem";

/// The bus and everybody on it.
pub struct Desk {
    /// As `DBUS_SESSION_BUS_ADDRESS` names it.
    pub address: String,
    seen: Arc<Mutex<Seen>>,
    bus: Connection,
    _daemon: Running,
}

#[derive(Default)]
struct Seen {
    notices: Vec<Notice>,
    /// By cookie: whose connection it is.
    screen: HashMap<u32, String>,
    /// Our ends of the locks that logind has given.
    machine: Vec<UnixStream>,
    item: Option<String>,
}

/// A notification that was shown.
#[derive(Clone, Debug)]
pub struct Notice {
    /// What the server answered.
    pub id: u32,
    /// Which one it replaces; 0 for none.
    pub replaces: u32,
    /// One line.
    pub title: String,
    /// The rest.
    pub body: String,
}

impl Desk {
    /// Starts a bus with all of them; `with_tray` is whether icons are shown.
    pub async fn start(with_tray: bool) -> Result<Self> {
        let daemon = Running::start(Command::new("dbus-daemon").args([
            "--session",
            "--nofork",
            "--nopidfile",
            "--print-address",
        ]))?;
        let address = daemon.line(Duration::from_secs(20))?;
        let seen = Arc::new(Mutex::new(Seen::default()));
        let mut bus = connection::Builder::address(&*address)?
            .name("org.freedesktop.Notifications")?
            .name("org.freedesktop.ScreenSaver")?
            .name("org.freedesktop.login1")?
            .serve_at(NOTIFICATIONS, Notifications(seen.clone()))?
            .serve_at("/org/freedesktop/ScreenSaver", ScreenSaver(seen.clone()))?
            .serve_at("/org/freedesktop/login1", Logind(seen.clone()))?;
        if with_tray {
            bus = bus
                .name("org.kde.StatusNotifierWatcher")?
                .serve_at("/StatusNotifierWatcher", Watcher(seen.clone()))?;
        }
        Ok(Self {
            bus: bus.build().await?,
            address,
            seen,
            _daemon: daemon,
        })
    }

    /// Puts a program at this desktop.
    pub fn apply(&self, command: &mut Command) {
        command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .env("DBUS_SYSTEM_BUS_ADDRESS", &self.address);
    }

    /// Waits for a notification with this title.
    pub async fn notice(&self, title: &str) -> Result<Notice> {
        wait::until(&format!("the notification {title}"), LIMIT, async || {
            let seen = lock(&self.seen);
            let found = seen.notices.iter().find(|notice| notice.title == title);
            found
                .cloned()
                .map(Some)
                .with_context(|| format!("there are {:?}", seen.notices))
        })
        .await
    }

    /// Clicks on a notification.
    pub async fn click(&self, notice: &Notice) -> Result<()> {
        let emitter = SignalEmitter::new(&self.bus, NOTIFICATIONS)?;
        Ok(Notifications::action_invoked(&emitter, notice.id, "default").await?)
    }

    /// Waits until both screen and machine are held, or neither is.
    pub async fn is_held(&self, wanted: bool) -> Result<()> {
        wait::until(&format!("held: {wanted}"), LIMIT, async || {
            let held = (self.holders().await?.len(), self.locks());
            let fits = if wanted {
                held == (1, 1)
            } else {
                held == (0, 0)
            };
            anyhow::ensure!(fits, "of screen and machine are held {held:?}");
            Ok(Some(()))
        })
        .await
    }

    /// Process ids of those who hold the screen.
    pub async fn holders(&self) -> Result<Vec<u32>> {
        let names: Vec<String> = lock(&self.seen).screen.values().cloned().collect();
        let daemon = DBusProxy::new(&self.bus).await?;
        let mut holders = Vec::new();
        for name in names {
            // As a screen saver does it: a connection that has gone holds nothing.
            let name = BusName::try_from(name)?;
            if let Ok(id) = daemon.get_connection_unix_process_id(name).await {
                holders.push(id);
            }
        }
        Ok(holders)
    }

    fn locks(&self) -> usize {
        let mut seen = lock(&self.seen);
        seen.machine.retain_mut(|lock| {
            let mut byte = [0];
            !matches!(lock.read(&mut byte), Ok(0))
                && !matches!(lock.read(&mut byte), Err(error) if error.kind() != ErrorKind::WouldBlock)
        });
        seen.machine.len()
    }

    /// Waits until the tooltip of the icon holds this text.
    pub async fn tip(&self, text: &str) -> Result<()> {
        wait::until(&format!("{text} in the tray"), LIMIT, async || {
            let item = self.item(ITEM, "org.kde.StatusNotifierItem").await?;
            type Tip = (String, Vec<(i32, i32, Vec<u8>)>, String, String);
            let (_, _, title, _): Tip = item.get_property("ToolTip").await?;
            anyhow::ensure!(title.contains(text), "it says {title}");
            Ok(Some(()))
        })
        .await
    }

    /// The pixels of the icon.
    pub async fn icon(&self) -> Result<Vec<u8>> {
        let item = self.item(ITEM, "org.kde.StatusNotifierItem").await?;
        let icons: Vec<(i32, i32, Vec<u8>)> = item.get_property("IconPixmap").await?;
        Ok(icons.into_iter().next().context("it has no icon")?.2)
    }

    /// Clicks on an entry of the icon's menu, once it is there.
    pub async fn choose(&self, label: &str) -> Result<()> {
        wait::until(&format!("{label} in the menu"), LIMIT, async || {
            let item = self.item(ITEM, "org.kde.StatusNotifierItem").await?;
            let path: zvariant::OwnedObjectPath = item.get_property("Menu").await?;
            let menu = self.item(path.as_str(), "com.canonical.dbusmenu").await?;
            type Layout = (u32, (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>));
            let properties: Vec<&str> = Vec::new();
            let (_, (_, _, entries)): Layout = menu.call("GetLayout", &(0, -1, properties)).await?;
            let mut labels = Vec::new();
            for entry in entries {
                let (id, properties, _): (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>) =
                    entry.try_into()?;
                let is = properties.get("label").and_then(|label| {
                    let label: Result<&str, _> = label.downcast_ref();
                    label.ok().map(str::to_owned)
                });
                if is.as_deref() == Some(label) {
                    let clicked = (id, "clicked", Value::from(0), 0u32);
                    menu.call::<_, _, ()>("Event", &clicked).await?;
                    return Ok(Some(()));
                }
                labels.extend(is);
            }
            anyhow::bail!("the menu has {labels:?}")
        })
        .await
    }

    async fn item(&self, path: &str, interface: &'static str) -> Result<Proxy<'static>> {
        let item = lock(&self.seen).item.clone().context("there is no icon")?;
        let builder = zbus::proxy::Builder::new(&self.bus)
            .destination(item)?
            .path(path.to_owned())?
            .interface(interface)?
            .cache_properties(zbus::proxy::CacheProperties::No);
        Ok(builder.build().await?)
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
