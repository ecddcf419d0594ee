//! Which way media flows on an m-line.

use serde::{Deserialize, Serialize};

/// Direction from our side (RFC 8829, 4.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// Both ways.
    SendRecv,
    /// We send.
    SendOnly,
    /// We receive.
    RecvOnly,
    /// Held.
    Inactive,
}

impl Direction {
    /// From the two ways it consists of.
    pub fn new(send: bool, receive: bool) -> Self {
        match (send, receive) {
            (true, true) => Self::SendRecv,
            (true, false) => Self::SendOnly,
            (false, true) => Self::RecvOnly,
            (false, false) => Self::Inactive,
        }
    }

    /// True if it has us send.
    pub fn sends(self) -> bool {
        matches!(self, Self::SendRecv | Self::SendOnly)
    }

    /// True if it has us receive.
    pub fn receives(self) -> bool {
        matches!(self, Self::SendRecv | Self::RecvOnly)
    }

    /// The same thing seen from the other side.
    pub fn reversed(self) -> Self {
        Self::new(self.receives(), self.sends())
    }

    /// What both directions allow.
    pub fn and(self, other: Self) -> Self {
        Self::new(
            self.sends() && other.sends(),
            self.receives() && other.receives(),
        )
    }

    pub(crate) fn bits(self) -> u8 {
        u8::from(self.sends()) | u8::from(self.receives()) << 1
    }

    pub(crate) fn from_bits(bits: u8) -> Self {
        Self::new(bits & 1 != 0, bits & 2 != 0)
    }
}
