//! What the service says. It may answer a call that the guest has left, or repeat itself.

use super::{Call, Effect, Millis, News, Phase, Told};
use crate::ability::Abilities;
use crate::chat::Incoming;
use crate::end::EndReason;
use crate::moderation::Waiting;
use crate::name::shown_name;
use crate::reaction::Reaction;

/// More than anybody lets in by hand.
const MAX_WAITING: usize = 200;

impl Call {
    pub(super) fn news(&mut self, news: News, effects: &mut Vec<Effect>) {
        if !self.phase.is_dialled() {
            return;
        }
        match news {
            News::Welcomed { me, title } => {
                self.roster.set_me(me);
                self.title = Some(title);
            }
            News::InLobby { at } => self.enter_lobby(at, effects),
            News::Admitted { at } => self.enter_meeting(at),
            News::Denied => self.end_before_admission(EndReason::DeniedByHost, effects),
            News::LobbyTimedOut => self.end_before_admission(EndReason::LobbyTimedOut, effects),
            News::Removed => self.end(EndReason::Removed, effects),
            News::MeetingEnded => self.end(EndReason::MeetingEnded, effects),
            News::Refused(code) => self.end(EndReason::of_refusal(&code), effects),
            News::Ended(reason) => self.end(reason, effects),
            News::Gone => self.end(EndReason::ServerGone, effects),
            News::ConnectionLost => self.lose_connection(effects),
            News::ConnectionBack => {
                if self.phase == Phase::Reconnecting {
                    self.come_back();
                }
            }
            News::Roster(people) => {
                if self.phase.is_admitted() {
                    self.roster.replace(people);
                }
            }
            News::Speaking(ids) => {
                if self.phase.is_admitted() {
                    self.roster.set_speaking(ids);
                }
            }
            News::Chat(incoming) => self.receive(incoming, effects),
            News::ChatNotSent { client_id } => {
                if let Some(message) = self.chat.not_sent(&client_id, &self.own_name())
                    && self.phase.is_admitted()
                {
                    effects.push(Effect::ShowMessage(message));
                    self.notices.add("chat.notSent", None);
                }
            }
            News::NotDone(code) => self.notices.add(&code, None),
            News::Abilities(abilities) => self.set_abilities(abilities, effects),
            News::Hands(ids) => {
                if self.phase.is_admitted() {
                    self.roster.set_hands(ids);
                }
            }
            News::Reaction {
                participant,
                reaction,
            } => self.react(participant, reaction, effects),
            News::Captions(news) => self.captions.news(news),
            News::Caption(spoken) => {
                if self.phase.is_admitted()
                    && let Some(caption) = self.captions.line(spoken)
                {
                    effects.push(Effect::ShowCaption(caption));
                }
            }
            News::CaptionsRefused => {
                if self.captions.stop() {
                    self.notices.add("captions.refused", None);
                }
            }
            News::Dominant(ids) => {
                if self.phase.is_admitted() {
                    self.roster.set_dominant(ids);
                }
            }
            News::Spotlight(ids) => {
                if self.phase.is_admitted() {
                    self.roster.set_spotlit(ids);
                }
            }
            News::Typing(ids) => {
                if self.phase.is_admitted() {
                    self.roster.set_typing(ids);
                }
            }
            News::ChatAbsent(code) => self.chat.set_absent(Some(code)),
            News::ChatPresent => self.chat.set_absent(None),
            News::MutedByHost => self.mute_by_host(effects),
            News::Recording(kept) => self.keeping.set_recording(kept),
            News::Transcription(kept) => self.keeping.set_transcription(kept),
            News::ConsentNotTaken => {
                self.keeping.not_taken();
                self.notices.add("call.consentNotTaken", None);
            }
            News::Room(room) => self.rooms.assign(room),
            News::Moved(inside) => {
                self.rooms.moved(inside);
                // Another call to the service, which knows nothing about us yet.
                self.share.close(effects);
                self.told = Told::default();
            }
            News::Waiting(waiting) => self.set_waiting(waiting),
            News::DialIn(numbers) => self.dial_in = Some(numbers),
            News::Trouble { code, present } => {
                self.troubles.retain(|known| *known != code);
                if present && self.phase.is_admitted() {
                    self.troubles.push(code);
                }
            }
            News::ShareRefused(code) => {
                if self.share.is_open() {
                    self.share.fail(&code, effects);
                    self.notices.add(&code, Some("share"));
                }
            }
        }
    }

