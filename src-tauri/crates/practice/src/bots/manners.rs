//! When bots raise a hand or react, so that a rehearsal shows how that looks.

use std::time::Duration;

use foyer_media::clock::MediaTime;
use foyer_meeting::reaction::Reaction;

use crate::server::BotSign;

/// From the first person on.
const FIRST_REACTION: Duration = Duration::from_secs(7);
const FIRST_HAND: Duration = Duration::from_secs(12);
const REACTION_EVERY: Duration = Duration::from_secs(20);
const HAND_EVERY: Duration = Duration::from_secs(45);
const HAND_FOR: Duration = Duration::from_secs(15);
/// As if somebody had seen it.
const JOIN_IN_AFTER: Duration = Duration::from_millis(700);
/// Reactions under way at once.
const MAX_WAITING: usize = 8;

/// What is due when.
#[derive(Debug)]
struct Plan {
    reaction: MediaTime,
    hand: MediaTime,
    /// Whose hand is up, and until when.
    up: Option<(String, MediaTime)>,
}

/// The signs of all bots of one meeting.
#[derive(Debug, Default)]
pub(super) struct Manners {
    /// `None` while nobody watches.
    plan: Option<Plan>,
    joining_in: Vec<(MediaTime, String, Reaction)>,
    turn: usize,
}

impl Manners {
    /// A person reacted: a bot joins in.
    pub fn join_in(&mut self, bots: &[&str], reaction: Reaction, now: MediaTime) {
        if self.joining_in.len() < MAX_WAITING
            && let Some(bot) = self.next(bots)
        {
            self.joining_in
                .push((now.plus(JOIN_IN_AFTER), bot, reaction));
        }
    }

    /// What the bots show now.
    pub fn due(&mut self, bots: &[&str], now: MediaTime, watched: bool) -> Vec<(String, BotSign)> {
        let mut signs = Vec::new();
        if !watched {
            let up = self.plan.take().and_then(|plan| plan.up);
            signs.extend(up.map(|(bot, _)| (bot, BotSign::Hand(false))));
            self.joining_in.clear();
            return signs;
        }
        self.joining_in.retain(|(at, bot, reaction)| {
            let due = *at <= now;
            if due {
                signs.push((bot.clone(), BotSign::React(*reaction)));
            }
            !due
        });
        let mut plan = self.plan.take().unwrap_or_else(|| Plan {
            reaction: now.plus(FIRST_REACTION),
            hand: now.plus(FIRST_HAND),
            up: None,
        });
        if let Some((bot, _)) = plan.up.take_if(|(_, until)| *until <= now) {
            signs.push((bot, BotSign::Hand(false)));
        }
        if plan.reaction <= now {
            plan.reaction = now.plus(REACTION_EVERY);
            let reaction = Reaction::ALL[self.turn % Reaction::ALL.len()];
            signs.extend(self.next(bots).map(|bot| (bot, BotSign::React(reaction))));
        }
        if plan.hand <= now {
            plan.hand = now.plus(HAND_EVERY);
            if let Some(bot) = self.next(bots) {
                plan.up = Some((bot.clone(), now.plus(HAND_FOR)));
                signs.push((bot, BotSign::Hand(true)));
            }
        }
        self.plan = Some(plan);
        signs
    }

    fn next(&mut self, bots: &[&str]) -> Option<String> {
        let bot = bots.get(self.turn % bots.len().max(1))?;
        self.turn += 1;
        Some((*bot).to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s(seconds: u64) -> MediaTime {
        MediaTime(0).plus(Duration::from_secs(seconds))
    }

    #[test]
    fn every_hand_that_goes_up_comes_down_and_nothing_happens_unwatched() {
        let mut manners = Manners::default();
        let bots = ["p1", "p2"];
        let mut up: Vec<String> = Vec::new();
        let (mut raised, mut reactions) = (0, 0);
        for second in 0..600 {
            for (bot, sign) in manners.due(&bots, s(second), second < 300) {
                match sign {
                    BotSign::Hand(true) => {
                        raised += 1;
                        up.push(bot);
                    }
                    BotSign::Hand(false) => up.retain(|known| *known != bot),
                    BotSign::React(_) => reactions += 1,
                }
                assert!(second <= 300);
            }
            assert!(up.len() <= 1);
        }
        assert!(up.is_empty());
        assert_eq!((raised, reactions), (7, 15));
    }

    #[test]
    fn a_bot_joins_in_a_moment_later_and_a_flood_is_not_echoed() {
        let mut manners = Manners::default();
        let bots = ["p1"];
        for _ in 0..100 {
            manners.join_in(&bots, Reaction::Heart, s(0));
        }
        assert!(manners.due(&bots, s(0), true).is_empty());
        let heart = ("p1".to_owned(), BotSign::React(Reaction::Heart));
        assert_eq!(manners.due(&bots, s(1), true), vec![heart; MAX_WAITING]);
        assert!(manners.due(&[], s(100), true).is_empty(), "nobody is there");
    }
}
