#![allow(clippy::unwrap_used)]
//! The call machine under inputs in any order: what must always hold.

use std::collections::BTreeMap;

use foyer_meeting::ability::Abilities;
use foyer_meeting::call::{Call, Choices, DeviceNews, Effect, Input, Millis, News, Phase, Wish};
use foyer_meeting::captions::{CaptionsNews, CaptionsState, Spoken};
use foyer_meeting::chat::{Incoming, MessageState, Shown};
use foyer_meeting::device::{Attempt, DeviceState, Slot};
use foyer_meeting::end::EndReason;
use foyer_meeting::keeping::Kept;
use foyer_meeting::moderation::{Moderation, Waiting};
use foyer_meeting::phone::DialIn;
use foyer_meeting::reaction::Reaction;
use foyer_meeting::room::Room;
use foyer_meeting::roster::{Person, Role};
use proptest::prelude::*;

/// What a driver of the call would know: which devices are open, whether the service is dialled.
#[derive(Default)]
struct Driver {
    open: BTreeMap<Slot, Attempt>,
    opens: BTreeMap<Slot, u32>,
    closes: BTreeMap<Slot, u32>,
    dials: u32,
    hang_ups: u32,
    /// Messages of ours, as they are shown.
    own: BTreeMap<String, Shown>,
    live: BTreeMap<Slot, Millis>,
    typing_told: Option<Millis>,
}

impl Driver {
    fn carry_out(&mut self, effect: &Effect, now: Millis, before: Phase, call: &Call) {
        let after = call.phase();
        match effect {
            Effect::Open { slot, attempt, .. } => {
                let old = self.open.insert(*slot, *attempt);
                assert_eq!(old, None, "{slot:?} opened twice without a close");
                *self.opens.entry(*slot).or_default() += 1;
            }
            Effect::Close { slot } => {
                assert!(self.open.remove(slot).is_some(), "{slot:?} was not open");
                *self.closes.entry(*slot).or_default() += 1;
            }
            Effect::Dial { name } => {
                assert!(!name.trim().is_empty());
                assert_eq!(before, Phase::PreJoin);
                self.dials += 1;
            }
            Effect::HangUp => {
                self.hang_ups += 1;
                assert!(matches!(after, Phase::Ended(_)));
            }
            Effect::TellMuted(muted) => {
                assert_eq!(
                    after,
                    Phase::InMeeting,
                    "told before admission or after leaving"
                );
                assert!(*muted || self.open.contains_key(&Slot::Microphone));
            }
            Effect::TellCamera(on) => {
                assert_eq!(
                    after,
                    Phase::InMeeting,
                    "told before admission or after leaving"
                );
                assert!(!*on || self.open.contains_key(&Slot::Camera));
            }
            Effect::TellShare(on) => {
                assert_eq!(
                    after,
                    Phase::InMeeting,
                    "told before admission or after leaving"
                );
                assert!(!*on || self.open.contains_key(&Slot::Share));
            }
            Effect::SendChat { client_id, text } => {
                assert_eq!(
                    before,
                    Phase::InMeeting,
                    "chat is only between admission and leaving"
                );
                assert!(!text.is_empty());
                assert_eq!(self.own.get(client_id), Some(&Shown::Sending));
            }
            Effect::ShowMessage(message) => {
                assert!(
                    before.is_admitted(),
                    "chat is only between admission and leaving"
                );
                let was = self.own.get(&message.id).copied();
                match message.state {
                    Shown::Sending => assert!(matches!(was, None | Some(Shown::Failed))),
                    Shown::Failed => assert!(matches!(was, None | Some(Shown::Sending))),
                    Shown::As(_) => {}
                }
                if was.is_some()
                    || message.state == Shown::Sending
                    || message.state == Shown::Failed
                {
                    self.own.insert(message.id.clone(), message.state);
                }
            }
            Effect::EditChat { id, text } => {
                assert!(before == Phase::InMeeting && call.abilities().edit_chat);
                assert!(!id.starts_with('m') && !text.is_empty());
            }
            Effect::DeleteChat(id) => {
                assert!(before == Phase::InMeeting && call.abilities().edit_chat);
                assert!(!id.starts_with('m'), "the service knows it by its own id");
            }
            Effect::TellTyping => {
                assert_eq!(before, Phase::InMeeting);
                let last = self.typing_told.replace(now);
                assert!(last.is_none_or(|last| now - last >= 4_000));
            }
            Effect::RaiseHand(_) => {
                assert!(before == Phase::InMeeting && call.abilities().hand);
            }
            Effect::React(_) => {
                assert!(before == Phase::InMeeting && call.abilities().react);
            }
            Effect::SetCaptions { on, .. } => {
                assert_eq!(before, Phase::InMeeting);
                assert!(!*on || call.abilities().captions);
                assert_eq!(*on, call.captions() != CaptionsState::Off);
            }
            Effect::SetSpokenLanguage(_) => {
                assert!(before == Phase::InMeeting && call.captions() == CaptionsState::On);
            }
            Effect::SetVolume { volume, .. } => {
                assert!(*volume <= 100 && call.abilities().volume);
            }
            Effect::ShowReaction { participant, .. } => {
                assert!(before.is_admitted());
                let me = call.roster().me();
                assert!(participant.as_deref().is_none_or(|id| Some(id) != me));
            }
            Effect::ShowCaption(_) => {
                assert!(before.is_admitted() && call.captions() == CaptionsState::On);
            }
            Effect::GiveConsent => assert!(
                !matches!(before, Phase::Idle | Phase::PreJoin | Phase::Ended(_)),
                "nobody asked"
            ),
            Effect::ChangeRoom(_) => assert_eq!(before, Phase::InMeeting),
            Effect::Moderate(deed) => {
                assert_eq!(before, Phase::InMeeting);
                let may = call.abilities();
                assert!(match deed {
                    Moderation::Mute(_) => may.mute_others,
                    Moderation::Remove(_) => may.remove,
                    Moderation::Admit(_) | Moderation::TurnAway(_) => may.admit,
                    Moderation::Spotlight(..) => may.spotlight,
                });
            }
            Effect::PlayTestSound => assert!(!matches!(before, Phase::Idle | Phase::Ended(_))),
        }
    }

