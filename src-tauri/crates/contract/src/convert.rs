//! From what the call machine knows to what goes over the border.

mod chat;
mod link;

use foyer_meeting::ability::Abilities as CallAbilities;
use foyer_meeting::call::Phase as CallPhase;
use foyer_meeting::captions::{Caption as CallCaption, CaptionsState as CallCaptions};
use foyer_meeting::device::DeviceState as CallDevice;
use foyer_meeting::moderation::{Moderation as CallModeration, Waiting as CallWaiting};
use foyer_meeting::notice::Notice as CallNotice;
use foyer_meeting::phone::{DialIn as CallDialIn, PhoneNumber};
use foyer_meeting::reaction::Reaction as CallReaction;
use foyer_meeting::roster::Role as CallRole;

use crate::event::{Caption, Reaction};
use crate::intent::Moderation;
use crate::view::{
    Abilities, CaptionsState, DeviceState, DialInView, Notice, Phase, PhoneView, Role, WaitingView,
};

impl From<CallPhase> for Phase {
    fn from(phase: CallPhase) -> Self {
        match phase {
            CallPhase::Idle | CallPhase::PreJoin => Self::PreJoin,
            CallPhase::Connecting => Self::Connecting,
            CallPhase::Lobby => Self::Lobby,
            CallPhase::InMeeting => Self::InMeeting,
            CallPhase::Reconnecting => Self::Reconnecting,
            CallPhase::Ended(reason) => Self::Ended {
                reason: reason.code().to_owned(),
                can_rejoin: reason.can_rejoin(),
            },
        }
    }
}

impl From<&CallDevice> for DeviceState {
    fn from(state: &CallDevice) -> Self {
        match state {
            CallDevice::Off => Self::Off,
            CallDevice::Starting => Self::Starting,
            CallDevice::Live => Self::Live,
            CallDevice::Failed(code) => Self::Failed { code: code.clone() },
        }
    }
}

impl From<CallRole> for Role {
    fn from(role: CallRole) -> Self {
        match role {
            CallRole::Organizer => Self::Organizer,
            CallRole::Presenter => Self::Presenter,
            CallRole::Host => Self::Host,
            CallRole::Guest => Self::Guest,
        }
    }
}

impl From<&CallNotice> for Notice {
    fn from(notice: &CallNotice) -> Self {
        Self {
            id: notice.id,
            code: notice.code.clone(),
            subject: notice.subject.clone(),
        }
    }
}

impl From<CallAbilities> for Abilities {
    fn from(abilities: CallAbilities) -> Self {
        Self {
            hand: abilities.hand,
            react: abilities.react,
            captions: abilities.captions,
            edit_chat: abilities.edit_chat,
            volume: abilities.volume,
            mute_others: abilities.mute_others,
            remove: abilities.remove,
            admit: abilities.admit,
            spotlight: abilities.spotlight,
        }
    }
}

impl From<&CallDialIn> for DialInView {
    fn from(dial_in: &CallDialIn) -> Self {
        let number = |known: &PhoneNumber| PhoneView {
            number: known.number.clone(),
            free: known.free,
            place: known.place.clone(),
        };
        Self {
            conference_id: dial_in.conference_id.clone(),
            numbers: dial_in.numbers.iter().map(number).collect(),
        }
    }
}

impl From<&CallWaiting> for WaitingView {
    fn from(waiting: &CallWaiting) -> Self {
        Self {
            id: waiting.id.clone(),
            name: waiting.name.clone(),
        }
    }
}

impl From<Moderation> for CallModeration {
    fn from(deed: Moderation) -> Self {
        match deed {
            Moderation::Mute { person_id } => Self::Mute(person_id),
            Moderation::Remove { person_id } => Self::Remove(person_id),
            Moderation::Admit { person_id } => Self::Admit(person_id),
            Moderation::TurnAway { person_id } => Self::TurnAway(person_id),
            Moderation::Spotlight { person_id, on } => Self::Spotlight(person_id, on),
        }
    }
}

impl From<CallCaptions> for CaptionsState {
    fn from(state: CallCaptions) -> Self {
        match state {
            CallCaptions::Off => Self::Off,
            CallCaptions::Starting => Self::Starting,
            CallCaptions::On => Self::On,
        }
    }
}

impl From<CallCaption> for Caption {
    fn from(caption: CallCaption) -> Self {
        Self {
            id: caption.id,
            name: caption.name,
            text: caption.text,
            done: caption.done,
        }
    }
}

impl From<CallReaction> for Reaction {
    fn from(reaction: CallReaction) -> Self {
        match reaction {
            CallReaction::Like => Self::Like,
            CallReaction::Heart => Self::Heart,
            CallReaction::Applause => Self::Applause,
            CallReaction::Laugh => Self::Laugh,
            CallReaction::Surprised => Self::Surprised,
        }
    }
}

impl From<Reaction> for CallReaction {
    fn from(reaction: Reaction) -> Self {
        match reaction {
            Reaction::Like => Self::Like,
            Reaction::Heart => Self::Heart,
            Reaction::Applause => Self::Applause,
            Reaction::Laugh => Self::Laugh,
            Reaction::Surprised => Self::Surprised,
        }
    }
}
