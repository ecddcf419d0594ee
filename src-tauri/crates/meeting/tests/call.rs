#![allow(clippy::unwrap_used)]
//! Stories of single calls.

mod support;

use foyer_meeting::call::{Call, Choices, DeviceNews, Effect, Input, News, Phase, Wish};
use foyer_meeting::device::{Attempt, DeviceState, Slot};
use foyer_meeting::end::EndReason;
use foyer_meeting::keeping::Kept;
use support::{choices, in_meeting, news, opened, person, wish};

fn failed(call: &mut Call, slot: Slot, attempt: u32, code: &str) -> Vec<Effect> {
    call.step(
        0,
        Input::Device(DeviceNews::Failed {
            slot,
            attempt: Attempt(attempt),
            code: code.into(),
        }),
    )
}

#[test]
fn the_service_hears_nothing_of_our_devices_before_admission() {
    let mut call = Call::default();
    wish(&mut call, Wish::Choose(choices()));
    opened(&mut call, Slot::Microphone, 1);
    let name = "Ada".to_owned();
    assert_eq!(wish(&mut call, Wish::Join), [Effect::Dial { name }]);
    assert_eq!(news(&mut call, News::InLobby { at: 3 }), []);
    assert_eq!(opened(&mut call, Slot::Camera, 1), []);
    assert_eq!(call.lobby_since(), Some(3));
    let effects = news(&mut call, News::Admitted { at: 9 });
    assert_eq!(
        effects,
        [Effect::TellMuted(false), Effect::TellCamera(true)]
    );
    assert_eq!(call.in_meeting_since(), Some(9));
}

#[test]
fn late_admission_after_hanging_up_changes_nothing() {
    let mut call = Call::default();
    wish(&mut call, Wish::Choose(choices()));
    wish(&mut call, Wish::Join);
    news(&mut call, News::InLobby { at: 1 });
    let effects = wish(&mut call, Wish::Leave);
    assert_eq!(effects.last(), Some(&Effect::HangUp));
    assert_eq!(
        effects.len(),
        4,
        "microphone, camera and speaker are closed: {effects:?}"
    );
    assert_eq!(news(&mut call, News::Admitted { at: 2 }), []);
    assert_eq!(opened(&mut call, Slot::Camera, 1), []);
    assert_eq!(call.phase(), Phase::Ended(EndReason::HungUp));
}

#[test]
fn a_name_that_is_none_does_not_dial() {
    let mut call = Call::default();
    for name in [String::new(), "x".repeat(10_000)] {
        wish(&mut call, Wish::Choose(Choices { name, ..choices() }));
        assert_eq!(wish(&mut call, Wish::Join), []);
        assert_eq!(call.phase(), Phase::PreJoin);
    }
    assert_eq!(call.notices().last().unwrap().code, "name.invalid");
}

#[test]
fn the_host_can_mute_but_only_the_guest_unmutes() {
    let mut call = in_meeting();
    let slot = Slot::Microphone;
    assert_eq!(news(&mut call, News::MutedByHost), [Effect::Close { slot }]);
    assert!(call.is_muted_by_host());
    news(&mut call, News::ConnectionLost);
    assert_eq!(call.phase(), Phase::Reconnecting);
    let effects = news(&mut call, News::ConnectionBack);
    assert_eq!(
        effects,
        [Effect::TellMuted(true), Effect::TellCamera(true)],
        "told again, still muted"
    );
    assert_eq!(
        wish(&mut call, Wish::Choose(choices())),
        [],
        "a choice unmutes nobody in a call"
    );
    let effects = wish(&mut call, Wish::SetMuted(false));
    let (id, attempt) = (None, Attempt(2));
    assert_eq!(effects, [Effect::Open { slot, id, attempt }]);
    assert!(!call.is_muted_by_host());
    assert_eq!(
        opened(&mut call, slot, 1),
        [],
        "the answer to the first opening is late"
    );
    assert_eq!(opened(&mut call, slot, 2), [Effect::TellMuted(false)]);
}

#[test]
fn a_camera_that_fails_leaves_the_call_and_can_be_tried_again() {
    let mut call = in_meeting();
    let slot = Slot::Camera;
    let effects = failed(&mut call, slot, 1, "device.lost");
    assert_eq!(effects, [Effect::Close { slot }, Effect::TellCamera(false)]);
    assert_eq!(
        call.device(slot),
        &DeviceState::Failed("device.lost".into())
    );
    let notice = call.notices().last().unwrap();
    assert_eq!(
        (notice.code.as_str(), notice.subject.as_deref()),
        ("device.lost", Some("camera"))
    );
    assert_eq!(call.phase(), Phase::InMeeting);
    let other = Some("test:card".to_owned());
    let camera = Choices {
        camera: other.clone(),
        ..choices()
    };
    let effects = wish(&mut call, Wish::Choose(camera));
    assert_eq!(
        effects,
        [Effect::Open {
            slot,
            id: other,
            attempt: Attempt(2)
        }]
    );
}

