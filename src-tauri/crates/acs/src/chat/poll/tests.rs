//! The scheme in virtual time.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn at(second: u64) -> Timestamp {
    later(
        "2026-11-22T12:00:00Z".parse().unwrap(),
        Duration::from_secs(second),
    )
}

fn message(number: u64, version: u64, second: u64, deleted: bool) -> Message {
    let mut value = json!({
        "id": number.to_string(), "type": "text", "sequenceId": number.to_string(),
        "version": version.to_string(), "createdOn": at(second).to_string(),
        "content": { "message": format!("{number} {version}") },
    });
    if deleted {
        value["deletedOn"] = json!(at(second).to_string());
    }
    Message::read(value).unwrap()
}

fn asked(poller: &mut Poller, now: Timestamp) -> Ask {
    match poller.due(now) {
        Due::Now(ask) => ask,
        other => panic!("expected a question, not {other:?}"),
    }
}

fn wait(poller: &mut Poller, now: Timestamp) -> f64 {
    match poller.due(now) {
        Due::At(next) => next.duration_since(now).as_secs_f64(),
        other => panic!("expected a wait, not {other:?}"),
    }
}

fn names(changes: &[Change]) -> Vec<String> {
    changes
        .iter()
        .map(|change| match change {
            Change::New(message) => format!("+{}", message.id),
            Change::Edited(message) => format!("~{}", message.id),
            Change::Deleted(message) => format!("-{}", message.id),
            Change::Available => "available".into(),
            Change::NotAvailable(absence) => absence.code().into(),
        })
        .collect()
}

#[test]
fn nothing_is_asked_before_admission_or_after_leaving() {
    let mut poller = Poller::new(1);
    assert_eq!(poller.due(at(0)), Due::Never);
    poller.hint(at(0));
    poller.attend(Attention::Open, at(0));
    assert_eq!(poller.due(at(1)), Due::Never);
    poller.admitted(at(2));
    let ask = asked(&mut poller, at(2));
    assert_eq!(poller.due(at(100)), Due::Never, "one question at a time");
    poller.left();
    assert_eq!(
        poller.answered(&ask, vec![message(1, 1, 2, false)], at(3)),
        []
    );
    assert_eq!(poller.failed(&ask, &ChatError::NotFound, at(3)), None);
    poller.hint(at(3));
    assert_eq!(poller.due(at(100)), Due::Never);
}

#[test]
fn the_pace_follows_the_guests_attention() {
    let mut poller = Poller::new(1);
    poller.admitted(at(0));
    let mut now = 0;
    for (attention, seconds) in [
        (Attention::Background, 30.0),
        (Attention::Closed, 10.0),
        (Attention::Open, 3.0),
    ] {
        now += 100;
        poller.attend(attention, at(now));
        let ask = asked(&mut poller, at(now));
        poller.answered(&ask, Vec::new(), at(now));
        let wait = wait(&mut poller, at(now));
        assert!(
            wait >= seconds * 0.8 && wait <= seconds * 1.2,
            "{attention:?} {wait}"
        );
    }
}

#[test]
fn the_overlap_brings_nothing_twice_and_changes_come_by_version() {
    let mut poller = Poller::new(1);
    poller.admitted(at(0));
    let ask = asked(&mut poller, at(0));
    assert_eq!((ask.since, ask.follow), (None, true));
    let page = vec![
        message(2, 20, 5, false),
        message(1, 10, 4, false),
        message(3, 30, 5, true),
    ];
    assert_eq!(
        names(&poller.answered(&ask, page, at(6))),
        ["available", "+1", "+2"]
    );
    let ask = asked(&mut poller, at(20));
    assert_eq!(ask.since, Some(at(3)), "two seconds before the newest");
    let page = vec![
        message(4, 40, 19, false),
        message(2, 21, 5, false),
        message(1, 10, 4, false),
    ];
    assert_eq!(names(&poller.answered(&ask, page, at(21))), ["~2", "+4"]);
    let ask = asked(&mut poller, at(40));
    let page = vec![
        message(4, 41, 19, true),
        message(2, 20, 5, false),
        message(3, 31, 5, true),
    ];
    assert_eq!(names(&poller.answered(&ask, page, at(41))), ["-4"]);
}

#[test]
fn once_a_minute_the_last_page_is_read_as_a_whole() {
    let mut poller = Poller::new(1);
    poller.attend(Attention::Open, at(0));
    poller.admitted(at(0));
    let mut whole = Vec::new();
    for second in 0..300 {
        if let Due::Now(ask) = poller.due(at(second)) {
            if ask.since.is_none() {
                whole.push(second);
                assert_eq!(ask.follow, second == 0);
            }
            poller.answered(&ask, vec![message(1, 1, 0, false)], at(second));
        }
    }
    assert_eq!(whole.len(), 5, "{whole:?}");
}

#[test]
fn being_refused_slows_down_and_success_speeds_up_again() {
    let mut poller = Poller::new(1);
    poller.attend(Attention::Open, at(0));
    poller.admitted(at(0));
    let throttled = |seconds| ChatError::Throttled {
        retry_after: Some(Duration::from_secs(seconds)),
    };
    let ask = asked(&mut poller, at(0));
    poller.failed(&ask, &throttled(25), at(0));
    assert!(
        wait(&mut poller, at(0)) >= 25.0,
        "not before the service said"
    );
    poller.hint(at(1));
    assert!(wait(&mut poller, at(1)) >= 24.0, "hints do not count now");
    let ask = asked(&mut poller, at(100));
    poller.failed(&ask, &throttled(1), at(100));
    let slow = wait(&mut poller, at(100));
    assert!((9.6..=14.4).contains(&slow), "{slow}");
    let mut now = 200;
    for _ in 0..4 {
        let ask = asked(&mut poller, at(now));
        poller.answered(&ask, Vec::new(), at(now));
        now += 100;
    }
    let ask = asked(&mut poller, at(now));
    poller.answered(&ask, Vec::new(), at(now));
    assert!(wait(&mut poller, at(now)) <= 3.6);
}

