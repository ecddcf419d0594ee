//! What the guest can have behind them.

use crate::backdrop::Backdrop;

/// What is shown where the guest is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Background {
    /// The room, as the camera has it. Pictures pass untouched.
    #[default]
    None,
    /// The room, its shapes still to be recognised.
    Blur,
    /// The room as patches of colour.
    StrongBlur,
    /// A drawing of ours.
    Backdrop(Backdrop),
    /// The guest's own picture.
    Own,
}

impl Background {
    /// Whether pictures pass untouched.
    pub fn is_none(self) -> bool {
        self == Self::None
    }
}
