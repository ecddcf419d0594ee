#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;
use crate::protocol::ChatState;

const T0: Moment = Moment {
    now: MediaTime(0),
    wall_ms: 1.0,
};

const SHARE: ClientMessage = ClientMessage::Share {
    on: true,
    sound: false,
};

fn at(seconds: u64) -> MediaTime {
    MediaTime(0).plus(Duration::from_secs(seconds))
}

fn arrive(room: &mut Room, name: &str, role: Role) -> (String, Vec<Effect>) {
    let mut effects = Vec::new();
    let arrival = Arrival {
        name: name.into(),
        role,
        bot: false,
    };
    let id = room.arrive(arrival, T0, &mut effects).unwrap();
    effects.extend(room.announcements());
    (id, effects)
}

fn say(room: &mut Room, from: &str, message: ClientMessage) -> Vec<Effect> {
    let mut effects = Vec::new();
    room.handle(from, &message, T0, &mut effects);
    effects.extend(room.announcements());
    effects
}

fn chat(text: &str) -> ClientMessage {
    ClientMessage::Chat {
        client_id: "m".into(),
        text: text.into(),
    }
}

fn refused(effects: &[Effect]) -> Option<&str> {
    effects.iter().find_map(|effect| match effect {
        Effect::Send {
            message: ServerMessage::Error { code, .. } | ServerMessage::ShareRefused { code },
            ..
        } => Some(code.as_str()),
        _ => None,
    })
}

#[test]
fn a_guest_waits_until_a_host_admits() {
    let mut room = Room::new("T".into(), true, None);
    let (host, _) = arrive(&mut room, "Host", Role::Host);
    let (guest, effects) = arrive(&mut room, "Guest", Role::Guest);
    assert!(effects.contains(&send(&guest, ServerMessage::Lobby)));
    let waiting = vec![Waiting {
        id: guest.clone(),
        name: "Guest".into(),
    }];
    assert!(effects.contains(&send(
        &host,
        ServerMessage::Waiting {
            participants: waiting
        }
    )));
    assert!(!room.is_inside(&guest));
    let effects = say(
        &mut room,
        &host,
        ClientMessage::Admit {
            participant: guest.clone(),
        },
    );
    assert!(effects.contains(&send(&guest, ServerMessage::Admitted)));
    assert!(room.is_inside(&guest));
}

#[test]
fn a_guest_admits_denies_mutes_removes_and_ends_nothing() {
    let mut room = Room::new("T".into(), false, None);
    let (host, _) = arrive(&mut room, "Host", Role::Host);
    let (guest, _) = arrive(&mut room, "Guest", Role::Guest);
    let participant = host.clone();
    for message in [
        ClientMessage::Admit {
            participant: participant.clone(),
        },
        ClientMessage::Deny {
            participant: participant.clone(),
        },
        ClientMessage::MuteParticipant {
            participant: participant.clone(),
        },
        ClientMessage::Remove { participant },
        ClientMessage::EndMeeting,
    ] {
        assert_eq!(
            refused(&say(&mut room, &guest, message)),
            Some("auth.not_host")
        );
    }
    assert!(room.is_inside(&host));
}

#[test]
fn chat_reaches_exactly_those_inside_and_only_the_writer_sees_its_mark() {
    let mut room = Room::new("T".into(), true, None);
    let (host, _) = arrive(&mut room, "Host", Role::Host);
    let (other, _) = arrive(&mut room, "Other", Role::Host);
    let (guest, _) = arrive(&mut room, "Guest", Role::Guest);
    assert_eq!(
        refused(&say(&mut room, &guest, chat("let me in"))),
        Some("meeting.not_admitted")
    );
    let effects = say(&mut room, &host, chat("hello"));
    let copies: Vec<(&str, Option<&str>)> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send {
                to,
                message: ServerMessage::Chat(chat),
            } => Some((to.as_str(), chat.client_id.as_deref())),
            _ => None,
        })
        .collect();
    assert_eq!(copies, [(host.as_str(), Some("m")), (other.as_str(), None)]);
}

