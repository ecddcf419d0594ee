//! What the guest prefers, within bounds: the file and the page may hold anything.

use foyer_contract::preferences::{LARGEST_SCALE, Preferences, SMALLEST_SCALE};

/// The file of the preferences in the app's folder.
pub(super) const FILE: &str = "preferences.json";
/// A longer file is none of ours.
pub(super) const MAX_BYTES: u64 = 64 * 1024;
/// Most shortcuts of one's own.
const MAX_SHORTCUTS: usize = 200;
/// Longest action or key.
const MAX_WORD: usize = 64;
/// Longest code of a language.
const MAX_LANGUAGE: usize = 35;

/// The same with nothing out of bounds.
pub(super) fn sound(mut preferences: Preferences) -> Preferences {
    preferences.scale = preferences.scale.clamp(SMALLEST_SCALE, LARGEST_SCALE);
    let is_code = |code: &String| {
        (1..=MAX_LANGUAGE).contains(&code.len())
            && code.bytes().all(|c| c.is_ascii_alphanumeric() || c == b'-')
    };
    preferences.language = preferences.language.filter(is_code);
    let is_word = |word: &str| (1..=MAX_WORD).contains(&word.len());
    let shortcuts = std::mem::take(&mut preferences.shortcuts).into_iter();
    preferences.shortcuts = shortcuts
        // A shortcut without keys is one that was taken away.
        .filter(|(action, keys)| is_word(action) && keys.len() <= MAX_WORD)
        .take(MAX_SHORTCUTS)
        .collect();
    preferences
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_sound_and_nonsense_is_not_kept() {
        assert_eq!(sound(Preferences::default()), Preferences::default());
        let long = "x".repeat(100);
        let pairs = [
            ("mute", "Ctrl+D"),
            ("", "a"),
            ("leave", ""),
            (&long, "b"),
            ("c", &long),
        ];
        let pairs = pairs.map(|(action, keys)| (action.to_owned(), keys.to_owned()));
        let odd = Preferences {
            scale: 4_000,
            language: Some("../etc".to_owned()),
            shortcuts: pairs.into(),
            ..Preferences::default()
        };
        let kept = sound(odd);
        assert_eq!((kept.scale, kept.language), (150, None));
        let actions: Vec<_> = kept.shortcuts.keys().map(String::as_str).collect();
        assert_eq!(actions, ["leave", "mute"]);
        let small = Preferences {
            scale: 0,
            language: Some("pt-BR".to_owned()),
            ..Preferences::default()
        };
        let kept = sound(small);
        assert_eq!((kept.scale, kept.language.as_deref()), (85, Some("pt-BR")));
    }
}
