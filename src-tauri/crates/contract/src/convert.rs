//! From what the call machine knows to what goes over the border.

mod link;

use foyer_meeting::call::Phase as CallPhase;
use foyer_meeting::chat::{Message, MessageState as CallMessageState};
use foyer_meeting::device::DeviceState as CallDevice;
use foyer_meeting::notice::Notice as CallNotice;
use foyer_meeting::roster::Role as CallRole;

use crate::chat::{ChatMessage, MessageState};
use crate::view::{DeviceState, Notice, Phase, Role};

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

impl From<Message> for ChatMessage {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            from: message.from,
            mine: message.mine,
            text: message.text,
            blocks: Vec::new(),
            sent_at_ms: message.sent_at_ms as f64,
            state: message.state.into(),
        }
    }
}

impl From<CallMessageState> for MessageState {
    fn from(state: CallMessageState) -> Self {
        match state {
            CallMessageState::New => Self::New,
            CallMessageState::Edited => Self::Edited,
            CallMessageState::Deleted => Self::Deleted,
        }
    }
}