#[test]
fn whoever_shares_with_sound_is_forwarded_although_muted_until_the_share_ends() {
    let mut room = Room::new("T".into(), false, None);
    let (id, _) = arrive(&mut room, "A", Role::Host);
    let sounds = |room: &Room| room.roster()[0].sounds();
    assert!(room.roster()[0].muted && !sounds(&room));
    let share = |on, sound| ClientMessage::Share { on, sound };
    for (message, expected) in [
        (share(true, true), true),
        (ClientMessage::Mute { muted: false }, true),
        (ClientMessage::Mute { muted: true }, true),
        (share(false, true), false),
        (share(true, false), false),
        (share(true, true), true),
        (share(false, false), false),
    ] {
        say(&mut room, &id, message);
        assert_eq!(sounds(&room), expected);
    }
}

#[test]
fn one_share_at_a_time() {
    let mut room = Room::new("T".into(), false, None);
    let (a, _) = arrive(&mut room, "A", Role::Guest);
    let (b, _) = arrive(&mut room, "B", Role::Guest);
    assert_eq!(refused(&say(&mut room, &a, SHARE)), None);
    assert_eq!(refused(&say(&mut room, &b, SHARE)), Some("share.taken"));
    say(&mut room, &a, ClientMessage::Leave);
    assert_eq!(refused(&say(&mut room, &b, SHARE)), None);
    assert!(room.roster()[0].sharing);
}

#[test]
fn who_vanishes_leaves_after_the_grace_and_who_comes_back_stays() {
    let mut room = Room::new("T".into(), false, None);
    let (a, _) = arrive(&mut room, "A", Role::Guest);
    let (b, _) = arrive(&mut room, "B", Role::Guest);
    room.signalling_lost(&a, at(1));
    room.signalling_lost(&b, at(1));
    let mut effects = Vec::new();
    room.tick(at(10), &mut effects);
    assert!(effects.is_empty(), "the grace is ten seconds");
    room.back(&b, &mut effects);
    room.tick(at(11), &mut effects);
    assert!(!room.is_inside(&a));
    assert!(room.is_inside(&b));
}

#[test]
fn broken_media_counts_from_its_first_report_and_heals() {
    let mut room = Room::new("T".into(), false, None);
    let (a, _) = arrive(&mut room, "A", Role::Guest);
    let mut effects = Vec::new();
    room.media_lost(&a, Some(at(1)));
    room.media_lost(&a, None);
    room.tick(at(30), &mut effects);
    assert!(room.is_inside(&a), "it came back");
    room.media_lost(&a, Some(at(30)));
    room.media_lost(&a, Some(at(39)));
    room.tick(at(40), &mut effects);
    assert_eq!(
        effects,
        [Effect::Out {
            participant: a,
            last: Some(Refusal::MediaLost.message())
        }]
    );
}

#[test]
fn the_host_bot_admits_after_its_delay() {
    let mut room = Room::new("T".into(), true, Some(Duration::from_secs(3)));
    let mut effects = Vec::new();
    let bot = Arrival {
        name: "Host".into(),
        role: Role::Host,
        bot: true,
    };
    room.arrive(bot, T0, &mut effects).unwrap();
    let (guest, _) = arrive(&mut room, "Guest", Role::Guest);
    room.tick(at(2), &mut effects);
    assert!(!room.is_inside(&guest));
    room.tick(at(3), &mut effects);
    assert!(room.is_inside(&guest));
}

#[test]
fn a_full_meeting_takes_nobody() {
    let mut room = Room::new("T".into(), false, None);
    for n in 0..MAX_PARTICIPANTS {
        arrive(&mut room, &format!("G{n}"), Role::Guest);
    }
    let late = Arrival {
        name: "Late".into(),
        role: Role::Guest,
        bot: false,
    };
    assert_eq!(
        room.arrive(late, T0, &mut Vec::new()),
        Err(Refusal::MeetingFull)
    );
}

#[test]
fn ending_puts_everybody_out_and_nobody_comes_in_after() {
    let mut room = Room::new("T".into(), true, None);
    let (host, _) = arrive(&mut room, "Host", Role::Host);
    arrive(&mut room, "Guest", Role::Guest);
    let effects = say(&mut room, &host, ClientMessage::EndMeeting);
    let told = effects
        .iter()
        .filter(|effect| {
            matches!(
                effect,
                Effect::Out {
                    last: Some(ServerMessage::Ended),
                    ..
                }
            )
        })
        .count();
    assert_eq!(told, 2);
    let late = Arrival {
        name: "Late".into(),
        role: Role::Guest,
        bot: false,
    };
    assert_eq!(
        room.arrive(late, T0, &mut Vec::new()),
        Err(Refusal::MeetingEnded)
    );
}

