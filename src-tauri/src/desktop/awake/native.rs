//! By what Windows and macOS have for it.

use std::sync::mpsc;

/// The screen stays on while this lives.
pub struct Wakefulness {
    _until: mpsc::Sender<()>,
}

impl Wakefulness {
    /// Holds the screen and the machine; `reason` is shown by the system.
    pub async fn hold(name: &str, reason: &str) -> Self {
        let (until, over) = mpsc::channel();
        let mut builder = keepawake::Builder::default();
        builder
            .display(true)
            .idle(true)
            .app_name(name)
            .reason(reason);
        // Windows takes the wish back with the thread that had it.
        std::thread::spawn(move || match builder.create() {
            Ok(held) => {
                // Nothing is ever sent: it ends when the sender is dropped.
                over.recv().ok();
                drop(held);
            }
            Err(error) => tracing::warn!(%error, "the screen may go dark"),
        });
        Self { _until: until }
    }

    /// Lets go.
    pub async fn release(self) {}
}
