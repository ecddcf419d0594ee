#![allow(clippy::unwrap_used)]
//! The call machine under inputs in any order: what must always hold.

use std::collections::BTreeMap;

use foyer_meeting::call::{Call, Choices, DeviceNews, Effect, Input, News, Phase, Wish};
use foyer_meeting::chat::{Incoming, MessageState};
use foyer_meeting::device::{Attempt, DeviceState, Slot};
use foyer_meeting::end::EndReason;
use foyer_meeting::keeping::Kept;
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
}

impl Driver {
    fn carry_out(&mut self, effect: &Effect, before: Phase, after: Phase) {
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
            Effect::SendChat { text, .. } => {
                assert_eq!(
                    before,
                    Phase::InMeeting,
                    "chat is only between admission and leaving"
                );
                assert!(!text.is_empty());
            }
            Effect::ShowMessage(_) => {
                assert!(
                    before.is_admitted(),
                    "chat is only between admission and leaving"
                );
            }
            Effect::GiveConsent => assert!(
                !matches!(before, Phase::Idle | Phase::PreJoin | Phase::Ended(_)),
                "nobody asked"
            ),
            Effect::PlayTestSound => assert!(!matches!(before, Phase::Idle | Phase::Ended(_))),
        }
    }

    fn check(&self, call: &Call) {
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
        2 => word().prop_map(Wish::SendChat),
        1 => any::<bool>().prop_map(Wish::ShowChat),
        1 => Just(Wish::TestSpeaker),
        2 => Just(Wish::AgreeToRecording),
    ]
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
    let message = (word(), word(), proptest::option::of(word())).prop_map(
        |(participant, text, client_id)| Incoming {
            id: "1".into(),
            from: participant.clone(),
            participant,
            text,
            sent_at_ms: 0,
            client_id,
            state: MessageState::New,
        },
    );
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
        1 => proptest::collection::vec(word(), 0..3).prop_map(News::Speaking),
        3 => message.prop_map(News::Chat),
        1 => (1_u32..4).prop_map(|number| News::ChatNotSent { client_id: format!("m{number}") }),
        1 => word().prop_map(News::ChatAbsent),
        1 => Just(News::ChatPresent),
        2 => Just(News::MutedByHost),
        1 => word().prop_map(News::ShareRefused),
        2 => kept().prop_map(News::Recording),
        1 => kept().prop_map(News::Transcription),
        1 => Just(News::ConsentNotTaken),
    ]
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
        inputs in proptest::collection::vec(input(), 50),
    ) {
        let mut call = Call::default();
        let mut driver = Driver::default();
        for input in start.into_iter().chain(inputs) {
            let (before, was) = (call.phase(), call.clone());
            let effects = call.step(input.clone());
            for effect in &effects {
                driver.carry_out(effect, before, call.phase());
            }
            driver.check(&call);
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
        for effect in call.step(Input::Guest(Wish::Leave)) {
            driver.carry_out(&effect, call.phase(), call.phase());
        }
        driver.check(&call);
        prop_assert!(matches!(call.phase(), Phase::Ended(_)));
    }
}
