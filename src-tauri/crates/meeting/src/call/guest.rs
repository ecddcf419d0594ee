//! What the guest asks for.

use super::{Call, Choices, Effect, Millis, Phase, Wish};
use crate::captions::CaptionsState;
use crate::chat::Message;
use crate::end::EndReason;
use crate::moderation::Moderation;
use crate::name::clean_name;

/// Services take news of typing some fifteen times a minute.
const TYPING_EVERY: Millis = 4_000;

impl Call {
    pub(super) fn wish(&mut self, wish: Wish, now: Millis, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::Ended(_) => {}
            Phase::Idle => self.wish_when_idle(wish, effects),
            Phase::PreJoin
            | Phase::Connecting
            | Phase::Lobby
            | Phase::InMeeting
            | Phase::Reconnecting => self.wish_when_open(wish, now, effects),
        }
    }

    fn wish_when_idle(&mut self, wish: Wish, effects: &mut Vec<Effect>) {
        match wish {
            Wish::Choose(choices) => {
                self.phase = Phase::PreJoin;
                self.choose(choices, effects);
                self.speaker.open(effects);
            }
            Wish::Leave => self.end(EndReason::HungUp, effects),
            Wish::Join
            | Wish::SetMuted(_)
            | Wish::SetCamera(_)
            | Wish::StartShare(_)
            | Wish::StopShare
            | Wish::SendChat { .. }
            | Wish::EditChat { .. }
            | Wish::DeleteChat(_)
            | Wish::ResendChat(_)
            | Wish::ShowChat(_)
            | Wish::Typing
            | Wish::RaiseHand(_)
            | Wish::React(_)
            | Wish::SetCaptions { .. }
            | Wish::SetVolume { .. }
            | Wish::TestSpeaker
            | Wish::AgreeToRecording
            | Wish::ChangeRoom(_)
            | Wish::Moderate(_) => {}
        }
    }

    fn wish_when_open(&mut self, wish: Wish, now: Millis, effects: &mut Vec<Effect>) {
        match wish {
            Wish::Choose(choices) => self.choose(choices, effects),
            Wish::Join => self.join(effects),
            Wish::Leave => self.end(EndReason::HungUp, effects),
            Wish::SetMuted(true) => self.microphone.close(effects),
            Wish::SetMuted(false) => {
                self.muted_by_host = false;
                self.microphone.open(effects);
            }
            Wish::SetCamera(true) => self.camera.open(effects),
            Wish::SetCamera(false) => self.camera.close(effects),
            Wish::StartShare(screen) => self.start_share(screen, effects),
            Wish::StopShare => self.share.close(effects),
            Wish::SendChat { text, at_ms } => self.send_chat(&text, at_ms, effects),
            Wish::EditChat { id, text } => self.edit_chat(&id, &text, effects),
            Wish::DeleteChat(id) => self.delete_chat(&id, effects),
            Wish::ResendChat(id) => self.resend_chat(&id, effects),
            Wish::Typing => self.type_on(now, effects),
            Wish::RaiseHand(up) => {
                if self.phase == Phase::InMeeting && self.abilities.hand {
                    effects.push(Effect::RaiseHand(up));
                }
            }
            Wish::React(reaction) => {
                if self.phase == Phase::InMeeting && self.abilities.react {
                    effects.push(Effect::React(reaction));
                }
            }
            Wish::SetCaptions { on, language } => self.set_captions(on, language, effects),
            Wish::SetVolume {
                participant,
                volume,
            } => self.set_volume(participant, volume, effects),
            Wish::ShowChat(open) => {
                if self.is_chat_open() {
                    self.chat.show(open);
                }
            }
            Wish::TestSpeaker => {
                self.speaker.open(effects);
                effects.push(Effect::PlayTestSound);
            }
            Wish::AgreeToRecording => {
                if self.keeping.agree() {
                    effects.push(Effect::GiveConsent);
                }
            }
            Wish::ChangeRoom(enter) => {
                if self.phase == Phase::InMeeting && self.rooms.may_change(enter) {
                    effects.push(Effect::ChangeRoom(enter));
                }
            }
            Wish::Moderate(deed) => {
                if self.phase == Phase::InMeeting && self.may_moderate(&deed) {
                    effects.push(Effect::Moderate(deed));
                }
            }
        }
    }

    /// Allowed, and about somebody who is there.
    fn may_moderate(&self, deed: &Moderation) -> bool {
        let may = self.abilities;
        let is_there = |id: &str| self.roster.others().any(|person| person.id == id);
        let waits = |id: &str| self.waiting.iter().any(|waiting| waiting.id == id);
        match deed {
            Moderation::Mute(None) => may.mute_others,
            Moderation::Mute(Some(id)) => may.mute_others && is_there(id),
            Moderation::Remove(id) => may.remove && is_there(id),
            Moderation::Admit(id) | Moderation::TurnAway(id) => may.admit && waits(id),
            Moderation::Spotlight(id, _) => {
                may.spotlight && (is_there(id) || self.roster.is_me(id))
            }
        }
    }

    fn choose(&mut self, choices: Choices, effects: &mut Vec<Effect>) {
        // Once joined, the switches have wishes of their own: a choice made for later must never unmute.
        let switches = self.phase == Phase::PreJoin;
        if switches {
            self.name = clean_name(&choices.name).ok();
        }
        for (device, id, on) in [
            (&mut self.camera, choices.camera, choices.camera_on),
            (
                &mut self.microphone,
                choices.microphone,
                choices.microphone_on,
            ),
        ] {
            if switches && !on {
                device.close(effects);
            }
            device.choose(id, effects);
            if switches && on && !device.is_wanted() {
                device.open(effects);
            }
        }
        self.speaker.choose(choices.speaker, effects);
    }

    fn join(&mut self, effects: &mut Vec<Effect>) {
        if self.phase != Phase::PreJoin {
            return;
        }
        match self.name.clone() {
            Some(name) => {
                self.phase = Phase::Connecting;
                effects.push(Effect::Dial { name });
            }
            None => self.notices.add("name.invalid", None),
        }
    }

    fn start_share(&mut self, screen: String, effects: &mut Vec<Effect>) {
        if self.phase == Phase::InMeeting {
            self.share.choose(Some(screen), effects);
            self.share.open(effects);
        }
    }

    fn set_captions(&mut self, on: bool, language: Option<String>, effects: &mut Vec<Effect>) {
        if self.phase == Phase::InMeeting && self.abilities.captions {
            let run = on && self.captions.state() == CaptionsState::On;
            self.captions.want(on);
            match language {
                Some(language) if run => effects.push(Effect::SetSpokenLanguage(language)),
                None if run => {}
                language => effects.push(Effect::SetCaptions { on, language }),
            }
        }
    }

    fn set_volume(&mut self, participant: String, volume: u32, effects: &mut Vec<Effect>) {
        if !self.abilities.volume {
            return;
        }
        if let Some(volume) = self.roster.set_volume(&participant, volume) {
            effects.push(Effect::SetVolume {
                participant,
                volume,
            });
        }
    }
}