fn inside(names: &[&str]) -> (Room, Vec<String>) {
    let mut room = Room::new("T".into(), false, None);
    let ids = names
        .iter()
        .map(|name| arrive(&mut room, name, Role::Guest).0);
    let ids = ids.collect();
    (room, ids)
}

/// What one of them hears.
fn heard(effects: &[Effect], who: &str) -> Vec<ServerMessage> {
    let mine = effects.iter().filter_map(|effect| match effect {
        Effect::Send { to, message } if to == who => Some(message.clone()),
        _ => None,
    });
    mine.collect()
}

#[test]
fn hands_keep_their_order_and_newcomers_hear_of_them() {
    let (mut room, ids) = inside(&["A", "B"]);
    let hands = |who: &[&String]| ServerMessage::Hands {
        participants: who.iter().map(|id| (*id).clone()).collect(),
    };
    let up = ClientMessage::Hand { up: true };
    let effects = say(&mut room, &ids[1], up.clone());
    assert_eq!(heard(&effects, &ids[0]), [hands(&[&ids[1]])]);
    let effects = say(&mut room, &ids[0], up.clone());
    assert_eq!(heard(&effects, &ids[1]), [hands(&[&ids[1], &ids[0]])]);
    assert_eq!(say(&mut room, &ids[0], up), [], "it is up");
    let (late, effects) = arrive(&mut room, "C", Role::Guest);
    assert!(heard(&effects, &late).contains(&hands(&[&ids[1], &ids[0]])));
    let effects = say(&mut room, &ids[1], ClientMessage::Leave);
    assert!(heard(&effects, &late).contains(&hands(&[&ids[0]])));
}

#[test]
fn reactions_reach_everybody_and_a_flood_of_them_does_not() {
    let (mut room, ids) = inside(&["A", "B"]);
    let react = |reaction: &str| ClientMessage::React {
        reaction: reaction.into(),
    };
    let effects = say(&mut room, &ids[0], react("heart"));
    let seen = ServerMessage::Reaction {
        participant: ids[0].clone(),
        reaction: "heart".into(),
    };
    for id in &ids {
        assert_eq!(heard(&effects, id).as_slice(), std::slice::from_ref(&seen));
    }
    assert_eq!(say(&mut room, &ids[0], react("heart")), [], "too soon");
    let effects = say(&mut room, &ids[1], react("rage"));
    assert_eq!(refused(&effects), Some("reaction.unknown"));
}

#[test]
fn only_the_writer_changes_a_text_and_nobody_what_was_taken_back() {
    let (mut room, ids) = inside(&["A", "B"]);
    say(&mut room, &ids[0], chat("helo"));
    let message = "c1".to_owned();
    let edit = |text: &str| ClientMessage::EditChat {
        message: message.clone(),
        text: text.into(),
    };
    let became = |effects: &[Effect]| match &heard(effects, &ids[1])[..] {
        [ServerMessage::Chat(chat)] => (chat.id.clone(), chat.text.clone(), chat.state),
        other => panic!("{other:?}"),
    };
    let effects = say(&mut room, &ids[1], edit("mine"));
    assert_eq!(refused(&effects), Some("chat.unknown"));
    let effects = say(&mut room, &ids[0], edit("  "));
    assert_eq!(refused(&effects), Some("chat.invalid"));
    let effects = say(&mut room, &ids[0], edit("hello"));
    let id = message.clone();
    assert_eq!(became(&effects), (id, "hello".into(), ChatState::Edited));
    let delete = ClientMessage::DeleteChat {
        message: message.clone(),
    };
    let effects = say(&mut room, &ids[0], delete);
    let id = message.clone();
    assert_eq!(became(&effects), (id, String::new(), ChatState::Deleted));
    let effects = say(&mut room, &ids[0], edit("back"));
    assert_eq!(refused(&effects), Some("chat.unknown"));
}

