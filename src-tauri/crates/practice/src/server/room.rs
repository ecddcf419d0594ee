//! Who is there and who may do what: roster, lobby, share, chat ([`talk`]) and what people show without words
//! ([`signs`]), as values. Pure: time and randomness are handed in, effects are handed out.

mod signs;
mod talk;

use std::time::Duration;

use foyer_media::clock::MediaTime;
use foyer_meeting::reaction::Reaction;

pub(crate) use self::signs::BotSign;
use self::signs::Signs;
use self::talk::Talk;
use crate::protocol::{
    self, ClientMessage, MAX_PARTICIPANTS, MAX_WAITING, Participant, Refusal, Role, ServerMessage,
    Waiting,
};

/// How long somebody who vanished is waited for.
pub(crate) const GRACE: Duration = Duration::from_secs(10);

/// Two clocks read at once.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moment {
    /// For durations.
    pub now: MediaTime,
    /// Milliseconds since 1970, for people.
    pub wall_ms: f64,
}

/// What is to be done outside.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Effect {
    /// To one person.
    Send { to: String, message: ServerMessage },
    /// That person is gone: one last message, then nothing more.
    Out {
        participant: String,
        last: Option<ServerMessage>,
    },
    /// Somebody wrote this; bots may answer.
    Said { participant: String, text: String },
    /// Somebody reacted; bots may join in.
    Reacted {
        participant: String,
        reaction: Reaction,
    },
}

/// How somebody comes in.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    pub name: String,
    pub role: Role,
    pub bot: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Lobby { since: MediaTime },
    Meeting,
}

#[derive(Clone, Debug)]
struct Person {
    id: String,
    name: String,
    role: Role,
    bot: bool,
    place: Place,
    muted: bool,
    camera_on: bool,
    sharing: bool,
    sharing_sound: bool,
    signalling_lost: Option<MediaTime>,
    media_lost: Option<MediaTime>,
}

/// A meeting as a value.
#[derive(Debug)]
pub(crate) struct Room {
    title: String,
    lobby: bool,
    /// A host bot admits whoever waited this long.
    admits_after: Option<Duration>,
    people: Vec<Person>,
    numbered: u64,
    talk: Talk,
    signs: Signs,
    ended: bool,
    roster_changed: bool,
    waiting_changed: bool,
}

impl Room {
    pub(crate) fn new(title: String, lobby: bool, admits_after: Option<Duration>) -> Self {
        Self {
            title,
            lobby,
            admits_after,
            people: Vec::new(),
            numbered: 0,
            talk: Talk::default(),
            signs: Signs::default(),
            ended: false,
            roster_changed: false,
            waiting_changed: false,
        }
    }

    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    pub(crate) fn ended(&self) -> bool {
        self.ended
    }

    /// Takes somebody in, to the meeting or to its lobby; tells their id.
    pub(crate) fn arrive(
        &mut self,
        arrival: Arrival,
        at: Moment,
        effects: &mut Vec<Effect>,
    ) -> Result<String, Refusal> {
        if self.ended {
            return Err(Refusal::MeetingEnded);
        }
        let name = protocol::clean_name(&arrival.name)?;
        let waits = self.lobby && arrival.role == Role::Guest && !arrival.bot;
        if self.inside().count() >= MAX_PARTICIPANTS {
            return Err(Refusal::MeetingFull);
        }
        if waits && self.people.len() - self.inside().count() >= MAX_WAITING {
            return Err(Refusal::MeetingFull);
        }
        self.numbered += 1;
        let id = format!("p{}", self.numbered);
        self.people.push(Person {
            id: id.clone(),
            name,
            role: arrival.role,
            bot: arrival.bot,
            place: Place::Lobby { since: at.now },
            muted: !arrival.bot,
            camera_on: arrival.bot,
            sharing: false,
            sharing_sound: false,
            signalling_lost: None,
            media_lost: None,
        });
        if waits {
            self.waiting_changed = true;
            effects.push(send(&id, ServerMessage::Lobby));
        } else {
            self.let_in(&id, effects);
        }
        Ok(id)
    }

    /// What the person is told first on a connection that takes their part up again.
    pub(crate) fn back(&mut self, id: &str, effects: &mut Vec<Effect>) {
        let Some(person) = self.person_mut(id) else {
            return;
        };
        person.signalling_lost = None;
        let place = match person.place {
            Place::Lobby { .. } => ServerMessage::Lobby,
            Place::Meeting => ServerMessage::Admitted,
        };
        let role = person.role;
        effects.push(send(id, place));
        if self.is_inside(id) {
            self.roster_changed = true;
            self.waiting_changed |= role == Role::Host;
            self.tell_returned();
        }
    }

    /// The person's signalling is gone without a goodbye.
    pub(crate) fn signalling_lost(&mut self, id: &str, now: MediaTime) {
        if let Some(person) = self.person_mut(id) {
            person.signalling_lost = Some(now);
        }
    }

    /// The person's media connection broke (`Some`) or works (`None`).
    pub(crate) fn media_lost(&mut self, id: &str, since: Option<MediaTime>) {
        if let Some(person) = self.person_mut(id) {
            person.media_lost = since.map(|now| person.media_lost.unwrap_or(now));
        }
    }