#[test]
fn a_share_is_told_once_it_delivers_and_taken_back_when_it_stops() {
    let mut call = in_meeting();
    let slot = Slot::Share;
    wish(&mut call, Wish::StartShare("x11:0".into()));
    assert_eq!(call.device(slot), &DeviceState::Starting);
    assert_eq!(opened(&mut call, slot, 1), [Effect::TellShare(true)]);
    let effects = wish(&mut call, Wish::StopShare);
    assert_eq!(effects, [Effect::Close { slot }, Effect::TellShare(false)]);
    wish(&mut call, Wish::StartShare("x11:0".into()));
    opened(&mut call, slot, 2);
    let effects = news(&mut call, News::ShareRefused("share.taken".into()));
    assert_eq!(effects, [Effect::Close { slot }, Effect::TellShare(false)]);
    assert_eq!(
        call.device(slot),
        &DeviceState::Failed("share.taken".into())
    );
}

#[test]
fn every_way_out_has_its_reason() {
    for (last, reason) in [
        (News::Removed, EndReason::Removed),
        (News::MeetingEnded, EndReason::MeetingEnded),
        (News::Gone, EndReason::ServerGone),
        (News::Refused("meeting.full".into()), EndReason::MeetingFull),
    ] {
        let mut call = in_meeting();
        let effects = news(&mut call, last);
        assert_eq!(effects.last(), Some(&Effect::HangUp));
        assert_eq!(call.phase(), Phase::Ended(reason));
        assert!(!call.is_chat_open());
    }
}

#[test]
fn the_roster_knows_us_apart_from_the_others() {
    let mut call = in_meeting();
    let mut people = vec![
        person("1", "Ada"),
        person("2", "Gr\u{202E}ace"),
        person("2", "twice"),
        person("3", "Alan"),
    ];
    people[0].sharing = true;
    people[3].sharing = true;
    news(&mut call, News::Roster(people));
    let names: Vec<_> = call.roster().others().map(|p| p.name.as_str()).collect();
    assert_eq!(names, ["Grace", "Alan"]);
    assert_eq!(
        call.roster().sharer().unwrap().id,
        "3",
        "our own share is not one of the others"
    );
}

#[test]
fn coming_back_to_a_lobby_ends_our_share_and_closes_the_chat() {
    let mut call = in_meeting();
    wish(&mut call, Wish::StartShare("x11:0".into()));
    opened(&mut call, Slot::Share, 1);
    news(&mut call, News::ConnectionLost);
    let slot = Slot::Share;
    assert_eq!(
        news(&mut call, News::InLobby { at: 8 }),
        [Effect::Close { slot }]
    );
    assert_eq!(call.phase(), Phase::Lobby);
    assert!(!call.is_chat_open());
}

#[test]
fn nothing_of_ours_is_sent_before_the_guest_agrees_to_a_recording() {
    let asked = Kept {
        active: true,
        needs_consent: true,
    };
    let mut call = in_meeting();
    assert!(wish(&mut call, Wish::AgreeToRecording).is_empty());
    assert_eq!(
        news(&mut call, News::Recording(asked)),
        [Effect::TellMuted(true), Effect::TellCamera(false)]
    );
    assert!(call.waits_for_consent() && call.recording().active);
    assert_eq!(*call.device(Slot::Microphone), DeviceState::Live);
    assert!(
        wish(&mut call, Wish::SetCamera(false)).contains(&Effect::Close { slot: Slot::Camera })
    );
    assert_eq!(
        wish(&mut call, Wish::AgreeToRecording),
        [Effect::GiveConsent, Effect::TellMuted(false)]
    );
    assert_eq!(
        news(&mut call, News::ConsentNotTaken),
        [Effect::TellMuted(true)]
    );
    assert_eq!(call.notices().last().unwrap().code, "call.consentNotTaken");
    assert_eq!(
        wish(&mut call, Wish::AgreeToRecording),
        [Effect::GiveConsent, Effect::TellMuted(false)]
    );
    assert_eq!(news(&mut call, News::Recording(asked)), []);
    assert_eq!(news(&mut call, News::Recording(Kept::default())), []);
    assert_eq!(
        news(&mut call, News::Transcription(asked)),
        [Effect::TellMuted(true)],
        "consent to one is none to the next"
    );
    wish(&mut call, Wish::Leave);
    assert!(!call.waits_for_consent());
}