#[test]
fn typing_ends_with_the_text_with_leaving_or_after_a_while() {
    let (mut room, ids) = inside(&["A", "B", "C"]);
    let typing = |effects: &[Effect]| match &heard(effects, &ids[2])[..] {
        [.., ServerMessage::Typing { participants }] => participants.clone(),
        _ => panic!("{effects:?}"),
    };
    for id in &ids[..2] {
        say(&mut room, id, ClientMessage::Typing);
    }
    assert_eq!(say(&mut room, &ids[0], ClientMessage::Typing), [], "known");
    let effects = say(&mut room, &ids[1], chat("x"));
    assert_eq!(typing(&effects), [ids[0].clone()]);
    let mut effects = Vec::new();
    room.tick(at(5), &mut effects);
    assert!(room.announcements().is_empty() && effects.is_empty());
    room.tick(at(6), &mut effects);
    assert_eq!(typing(&room.announcements()), Vec::<String>::new());
    say(&mut room, &ids[0], ClientMessage::Typing);
    let effects = say(&mut room, &ids[0], ClientMessage::Leave);
    assert_eq!(typing(&effects), Vec::<String>::new());
}

#[derive(Clone, Debug)]
enum Step {
    Arrive(bool),
    Say(usize, ClientMessage),
    Lose(usize),
    Back(usize),
    Tick(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let somebody = (1..12_u64).prop_map(|n| format!("p{n}"));
    let message = prop_oneof![
        any::<bool>().prop_map(|muted| ClientMessage::Mute { muted }),
        any::<(bool, bool)>().prop_map(|(on, sound)| ClientMessage::Share { on, sound }),
        Just(chat("x")),
        Just(ClientMessage::Typing),
        any::<bool>().prop_map(|up| ClientMessage::Hand { up }),
        Just(ClientMessage::React {
            reaction: "like".into()
        }),
        (1..4_u32).prop_map(|n| ClientMessage::EditChat {
            message: format!("c{n}"),
            text: "y".into()
        }),
        (1..4_u32).prop_map(|n| ClientMessage::DeleteChat {
            message: format!("c{n}")
        }),
        Just(ClientMessage::Leave),
        somebody
            .clone()
            .prop_map(|participant| ClientMessage::Admit { participant }),
        somebody
            .clone()
            .prop_map(|participant| ClientMessage::Deny { participant }),
        somebody
            .clone()
            .prop_map(|participant| ClientMessage::MuteParticipant { participant }),
        somebody.prop_map(|participant| ClientMessage::Remove { participant }),
    ];
    prop_oneof![
        any::<bool>().prop_map(Step::Arrive),
        (1..12_usize, message).prop_map(|(n, message)| Step::Say(n, message)),
        (1..12_usize).prop_map(Step::Lose),
        (1..12_usize).prop_map(Step::Back),
        (0..15_u64).prop_map(Step::Tick),
    ]
}

proptest! {
    #[test]
    fn in_any_order_nobody_outside_hears_anything_and_at_most_one_shares(
        steps in prop::collection::vec(step(), 0..60)
    ) {
        let mut room = Room::new("T".into(), true, None);
        let mut now = 0;
        for step in steps {
            let before = room.roster();
            let mut effects = Vec::new();
            match step {
                Step::Arrive(host) => {
                    let role = if host { Role::Host } else { Role::Guest };
                    let arrival = Arrival { name: "N".into(), role, bot: false };
                    let _ = room.arrive(arrival, T0, &mut effects);
                }
                Step::Say(n, message) => {
                    room.handle(&format!("p{n}"), &message, T0, &mut effects);
                }
                Step::Lose(n) => room.signalling_lost(&format!("p{n}"), at(now)),
                Step::Back(n) => room.back(&format!("p{n}"), &mut effects),
                Step::Tick(seconds) => {
                    now += seconds;
                    room.tick(at(now), &mut effects);
                }
            }
            effects.extend(room.announcements());
            for effect in &effects {
                if let Effect::Send { to, message } = effect {
                    let private = matches!(
                        message,
                        ServerMessage::Chat(_)
                            | ServerMessage::Roster { .. }
                            | ServerMessage::Waiting { .. }
                            | ServerMessage::Hands { .. }
                            | ServerMessage::Typing { .. }
                            | ServerMessage::Reaction { .. }
                    );
                    prop_assert!(!private || room.is_inside(to));
                    if matches!(message, ServerMessage::Waiting { .. }) {
                        prop_assert_eq!(room.role(to), Some(Role::Host));
                    }
                }
            }
            let roster = room.roster();
            prop_assert!(roster.iter().filter(|person| person.sharing).count() <= 1);
            if roster != before {
                let told = effects.iter().filter(|effect| matches!(effect, Effect::Send { message: ServerMessage::Roster { .. }, .. })).count();
                prop_assert_eq!(told, roster.len());
            }
        }
    }
}