    fn check(&mut self, call: &Call, now: Millis) {
        for slot in [Slot::Microphone, Slot::Camera, Slot::Share] {
            let light = self.open.contains_key(&slot);
            let (before, later) = (call.live(slot, now), call.live(slot, now + 10));
            assert_eq!(later - before, if light { 10 } else { 0 }, "{slot:?}");
            let was = self.live.insert(slot, before).unwrap_or_default();
            assert!(
                was <= before && before <= now,
                "{slot:?}: {was} {before} {now}"
            );
        }
        assert!(call.roster().dominant().count() <= 6);
        let mut hands: Vec<u32> = call
            .roster()
            .others()
            .filter_map(|other| call.roster().hand(&other.id))
            .collect();
        hands.extend(call.hand());
        hands.sort_unstable();
        assert!(
            hands.iter().copied().eq(1..=hands.len() as u32),
            "{hands:?}"
        );
        assert!(call.captions() == CaptionsState::Off || call.phase().is_admitted());
        for slot in Slot::ALL {
            let light = match call.device(slot) {
                DeviceState::Starting | DeviceState::Live => true,
                DeviceState::Off | DeviceState::Failed(_) => false,
            };
            assert_eq!(
                light,
                self.open.contains_key(&slot),
                "{slot:?}: light and capture differ"
            );
        }
        match call.phase() {
            Phase::Idle | Phase::PreJoin => assert_eq!((self.dials, self.hang_ups), (0, 0)),
            Phase::Connecting | Phase::Lobby | Phase::InMeeting | Phase::Reconnecting => {
                assert_eq!((self.dials, self.hang_ups), (1, 0));
            }
            Phase::Ended(_) => {
                assert!(self.open.is_empty(), "a device outlives the call");
                assert_eq!(self.opens, self.closes);
                assert_eq!(self.dials, self.hang_ups);
            }
        }
        assert!(call.phase().is_admitted() || !call.is_chat_open() && call.chat_absent().is_none());
        assert!(call.notices().len() <= 20);
    }
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        Just("a".into()),
        Just("b".into()),
        Just(" c\u{202E} ".into())
    ]
}

