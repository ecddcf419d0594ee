//! What the guest asks for.

use super::{Call, Choices, Effect, Phase, Wish};
use crate::end::EndReason;
use crate::name::clean_name;

impl Call {
    pub(super) fn wish(&mut self, wish: Wish, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::Ended(_) => {}
            Phase::Idle => self.wish_when_idle(wish, effects),
            Phase::PreJoin
            | Phase::Connecting
            | Phase::Lobby
            | Phase::InMeeting
            | Phase::Reconnecting => self.wish_when_open(wish, effects),
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
            | Wish::SendChat(_)
            | Wish::ShowChat(_)
            | Wish::TestSpeaker
            | Wish::AgreeToRecording => {}
        }
    }

    fn wish_when_open(&mut self, wish: Wish, effects: &mut Vec<Effect>) {
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
            Wish::SendChat(text) => self.send_chat(&text, effects),
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

    fn send_chat(&mut self, text: &str, effects: &mut Vec<Effect>) {
        match self.phase {
            Phase::InMeeting if !self.is_chat_open() => self.notices.add("chat.notSent", None),
            Phase::InMeeting => match self.chat.send(text) {
                Ok((client_id, text)) => effects.push(Effect::SendChat { client_id, text }),
                Err(error) => self.notices.add(error.code(), None),
            },
            Phase::Reconnecting => self.notices.add("chat.notSent", None),
            Phase::Idle | Phase::PreJoin | Phase::Connecting | Phase::Lobby | Phase::Ended(_) => {}
        }
    }
}
