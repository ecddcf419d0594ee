//! What the UI asks for, as the call's wishes; what only concerns pictures and figures goes past it.

use foyer_contract::background::Background;
use foyer_contract::intent::{Intent, WatchedFeed};
use foyer_meeting::call::{Choices, Input, Phase, Wish};
use foyer_meeting::device::{DeviceState, Slot};

use super::Actor;
use crate::background::chosen;
use crate::share;

impl Actor {
    pub(super) async fn intent(&mut self, intent: Intent) {
        // These come by the dozen while a slider moves or somebody writes.
        let streams = matches!(intent, Intent::SetVolume { .. } | Intent::Typing);
        let wish = match intent {
            Intent::Watch { feeds } => return self.watch(feeds),
            Intent::WatchApart { feed } => return self.watch_apart(feed),
            Intent::WatchStats { on } => return self.watch_stats(on),
            Intent::SetBackground { background } => return self.set_background(background).await,
            Intent::CheckSound { on } => return self.check_sound(on),
            Intent::Rate { ratings } => return self.rate(ratings),
            Intent::Choose { choices } => Wish::Choose(Choices {
                name: choices.name,
                camera: choices.camera_id,
                microphone: choices.microphone_id,
                speaker: choices.speaker_id,
                camera_on: choices.camera_on,
                microphone_on: choices.microphone_on,
            }),
            Intent::Join => Wish::Join,
            Intent::Leave => Wish::Leave,
            Intent::SetMuted { muted } => Wish::SetMuted(muted),
            Intent::SetCamera { on } => Wish::SetCamera(on),
            Intent::StartShare { share } => Wish::StartShare(share::written(share)),
            Intent::StopShare => Wish::StopShare,
            Intent::SendChat { text } => Wish::SendChat {
                text,
                at_ms: (self.wall_clock)() as i64,
            },
            Intent::EditChat { id, text } => Wish::EditChat { id, text },
            Intent::DeleteChat { id } => Wish::DeleteChat(id),
            Intent::ResendChat { id } => Wish::ResendChat(id),
            Intent::ShowChat { open } => Wish::ShowChat(open),
            Intent::Typing => Wish::Typing,
            Intent::RaiseHand { up } => Wish::RaiseHand(up),
            Intent::React { reaction } => Wish::React(reaction.into()),
            Intent::SetCaptions { on, language } => Wish::SetCaptions { on, language },
            Intent::SetVolume { person_id, volume } => Wish::SetVolume {
                participant: person_id,
                volume,
            },
            Intent::TestSpeaker => Wish::TestSpeaker,
            Intent::AgreeToRecording => Wish::AgreeToRecording,
            Intent::ChangeRoom { enter } => Wish::ChangeRoom(enter),
            Intent::Moderate { deed } => Wish::Moderate(deed.into()),
        };
        self.step(Input::Guest(wish)).await;
        if !streams {
            self.events.answered();
        }
    }

    /// A camera that was paused rather than the room shown tries again with any choice.
    async fn set_background(&mut self, background: Background) {
        self.effects.choose(chosen(background));
        let paused = match self.call.device(Slot::Camera) {
            DeviceState::Failed(code) => code.starts_with("effect."),
            DeviceState::Off | DeviceState::Starting | DeviceState::Live => false,
        };
        if paused {
            self.step(Input::Guest(Wish::SetCamera(true))).await;
        }
    }

    fn check_sound(&mut self, on: bool) {
        if self.call.phase() == Phase::PreJoin {
            self.audio().check_sound(on);
        }
    }

    fn watch(&mut self, feeds: Vec<WatchedFeed>) {
        let numbers: Vec<_> = feeds.iter().map(|feed| feed.feed).collect();
        self.hub.watch(&numbers);
        for feed in feeds.iter().filter(|feed| feed.refresh) {
            self.hub.refresh(feed.feed);
        }
        self.watched = feeds;
        self.tell_watched();
        // Only this once: told again after an interruption, they are no refresh.
        for feed in &mut self.watched {
            feed.refresh = false;
        }
    }

    fn watch_apart(&mut self, feed: Option<WatchedFeed>) {
        self.hub.watch_apart(feed.as_ref().map(|feed| feed.feed));
        if let Some(feed) = feed.as_ref().filter(|feed| feed.refresh) {
            self.hub.refresh(feed.feed);
        }
        self.watched_apart = feed;
        self.tell_watched();
        if let Some(feed) = &mut self.watched_apart {
            feed.refresh = false;
        }
    }
}
