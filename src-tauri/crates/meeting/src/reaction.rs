//! What people can show without saying it.

/// A reaction: seen for a moment, kept by nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The words say it.
pub enum Reaction {
    Like,
    Heart,
    Applause,
    Laugh,
    Surprised,
}

impl Reaction {
    /// Every reaction.
    pub const ALL: [Self; 5] = [
        Self::Like,
        Self::Heart,
        Self::Applause,
        Self::Laugh,
        Self::Surprised,
    ];

    /// As services call it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Like => "like",
            Self::Heart => "heart",
            Self::Applause => "applause",
            Self::Laugh => "laugh",
            Self::Surprised => "surprised",
        }
    }

    /// The reaction that services call so; `None` for those that nobody here knows.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.word() == word)
    }
}
