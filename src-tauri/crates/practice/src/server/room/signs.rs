//! What people show without words: raised hands and reactions.

use std::time::Duration;

use foyer_media::clock::MediaTime;
use foyer_meeting::reaction::Reaction;

use super::{Effect, Room};
use crate::protocol::{Refusal, ServerMessage};

/// Between two reactions of one person; what comes faster is not shown.
const REACTION_PAUSE: Duration = Duration::from_millis(250);

#[derive(Debug, Default)]
pub(super) struct Signs {
    /// Whose hand is up, the first first.
    hands: Vec<String>,
    hands_changed: bool,
    /// Who reacted last when.
    reacted: Vec<(String, MediaTime)>,
}

impl Signs {
    pub(super) fn left(&mut self, id: &str) {
        self.lower(id);
        self.reacted.retain(|(who, _)| who != id);
    }

    fn lower(&mut self, id: &str) {
        let before = self.hands.len();
        self.hands.retain(|who| who != id);
        self.hands_changed |= self.hands.len() != before;
    }
}

impl Room {
    pub(super) fn raise_hand(&mut self, from: &str, up: bool) -> Result<(), Refusal> {
        self.name(from)?;
        let is_up = self.signs.hands.iter().any(|who| who == from);
        match (up, is_up) {
            (true, false) => {
                self.signs.hands.push(from.to_owned());
                self.signs.hands_changed = true;
            }
            (false, true) => self.signs.lower(from),
            (true, true) | (false, false) => {}
        }
        Ok(())
    }

    pub(super) fn react(
        &mut self,
        from: &str,
        word: &str,
        now: MediaTime,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        self.name(from)?;
        let reaction = Reaction::of_word(word).ok_or(Refusal::ReactionUnknown)?;
        let reacted = &mut self.signs.reacted;
        match reacted.iter_mut().find(|(who, _)| who == from) {
            Some((_, last)) if now.since(*last) < REACTION_PAUSE => return Ok(()),
            Some((_, last)) => *last = now,
            None => reacted.push((from.to_owned(), now)),
        }
        let message = ServerMessage::Reaction {
            participant: from.to_owned(),
            reaction: reaction.word().to_owned(),
        };
        self.broadcast(&message, effects);
        effects.push(Effect::Reacted {
            participant: from.to_owned(),
            reaction,
        });
        Ok(())
    }

    /// A bot raises or lowers its hand, or reacts.
    pub(crate) fn bot_signs(
        &mut self,
        bot: &str,
        sign: BotSign,
        now: MediaTime,
        effects: &mut Vec<Effect>,
    ) {
        let shown = match sign {
            BotSign::Hand(up) => self.raise_hand(bot, up),
            BotSign::React(reaction) => self.react(bot, reaction.word(), now, effects),
        };
        // A bot that has left shows nothing.
        shown.ok();
    }

    /// Somebody new must hear what the others know.
    pub(super) fn tell_newcomer(&mut self) {
        self.signs.hands_changed |= !self.signs.hands.is_empty();
    }

    /// Somebody who is back may have missed anything.
    pub(super) fn tell_returned(&mut self) {
        self.signs.hands_changed = true;
        self.talk.tell_typing();
    }

    /// Hands and writers that are due because something changed.
    pub(super) fn announce_signs(&mut self, effects: &mut Vec<Effect>) {
        if std::mem::take(&mut self.signs.hands_changed) {
            let message = ServerMessage::Hands {
                participants: self.signs.hands.clone(),
            };
            self.broadcast(&message, effects);
        }
        if let Some(message) = self.talk.typing_news() {
            self.broadcast(&message, effects);
        }
    }
}

/// What a bot shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BotSign {
    Hand(bool),
    React(Reaction),
}
