//! Participants that live in the server: each with a look, a voice and manners of its own, so that a meeting can
//! be practised alone.

mod manners;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use foyer_media::clock::{MediaTime, SharedClock};
use foyer_media::encoded::CodecError;
use foyer_meeting::reaction::Reaction;
use tokio::sync::OnceCell;
use tokio::task::JoinHandle;

use self::manners::Manners;
use crate::bot_media::{self, Recording};
use crate::protocol::Role;
use crate::server::{BotSign, Published};

/// Most bots of one meeting, a host bot not counted: a person must fit in as well.
const MAX_BOTS: u32 = 30;
/// As if somebody had read and typed.
const REPLY_AFTER: Duration = Duration::from_millis(800);
/// Replies under way at once; who floods the bots is not answered.
const MAX_REPLIES: usize = 8;
const NAMES: [&str; 12] = [
    "Ada", "Ben", "Chloe", "Deniz", "Emeka", "Freya", "Gita", "Hugo", "Ines", "Jun", "Kofi", "Lena",
];

/// The number of a bot's look, and whether it is host. The host bot has the last look, so that the others look
/// the same with and without it.
pub(crate) fn invited(guests: u32, host: bool) -> Vec<(usize, Role)> {
    let guests = guests.min(MAX_BOTS) as usize;
    let mut invited: Vec<(usize, Role)> = (0..guests).map(|look| (look, Role::Guest)).collect();
    if host {
        invited.insert(0, (MAX_BOTS as usize, Role::Host));
    }
    invited
}

/// The name that goes with a look.
pub(crate) fn name(look: usize) -> String {
    if look == MAX_BOTS as usize {
        return "Host bot".into();
    }
    let name = NAMES[look % NAMES.len()];
    match look / NAMES.len() {
        0 => format!("{name} (bot)"),
        round => format!("{name} {} (bot)", round + 1),
    }
}

/// Recordings of all looks, made when first wanted and shared by all meetings of a server.
#[derive(Default)]
pub(crate) struct Cast {
    recordings: Mutex<HashMap<usize, Arc<OnceCell<Arc<Recording>>>>>,
}

impl Cast {
    /// The recording of a look. The first call for it takes a moment.
    pub(crate) async fn recording(&self, look: usize) -> Result<Arc<Recording>, CodecError> {
        let cell = {
            let mut recordings = self
                .recordings
                .lock()
                .unwrap_or_else(PoisonError::into_inner);
            Arc::clone(recordings.entry(look).or_default())
        };
        let record = async || {
            let name = name(look);
            tokio::task::spawn_blocking(move || bot_media::record(look, &name))
                .await
                .map_err(|stopped| CodecError::Failed(stopped.to_string()))?
                .map(Arc::new)
        };
        cell.get_or_try_init(record).await.cloned()
    }
}

struct Bot {
    id: String,
    look: usize,
    turn: u32,
    player: Option<JoinHandle<()>>,
}

impl Drop for Bot {
    fn drop(&mut self) {
        if let Some(player) = &self.player {
            player.abort();
        }
    }
}

struct Reply {
    at: MediaTime,
    bot: String,
    text: String,
}

/// The bots of one meeting. Dropping them ends their pictures and sound.
pub(crate) struct Bots {
    cast: Arc<Cast>,
    clock: SharedClock,
    bots: Vec<Bot>,
    replies: Vec<Reply>,
    heard: usize,
    manners: Manners,
}

impl Bots {
    pub(crate) fn new(cast: Arc<Cast>, clock: SharedClock) -> Self {
        Self {
            cast,
            clock,
            bots: Vec::new(),
            replies: Vec::new(),
            heard: 0,
            manners: Manners::default(),
        }
    }

    /// A bot took its place in the meeting.
    pub(crate) fn arrived(&mut self, id: String, look: usize) {
        let turn = u32::try_from(self.bots.len()).unwrap_or(0);
        self.bots.push(Bot {
            id,
            look,
            turn,
            player: None,
        });
    }

    /// Somebody is gone, a bot perhaps.
    pub(crate) fn left(&mut self, id: &str) {
        self.bots.retain(|bot| bot.id != id);
    }

    /// Somebody wrote something; one of the bots answers people. Which one, if any.
    pub(crate) fn heard(&mut self, from: &str, text: &str, now: MediaTime) -> Option<String> {
        if self.is_one(from) || self.bots.is_empty() || self.replies.len() >= MAX_REPLIES {
            return None;
        }
        let bot = &self.bots[self.heard % self.bots.len()];
        self.replies.push(Reply {
            at: now.plus(REPLY_AFTER),
            bot: bot.id.clone(),
            text: reply(text, self.heard),
        });
        self.heard += 1;
        self.replies.last().map(|reply| reply.bot.clone())
    }

