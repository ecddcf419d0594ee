//! What is remembered between starts: the name that the guest joined with last, the terms agreed to, what the guest
//! prefers, and, if they want that, the meetings joined last.

mod file;
mod preferences;
mod recents;

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foyer_contract::intent::Intent;
use foyer_contract::preferences::{Preferences, RecentMeeting};
use foyer_meeting::sensitive::Sensitive;
use serde::{Deserialize, Serialize};

pub use recents::link as recent_link;

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

/// The settings, in files or, without them, for this start only.
pub struct Settings {
    file: Option<PathBuf>,
    now: Mutex<Remembered>,
    preferences: Mutex<Preferences>,
    recents: Mutex<Vec<RecentMeeting>>,
}

impl Settings {
    /// What the file and those beside it hold; nothing remembered if there are none or they cannot be read.
    pub fn load(file: Option<PathBuf>) -> Self {
        let beside = |name: &str| file.as_ref().map(|file| file.with_file_name(name));
        let preferences = beside(preferences::FILE);
        let preferences = file::read(preferences.as_deref(), preferences::MAX_BYTES);
        let preferences = preferences::sound(preferences);
        let recents = match preferences.keep_recents {
            true => file::read(beside(recents::FILE).as_deref(), recents::MAX_BYTES),
            false => Vec::new(),
        };
        Self {
            now: Mutex::new(file::read(file.as_deref(), MAX_BYTES)),
            preferences: Mutex::new(preferences),
            recents: Mutex::new(recents::sound(recents)),
            file,
        }
    }

    /// What the guest prefers.
    pub fn preferences(&self) -> Preferences {
        lock(&self.preferences).clone()
    }

    /// Keeps what the guest prefers. Whoever wants nothing remembered has nothing left behind.
    pub fn set_preferences(&self, preferences: Preferences) -> io::Result<()> {
        let fresh = preferences::sound(preferences);
        let mut preferences = lock(&self.preferences);
        let kept = file::write(self.beside(preferences::FILE).as_deref(), &fresh);
        let (keeps_name, keeps_recents) = (fresh.remember_name, fresh.keep_recents);
        *preferences = fresh;
        drop(preferences);
        if !keeps_recents {
            self.forget_recent(None)?;
        }
        if !keeps_name {
            let mut now = lock(&self.now);
            if !std::mem::take(&mut now.name).is_empty() {
                self.save(&now)?;
            }
        }
        kept
    }

    /// The meetings joined last, the newest first.
    pub fn recents(&self) -> Vec<RecentMeeting> {
        lock(&self.recents).clone()
    }

    /// Keeps that a meeting was joined, if the guest wants that.
    pub fn joined(&self, link: &Sensitive<String>, title: &str, at_ms: i64) {
        if !lock(&self.preferences).keep_recents {
            return;
        }
        let mut recents = lock(&self.recents);
        *recents = recents::with(std::mem::take(&mut recents), link, title, at_ms);
        if let Err(error) = file::write(self.beside(recents::FILE).as_deref(), &*recents) {
            tracing::warn!(%error, "the recent meetings cannot be kept");
        }
    }

    /// Forgets one of the meetings joined last, or all.
    pub fn forget_recent(&self, id: Option<&str>) -> io::Result<()> {
        let mut recents = lock(&self.recents);
        match id {
            Some(id) => recents.retain(|recent| recent.id != id),
            None => recents.clear(),
        }
        let file = self.beside(recents::FILE);
        match recents.is_empty() {
            true => file::remove(file.as_deref()),
            false => file::write(file.as_deref(), &*recents),
        }
    }

    fn beside(&self, name: &str) -> Option<PathBuf> {
        self.file.as_ref().map(|file| file.with_file_name(name))
    }

    /// The name that the guest joined with last, or has chosen since; empty at first.
    pub fn name(&self) -> String {
        lock(&self.now).name.clone()
    }

    /// Whether the guest has agreed to the terms as they are now.
    pub fn has_accepted_terms(&self) -> bool {
        let now = lock(&self.now);
        now.accepted_terms == TERMS
    }

