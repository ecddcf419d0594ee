//! What somebody with a presenter's rights may do to others.

/// One deed. Participants are named by id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moderation {
    /// Mutes somebody, or everybody else.
    Mute(Option<String>),
    /// Takes somebody out of the meeting.
    Remove(String),
    /// Lets somebody in from the lobby.
    Admit(String),
    /// Sends somebody away from the lobby.
    TurnAway(String),
    /// Puts somebody in the middle for everybody (true), or no longer.
    Spotlight(String, bool),
}

/// Somebody in the lobby.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Stable while they wait.
    pub id: String,
    /// Any text.
    pub name: String,
}
