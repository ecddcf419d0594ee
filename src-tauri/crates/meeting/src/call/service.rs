//! What the service says. It may answer a call that the guest has left, or repeat itself.

use super::{Call, Effect, Millis, News, Phase, Told};
use crate::end::EndReason;

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
            News::ConnectionLost => self.lose_connection(),
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
            News::Chat(incoming) => {
                if self.phase.is_admitted() {
                    let mine = self.roster.is_me(&incoming.participant);
                    let message = self.chat.receive(incoming, mine);
                    effects.push(Effect::ShowMessage(message));
                }
            }
            News::ChatNotSent { client_id } => {
                if self.chat.not_sent(&client_id) && self.phase.is_admitted() {
                    self.notices.add("chat.notSent", None);
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

    fn lose_connection(&mut self) {
        if self.phase == Phase::InMeeting {
            self.phase = Phase::Reconnecting;
            self.roster.set_speaking(Vec::new());
            if self.chat.give_up_pending() {
                self.notices.add("chat.notSent", None);
            }
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