    /// Keeps that the guest agrees.
    pub fn accept_terms(&self) {
        let mut now = lock(&self.now);
        now.accepted_terms = TERMS;
        if let Err(error) = self.save(&now) {
            tracing::warn!(%error, "the settings cannot be kept");
        }
    }

    /// Notes a name when it is chosen and keeps it when the guest joins with it.
    pub fn note(&self, intent: &Intent) {
        let mut now = lock(&self.now);
        match intent {
            Intent::Choose { choices } => now.name.clone_from(&choices.name),
            // Whoever prefers not to be remembered is suggested a name until the app ends.
            Intent::Join if self.preferences().remember_name => {
                if let Err(error) = self.save(&now) {
                    tracing::warn!(%error, "the settings cannot be kept");
                }
            }
            _ => {}
        }
    }

    fn save(&self, now: &Remembered) -> io::Result<()> {
        file::write(self.file.as_deref(), now)
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::fs;

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

    #[test]
    fn preferences_are_kept_and_a_spoilt_file_means_the_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        let settings = Settings::load(Some(file.clone()));
        assert_eq!(settings.preferences(), Preferences::default());
        let mine = Preferences {
            mirror: false,
            scale: 120,
            ..Preferences::default()
        };
        settings.set_preferences(mine.clone()).unwrap();
        assert_eq!(Settings::load(Some(file.clone())).preferences(), mine);
        let kept = folder.path().join(preferences::FILE);
        fs::write(&kept, r#"{"scale":999,"theme":"dark"}"#).unwrap();
        let read = Settings::load(Some(file.clone())).preferences();
        assert_eq!((read.scale, read.mirror), (150, true));
        for spoilt in ["{", "[]", r#"{"theme":"pink"}"#, &" ".repeat(70_000)] {
            fs::write(&kept, spoilt).unwrap();
            let read = Settings::load(Some(file.clone())).preferences();
            assert_eq!(read, Preferences::default(), "{spoilt:.20}");
        }
    }

    #[test]
    fn a_name_that_is_not_to_be_remembered_leaves_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        let settings = Settings::load(Some(file.clone()));
        settings.note(&choose("Ada"));
        settings.note(&Intent::Join);
        let forgetful = Preferences {
            remember_name: false,
            ..Preferences::default()
        };
        settings.set_preferences(forgetful).unwrap();
        assert_eq!(Settings::load(Some(file.clone())).name(), "");
        settings.note(&choose("Ada"));
        settings.note(&Intent::Join);
        assert_eq!(Settings::load(Some(file)).name(), "");
    }

    #[test]
    fn meetings_are_only_kept_for_who_wants_that_and_gone_when_they_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        let kept = folder.path().join(recents::FILE);
        let settings = Settings::load(Some(file.clone()));
        let link = |number: u32| Sensitive::new(format!("https://x.example/{number}"));
        settings.joined(&link(1), "One", 1);
        assert!(settings.recents().is_empty() && !kept.exists());
        let keep = |keep_recents| Preferences {
            keep_recents,
            ..Preferences::default()
        };
        settings.set_preferences(keep(true)).unwrap();
        settings.joined(&link(1), "One", 1);
        settings.joined(&link(2), "Two", 2);
        let titles = |settings: &Settings| {
            let recents = settings.recents().into_iter();
            recents.map(|recent| recent.title).collect::<Vec<_>>()
        };
        assert_eq!(titles(&Settings::load(Some(file.clone()))), ["Two", "One"]);
        let one = settings.recents()[1].id.clone();
        settings.forget_recent(Some(&one)).unwrap();
        assert_eq!(titles(&Settings::load(Some(file.clone()))), ["Two"]);
        settings.set_preferences(keep(false)).unwrap();
        assert!(settings.recents().is_empty() && !kept.exists());
        settings.set_preferences(keep(true)).unwrap();
        assert!(titles(&Settings::load(Some(file))).is_empty());
    }
}
