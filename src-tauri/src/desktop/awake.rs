//! The screen stays on while we are in a call, and goes by the system's clock again after it, or after a crash.

#[cfg(target_os = "linux")]
mod inhibitors;
#[cfg(not(target_os = "linux"))]
mod native;

use foyer_contract::desktop::DesktopWords;
use tokio::sync::watch;

#[cfg(target_os = "linux")]
pub use inhibitors::Wakefulness;
#[cfg(not(target_os = "linux"))]
pub use native::Wakefulness;

use crate::brand;
use crate::calls::Standings;

/// Holds the screen from joining to the end of every call, until the app ends.
pub async fn follow(
    words: watch::Receiver<Option<DesktopWords>>,
    mut standings: watch::Receiver<Standings>,
) {
    let mut held = None;
    loop {
        let wanted = standings.borrow_and_update().now.is_joined();
        if wanted && held.is_none() {
            let reason = words.borrow().as_ref().map(|words| words.awake.clone());
            held = Some(Wakefulness::hold(brand::name(), &reason.unwrap_or_default()).await);
        } else if !wanted && let Some(held) = held.take() {
            held.release().await;
        }
        if standings.changed().await.is_err() {
            return;
        }
    }
}
