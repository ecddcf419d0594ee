//! What is around a Teams meeting: its breakout rooms, its lobby, its telephone numbers, the way to it.

use foyer_contract::calling::event::Breakout;
use foyer_contract::calling::people::{Participant, Phone};
use foyer_meeting::call::News;
use foyer_meeting::moderation::Waiting;
use foyer_meeting::phone::{DialIn, PhoneNumber};
use foyer_meeting::room::Room;

/// The room that an organiser assigned to us.
pub(super) fn room(told: Option<Breakout>) -> News {
    News::Room(told.map(|room| Room {
        name: room.name,
        open: room.open,
        automatic: room.automatic,
        may_return: room.may_return,
    }))
}

/// Who waits.
pub(super) fn waiting(told: Vec<Participant>) -> News {
    let known = |one: Participant| Waiting {
        id: one.id,
        name: one.name,
    };
    News::Waiting(told.into_iter().map(known).collect())
}

/// Every number on its own; those that cost nothing first.
pub(super) fn dial_in(conference_id: String, phones: Vec<Phone>) -> News {
    let place = |phone: &Phone| {
        let parts = [phone.city.as_str(), phone.country.as_str()];
        let known: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        known.join(", ")
    };
    let all = |free: bool| {
        phones.iter().filter_map(move |phone| {
            let number = if free { &phone.toll_free } else { &phone.toll };
            (!number.is_empty()).then(|| PhoneNumber {
                number: number.clone(),
                free,
                place: place(phone),
            })
        })
    };
    News::DialIn(DialIn {
        conference_id,
        numbers: all(true).chain(all(false)).collect(),
    })
}

/// Poor, of a quality: 1 is good, 2 poor, 3 bad.
const POOR: u32 = 2;

/// What the SDK found out about the network. Devices are ours, and we know better how they are.
pub(super) fn trouble(name: &str, value: u32, quality: bool) -> Option<News> {
    let code = match name {
        "noNetwork" => "network.none",
        "networkRelaysNotReachable" => "network.relays",
        "networkReconnect" => "network.reconnect",
        "networkReceiveQuality" => "network.receive",
        "networkSendQuality" => "network.send",
        _ => return None,
    };
    let bound = if quality { POOR } else { 1 };
    Some(News::Trouble {
        code: code.to_owned(),
        present: value >= bound,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_cost_nothing_come_first() {
        let phones = vec![
            Phone {
                toll: "+49 30 1".into(),
                toll_free: String::new(),
                country: "Germany".into(),
                city: "Berlin".into(),
            },
            Phone {
                toll: "+1 212 2".into(),
                toll_free: "+1 800 3".into(),
                country: "United States".into(),
                city: String::new(),
            },
        ];
        let News::DialIn(told) = dial_in("123 456#".into(), phones) else {
            panic!("numbers");
        };
        let numbers: Vec<_> = told
            .numbers
            .iter()
            .map(|one| (one.number.as_str(), one.free, one.place.as_str()))
            .collect();
        assert_eq!(
            numbers,
            [
                ("+1 800 3", true, "United States"),
                ("+49 30 1", false, "Berlin, Germany"),
                ("+1 212 2", false, "United States"),
            ]
        );
        assert_eq!(told.conference_id, "123 456#");
    }

    #[test]
    fn qualities_are_bad_from_poor_on_and_flags_when_they_are_set() {
        let told = |name, value, quality| match trouble(name, value, quality) {
            Some(News::Trouble { code, present }) => Some((code, present)),
            _ => None,
        };
        let some = |code: &str, present| Some((code.to_owned(), present));
        assert_eq!(
            told("networkSendQuality", 1, true),
            some("network.send", false)
        );
        assert_eq!(
            told("networkSendQuality", 2, true),
            some("network.send", true)
        );
        assert_eq!(told("noNetwork", 1, false), some("network.none", true));
        assert_eq!(told("noNetwork", 0, false), some("network.none", false));
        assert_eq!(told("cameraFreeze", 1, false), None, "the camera is ours");
    }
}
