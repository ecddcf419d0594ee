//! The desktop's clipboard, for a page whose web view keeps it from pages (WebKitGTK). Elsewhere the page has it
//! itself.

use tauri::{AppHandle, Runtime};

/// There is no way to the clipboard from here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the clipboard cannot be reached from here")]
pub struct Unreachable;

impl Unreachable {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        "clipboard.unreachable"
    }
}

/// Puts a text into it.
#[cfg(target_os = "linux")]
pub async fn write<R: Runtime>(app: &AppHandle<R>, text: String) -> Result<(), Unreachable> {
    on_clipboard(app, move |clipboard, done| {
        clipboard.set_text(&text);
        // Whoever waits may have gone.
        done.send(()).ok();
    })
    .await
}

/// The text in it, if it holds one.
#[cfg(target_os = "linux")]
pub async fn read<R: Runtime>(app: &AppHandle<R>) -> Result<Option<String>, Unreachable> {
    on_clipboard(app, |clipboard, done| {
        clipboard.request_text(move |_, text| {
            done.send(text.map(str::to_owned)).ok();
        });
    })
    .await
}

#[cfg(target_os = "linux")]
async fn on_clipboard<R: Runtime, T: Send + 'static>(
    app: &AppHandle<R>,
    act: impl FnOnce(&gtk::Clipboard, tokio::sync::oneshot::Sender<T>) + Send + 'static,
) -> Result<T, Unreachable> {
    let (done, answer) = tokio::sync::oneshot::channel();
    let asked = app.run_on_main_thread(move || {
        // Without a display there is none: then nobody answers.
        if gtk::is_initialized_main_thread() {
            act(&gtk::Clipboard::get(&gtk::gdk::SELECTION_CLIPBOARD), done);
        }
    });
    asked.map_err(|_| Unreachable)?;
    answer.await.map_err(|_| Unreachable)
}

/// Puts a text into it.
#[cfg(not(target_os = "linux"))]
pub async fn write<R: Runtime>(_: &AppHandle<R>, _: String) -> Result<(), Unreachable> {
    Err(Unreachable)
}

/// The text in it, if it holds one.
#[cfg(not(target_os = "linux"))]
pub async fn read<R: Runtime>(_: &AppHandle<R>) -> Result<Option<String>, Unreachable> {
    Err(Unreachable)
}