    fn enter_lobby(&mut self, at: Millis, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::Connecting | Phase::Reconnecting => {
                // Back in the lobby after a long silence: to the service we are somebody new.
                self.share.close(effects);
                self.roster.clear();
                self.captions.stop();
                self.told = Told::default();
                self.in_meeting_since = None;
                self.lobby_since = Some(at);
                self.phase = Phase::Lobby;
            }
            Phase::Lobby | Phase::InMeeting | Phase::Idle | Phase::PreJoin | Phase::Ended(_) => {}
        }
    }

    fn enter_meeting(&mut self, at: Millis) {
        match self.phase {
            Phase::Connecting | Phase::Lobby => {
                self.in_meeting_since = Some(at);
                self.phase = Phase::InMeeting;
            }
            Phase::Reconnecting => self.come_back(),
            Phase::InMeeting | Phase::Idle | Phase::PreJoin | Phase::Ended(_) => {}
        }
    }

    fn end_before_admission(&mut self, reason: EndReason, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::Connecting | Phase::Lobby => self.end(reason, effects),
            Phase::InMeeting
            | Phase::Reconnecting
            | Phase::Idle
            | Phase::PreJoin
            | Phase::Ended(_) => {}
        }
    }

    fn lose_connection(&mut self, effects: &mut Vec<Effect>) {
        if self.phase == Phase::InMeeting {
            self.phase = Phase::Reconnecting;
            self.roster.forget_moment();
            let failed = self.chat.give_up_pending(&self.own_name());
            if !failed.is_empty() {
                self.notices.add("chat.notSent", None);
            }
            effects.extend(failed.into_iter().map(Effect::ShowMessage));
        }
    }

    fn receive(&mut self, incoming: Incoming, effects: &mut Vec<Effect>) {
        if self.phase.is_admitted() {
            let mine = self.roster.is_me(&incoming.participant);
            self.roster.has_written(&incoming.participant);
            let message = self.chat.receive(incoming, mine);
            effects.push(Effect::ShowMessage(message));
        }
    }

    fn react(&mut self, participant: String, reaction: Reaction, effects: &mut Vec<Effect>) {
        if !self.phase.is_admitted() {
            return;
        }
        let is_me = self.roster.is_me(&participant);
        let name = match self.roster.name(&participant) {
            Some(name) => name.to_owned(),
            None if is_me => shown_name(&self.own_name()),
            // Whoever is not in the meeting does not react in it.
            None => return,
        };
        effects.push(Effect::ShowReaction {
            participant: (!is_me).then_some(participant),
            name,
            reaction,
        });
    }

    fn set_waiting(&mut self, waiting: Vec<Waiting>) {
        let known = |one: Waiting| Waiting {
            name: shown_name(&one.name),
            ..one
        };
        self.waiting = waiting.into_iter().take(MAX_WAITING).map(known).collect();
    }

    /// What was taken from us stops.
    fn set_abilities(&mut self, abilities: Abilities, effects: &mut Vec<Effect>) {
        self.abilities = abilities;
        if !abilities.captions && self.captions.stop() && self.phase == Phase::InMeeting {
            let language = None;
            effects.push(Effect::SetCaptions {
                on: false,
                language,
            });
        }
    }

    /// The service may have forgotten everything about us, so it is told again.
    fn come_back(&mut self) {
        self.told = Told::default();
        self.phase = Phase::InMeeting;
    }

    fn mute_by_host(&mut self, effects: &mut Vec<Effect>) {
        if self.phase.is_admitted() && self.microphone.is_wanted() {
            self.microphone.close(effects);
            self.muted_by_host = true;
            // The service knows; telling it again would only echo.
            self.told.muted = Some(true);
            self.notices.add("call.mutedByHost", None);
        }
    }
}
