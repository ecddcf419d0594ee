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
mod tests;
