//! Breakout rooms: a meeting beside the meeting, into which an organiser sends some of us for a while.

use crate::name::shown_name;

/// The room that we are to go to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Room {
    /// As the organiser called it.
    pub name: String,
    /// It can be entered.
    pub open: bool,
    /// We are taken there without being asked.
    pub automatic: bool,
    /// One may come back before it closes.
    pub may_return: bool,
}

/// Which room there is for us, and whether we are in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Rooms {
    assigned: Option<Room>,
    inside: bool,
}

impl Rooms {
    pub fn assign(&mut self, room: Option<Room>) {
        self.assigned = room.map(|room| Room {
            name: shown_name(&room.name),
            ..room
        });
    }

    pub fn moved(&mut self, inside: bool) {
        self.inside = inside;
    }

    pub fn assigned(&self) -> Option<&Room> {
        self.assigned.as_ref()
    }

    pub fn inside(&self) -> bool {
        self.inside
    }

    /// Whether we may go where we are not.
    pub fn may_change(&self, enter: bool) -> bool {
        match (enter, self.inside) {
            (true, false) => self.assigned.as_ref().is_some_and(|room| room.open),
            // A room that is no longer known does not hold anybody.
            (false, true) => self.assigned.as_ref().is_none_or(|room| room.may_return),
            (true, true) | (false, false) => false,
        }
    }
}
