//! What is remembered between starts: the name that the guest joined with last, the terms agreed to, what the guest
//! prefers, and, if they want that, the meetings joined last.

mod armed;
mod file;
mod managed;
mod preferences;
mod recents;

use std::io;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use foyer_contract::armed::ArmedMeeting;
use foyer_contract::background::Background;
use foyer_contract::intent::Intent;
use foyer_contract::preferences::{Preferences, RecentMeeting};
use foyer_effects::MAX_PICTURE_BYTES;
use foyer_meeting::sensitive::Sensitive;
use serde::{Deserialize, Serialize};

pub use managed::{Managed, ManagedError};
pub use recents::link as recent_link;

/// Counts up when what the guest agrees to before joining Teams meetings changes.
pub const TERMS: u32 = 1;

/// The file of the settings in the app's folder.
pub const FILE: &str = "settings.json";
/// The guest's own background, beside it.
const OWN_BACKGROUND: &str = "background.jpg";
/// A longer file is none of ours.
const MAX_BYTES: u64 = 64 * 1024;

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Remembered {
    name: String,
    /// Of [`TERMS`]; 0 for none.
    accepted_terms: u32,
    background: Background,
}

/// Why preferences are not kept.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// Whoever manages the machine has set them.
    #[error("the machine's administrator has set that")]
    Managed,
    /// They cannot be written.
    #[error(transparent)]
    File(#[from] io::Error),
}

impl KeepError {
    /// Stable across releases.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Managed => "settings.managed",
            Self::File(_) => "app.notKept",
        }
    }
}

/// The settings, in files or, without them, for this start only.
pub struct Settings {
    file: Option<PathBuf>,
    now: Mutex<Remembered>,
    /// As the guest would have them.
    preferences: Mutex<Preferences>,
    managed: Managed,
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
            managed: Managed::default(),
            recents: Mutex::new(recents::sound(recents)),
            file,
        }
    }

    /// The same on a machine whose administrator has set some preferences. What is not to be kept is gone with that.
    #[must_use]
    pub fn managed_by(mut self, managed: Managed) -> Self {
        self.managed = managed;
        let now = self.preferences();
        if let Err(error) = self.forget_what_is_not_kept(&now) {
            tracing::warn!(%error, "what is not to be kept cannot be removed");
        }
        self
    }

    /// What the guest prefers, and what is set for them.
    pub fn preferences(&self) -> Preferences {
        self.managed.applied(&lock(&self.preferences))
    }

    /// Keeps what the guest prefers. Whoever wants nothing remembered has nothing left behind. Refused when it changes
    /// what is set for them.
    pub fn set_preferences(&self, preferences: Preferences) -> Result<(), KeepError> {
        let asked = preferences::sound(preferences);
        if self.managed.applied(&asked) != asked {
            return Err(KeepError::Managed);
        }
        let mut preferences = lock(&self.preferences);
        let fresh = self.managed.without(&asked, &preferences);
        let kept = file::write(self.beside(preferences::FILE).as_deref(), &fresh);
        *preferences = fresh;
        drop(preferences);
        self.forget_what_is_not_kept(&asked)?;
        Ok(kept?)
    }

    fn forget_what_is_not_kept(&self, preferences: &Preferences) -> io::Result<()> {
        if !preferences.keep_recents {
            self.forget_recent(None)?;
        }
        if !preferences.remember_name {
            let mut now = lock(&self.now);
            if !std::mem::take(&mut now.name).is_empty() {
                self.save(&now)?;
            }
        }
        Ok(())
    }

    /// The meetings joined last, the newest first.
    pub fn recents(&self) -> Vec<RecentMeeting> {
        lock(&self.recents).clone()
    }

    /// Keeps that a meeting was joined, if the guest wants that.
    pub fn joined(&self, link: &Sensitive<String>, title: &str, at_ms: i64) {
        if !self.preferences().keep_recents {
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

    /// The meetings that are rung for.
    pub fn armed(&self) -> Vec<ArmedMeeting> {
        let kept = file::read(self.beside(armed::FILE).as_deref(), armed::MAX_BYTES);
        armed::sound(kept)
    }

    /// Keeps the meetings that are rung for. Of none nothing is left.
    pub fn set_armed(&self, meetings: &[ArmedMeeting]) -> io::Result<()> {
        let file = self.beside(armed::FILE);
        match meetings.is_empty() {
            true => file::remove(file.as_deref()),
            false => file::write(file.as_deref(), &meetings),
        }
    }

    fn beside(&self, name: &str) -> Option<PathBuf> {
        self.file.as_ref().map(|file| file.with_file_name(name))
    }

    /// The name that the guest joined with last, or has chosen since; empty at first.
    pub fn name(&self) -> String {
        lock(&self.now).name.clone()
    }

    /// What stood behind the guest last.
    pub fn background(&self) -> Background {
        lock(&self.now).background
    }

    /// The guest's own background, a JPEG; `None` if there is none that can be read.
    pub fn own_background(&self) -> Option<Vec<u8>> {
        file::read_bytes(
            self.beside(OWN_BACKGROUND).as_deref(),
            MAX_PICTURE_BYTES as u64,
        )
    }

    /// Keeps the guest's own background, a JPEG, in place of an earlier one.
    pub fn keep_own_background(&self, jpeg: &[u8]) -> io::Result<()> {
        file::write_bytes(self.beside(OWN_BACKGROUND).as_deref(), jpeg)
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

    /// Notes a name when it is chosen and keeps it when the guest joins with it; keeps a background when it is chosen.
    pub fn note(&self, intent: &Intent) {
        let mut now = lock(&self.now);
        match intent {
            Intent::Choose { choices } => now.name.clone_from(&choices.name),
            Intent::SetBackground { background } => {
                now.background = *background;
                if let Err(error) = self.save(&now) {
                    tracing::warn!(%error, "the settings cannot be kept");
                }
            }
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
    fn what_an_administrator_has_set_cannot_be_changed_and_nothing_is_kept_against_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(FILE);
        let settings = Settings::load(Some(file.clone()));
        let keeping = Preferences {
            keep_recents: true,
            ..Preferences::default()
        };
        settings.set_preferences(keeping.clone()).unwrap();
        let link = Sensitive::new("https://x.example/1".to_owned());
        settings.joined(&link, "One", 1);
        let values = serde_json::json!({ "keepRecents": false });
        let managed = Managed::new(values.as_object().unwrap().clone()).unwrap();
        let settings = Settings::load(Some(file.clone())).managed_by(managed);
        assert!(!settings.preferences().keep_recents);
        assert!(settings.recents().is_empty() && !folder.path().join(recents::FILE).exists());
        settings.joined(&link, "One", 1);
        assert!(settings.recents().is_empty());
        let refused = settings.set_preferences(keeping).unwrap_err();
        assert_eq!(refused.code(), "settings.managed");
        let mut allowed = settings.preferences();
        allowed.mirror = false;
        settings.set_preferences(allowed).unwrap();
        assert!(!settings.preferences().mirror);
        // Without the administrator the guest's own choice holds again.
        assert!(Settings::load(Some(file)).preferences().keep_recents);
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