fn wish() -> impl Strategy<Value = Wish> {
    let choices = (
        word(),
        proptest::option::of(word()),
        proptest::option::of(word()),
        proptest::option::of(word()),
        any::<(bool, bool)>(),
    );
    prop_oneof![
        3 => choices.prop_map(|(name, camera, microphone, speaker, (camera_on, microphone_on))| {
            Wish::Choose(Choices { name, camera, microphone, speaker, camera_on, microphone_on })
        }),
        3 => Just(Wish::Join),
        1 => Just(Wish::Leave),
        3 => any::<bool>().prop_map(Wish::SetMuted),
        3 => any::<bool>().prop_map(Wish::SetCamera),
        3 => word().prop_map(Wish::StartShare),
        1 => Just(Wish::StopShare),
        2 => (word(), any::<i64>()).prop_map(|(text, at_ms)| Wish::SendChat { text, at_ms }),
        1 => (own_id(), word()).prop_map(|(id, text)| Wish::EditChat { id, text }),
        1 => own_id().prop_map(Wish::DeleteChat),
        1 => own_id().prop_map(Wish::ResendChat),
        1 => Just(Wish::Typing),
        1 => any::<bool>().prop_map(Wish::RaiseHand),
        1 => Just(Wish::React(Reaction::Applause)),
        2 => (any::<bool>(), proptest::option::of(word()))
            .prop_map(|(on, language)| Wish::SetCaptions { on, language }),
        1 => (word(), any::<u32>())
            .prop_map(|(participant, volume)| Wish::SetVolume { participant, volume }),
        1 => any::<bool>().prop_map(Wish::ShowChat),
        1 => Just(Wish::TestSpeaker),
        2 => Just(Wish::AgreeToRecording),
        1 => any::<bool>().prop_map(Wish::ChangeRoom),
        2 => moderation().prop_map(Wish::Moderate),
    ]
}

fn moderation() -> impl Strategy<Value = Moderation> {
    prop_oneof![
        proptest::option::of(word()).prop_map(Moderation::Mute),
        word().prop_map(Moderation::Remove),
        word().prop_map(Moderation::Admit),
        word().prop_map(Moderation::TurnAway),
        (word(), any::<bool>()).prop_map(|(id, on)| Moderation::Spotlight(id, on)),
    ]
}

/// Of a message of ours, or of none.
fn own_id() -> impl Strategy<Value = String> {
    (0..4_u32).prop_map(|number| format!("m{number}"))
}

/// Ids of people, some of them twice or of nobody.
fn people() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec(word(), 0..4).prop_map(|mut ids| {
        let mut seen = std::collections::BTreeSet::new();
        ids.retain(|id| seen.insert(id.clone()));
        ids
    })
}

fn abilities() -> impl Strategy<Value = Abilities> {
    any::<[bool; 9]>().prop_map(|may| Abilities {
        hand: may[0],
        react: may[1],
        captions: may[2],
        edit_chat: may[3],
        volume: may[4],
        mute_others: may[5],
        remove: may[6],
        admit: may[7],
        spotlight: may[8],
    })
}

fn kept() -> impl Strategy<Value = Kept> {
    any::<(bool, bool)>().prop_map(|(active, needs_consent)| Kept {
        active,
        needs_consent,
    })
}

fn news() -> impl Strategy<Value = News> {
    let person =
        (word(), word(), any::<(bool, bool, bool)>()).prop_map(|(id, name, flags)| Person {
            id,
            name,
            role: Role::Guest,
            muted: flags.0,
            camera_on: flags.1,
            sharing: flags.2,
        });
    let state = proptest::sample::select(vec![
        MessageState::New,
        MessageState::Edited,
        MessageState::Deleted,
    ]);
    let message = (
        word(),
        word(),
        proptest::option::of(own_id()),
        1..4_u32,
        state,
    )
        .prop_map(|(participant, text, client_id, id, state)| Incoming {
            id: id.to_string(),
            from: participant.clone(),
            participant,
            text,
            client_id,
            state,
            ..Incoming::default()
        });
    let spoken = (word(), word(), any::<bool>()).prop_map(|(participant, text, done)| Spoken {
        name: participant.clone(),
        participant,
        text,
        done,
    });
    prop_oneof![
        2 => (word(), word()).prop_map(|(me, title)| News::Welcomed { me, title }),
        2 => any::<i64>().prop_map(|at| News::InLobby { at }),
        6 => any::<i64>().prop_map(|at| News::Admitted { at }),
        1 => prop_oneof![
            Just(News::Denied), Just(News::Removed), Just(News::MeetingEnded), Just(News::LobbyTimedOut),
            Just(News::Gone), word().prop_map(News::Refused),
            proptest::sample::select(&EndReason::ALL[..]).prop_map(News::Ended),
        ],
        2 => Just(News::ConnectionLost),
        3 => Just(News::ConnectionBack),
        2 => proptest::collection::vec(person, 0..4).prop_map(News::Roster),
        1 => people().prop_map(News::Speaking),
        3 => abilities().prop_map(News::Abilities),
        2 => people().prop_map(News::Hands),
        1 => people().prop_map(News::Dominant),
        1 => people().prop_map(News::Spotlight),
        1 => people().prop_map(News::Typing),
        1 => word().prop_map(|participant| News::Reaction { participant, reaction: Reaction::Like }),
        2 => any::<bool>()
            .prop_map(|active| News::Captions(CaptionsNews { active, ..CaptionsNews::default() })),
        2 => spoken.prop_map(News::Caption),
        1 => Just(News::CaptionsRefused),
        1 => word().prop_map(News::NotDone),
        3 => message.prop_map(News::Chat),
        1 => (1_u32..4).prop_map(|number| News::ChatNotSent { client_id: format!("m{number}") }),
        1 => word().prop_map(News::ChatAbsent),
        1 => Just(News::ChatPresent),
        2 => Just(News::MutedByHost),
        1 => word().prop_map(News::ShareRefused),
        2 => kept().prop_map(News::Recording),
        1 => kept().prop_map(News::Transcription),
        1 => Just(News::ConsentNotTaken),
        1 => proptest::option::of(room()).prop_map(News::Room),
        1 => any::<bool>().prop_map(News::Moved),
        1 => people().prop_map(|ids| News::Waiting(ids.into_iter().map(waiting).collect())),
        1 => Just(News::DialIn(DialIn::default())),
        1 => (word(), any::<bool>()).prop_map(|(code, present)| News::Trouble { code, present }),
    ]
}

