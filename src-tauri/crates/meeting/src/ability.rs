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
    /// Mute others.
    pub mute_others: bool,
    /// Take others out.
    pub remove: bool,
    /// Let people in from the lobby, or send them away.
    pub admit: bool,
    /// Put somebody in the middle for everybody.
    pub spotlight: bool,
}
