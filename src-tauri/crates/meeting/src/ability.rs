//! What a meeting lets a guest do beyond taking part.

/// As the service says. Nothing until it has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Abilities {
    /// Raise a hand.
    pub hand: bool,
    /// React.
    pub react: bool,
    /// Read along.
    pub captions: bool,
    /// Change or take back messages of one's own.
    pub edit_chat: bool,
    /// Hear single people louder or less loud.
    pub volume: bool,
}