fn room() -> impl Strategy<Value = Room> {
    (word(), any::<[bool; 3]>()).prop_map(|(name, [open, automatic, may_return])| Room {
        name,
        open,
        automatic,
        may_return,
    })
}

fn waiting(id: String) -> Waiting {
    let name = id.clone();
    Waiting { id, name }
}

fn device_news() -> impl Strategy<Value = DeviceNews> {
    let slot = prop_oneof![
        Just(Slot::Microphone),
        Just(Slot::Camera),
        Just(Slot::Speaker),
        Just(Slot::Share)
    ];
    (slot, 1..5_u32, any::<bool>()).prop_map(|(slot, attempt, works)| {
        let attempt = Attempt(attempt);
        if works {
            DeviceNews::Opened { slot, attempt }
        } else {
            DeviceNews::Failed {
                slot,
                attempt,
                code: "device.lost".into(),
            }
        }
    })
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        wish().prop_map(Input::Guest),
        news().prop_map(Input::Service),
        device_news().prop_map(Input::Device),
    ]
}

/// A call somewhere on its way, so that random inputs do not only ever meet the first phases.
fn start() -> impl Strategy<Value = Vec<Input>> {
    let choose = Input::Guest(Wish::Choose(Choices {
        name: "Ada".into(),
        camera_on: true,
        microphone_on: true,
        ..Choices::default()
    }));
    let join = Input::Guest(Wish::Join);
    let lobby = Input::Service(News::InLobby { at: 1 });
    let admitted = Input::Service(News::Admitted { at: 2 });
    (0..5_usize).prop_map(move |length| {
        [
            choose.clone(),
            join.clone(),
            lobby.clone(),
            admitted.clone(),
        ][..length]
            .to_vec()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_must_always_hold_holds_in_any_order(
        start in start(),
        inputs in proptest::collection::vec((input(), 0..3_000_i64), 50),
    ) {
        let mut call = Call::default();
        let mut driver = Driver::default();
        let mut now = 0;
        for (input, passed) in start.into_iter().map(|input| (input, 0)).chain(inputs) {
            now += passed;
            let (before, was) = (call.phase(), call.clone());
            let effects = call.step(now, input.clone());
            for effect in &effects {
                driver.carry_out(effect, now, before, &call);
            }
            driver.check(&call, now);
            if matches!(before, Phase::Ended(_)) {
                prop_assert_eq!(&call, &was, "something came after the end: {:?}", input);
                prop_assert!(effects.is_empty());
            }
            if matches!(input, Input::Service(_)) {
                let opened = effects.iter().any(|effect| matches!(effect, Effect::Open { .. }));
                prop_assert!(!opened, "the service opened a device: {:?}", input);
            }
        }
        // Whatever happened, leaving closes everything.
        let before = call.phase();
        for effect in call.step(now, Input::Guest(Wish::Leave)) {
            driver.carry_out(&effect, now, before, &call);
        }
        driver.check(&call, now);
        prop_assert!(matches!(call.phase(), Phase::Ended(_)));
    }
}
