//! The services themselves: they note what they are asked.

use std::collections::HashMap;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};

use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{self, OwnedValue};

use super::{Notice, Seen, lock};

pub(super) struct Notifications(pub(super) Arc<Mutex<Seen>>);

#[zbus::interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    fn get_capabilities(&self) -> Vec<&str> {
        vec!["actions", "body", "body-markup"]
    }

    #[allow(clippy::too_many_arguments)] // The specification's.
    fn notify(
        &self,
        _app_name: String,
        replaces: u32,
        _app_icon: String,
        title: String,
        body: String,
        _actions: Vec<String>,
        _hints: HashMap<String, OwnedValue>,
        _expire_timeout: i32,
    ) -> u32 {
        let mut seen = lock(&self.0);
        let id = seen.notices.len() as u32 + 1;
        seen.notices.push(Notice {
            id,
            replaces,
            title,
            body,
        });
        id
    }

    /// A click on a notification.
    #[zbus(signal)]
    pub(super) async fn action_invoked(
        emitter: &SignalEmitter<'_>,
        id: u32,
        action_key: &str,
    ) -> zbus::Result<()>;
}

pub(super) struct ScreenSaver(pub(super) Arc<Mutex<Seen>>);

#[zbus::interface(name = "org.freedesktop.ScreenSaver")]
impl ScreenSaver {
    fn inhibit(&self, #[zbus(header)] header: Header<'_>, _app: String, _reason: String) -> u32 {
        let mut seen = lock(&self.0);
        let cookie = seen.screen.len() as u32 + 1;
        let whose = header.sender().map(ToString::to_string);
        seen.screen.insert(cookie, whose.unwrap_or_default());
        cookie
    }

    fn un_inhibit(&self, cookie: u32) {
        lock(&self.0).screen.remove(&cookie);
    }
}

pub(super) struct Logind(pub(super) Arc<Mutex<Seen>>);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Logind {
    fn inhibit(
        &self,
        _what: String,
        _who: String,
        _why: String,
        _mode: String,
    ) -> zbus::fdo::Result<zvariant::OwnedFd> {
        let failed = |error: std::io::Error| zbus::fdo::Error::Failed(error.to_string());
        let (ours, theirs) = UnixStream::pair().map_err(failed)?;
        ours.set_nonblocking(true).map_err(failed)?;
        lock(&self.0).machine.push(ours);
        Ok(OwnedFd::from(theirs).into())
    }
}

pub(super) struct Watcher(pub(super) Arc<Mutex<Seen>>);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, service: String) {
        lock(&self.0).item = Some(service);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}