/// The chat, from our side.
impl Call {
    fn can_write(&self) -> bool {
        self.phase == Phase::InMeeting && self.is_chat_open()
    }

    fn send_chat(&mut self, text: &str, at_ms: i64, effects: &mut Vec<Effect>) {
        if !self.phase.is_admitted() {
            return;
        }
        let can_write = self.can_write();
        match self.chat.write(text, at_ms, &self.own_name(), can_write) {
            Ok(message) => {
                if !can_write {
                    self.notices.add("chat.notSent", None);
                }
                show_and_send(message, can_write, effects);
            }
            Err(error) => self.notices.add(error.code(), None),
        }
    }

    fn resend_chat(&mut self, id: &str, effects: &mut Vec<Effect>) {
        if !self.phase.is_admitted() {
            return;
        }
        if !self.can_write() {
            self.notices.add("chat.notSent", None);
            return;
        }
        if let Some(message) = self.chat.resend(id, &self.own_name()) {
            show_and_send(message, true, effects);
        }
    }

    fn edit_chat(&mut self, id: &str, text: &str, effects: &mut Vec<Effect>) {
        if !self.can_write() || !self.abilities.edit_chat {
            return;
        }
        match self.chat.edit(id, text) {
            Some(Ok((id, text))) => effects.push(Effect::EditChat { id, text }),
            Some(Err(error)) => self.notices.add(error.code(), None),
            None => {}
        }
    }

    fn delete_chat(&mut self, id: &str, effects: &mut Vec<Effect>) {
        if !self.phase.is_admitted() {
            return;
        }
        if let Some(message) = self.chat.discard(id, &self.own_name()) {
            effects.push(Effect::ShowMessage(message));
        } else if self.can_write()
            && self.abilities.edit_chat
            && let Some(id) = self.chat.known_as(id)
        {
            effects.push(Effect::DeleteChat(id));
        }
    }

    fn type_on(&mut self, now: Millis, effects: &mut Vec<Effect>) {
        let told_just_now = self
            .typing_told
            .is_some_and(|at| (0..TYPING_EVERY).contains(&now.saturating_sub(at)));
        if self.can_write() && !told_just_now {
            self.typing_told = Some(now);
            effects.push(Effect::TellTyping);
        }
    }
}

fn show_and_send(message: Message, send: bool, effects: &mut Vec<Effect>) {
    let (client_id, text) = (message.id.clone(), message.text.clone());
    effects.push(Effect::ShowMessage(message));
    if send {
        effects.push(Effect::SendChat { client_id, text });
    }
}
