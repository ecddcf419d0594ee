//! Who is in the meeting.

use crate::name::shown_name;

/// More people than any service lets in; whoever claims more is cut.
const MAX_PEOPLE: usize = 1_000;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Admits, mutes, removes, ends.
    Host,
    /// Takes part.
    Guest,
}

/// Somebody in the meeting, us included, as the service tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Stable while they are in the meeting.
    pub id: String,
    /// Any text.
    pub name: String,
    /// Host or guest.
    pub role: Role,
    /// Whether their microphone is off.
    pub muted: bool,
    /// Whether their camera is on.
    pub camera_on: bool,
    /// Whether they share a screen.
    pub sharing: bool,
}

/// Who is there, in the order of joining.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Roster {
    me: Option<String>,
    people: Vec<Person>,
    speaking: Vec<String>,
}

impl Roster {
    pub(crate) fn set_me(&mut self, id: String) {
        self.me = Some(id);
    }

    /// Takes the service's list as it is, apart from names that could mislead and people listed twice.
    pub(crate) fn replace(&mut self, people: Vec<Person>) {
        self.people.clear();
        for mut person in people.into_iter().take(MAX_PEOPLE) {
            if self.people.iter().any(|other| other.id == person.id) {
                continue;
            }
            person.name = shown_name(&person.name);
            self.people.push(person);
        }
    }

    pub(crate) fn set_speaking(&mut self, ids: Vec<String>) {
        self.speaking = ids;
    }

    /// Nobody is known any more, but we are still we.
    pub(crate) fn clear(&mut self) {
        self.people.clear();
        self.speaking.clear();
    }

    /// Our own id, once the service has told it.
    pub fn me(&self) -> Option<&str> {
        self.me.as_deref()
    }

    /// Everybody, us included.
    pub fn everybody(&self) -> &[Person] {
        &self.people
    }

    /// Everybody but us.
    pub fn others(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| !self.is_me(&person.id))
    }

    /// Whether the id is ours.
    pub fn is_me(&self, id: &str) -> bool {
        self.me.as_deref() == Some(id)
    }

    /// Whether somebody is heard right now.
    pub fn is_speaking(&self, id: &str) -> bool {
        self.speaking.iter().any(|speaker| speaker == id)
    }

    /// Who shares a screen, if anybody but us.
    pub fn sharer(&self) -> Option<&Person> {
        self.others().find(|person| person.sharing)
    }
}
