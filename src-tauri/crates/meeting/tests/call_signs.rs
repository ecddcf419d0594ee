#![allow(clippy::unwrap_used)]
//! Hands, reactions, captions, volumes, typing, and how long devices were open.

mod support;

use foyer_meeting::ability::Abilities;
use foyer_meeting::call::{Call, Choices, Effect, Input, Millis, News, Wish};
use foyer_meeting::captions::{CaptionsNews, CaptionsState, Spoken};
use foyer_meeting::device::Slot;
use foyer_meeting::moderation::{Moderation, Waiting};
use foyer_meeting::reaction::Reaction;
use foyer_meeting::room::Room;
use support::{choices, in_meeting, message, news, person, wish};

const ALL: Abilities = Abilities {
    hand: true,
    react: true,
    captions: true,
    edit_chat: true,
    volume: true,
    mute_others: true,
    remove: true,
    admit: true,
    spotlight: true,
};

/// We are 1; 2 and 3 are there as well.
fn among_others(abilities: Abilities) -> Call {
    let mut call = in_meeting();
    let people = [("1", "Ada"), ("2", "Grace"), ("3", "Alan")];
    let people = people.map(|(id, name)| person(id, name)).to_vec();
    news(&mut call, News::Roster(people));
    news(&mut call, News::Abilities(abilities));
    let (id, name) = ("7".to_owned(), "Kurt".to_owned());
    news(&mut call, News::Waiting(vec![Waiting { id, name }]));
    call
}

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

fn every_sign() -> Vec<Wish> {
    let on = true;
    vec![
        Wish::RaiseHand(true),
        Wish::React(Reaction::Heart),
        Wish::SetCaptions { on, language: None },
        Wish::SetVolume {
            participant: "2".to_owned(),
            volume: 50,
        },
        Wish::Moderate(Moderation::Mute(None)),
        Wish::Moderate(Moderation::Mute(Some("3".to_owned()))),
        Wish::Moderate(Moderation::Remove("2".to_owned())),
        Wish::Moderate(Moderation::Admit("7".to_owned())),
        Wish::Moderate(Moderation::TurnAway("7".to_owned())),
        Wish::Moderate(Moderation::Spotlight("1".to_owned(), true)),
    ]
}

#[test]
fn what_a_meeting_does_not_allow_is_not_asked_for() {
    for (abilities, effects) in [(Abilities::default(), 0), (ALL, 1)] {
        for sign in every_sign() {
            let mut call = among_others(abilities);
            assert_eq!(wish(&mut call, sign.clone()).len(), effects, "{sign:?}");
        }
    }
    let mut lost = among_others(ALL);
    news(&mut lost, News::ConnectionLost);
    assert_eq!(wish(&mut lost, Wish::RaiseHand(true)), []);
}

#[test]
fn hands_are_counted_among_those_who_are_there() {
    let mut call = among_others(ALL);
    news(&mut call, News::Hands(ids(&["gone", "3", "1", "2"])));
    let places = ["2", "3", "gone"].map(|id| call.roster().hand(id));
    assert_eq!(places, [Some(3), Some(1), None]);
    assert_eq!(call.hand(), Some(2));
    news(&mut call, News::Hands(Vec::new()));
    assert_eq!(call.hand(), None);
}

#[test]
fn a_reaction_has_a_name_and_ours_has_no_id() {
    let mut call = among_others(ALL);
    for (who, id, name) in [("2", Some("2"), "Grace"), ("1", None, "Ada")] {
        let (participant, reaction) = (who.to_owned(), Reaction::Laugh);
        let effects = news(
            &mut call,
            News::Reaction {
                participant,
                reaction,
            },
        );
        let (participant, name) = (id.map(str::to_owned), name.to_owned());
        let shown = Effect::ShowReaction {
            participant,
            name,
            reaction,
        };
        assert_eq!(effects, [shown]);
    }
    let (participant, reaction) = ("nobody".to_owned(), Reaction::Laugh);
    let stranger = News::Reaction {
        participant,
        reaction,
    };
    assert_eq!(news(&mut call, stranger), []);
}

#[test]
fn the_dominant_are_others_who_are_there_and_each_once() {
    let mut call = among_others(ALL);
    news(
        &mut call,
        News::Dominant(ids(&["1", "3", "3", "gone", "2"])),
    );
    let dominant: Vec<_> = call.roster().dominant().collect();
    assert_eq!(dominant, ["3", "2"]);
}

#[test]
fn a_volume_is_for_one_person_and_within_bounds() {
    let mut call = among_others(ALL);
    let volume = |participant: &str, volume| Wish::SetVolume {
        participant: participant.to_owned(),
        volume,
    };
    let effects = wish(&mut call, volume("2", 300));
    let participant = "2".to_owned();
    assert_eq!(
        effects,
        [Effect::SetVolume {
            participant,
            volume: 100
        }]
    );
    wish(&mut call, volume("2", 0));
    assert_eq!(
        (call.roster().volume("2"), call.roster().volume("3")),
        (0, 100)
    );
    assert_eq!(wish(&mut call, volume("1", 0)), [], "that is us");
    assert_eq!(wish(&mut call, volume("nobody", 0)), []);
}