    /// Somebody said something. What does not belong here (negotiation, watching) is ignored.
    pub(crate) fn handle(
        &mut self,
        from: &str,
        message: &ClientMessage,
        at: Moment,
        effects: &mut Vec<Effect>,
    ) {
        let outcome = match message {
            ClientMessage::Mute { muted } => {
                self.change(from, |person| person.muted = *muted);
                Ok(())
            }
            ClientMessage::Camera { on } => {
                self.change(from, |person| person.camera_on = *on);
                Ok(())
            }
            ClientMessage::Share { on, sound } => {
                self.share(from, *on, *on && *sound, effects);
                Ok(())
            }
            ClientMessage::Chat { client_id, text } => {
                self.chat(from, client_id, text, at, effects)
            }
            ClientMessage::EditChat { message, text } => {
                self.edit_chat(from, message, Some(text), effects)
            }
            ClientMessage::DeleteChat { message } => self.edit_chat(from, message, None, effects),
            ClientMessage::Typing => self.typing(from, at.now),
            ClientMessage::Hand { up } => self.raise_hand(from, *up),
            ClientMessage::React { reaction } => self.react(from, reaction, at.now, effects),
            ClientMessage::Leave => {
                self.leave(from, None, effects);
                Ok(())
            }
            ClientMessage::Admit { participant } => self
                .need_host(from)
                .and_then(|()| self.admit(participant, effects)),
            ClientMessage::Deny { participant } => self.need_host(from).and_then(|()| {
                self.need_waiting(participant)?;
                self.leave(participant, Some(ServerMessage::Denied), effects);
                Ok(())
            }),
            ClientMessage::MuteParticipant { participant } => self.need_host(from).and_then(|()| {
                self.need_inside(participant)?;
                self.change(participant, |person| person.muted = true);
                effects.push(send(participant, ServerMessage::MutedByHost));
                Ok(())
            }),
            ClientMessage::Remove { participant } => self.need_host(from).and_then(|()| {
                self.need_inside(participant)?;
                self.leave(participant, Some(ServerMessage::Removed), effects);
                Ok(())
            }),
            ClientMessage::EndMeeting => self.need_host(from).map(|()| self.end(effects)),
            ClientMessage::Join { .. } => Err(Refusal::BadMessage),
            ClientMessage::Answer { .. }
            | ClientMessage::Candidate { .. }
            | ClientMessage::Watch { .. }
            | ClientMessage::RestartIce => Ok(()),
        };
        if let Err(refusal) = outcome {
            effects.push(send(from, refusal.message()));
        }
    }

    /// Puts a person out for another reason than their own or a host's wish.
    pub(crate) fn put_out(&mut self, id: &str, why: Refusal, effects: &mut Vec<Effect>) {
        self.leave(id, Some(why.message()), effects);
    }

    /// Lets time pass: who vanished leaves, the host bot admits.
    pub(crate) fn tick(&mut self, now: MediaTime, effects: &mut Vec<Effect>) {
        let over = |since: Option<MediaTime>| since.is_some_and(|at| now.since(at) >= GRACE);
        let gone: Vec<(String, bool)> = self
            .people
            .iter()
            .filter(|person| over(person.signalling_lost) || over(person.media_lost))
            .map(|person| (person.id.clone(), over(person.signalling_lost)))
            .collect();
        self.talk.forget_typing(now);
        for (id, silent) in gone {
            let last = (!silent).then(|| Refusal::MediaLost.message());
            self.leave(&id, last, effects);
        }
        let Some(after) = self.admits_after else {
            return;
        };
        if !self
            .people
            .iter()
            .any(|person| person.bot && person.role == Role::Host)
        {
            return;
        }
        let due: Vec<String> = self
            .people
            .iter()
            .filter(|person| matches!(person.place, Place::Lobby { since } if now.since(since) >= after))
            .map(|person| person.id.clone())
            .collect();
        for id in due {
            if self.admit(&id, effects).is_err() {
                break;
            }
        }
    }

    /// Ends it: everybody is told and is out.
    pub(crate) fn end(&mut self, effects: &mut Vec<Effect>) {
        self.ended = true;
        for person in std::mem::take(&mut self.people) {
            effects.push(Effect::Out {
                participant: person.id,
                last: Some(ServerMessage::Ended),
            });
        }
        self.roster_changed = false;
        self.waiting_changed = false;
        self.talk = Talk::default();
        self.signs = Signs::default();
    }

    /// Roster and lobby lists that are due because something changed. Ask once after every step.
    pub(crate) fn announcements(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        if std::mem::take(&mut self.roster_changed) {
            let participants = self.roster();
            for person in self.inside().filter(|person| !person.bot) {
                let message = ServerMessage::Roster {
                    participants: participants.clone(),
                };
                effects.push(send(&person.id, message));
            }
        }
        self.announce_signs(&mut effects);
        if std::mem::take(&mut self.waiting_changed) {
            let participants: Vec<Waiting> = self
                .people
                .iter()
                .filter(|person| person.place != Place::Meeting)
                .map(|person| Waiting {
                    id: person.id.clone(),
                    name: person.name.clone(),
                })
                .collect();
            for host in self
                .inside()
                .filter(|person| person.role == Role::Host && !person.bot)
            {
                let message = ServerMessage::Waiting {
                    participants: participants.clone(),
                };
                effects.push(send(&host.id, message));
            }
        }
        effects
    }

