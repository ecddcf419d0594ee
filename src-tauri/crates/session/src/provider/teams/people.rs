//! The roster as the SDK tells it, person by person, as the whole list that the call takes.

use foyer_contract::calling::people::Participant;
use foyer_meeting::call::News;
use foyer_meeting::roster::{Person, Role};

/// Everybody whom the SDK told of, in the order of coming.
#[derive(Debug, Default)]
pub(super) struct People {
    known: Vec<Participant>,
}

impl People {
    /// Takes changes in.
    pub fn update(&mut self, changed: Vec<Participant>, removed: &[String]) {
        self.known.retain(|known| !removed.contains(&known.id));
        for participant in changed {
            match self
                .known
                .iter_mut()
                .find(|known| known.id == participant.id)
            {
                Some(known) => *known = participant,
                None => self.known.push(participant),
            }
        }
    }

    /// Another call begins.
    pub fn clear(&mut self) {
        self.known.clear();
    }

    /// Whose stream this is; `None` if several have one with this number, or nobody.
    pub fn sender(&self, kind: &str, stream: u32) -> Option<&str> {
        let sends = |known: &&Participant| {
            let mut streams = known.streams.iter();
            streams.any(|one| one.id == stream && one.kind == kind)
        };
        let mut senders = self.known.iter().filter(sends);
        let sender = senders.next()?;
        senders.next().is_none().then_some(sender.id.as_str())
    }

    /// Who is in.
    pub fn present(&self) -> impl Iterator<Item = &Participant> {
        self.known.iter().filter(|known| is_present(known))
    }

    /// Who is in, and who is heard.
    pub fn news(&self) -> Vec<News> {
        let speaking = self
            .present()
            .filter(|known| known.speaking && !known.muted);
        vec![
            News::Roster(self.present().map(person).collect()),
            News::Speaking(speaking.map(|known| known.id.clone()).collect()),
        ]
    }
}

/// Whoever is on the way, or waits in the lobby, is not in the meeting.
fn is_present(participant: &Participant) -> bool {
    matches!(participant.state.as_str(), "Connected" | "Hold")
}

fn person(participant: &Participant) -> Person {
    let sends = |kind: &str| {
        let mut streams = participant.streams.iter();
        streams.any(|stream| stream.kind == kind && stream.available)
    };
    Person {
        id: participant.id.clone(),
        name: participant.name.clone(),
        role: match participant.role.as_str() {
            "Organizer" | "Co-organizer" => Role::Organizer,
            "Presenter" => Role::Presenter,
            _ => Role::Guest,
        },
        muted: participant.muted,
        camera_on: sends("Video"),
        sharing: sends("ScreenSharing"),
    }
}

#[cfg(test)]
mod tests {
    use foyer_contract::calling::people::Stream;

    use super::*;

    fn participant(id: &str, state: &str) -> Participant {
        Participant {
            id: id.to_owned(),
            state: state.to_owned(),
            ..Participant::default()
        }
    }

    fn ids(people: &People) -> Vec<String> {
        match people.news().swap_remove(0) {
            News::Roster(people) => people.into_iter().map(|person| person.id).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn whoever_is_in_is_listed_in_the_order_of_coming() {
        let mut people = People::default();
        let all = ["b", "a", "c"].map(|id| participant(id, "Connected"));
        people.update(all.to_vec(), &[]);
        people.update(
            vec![participant("d", "InLobby"), participant("b", "Hold")],
            &[],
        );
        assert_eq!(ids(&people), ["b", "a", "c"]);
        people.update(vec![participant("d", "Connected")], &["a".to_owned()]);
        assert_eq!(ids(&people), ["b", "c", "d"]);
        people.update(
            vec![participant("c", "Disconnected")],
            &["nobody".to_owned()],
        );
        assert_eq!(ids(&people), ["b", "d"]);
    }

    #[test]
    fn a_picture_counts_when_it_is_sent() {
        let mut sharing = participant("a", "Connected");
        sharing.role = "Co-organizer".to_owned();
        for (kind, available) in [("Video", false), ("ScreenSharing", true)] {
            sharing.streams.push(Stream {
                kind: kind.to_owned(),
                available,
                ..Stream::default()
            });
        }
        let seen = person(&sharing);
        assert_eq!(
            (seen.camera_on, seen.sharing, seen.role),
            (false, true, Role::Organizer)
        );
    }
}
