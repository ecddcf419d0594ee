//! What is remembered between starts: the name that the guest joined with last, and the terms agreed to.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use foyer_contract::intent::Intent;
use serde::{Deserialize, Serialize};

/// Counts up when what the guest agrees to before joining Teams meetings changes.
pub const TERMS: u32 = 1;

/// The file of the settings in the app's folder.
pub const FILE: &str = "settings.json";
/// A longer file is none of ours.
const MAX_BYTES: u64 = 64 * 1024;

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Remembered {
    name: String,
    /// Of [`TERMS`]; 0 for none.
    accepted_terms: u32,
}

/// The settings, in a file or, without one, for this start only.
pub struct Settings {
    file: Option<PathBuf>,
    now: Mutex<Remembered>,
}

impl Settings {
    /// What the file holds; nothing remembered if there is none or it cannot be read.
    pub fn load(file: Option<PathBuf>) -> Self {
        let read = file
            .as_ref()
            .filter(|file| fs::metadata(file).is_ok_and(|metadata| metadata.len() <= MAX_BYTES));
        let now = read.and_then(|file| match serde_json::from_slice(&fs::read(file).ok()?) {
            Ok(now) => Some(now),
            Err(error) => {
                tracing::warn!(%error, "the settings cannot be read; starting with none");
                None
            }
        });
        Self {
            file,
            now: Mutex::new(now.unwrap_or_default()),
        }
    }

    /// The name that the guest joined with last, or has chosen since; empty at first.
    pub fn name(&self) -> String {
        self.now
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .name
            .clone()
    }

    /// Whether the guest has agreed to the terms as they are now.
    pub fn has_accepted_terms(&self) -> bool {
        let now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.accepted_terms == TERMS
    }

    /// Keeps that the guest agrees.
    pub fn accept_terms(&self) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        now.accepted_terms = TERMS;
        if let Err(error) = self.save(&now) {
            tracing::warn!(%error, "the settings cannot be kept");
        }
    }

    /// Notes a name when it is chosen and keeps it when the guest joins with it.
    pub fn note(&self, intent: &Intent) {
        let mut now = self.now.lock().unwrap_or_else(PoisonError::into_inner);
        match intent {
            Intent::Choose { choices } => now.name.clone_from(&choices.name),
            Intent::Join => {
                if let Err(error) = self.save(&now) {
                    tracing::warn!(%error, "the settings cannot be kept");
                }
            }
            _ => {}
        }
    }

    fn save(&self, now: &Remembered) -> std::io::Result<()> {
        let Some(file) = &self.file else {
            return Ok(());
        };
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        // A crash in between leaves the old file whole.
        let fresh = file.with_extension("new");
        fs::write(&fresh, serde_json::to_vec_pretty(now)?)?;
        fs::rename(fresh, file)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use foyer_contract::intent::Choices;

    use super::*;

    fn choose(name: &str) -> Intent {
        Intent::Choose {
            choices: Choices {
                name: name.into(),
                ..Choices::default()
            },
        }
    }

    #[test]
    fn a_name_is_kept_once_the_guest_joins_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/settings.json");
        let settings = Settings::load(Some(file.clone()));
        settings.note(&choose("Ada"));
        assert_eq!(Settings::load(Some(file.clone())).name(), "");
        settings.note(&Intent::Join);
        assert_eq!(Settings::load(Some(file)).name(), "Ada");
    }

    #[test]
    fn the_terms_are_accepted_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        let settings = Settings::load(Some(file.clone()));
        assert!(!settings.has_accepted_terms());
        settings.accept_terms();
        assert!(settings.has_accepted_terms());
        assert!(Settings::load(Some(file.clone())).has_accepted_terms());
        fs::write(&file, r#"{"acceptedTerms":0,"name":"Ada"}"#).unwrap();
        assert!(!Settings::load(Some(file)).has_accepted_terms());
    }

    #[test]
    fn a_spoilt_file_counts_as_none() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        for spoilt in [&b"{"[..], b"[]", b"\xff\xfe", b""] {
            fs::write(&file, spoilt).unwrap();
            assert_eq!(Settings::load(Some(file.clone())).name(), "");
        }
    }
}
