//! A text that the guest keeps in a file of their choice. The system's own dialog asks which; the page learns only
//! whether.

use std::path::PathBuf;

use tauri::{AppHandle, Runtime};

/// A longer text is none of ours.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// Why nothing was kept.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
    /// The page handed over too much.
    #[error("the text is too long")]
    TooLong,
    /// Nobody could be asked for a file.
    #[error("no dialog can be shown")]
    NoDialog,
    /// The file cannot be written.
    #[error(transparent)]
    File(#[from] std::io::Error),
}

impl SaveError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong | Self::NoDialog => "app.failed",
            Self::File(_) => "file.not_saved",
        }
    }
}

/// Asks for a file, in a dialog of this title, and writes the text into it; false if the guest thought better of it.
pub async fn save<R: Runtime>(
    app: &AppHandle<R>,
    title: String,
    name: &str,
    text: String,
) -> Result<bool, SaveError> {
    if text.len() > MAX_BYTES {
        return Err(SaveError::TooLong);
    }
    let Some(file) = ask(app, title, file_name(name)).await? else {
        return Ok(false);
    };
    tokio::fs::write(file, text).await?;
    Ok(true)
}

/// No name leads out of the folder that the guest looks at.
fn file_name(suggested: &str) -> String {
    let clean: String = suggested
        .chars()
        .map(|letter| match letter {
            letter if letter.is_control() || "/\\:*?\"<>|".contains(letter) => ' ',
            letter => letter,
        })
        .take(100)
        .collect();
    let words: Vec<_> = clean.split_whitespace().collect();
    let name = words.join(" ");
    let stem = name.trim_start_matches(['.', ' ']).trim_end_matches(".txt");
    format!("{}.txt", if stem.is_empty() { "Foyer" } else { stem })
}

#[cfg(target_os = "linux")]
async fn ask<R: Runtime>(
    app: &AppHandle<R>,
    title: String,
    name: String,
) -> Result<Option<PathBuf>, SaveError> {
    use gtk::prelude::{FileChooserExt, NativeDialogExt};
    use tauri::Manager;

    let (to, answer) = tokio::sync::oneshot::channel();
    let window = app.get_webview_window(crate::window::MAIN);
    let asked = app.run_on_main_thread(move || {
        if !gtk::is_initialized_main_thread() {
            return;
        }
        let parent = window.and_then(|window| window.gtk_window().ok());
        let dialog = gtk::FileChooserNative::new(
            Some(&title),
            parent.as_ref(),
            gtk::FileChooserAction::Save,
            None,
            None,
        );
        dialog.set_do_overwrite_confirmation(true);
        dialog.set_current_name(&name);
        let to = std::cell::Cell::new(Some(to));
        // What is shown lives until it is answered.
        let shown = std::cell::RefCell::new(Some(dialog.clone()));
        dialog.connect_response(move |dialog, response| {
            let file = (response == gtk::ResponseType::Accept)
                .then(|| dialog.filename())
                .flatten();
            if let Some(to) = to.take() {
                // Whoever asked may have gone.
                to.send(file).ok();
            }
            shown.borrow_mut().take();
        });
        dialog.show();
    });
    asked.map_err(|_| SaveError::NoDialog)?;
    answer.await.map_err(|_| SaveError::NoDialog)
}

#[cfg(not(target_os = "linux"))]
async fn ask<R: Runtime>(
    _: &AppHandle<R>,
    title: String,
    name: String,
) -> Result<Option<PathBuf>, SaveError> {
    let dialog = rfd::AsyncFileDialog::new()
        .set_title(title)
        .set_file_name(name);
    let file = dialog.save_file().await;
    Ok(file.map(|file| file.path().to_owned()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn a_meetings_title_makes_a_name_and_no_path() {
        for (title, name) in [
            ("Team sync", "Team sync.txt"),
            ("../../etc/passwd", "etc passwd.txt"),
            ("Q3: plans / figures?", "Q3 plans figures.txt"),
            ("", "Foyer.txt"),
            (".hidden.txt", "hidden.txt"),
        ] {
            let made = file_name(title);
            assert_eq!(made, name);
            assert_eq!(Path::new(&made).components().count(), 1);
        }
    }
}
