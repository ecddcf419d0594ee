//! Who is in the meeting.

use crate::name::shown_name;

/// More people than any service lets in; whoever claims more is cut.
const MAX_PEOPLE: usize = 1_000;

/// Most people in the list of who is heard most.
const MOST_DOMINANT: usize = 6;
/// As loud as sent.
const FULL_VOLUME: u32 = 100;

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Whose meeting it is, or who stands in for them.
    Organizer,
    /// May show things, and some of what organizers may.
    Presenter,
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
    /// Their standing.
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
    dominant: Vec<String>,
    /// Whose hand is up, the first first.
    hands: Vec<String>,
    spotlit: Vec<String>,
    typing: Vec<String>,
    /// How loud we hear whom, where that is not as loud as sent.
    volumes: Vec<(String, u32)>,
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

    pub(crate) fn set_dominant(&mut self, ids: Vec<String>) {
        self.dominant = ids;
    }

    pub(crate) fn set_hands(&mut self, ids: Vec<String>) {
        self.hands = ids;
    }

    pub(crate) fn set_spotlit(&mut self, ids: Vec<String>) {
        self.spotlit = ids;
    }

    pub(crate) fn set_typing(&mut self, ids: Vec<String>) {
        self.typing = ids;
    }

    /// Whoever sent what they wrote is done writing.
    pub(crate) fn has_written(&mut self, id: &str) {
        self.typing.retain(|typing| typing != id);
    }

    /// The volume as it is now; `None` if nobody else has this id.
    pub(crate) fn set_volume(&mut self, id: &str, volume: u32) -> Option<u32> {
        self.others().find(|person| person.id == id)?;
        let volume = volume.min(FULL_VOLUME);
        self.volumes.retain(|(of, _)| of != id);
        if volume != FULL_VOLUME {
            if self.volumes.len() == MAX_PEOPLE {
                self.volumes.remove(0);
            }
            self.volumes.push((id.to_owned(), volume));
        }
        Some(volume)
    }

    /// What is only true from moment to moment is not known while the service is silent.
    pub(crate) fn forget_moment(&mut self) {
        self.speaking.clear();
        self.typing.clear();
    }

    /// Nobody is known any more, but we are still we.
    pub(crate) fn clear(&mut self) {
        self.forget_moment();
        self.people.clear();
        self.dominant.clear();
        self.hands.clear();
        self.spotlit.clear();
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

    /// Who is heard most of the others, the loudest first; at most six.
    pub fn dominant(&self) -> impl Iterator<Item = &str> {
        let mut known: Vec<&str> = Vec::new();
        for id in &self.dominant {
            let is_new = !known.contains(&id.as_str());
            if is_new && self.others().any(|person| person.id == *id) {
                known.push(id);
            }
        }
        known.into_iter().take(MOST_DOMINANT)
    }

    /// The place of somebody's hand among those that are up, 1 being the first.
    pub fn hand(&self, id: &str) -> Option<u32> {
        let is_known =
            |of: &&String| self.is_me(of) || self.people.iter().any(|person| person.id == **of);
        let place = self.hands.iter().filter(is_known).position(|of| of == id)?;
        u32::try_from(place + 1).ok()
    }

    /// Whether a host put them in the middle for everybody.
    pub fn is_spotlit(&self, id: &str) -> bool {
        self.spotlit.iter().any(|spotlit| spotlit == id)
    }

    /// Whether they write a message right now.
    pub fn is_typing(&self, id: &str) -> bool {
        self.typing.iter().any(|typing| typing == id)
    }

    /// How loud we hear them, in percent: 100 as sent, 0 not at all.
    pub fn volume(&self, id: &str) -> u32 {
        let known = self.volumes.iter().find(|(of, _)| of == id);
        known.map_or(FULL_VOLUME, |(_, volume)| *volume)
    }

    /// Somebody's name, us included.
    pub fn name(&self, id: &str) -> Option<&str> {
        let person = self.people.iter().find(|person| person.id == id)?;
        Some(&person.name)
    }

    /// Who shares a screen, if anybody but us.
    pub fn sharer(&self) -> Option<&Person> {
        self.others().find(|person| person.sharing)
    }
}
