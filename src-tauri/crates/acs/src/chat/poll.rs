//! When to ask for messages and what the answers mean. Pure: time and answers come in, questions and changes go out.
//!
//! REST has no push, no state to resume from and no list of changes. So the newest messages are asked for again and
//! again with a small overlap; what is known already is recognised by its id, what was changed by its version. Now
//! and then the last page is asked for as a whole, since a change of an older message may not show otherwise. The
//! limits are one budget for everybody in the thread: whoever is refused slows down.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::error::{Absence, ChatError};
use super::message::Message;
use crate::clock::later;
use crate::retry::Jitter;

/// How many messages a question asks for.
pub const PAGE: u32 = 50;
/// Messages that are remembered, to recognise them.
const REMEMBERED: usize = 2_000;
/// Messages may appear this much later than the time they carry.
const OVERLAP: SignedDuration = SignedDuration::from_secs(2);
/// The whole last page is asked for this often.
const WHOLE: Duration = Duration::from_secs(60);
/// Two questions are never closer than this.
const CLOSEST: Duration = Duration::from_secs(1);
/// After admission the service needs a while until it knows us.
const GRACE: Duration = Duration::from_secs(20);
/// A chat that is switched off may be switched on again.
const PROBE: Duration = Duration::from_secs(60);
/// The slowest pace that being refused leads to.
const SLOWEST: Duration = Duration::from_secs(120);

/// How much the guest looks at the chat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Attention {
    /// It is open.
    Open,
    /// It is closed: unread messages are counted.
    #[default]
    Closed,
    /// The whole app is out of sight.
    Background,
}

impl Attention {
    fn interval(self) -> Duration {
        Duration::from_secs(match self {
            Self::Open => 3,
            Self::Closed => 10,
            Self::Background => 30,
        })
    }
}

/// A question to the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Only messages from then on; all if `None`.
    pub since: Option<Timestamp>,
    /// Whether further pages are wanted as well.
    pub follow: bool,
    /// The stay in the meeting that it belongs to: answers to an earlier one's questions are ignored.
    stay: u64,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Due {
    /// Ask now.
    Now(Ask),
    /// Look again then, unless something happens before.
    At(Timestamp),
    /// Nothing, until something happens.
    Never,
}

/// What the guest learns.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A message that was not there before, in the thread's order.
    New(Message),
    /// Another text in place of a known message.
    Edited(Message),
    /// A known message was taken back.
    Deleted(Message),
    /// There is a chat after all.
    Available,
    /// There is none; nothing else changes.
    NotAvailable(Absence),
}

/// Keeps track of one guest's chat, from meeting to meeting.
#[derive(Debug)]
pub struct Poller {
    jitter: Jitter,
    attention: Attention,
    stay: u64,
    inside: Option<Inside>,
}

#[derive(Debug)]
struct Inside {
    admitted_at: Timestamp,
    asked_at: Option<Timestamp>,
    next_at: Option<Timestamp>,
    whole_at: Timestamp,
    asking: bool,
    known: HashMap<String, Known>,
    order: VecDeque<String>,
    newest: Option<Timestamp>,
    /// How often in a row we were told to slow down, less one for every second success since.
    pressure: u32,
    successes: u32,
    failures: u32,
    available: Option<bool>,
}

#[derive(Clone, Copy, Debug)]
struct Known {
    version: u64,
    deleted: bool,
}

impl Poller {
    /// Outside of any meeting.
    pub fn new(seed: u64) -> Self {
        Self {
            jitter: Jitter::new(seed),
            attention: Attention::default(),
            stay: 0,
            inside: None,
        }
    }

    /// The guest was let in: only now is there something to read. Nothing from an earlier stay is remembered.
    pub fn admitted(&mut self, now: Timestamp) {
        self.stay += 1;
        self.inside = Some(Inside {
            admitted_at: now,
            asked_at: None,
            next_at: Some(now),
            whole_at: later(now, WHOLE),
            asking: false,
            known: HashMap::new(),
            order: VecDeque::new(),
            newest: None,
            pressure: 0,
            successes: 0,
            failures: 0,
            available: None,
        });
    }

    /// The guest left, or was removed, or the meeting ended: nothing is asked any more.
    pub fn left(&mut self) {
        self.stay += 1;
        self.inside = None;
    }

    /// Whether the guest is in the meeting.
    pub fn is_inside(&self) -> bool {
        self.inside.is_some()
    }

    /// The chat was opened, closed or lost sight of.
    pub fn attend(&mut self, attention: Attention, now: Timestamp) {
        let closer = attention.interval() < self.attention.interval();
        self.attention = attention;
        if closer {
            self.hint(now);
        }
    }

    /// Something may have happened, as after a message of our own: ask soon.
    pub fn hint(&mut self, now: Timestamp) {
        let Some(inside) = &mut self.inside else {
            return;
        };
        // Under pressure the pace is the service's, and where there is no chat hints change nothing.
        if inside.pressure > 0 || inside.failures > 0 || inside.available == Some(false) {
            return;
        }
        let earliest = inside
            .asked_at
            .map_or(now, |asked| later(asked, CLOSEST))
            .max(now);
        inside.next_at = inside.next_at.map(|next| next.min(earliest));
    }