#[test]
fn captions_come_to_who_wants_them_until_the_meeting_takes_them_away() {
    let mut call = among_others(ALL);
    let line = || {
        News::Caption(Spoken {
            participant: "2".to_owned(),
            name: "Grace".to_owned(),
            text: "hello".to_owned(),
            done: false,
        })
    };
    assert_eq!(news(&mut call, line()), []);
    let (on, language) = (true, Some("en-us".to_owned()));
    wish(&mut call, Wish::SetCaptions { on, language });
    assert_eq!(call.captions(), CaptionsState::Starting);
    news(
        &mut call,
        News::Captions(CaptionsNews {
            active: true,
            language: Some("en-us".to_owned()),
            languages: ids(&["en-us", "ru-ru"]),
        }),
    );
    assert_eq!(call.captions(), CaptionsState::On);
    assert_eq!(call.caption_language(), Some("en-us"));
    let (on, language) = (true, "ru-ru".to_owned());
    let another = Wish::SetCaptions {
        on,
        language: Some(language.clone()),
    };
    assert_eq!(
        wish(&mut call, another),
        [Effect::SetSpokenLanguage(language)]
    );
    let shown = news(&mut call, line());
    assert!(matches!(&shown[..], [Effect::ShowCaption(caption)] if caption.id == 1));
    let effects = news(&mut call, News::Abilities(Abilities::default()));
    assert!(matches!(
        effects[..],
        [Effect::SetCaptions { on: false, .. }]
    ));
    assert_eq!(call.captions(), CaptionsState::Off);
    assert_eq!(news(&mut call, line()), []);
}

#[test]
fn typing_is_told_every_four_seconds_at_most_and_ends_with_the_message() {
    let mut call = in_meeting();
    let mut told = 0;
    for now in (0..12_000).step_by(500) {
        told += call.step(now, Input::Guest(Wish::Typing)).len();
    }
    assert_eq!(told, 3);
    news(&mut call, News::Typing(ids(&["2", "3"])));
    news(&mut call, message("2", "done", None));
    assert!(!call.roster().is_typing("2") && call.roster().is_typing("3"));
    news(&mut call, News::ConnectionLost);
    assert!(!call.roster().is_typing("3"));
}

#[test]
fn open_devices_are_measured_to_the_end_of_the_call() {
    let mut call = Call::default();
    let live = |call: &Call, now: Millis| {
        [Slot::Microphone, Slot::Camera, Slot::Share, Slot::Speaker]
            .map(|slot| call.live(slot, now))
    };
    let choose = |camera_on| {
        Input::Guest(Wish::Choose(Choices {
            camera_on,
            ..choices()
        }))
    };
    call.step(1_000, choose(true));
    assert_eq!(
        live(&call, 1_500),
        [500, 500, 0, 0],
        "before joining as well"
    );
    call.step(3_000, choose(false));
    call.step(5_000, Input::Guest(Wish::Leave));
    assert_eq!(live(&call, 60_000), [4_000, 2_000, 0, 0]);
}

#[test]
fn nothing_is_done_to_somebody_who_is_not_there() {
    let mut call = among_others(ALL);
    for deed in [
        Moderation::Mute(Some("9".to_owned())),
        Moderation::Remove("1".to_owned()),
        Moderation::Remove("7".to_owned()),
        Moderation::Admit("2".to_owned()),
        Moderation::Spotlight("9".to_owned(), true),
    ] {
        let wished = wish(&mut call, Wish::Moderate(deed.clone()));
        assert_eq!(wished, [], "{deed:?}");
    }
    assert_eq!(call.waiting().len(), 1);
    news(&mut call, News::Abilities(Abilities::default()));
    assert!(call.waiting().is_empty(), "who waits is not ours to know");
}

#[test]
fn a_breakout_room_is_entered_when_it_is_open_and_left_where_that_is_allowed() {
    let mut call = among_others(ALL);
    let enter = |call: &mut Call, enter| wish(call, Wish::ChangeRoom(enter));
    assert_eq!(enter(&mut call, true), [], "there is none");
    let room = |open, may_return| {
        News::Room(Some(Room {
            name: " Room\u{202E} 1 ".to_owned(),
            open,
            may_return,
            ..Room::default()
        }))
    };
    news(&mut call, room(false, true));
    assert_eq!(enter(&mut call, true), [], "it is not open yet");
    news(&mut call, room(true, true));
    assert_eq!(call.room().unwrap().name, "Room 1");
    assert_eq!(enter(&mut call, false), [], "we are not in it");
    assert_eq!(enter(&mut call, true), [Effect::ChangeRoom(true)]);
    let told = news(&mut call, News::Moved(true));
    assert!(
        told.iter()
            .any(|effect| matches!(effect, Effect::TellMuted(_))),
        "the room knows nothing about us: {told:?}"
    );
    assert!(call.is_in_room());
    assert_eq!(enter(&mut call, true), [], "we are in it");
    news(&mut call, room(true, false));
    assert_eq!(enter(&mut call, false), [], "nobody comes back early");
    news(&mut call, News::Room(None));
    assert_eq!(enter(&mut call, false), [Effect::ChangeRoom(false)]);
    wish(&mut call, Wish::Leave);
    assert!(!call.is_in_room() && call.room().is_none());
}

#[test]
fn what_is_bad_about_the_connection_is_known_once_and_until_it_is_better() {
    let mut call = among_others(ALL);
    let trouble = |code: &str, present| News::Trouble {
        code: code.to_owned(),
        present,
    };
    for (code, present) in [
        ("network.send", true),
        ("network.send", true),
        ("network.none", true),
        ("network.none", false),
    ] {
        news(&mut call, trouble(code, present));
    }
    assert_eq!(call.troubles(), ["network.send"]);
    wish(&mut call, Wish::Leave);
    assert!(call.troubles().is_empty());
}
