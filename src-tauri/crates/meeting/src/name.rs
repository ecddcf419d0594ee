//! Names that people give themselves.

/// Longest name, in characters.
pub const MAX_NAME: usize = 256;

/// Why a text is no name.
#[derive(Clone, Copy, Debug, thiserror::Error, PartialEq, Eq)]
pub enum NameError {
    /// Nothing visible is left.
    #[error("the name is empty")]
    Empty,
    /// More than [`MAX_NAME`] characters.
    #[error("the name has more than {MAX_NAME} characters")]
    TooLong,
}

impl NameError {
    /// Stable across releases.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "name.empty",
            Self::TooLong => "name.too_long",
        }
    }
}

/// The name as others may see it: controls and direction overrides removed, white space at both ends cut.
pub fn clean_name(text: &str) -> Result<String, NameError> {
    let name = without_tricks(text);
    let name = name.trim();
    if name.chars().all(|c| c.is_whitespace() || is_invisible(c)) {
        return Err(NameError::Empty);
    }
    if name.chars().count() > MAX_NAME {
        return Err(NameError::TooLong);
    }
    Ok(name.to_owned())
}

/// A name that came from somewhere else: cut instead of refused, since the person is there whatever they are called.
pub fn shown_name(text: &str) -> String {
    let name: String = without_tricks(text).trim().chars().take(MAX_NAME).collect();
    name.trim_end().to_owned()
}

fn without_tricks(text: &str) -> String {
    text.chars()
        .map(|c| {
            if matches!(c, '\t' | '\n' | '\r') {
                ' '
            } else {
                c
            }
        })
        .filter(|c| !c.is_control() && !is_direction_control(*c))
        .collect()
}

/// Unicode's Bidi_Control: they can make a name look like another one, or spill over the text beside it.
fn is_direction_control(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// Characters that show nothing although they are no white space.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}'..='\u{200D}'
        | '\u{2060}'..='\u{2064}' | '\u{2800}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_cut_at_both_ends_and_keeps_its_inside() {
        assert_eq!(clean_name("  Ada  Lovelace\n"), Ok("Ada  Lovelace".into()));
        assert_eq!(clean_name("Zoë 👩‍🚀"), Ok("Zoë 👩‍🚀".into()));
    }

    #[test]
    fn a_name_cannot_turn_the_text_around() {
        assert_eq!(clean_name("Ada\u{202E}tsoH\0"), Ok("AdatsoH".into()));
    }

    #[test]
    fn nothing_visible_is_no_name() {
        for text in ["", "   ", "\n\t", "\u{200B}\u{FEFF}", "\u{202E}"] {
            assert_eq!(clean_name(text), Err(NameError::Empty), "{text:?}");
        }
    }

    #[test]
    fn ten_thousand_characters_are_no_name_but_are_shown_cut() {
        let long = "é".repeat(10_000);
        assert_eq!(clean_name(&long), Err(NameError::TooLong));
        assert_eq!(shown_name(&long).chars().count(), MAX_NAME);
        assert!(clean_name(&"é".repeat(MAX_NAME)).is_ok());
    }

    proptest! {
        #[test]
        fn a_clean_name_stays_as_it_is(text in "\\PC{0,300}|.{0,300}") {
            if let Ok(name) = clean_name(&text) {
                prop_assert_eq!(clean_name(&name), Ok(name.clone()));
                prop_assert_eq!(shown_name(&name), name);
            }
        }
    }
}
