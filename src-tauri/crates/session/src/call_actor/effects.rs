//! Carries out what the call machine asks for.

use foyer_contract::event::CallEvent;
use foyer_contract::survey::Ratings;
use foyer_media::share::Share;
use foyer_meeting::call::Effect;
use foyer_meeting::device::Slot;
use foyer_rtc::Transceiver;

use super::{Actor, Aside, Side};
use crate::audio::AudioEngine;
use crate::chime::chime;
use crate::provider::{Provider, TrackKind, practice, teams};
use crate::session::Destination;
use crate::task::Task;

impl Actor {
    pub(super) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::Open { slot, id, attempt } => self.openings.open(slot, id, attempt),
            Effect::Close { slot } => self.close(slot),
            Effect::Dial { name } => self.dial(name),
            Effect::HangUp => self.hang_up(),
            Effect::TellMuted(muted) => self.tell_provider(|to| to.set_muted(muted)),
            Effect::TellCamera(on) => self.tell_provider(|to| to.set_camera(on)),
            Effect::TellShare(on) => {
                let shared = self.call.device_id(Slot::Share).map(Share::named);
                let sound = shared.is_some_and(|share| share.sound);
                self.tell_provider(|to| to.set_share(on, sound));
            }
            Effect::SendChat { client_id, text } => {
                self.tell_provider(|to| to.chat(&client_id, &text))
            }
            Effect::EditChat { id, text } => self.tell_provider(|to| to.edit_chat(&id, &text)),
            Effect::DeleteChat(id) => self.tell_provider(|to| to.delete_chat(&id)),
            Effect::TellTyping => self.tell_provider(|to| to.typing()),
            Effect::RaiseHand(up) => self.tell_provider(|to| to.raise_hand(up)),
            Effect::React(reaction) => self.tell_provider(|to| to.react(reaction)),
            Effect::SetCaptions { on, language } => {
                self.tell_provider(|to| to.set_captions(on, language));
            }
            Effect::SetSpokenLanguage(language) => {
                self.tell_provider(|to| to.set_spoken_language(language));
            }
            Effect::GiveConsent => self.tell_provider(|to| to.agree()),
            Effect::ShowMessage(message) => {
                self.recorder.message(&message);
                self.events.message(message.into());
            }
            Effect::ShowReaction {
                participant,
                name,
                reaction,
            } => self.events.moment(CallEvent::Reaction {
                person_id: participant,
                name,
                reaction: reaction.into(),
            }),
            Effect::ShowCaption(caption) => self.events.moment(CallEvent::Caption {
                caption: caption.into(),
            }),
            Effect::SetVolume {
                participant,
                volume,
            } => self.audio().set_volume(participant, volume),
            Effect::PlayTestSound => self.audio().play(chime()),
            Effect::ChangeRoom(enter) => self.tell_provider(|to| to.change_room(enter)),
            Effect::Moderate(deed) => self.tell_provider(|to| to.moderate(deed)),
        }
    }

    /// Nothing is handed in where nobody asked, or twice.
    pub(super) fn rate(&mut self, ratings: Option<Ratings>) {
        if let (Some(desk), Some(ratings)) = (self.desk.take(), ratings) {
            // Perhaps nobody waits any more.
            desk.send(ratings).ok();
        }
    }

    fn tell_provider(&self, tell: impl FnOnce(&dyn Provider)) {
        if let Some(provider) = &self.provider {
            tell(provider.as_ref());
        }
    }

    fn close(&mut self, slot: Slot) {
        self.openings.close(slot);
        match slot {
            Slot::Microphone => {
                self.audio().set_microphone(None);
                self.speaking = 0;
            }
            Slot::Speaker => self.audio().set_speaker(None),
            Slot::Camera => self.camera.running = None,
            Slot::Share => {
                if let Some(audio) = &self.audio {
                    audio.set_share(None);
                }
                self.share.running = None;
                self.share_out();
            }
        }
    }

    fn dial(&mut self, name: String) {
        self.recorder.joining(self.clock.now());
        let asides = self.asides.clone();
        let destination = self.destination.clone();
        let (clock, impairment, teams) = (self.clock.clone(), self.impairment, self.teams.clone());
        let allowed = self.allowed.subscribe();
        self.dialling = Some(Task::spawn(async move {
            let outcome = match destination {
                Destination::Practice(link) => {
                    practice::dial(practice::Target {
                        link,
                        name,
                        clock,
                        impairment,
                    })
                    .await
                }
                Destination::Teams(ticket) => {
                    teams::dial(teams::Target {
                        ticket,
                        name,
                        clock,
                        teams,
                        allowed,
                    })
                    .await
                }
            };
            // Hung up meanwhile: dropping the provider leaves.
            asides.send(Aside::Dialled(outcome)).ok();
        }));
    }

    fn hang_up(&mut self) {
        self.dialling = None;
        if let Some(provider) = self.provider.take() {
            let was_in = self.call.in_meeting_since().is_some();
            let wanted = self.teams.as_ref().is_some_and(|teams| teams.survey);
            self.desk = provider.leave(was_in && wanted);
        }
        for kind in [TrackKind::Audio, TrackKind::Camera, TrackKind::Share] {
            self.set_target(kind, None);
        }
    }

    /// Sound runs from the first device on.
    pub(super) fn audio(&mut self) -> &AudioEngine {
        let (clock, events) = (&self.clock, &self.audio_events);
        self.audio
            .get_or_insert_with(|| AudioEngine::start(clock.clone(), events.clone()))
    }

    pub(super) fn set_target(&mut self, kind: TrackKind, target: Option<Transceiver>) {
        if kind == TrackKind::Audio {
            if target.is_some() || self.audio.is_some() {
                self.audio().send_to(target);
            }
            return;
        }
        if let Some(side) = self.side(kind) {
            side.target.clone_from(&target);
            if let Some((_, _, outgoing)) = &side.running {
                outgoing.send_to(target);
            }
        }
    }

    pub(super) fn side(&mut self, kind: TrackKind) -> Option<&mut Side> {
        match kind {
            TrackKind::Audio => None,
            TrackKind::Camera => Some(&mut self.camera),
            TrackKind::Share => Some(&mut self.share),
        }
    }
}
