//! Over D-Bus: the desktop keeps its screen saver back (`org.freedesktop.ScreenSaver`, the idle inhibition service),
//! and logind does not let the machine fall asleep. Both let go by themselves when our connection or file closes.

use zbus::Connection;
use zbus::zvariant::OwnedFd;

#[zbus::proxy(
    interface = "org.freedesktop.ScreenSaver",
    default_service = "org.freedesktop.ScreenSaver",
    default_path = "/org/freedesktop/ScreenSaver"
)]
trait ScreenSaver {
    fn inhibit(&self, application_name: &str, reason_for_inhibit: &str) -> zbus::Result<u32>;

    fn un_inhibit(&self, cookie: u32) -> zbus::Result<()>;
}

#[zbus::proxy(
    interface = "org.freedesktop.login1.Manager",
    default_service = "org.freedesktop.login1",
    default_path = "/org/freedesktop/login1"
)]
trait Manager {
    fn inhibit(&self, what: &str, who: &str, why: &str, mode: &str) -> zbus::Result<OwnedFd>;
}

/// The screen stays on while this lives, where somebody can be asked for that.
pub struct Wakefulness {
    screen: Option<(ScreenSaverProxy<'static>, u32)>,
    _machine: Option<OwnedFd>,
}

impl Wakefulness {
    /// Holds the screen and the machine; `reason` is shown by the system.
    pub async fn hold(name: &str, reason: &str) -> Self {
        let (screen, machine) = tokio::join!(hold_screen(name, reason), hold_machine(name, reason));
        let screen = screen.inspect_err(|error| tracing::info!(%error, "no screen saver to hold"));
        let machine = machine.inspect_err(|error| tracing::info!(%error, "no logind to ask"));
        Self {
            screen: screen.ok(),
            _machine: machine.ok(),
        }
    }

    /// Lets go.
    pub async fn release(self) {
        if let Some((screen, cookie)) = &self.screen
            && let Err(error) = screen.un_inhibit(*cookie).await
        {
            // It hears of the end of the connection, at the latest.
            tracing::info!(%error, "the screen saver was not told");
        }
    }
}

async fn hold_screen(name: &str, reason: &str) -> zbus::Result<(ScreenSaverProxy<'static>, u32)> {
    // A connection of its own, which ends with the hold.
    let screen = ScreenSaverProxy::new(&Connection::session().await?).await?;
    let cookie = screen.inhibit(name, reason).await?;
    Ok((screen, cookie))
}

async fn hold_machine(name: &str, reason: &str) -> zbus::Result<OwnedFd> {
    let machine = ManagerProxy::new(&Connection::system().await?).await?;
    machine.inhibit("idle", name, reason, "block").await
}