    /// What is to be done at `now`. A question counts as asked once it was given out.
    pub fn due(&mut self, now: Timestamp) -> Due {
        let stay = self.stay;
        let Some(inside) = &mut self.inside else {
            return Due::Never;
        };
        let Some(next_at) = inside.next_at.filter(|_| !inside.asking) else {
            return Due::Never;
        };
        if next_at > now {
            return Due::At(next_at);
        }
        inside.asking = true;
        inside.asked_at = Some(now);
        let newest = inside.newest.filter(|_| inside.whole_at > now);
        if inside.whole_at <= now {
            inside.whole_at = later(now, WHOLE);
        }
        let since = newest.map(|newest| newest.saturating_sub(OVERLAP).unwrap_or(newest));
        Due::Now(Ask {
            since,
            // The whole of it only once, on arrival; later the last page is enough for changes.
            follow: since.is_some() || inside.available.is_none(),
            stay,
        })
    }

    /// The answer to a question: all messages of its pages, in any order.
    pub fn answered(
        &mut self,
        ask: &Ask,
        mut messages: Vec<Message>,
        now: Timestamp,
    ) -> Vec<Change> {
        let interval = self.attention.interval();
        let Some(inside) = current(&mut self.inside, self.stay, ask) else {
            return Vec::new();
        };
        let mut changes = Vec::new();
        if inside.available != Some(true) {
            inside.available = Some(true);
            changes.push(Change::Available);
        }
        messages.sort_by_key(|message| (message.sequence, message.version));
        changes.extend(
            messages
                .into_iter()
                .filter_map(|message| inside.take(message)),
        );
        inside.asking = false;
        inside.failures = 0;
        inside.successes += 1;
        if inside.successes >= 2 {
            inside.successes = 0;
            inside.pressure = inside.pressure.saturating_sub(1);
        }
        let wait = slowed(interval, inside.pressure);
        inside.next_at = Some(later(now, spread(wait, &mut self.jitter)));
        changes
    }

    /// A question came to nothing.
    pub fn failed(&mut self, ask: &Ask, error: &ChatError, now: Timestamp) -> Option<Change> {
        let interval = self.attention.interval();
        let inside = current(&mut self.inside, self.stay, ask)?;
        inside.asking = false;
        inside.successes = 0;
        let mut change = None;
        let wait = match (error, error.absence()) {
            (ChatError::Throttled { retry_after }, _) => {
                inside.pressure = (inside.pressure + 1).min(8);
                let slower = spread(slowed(interval, inside.pressure), &mut self.jitter);
                Some(slower.max(retry_after.unwrap_or_default()))
            }
            (_, Some(absence)) => {
                let early = later(inside.admitted_at, GRACE) > now;
                let final_ = absence == Absence::Refused;
                if early && !final_ {
                    Some(spread(Attention::Open.interval(), &mut self.jitter))
                } else {
                    if inside.available != Some(false) {
                        inside.available = Some(false);
                        change = Some(Change::NotAvailable(absence));
                    }
                    (!final_).then(|| spread(PROBE, &mut self.jitter))
                }
            }
            (_, None) => {
                inside.failures = (inside.failures + 1).min(8);
                Some(spread(slowed(interval, inside.failures), &mut self.jitter))
            }
        };
        inside.next_at = wait.map(|wait| later(now, wait));
        change
    }
}

fn current<'a>(inside: &'a mut Option<Inside>, stay: u64, ask: &Ask) -> Option<&'a mut Inside> {
    inside.as_mut().filter(|_| ask.stay == stay)
}

/// Twice as slow for each step.
fn slowed(interval: Duration, steps: u32) -> Duration {
    (interval * 2_u32.pow(steps)).min(SLOWEST.max(interval))
}

/// A fifth more or less, so that guests who came together do not ask together.
fn spread(wait: Duration, jitter: &mut Jitter) -> Duration {
    wait.mul_f64(0.8 + 0.4 * jitter.fraction())
}

impl Inside {
    fn take(&mut self, message: Message) -> Option<Change> {
        let deleted = message.deleted_on.is_some();
        let version = message.version;
        self.newest = self.newest.max(Some(message.created_on));
        let state = Known { version, deleted };
        match self.known.get_mut(&message.id) {
            None => {
                self.order.push_back(message.id.clone());
                self.known.insert(message.id.clone(), state);
                if self.order.len() > REMEMBERED
                    && let Some(oldest) = self.order.pop_front()
                {
                    self.known.remove(&oldest);
                }
                (!deleted).then_some(Change::New(message))
            }
            Some(known) if version > known.version => {
                let was_deleted = std::mem::replace(known, state).deleted;
                match (deleted, was_deleted) {
                    (true, true) => None,
                    (true, false) => Some(Change::Deleted(message)),
                    (false, _) => Some(Change::Edited(message)),
                }
            }
            Some(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
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
}
