//! The chat of a meeting: texts, what became of them, and who is writing.

use std::collections::VecDeque;
use std::time::Duration;

use foyer_media::clock::MediaTime;

use super::{Effect, Moment, Room, send};
use crate::protocol::{self, ChatMessage, ChatState, Refusal, ServerMessage};

/// Texts that can still be changed; older ones stay as they are.
const REMEMBERED: usize = 10_000;
/// Who does not say so again is no longer writing.
const TYPING_FOR: Duration = Duration::from_secs(6);

/// A text without its words: those are handed on and forgotten.
#[derive(Debug)]
struct Written {
    id: u64,
    participant: String,
    from: String,
    sent_at_ms: f64,
}

#[derive(Debug, Default)]
pub(super) struct Talk {
    last: u64,
    written: VecDeque<Written>,
    /// Who writes, and until when that holds.
    typing: Vec<(String, MediaTime)>,
    typing_changed: bool,
}

impl Talk {
    pub(super) fn left(&mut self, id: &str) {
        self.done_typing(id);
    }

    fn done_typing(&mut self, id: &str) {
        let before = self.typing.len();
        self.typing.retain(|(who, _)| who != id);
        self.typing_changed |= self.typing.len() != before;
    }

    pub(super) fn forget_typing(&mut self, now: MediaTime) {
        let before = self.typing.len();
        self.typing.retain(|(_, until)| *until > now);
        self.typing_changed |= self.typing.len() != before;
    }

    pub(super) fn tell_typing(&mut self) {
        self.typing_changed = true;
    }

    /// Who writes, if that is not what it was.
    pub(super) fn typing_news(&mut self) -> Option<ServerMessage> {
        std::mem::take(&mut self.typing_changed).then(|| ServerMessage::Typing {
            participants: self.typing.iter().map(|(who, _)| who.clone()).collect(),
        })
    }
}

impl Room {
    pub(super) fn chat(
        &mut self,
        from: &str,
        client_id: &str,
        text: &str,
        at: Moment,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        let name = self.name(from)?;
        protocol::check_chat(client_id, text)?;
        self.talk.done_typing(from);
        self.talk.last += 1;
        let written = Written {
            id: self.talk.last,
            participant: from.to_owned(),
            from: name,
            sent_at_ms: at.wall_ms,
        };
        let message = written.message(text, ChatState::New);
        if self.talk.written.len() == REMEMBERED {
            self.talk.written.pop_front();
        }
        self.talk.written.push_back(written);
        for person in self.inside().filter(|person| !person.bot) {
            let mut copy = message.clone();
            copy.client_id = (person.id == from).then(|| client_id.to_owned());
            effects.push(send(&person.id, ServerMessage::Chat(copy)));
        }
        effects.push(Effect::Said {
            participant: from.to_owned(),
            text: text.to_owned(),
        });
        Ok(())
    }

    /// Another text in place of one, or none.
    pub(super) fn edit_chat(
        &mut self,
        from: &str,
        message: &str,
        text: Option<&str>,
        effects: &mut Vec<Effect>,
    ) -> Result<(), Refusal> {
        self.name(from)?;
        if let Some(text) = text {
            protocol::check_chat("", text)?;
        }
        let theirs =
            |written: &&Written| written.participant == from && written.wire_id() == message;
        let index = self
            .talk
            .written
            .iter()
            .rposition(|written| theirs(&written));
        let index = index.ok_or(Refusal::ChatUnknown)?;
        let changed = match text {
            Some(text) => self.talk.written[index].message(text, ChatState::Edited),
            None => self.talk.written[index].message("", ChatState::Deleted),
        };
        if text.is_none() {
            // What was taken back is not changed any more.
            self.talk.written.remove(index);
        }
        self.broadcast(&ServerMessage::Chat(changed), effects);
        Ok(())
    }

    pub(super) fn typing(&mut self, from: &str, now: MediaTime) -> Result<(), Refusal> {
        self.name(from)?;
        let until = now.plus(TYPING_FOR);
        let talk = &mut self.talk;
        match talk.typing.iter_mut().find(|(who, _)| who == from) {
            Some((_, known)) => *known = until,
            None => {
                talk.typing.push((from.to_owned(), until));
                talk.typing_changed = true;
            }
        }
        Ok(())
    }

    /// A bot says something.
    pub(crate) fn bot_says(
        &mut self,
        bot: &str,
        text: &str,
        at: Moment,
        effects: &mut Vec<Effect>,
    ) {
        if self.is_inside(bot) {
            let said = self.chat(bot, "", text, at, effects);
            debug_assert!(said.is_ok(), "bots keep to the limits");
        }
    }

    /// A bot is about to say something.
    pub(crate) fn bot_types(&mut self, bot: &str, now: MediaTime) {
        // A bot that has left writes nothing.
        self.typing(bot, now).ok();
    }
}

impl Written {
    fn wire_id(&self) -> String {
        format!("c{}", self.id)
    }

    fn message(&self, text: &str, state: ChatState) -> ChatMessage {
        ChatMessage {
            id: self.wire_id(),
            participant: self.participant.clone(),
            from: self.from.clone(),
            text: text.to_owned(),
            sent_at_ms: self.sent_at_ms,
            client_id: None,
            state,
        }
    }
}