    /// Somebody reacted; one of the bots joins people.
    pub(crate) fn saw(&mut self, from: &str, reaction: Reaction, now: MediaTime) {
        if !self.is_one(from) {
            let ids: Vec<&str> = self.bots.iter().map(|bot| bot.id.as_str()).collect();
            self.manners.join_in(&ids, reaction, now);
        }
    }

    /// What the bots show without words now; `watched` while there are people.
    pub(crate) fn signs(&mut self, now: MediaTime, watched: bool) -> Vec<(String, BotSign)> {
        let ids: Vec<&str> = self.bots.iter().map(|bot| bot.id.as_str()).collect();
        self.manners.due(&ids, now, watched)
    }

    fn is_one(&self, id: &str) -> bool {
        self.bots.iter().any(|bot| bot.id == id)
    }

    /// What the bots write now.
    pub(crate) fn due(&mut self, now: MediaTime) -> Vec<(String, String)> {
        let (due, later) = std::mem::take(&mut self.replies)
            .into_iter()
            .partition::<Vec<_>, _>(|reply| reply.at <= now);
        self.replies = later;
        due.into_iter()
            .map(|reply| (reply.bot, reply.text))
            .collect()
    }

    /// Has every bot play that does not yet and whose streams exist.
    pub(crate) fn play<'a>(&mut self, published: impl Fn(&str) -> Option<&'a Published>) {
        let turns = u32::try_from(self.bots.len()).unwrap_or(1).max(2);
        for bot in self.bots.iter_mut().filter(|bot| bot.player.is_none()) {
            let Some(published) = published(&bot.id).cloned() else {
                continue;
            };
            let (cast, clock) = (Arc::clone(&self.cast), Arc::clone(&self.clock));
            let (look, turn) = (bot.look, bot.turn);
            bot.player = Some(tokio::spawn(async move {
                match cast.recording(look).await {
                    Ok(recording) => {
                        bot_media::play(&recording, &published, (turn, turns), clock).await;
                    }
                    Err(error) => tracing::error!(%error, look, "a bot has no pictures"),
                }
            }));
        }
    }
}

fn reply(text: &str, number: usize) -> String {
    const FILLERS: [&str; 4] = [
        "I read you. Pictures and sound arrive as well.",
        "Noted. Try sharing your screen next.",
        "Thank you. You can mute and unmute to see how it looks here.",
        "Got it. I am a bot, so take your time.",
    ];
    let lower = text.to_lowercase();
    let greets = lower
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| matches!(word, "hello" | "hi" | "hey"));
    if greets {
        "Hello! I can read you.".into()
    } else if text.trim_end().ends_with('?') {
        "Good question. I am only a practice bot, but your message arrived.".into()
    } else {
        FILLERS[number % FILLERS.len()].into()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use foyer_media::clock::ManualClock;

    use super::*;

    fn bots(n: usize) -> Bots {
        let mut bots = Bots::new(Arc::default(), ManualClock::shared());
        for look in 0..n {
            bots.arrived(format!("p{look}"), look);
        }
        bots
    }

    fn ms(n: u64) -> MediaTime {
        MediaTime(0).plus(Duration::from_millis(n))
    }

    #[test]
    fn people_are_answered_in_turns_and_bots_are_not() {
        let mut bots = bots(2);
        bots.heard("p9", "Hello there", ms(0));
        bots.heard("p9", "Is it on?", ms(0));
        bots.heard("p0", "Hello! I can read you.", ms(0));
        assert!(bots.due(ms(799)).is_empty());
        let said = bots.due(ms(800));
        assert_eq!(said.len(), 2);
        assert_eq!((said[0].0.as_str(), said[1].0.as_str()), ("p0", "p1"));
        assert!(said[0].1.starts_with("Hello"));
        assert!(bots.due(ms(5000)).is_empty());
    }

    #[test]
    fn a_flood_is_not_answered_word_by_word() {
        let mut bots = bots(1);
        for _ in 0..1000 {
            bots.heard("p9", "x", ms(0));
        }
        assert_eq!(bots.due(ms(1000)).len(), MAX_REPLIES);
        bots.left("p0");
        bots.heard("p9", "x", ms(2000));
        assert!(bots.due(ms(9000)).is_empty(), "nobody is left to answer");
    }

    #[test]
    fn every_look_has_a_name_of_its_own() {
        let names: std::collections::HashSet<String> = invited(99, true)
            .into_iter()
            .map(|(look, _)| name(look))
            .collect();
        assert_eq!(names.len(), MAX_BOTS as usize + 1);
        assert_eq!(invited(0, true), [(MAX_BOTS as usize, Role::Host)]);
    }
}