    /// Everybody in the meeting, in the order of admission.
    pub(crate) fn roster(&self) -> Vec<Participant> {
        self.inside()
            .map(|person| Participant {
                id: person.id.clone(),
                name: person.name.clone(),
                role: person.role,
                muted: person.muted,
                camera_on: person.camera_on,
                sharing: person.sharing,
                sharing_sound: person.sharing_sound,
                bot: person.bot,
            })
            .collect()
    }

    pub(crate) fn is_inside(&self, id: &str) -> bool {
        self.inside().any(|person| person.id == id)
    }

    pub(crate) fn role(&self, id: &str) -> Option<Role> {
        self.people
            .iter()
            .find(|person| person.id == id)
            .map(|person| person.role)
    }

    fn inside(&self) -> impl Iterator<Item = &Person> {
        self.people
            .iter()
            .filter(|person| person.place == Place::Meeting)
    }

    fn person_mut(&mut self, id: &str) -> Option<&mut Person> {
        self.people.iter_mut().find(|person| person.id == id)
    }

    fn change(&mut self, id: &str, apply: impl FnOnce(&mut Person)) {
        if let Some(person) = self.person_mut(id) {
            let shown = |person: &Person| {
                let share = (person.sharing, person.sharing_sound);
                (person.muted, person.camera_on, share)
            };
            let before = shown(person);
            apply(person);
            let changed = before != shown(person);
            self.roster_changed |= changed && person.place == Place::Meeting;
        }
    }

    fn let_in(&mut self, id: &str, effects: &mut Vec<Effect>) {
        let Some(index) = self.people.iter().position(|person| person.id == id) else {
            return;
        };
        let mut person = self.people.remove(index);
        person.place = Place::Meeting;
        effects.push(send(id, ServerMessage::Admitted));
        self.roster_changed = true;
        self.waiting_changed = true;
        self.people.push(person);
        self.tell_newcomer();
    }

    fn leave(&mut self, id: &str, last: Option<ServerMessage>, effects: &mut Vec<Effect>) {
        let Some(index) = self.people.iter().position(|person| person.id == id) else {
            return;
        };
        match self.people.remove(index).place {
            Place::Lobby { .. } => self.waiting_changed = true,
            Place::Meeting => {
                self.roster_changed = true;
                self.talk.left(id);
                self.signs.left(id);
            }
        }
        effects.push(Effect::Out {
            participant: id.to_owned(),
            last,
        });
    }

    fn admit(&mut self, id: &str, effects: &mut Vec<Effect>) -> Result<(), Refusal> {
        self.need_waiting(id)?;
        if self.inside().count() >= MAX_PARTICIPANTS {
            return Err(Refusal::MeetingFull);
        }
        self.let_in(id, effects);
        Ok(())
    }

    fn share(&mut self, from: &str, on: bool, sound: bool, effects: &mut Vec<Effect>) {
        let refusal = if !self.is_inside(from) {
            Some(Refusal::NotAdmitted)
        } else if on && self.inside().any(|other| other.sharing && other.id != from) {
            Some(Refusal::ShareTaken)
        } else {
            None
        };
        match refusal {
            Some(refusal) if on => effects.push(send(
                from,
                ServerMessage::ShareRefused {
                    code: refusal.code().into(),
                },
            )),
            Some(_) => {}
            None => self.change(from, |person| {
                person.sharing = on;
                person.sharing_sound = sound;
            }),
        }
    }

    fn need_host(&self, id: &str) -> Result<(), Refusal> {
        let host = self
            .inside()
            .any(|person| person.id == id && person.role == Role::Host);
        host.then_some(()).ok_or(Refusal::NotHost)
    }

    fn name(&self, id: &str) -> Result<String, Refusal> {
        let person = self.inside().find(|person| person.id == id);
        let name = person.map(|person| person.name.clone());
        name.ok_or(Refusal::NotAdmitted)
    }

    /// To everybody in the meeting who can read.
    fn broadcast(&self, message: &ServerMessage, effects: &mut Vec<Effect>) {
        let people = self.inside().filter(|person| !person.bot);
        effects.extend(people.map(|person| send(&person.id, message.clone())));
    }

    fn need_waiting(&self, id: &str) -> Result<(), Refusal> {
        let waits = self
            .people
            .iter()
            .any(|person| person.id == id && person.place != Place::Meeting);
        waits.then_some(()).ok_or(Refusal::ParticipantUnknown)
    }

    fn need_inside(&self, id: &str) -> Result<(), Refusal> {
        self.is_inside(id)
            .then_some(())
            .ok_or(Refusal::ParticipantUnknown)
    }
}

fn send(to: &str, message: ServerMessage) -> Effect {
    Effect::Send {
        to: to.to_owned(),
        message,
    }
}

#[cfg(test)]
mod tests;