#[test]
fn a_chat_that_is_not_there_is_said_once_and_looked_for_rarely() {
    let mut poller = Poller::new(1);
    poller.admitted(at(0));
    let no = ChatError::Forbidden {
        code: String::new(),
    };
    let ask = asked(&mut poller, at(0));
    assert_eq!(
        poller.failed(&ask, &no, at(0)),
        None,
        "the service may not know us yet"
    );
    let ask = asked(&mut poller, at(30));
    let said = poller.failed(&ask, &no, at(30));
    assert_eq!(said, Some(Change::NotAvailable(Absence::NotAllowed)));
    assert!(wait(&mut poller, at(30)) >= 48.0);
    let ask = asked(&mut poller, at(110));
    assert_eq!(poller.failed(&ask, &no, at(110)), None, "said already");
    let ask = asked(&mut poller, at(190));
    let changes = poller.answered(&ask, vec![message(1, 1, 1, false)], at(190));
    assert_eq!(names(&changes), ["available", "+1"], "switched on");
}

#[test]
fn a_retired_chat_is_never_asked_again() {
    for error in [
        ChatError::Unauthorized {
            code: String::new(),
        },
        ChatError::NotAvailable(Absence::Refused),
    ] {
        let mut poller = Poller::new(1);
        poller.admitted(at(0));
        let ask = asked(&mut poller, at(0));
        let said = poller.failed(&ask, &error, at(0));
        assert_eq!(said, Some(Change::NotAvailable(Absence::Refused)));
        poller.hint(at(1));
        assert_eq!(poller.due(at(10_000)), Due::Never);
    }
}

#[test]
fn rejoining_begins_anew() {
    let mut poller = Poller::new(1);
    poller.admitted(at(0));
    let ask = asked(&mut poller, at(0));
    poller.answered(&ask, vec![message(1, 1, 0, false)], at(0));
    poller.left();
    poller.admitted(at(50));
    let again = asked(&mut poller, at(50));
    assert_eq!(again.since, None);
    assert_eq!(
        poller.answered(&ask, vec![message(7, 7, 0, false)], at(51)),
        []
    );
    let changes = poller.answered(&again, vec![message(1, 1, 0, false)], at(51));
    assert_eq!(names(&changes), ["available", "+1"]);
}

#[derive(Clone, Debug)]
enum Step {
    Admit,
    Leave,
    Attend(u8),
    Hint,
    Pass(u64),
    Answer(Vec<(u64, u64, bool)>),
    Fail(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        1 => Just(Step::Admit),
        1 => Just(Step::Leave),
        1 => (0..3_u8).prop_map(Step::Attend),
        2 => Just(Step::Hint),
        6 => (0..40_u64).prop_map(Step::Pass),
        6 => proptest::collection::vec((0..9_u64, 0..9_u64, any::<bool>()), 0..6).prop_map(Step::Answer),
        3 => (0..6_u8).prop_map(Step::Fail),
    ]
}

proptest! {
    #[test]
    fn whatever_happens_a_message_is_new_once_and_versions_only_grow(
        steps in proptest::collection::vec(step(), 0..80)
    ) {
        let mut poller = Poller::new(7);
        let (mut now, mut pending, mut last_ask) = (0, None, None::<u64>);
        let mut versions: HashMap<String, u64> = HashMap::new();
        for step in steps {
            let mut changes = Vec::new();
            match step {
                Step::Admit => { poller.admitted(at(now)); versions.clear(); last_ask = None; }
                Step::Leave => { poller.left(); versions.clear(); }
                Step::Attend(which) => poller.attend(
                    [Attention::Open, Attention::Closed, Attention::Background][usize::from(which)], at(now)),
                Step::Hint => poller.hint(at(now)),
                Step::Pass(seconds) => now += seconds,
                Step::Answer(messages) => if let Some(ask) = pending.take() {
                    let page = messages.into_iter().map(|(id, version, deleted)| message(id, version, 1, deleted));
                    changes = poller.answered(&ask, page.collect(), at(now));
                },
                Step::Fail(which) => if let Some(ask) = pending.take() {
                    let error = match which {
                        0 => ChatError::NotFound,
                        1 => ChatError::Forbidden { code: String::new() },
                        2 => ChatError::Unauthorized { code: String::new() },
                        3 => ChatError::Throttled { retry_after: None },
                        4 => ChatError::Throttled { retry_after: Some(Duration::from_secs(400)) },
                        _ => ChatError::Failed { status: 500 },
                    };
                    changes.extend(poller.failed(&ask, &error, at(now)));
                },
            }
            prop_assert!(poller.is_inside() || changes.is_empty(), "nothing outside of the meeting");
            for change in changes {
                match change {
                    Change::New(message) => prop_assert!(
                        versions.insert(message.id.clone(), message.version).is_none()),
                    Change::Edited(message) | Change::Deleted(message) => {
                        let before = versions.insert(message.id.clone(), message.version);
                        prop_assert!(before.is_none_or(|before| message.version > before));
                    }
                    Change::Available | Change::NotAvailable(_) => {}
                }
            }
            match poller.due(at(now)) {
                Due::Now(ask) => {
                    prop_assert!(last_ask.is_none_or(|last| now > last), "never twice in a second");
                    last_ask = Some(now);
                    pending = Some(ask);
                }
                Due::At(next) => prop_assert!(next > at(now)),
                Due::Never => {}
            }
        }
    }
}
