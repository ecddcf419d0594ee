//! How we stand in the current call, as far as anything outside the window asks.

use foyer_contract::view::{CallView, DeviceState, Phase};
use serde::{Deserialize, Serialize};

/// Drawn from a [`CallView`]; without a call, the default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Standing {
    /// Where the call stands.
    pub phase: Stage,
    /// The meeting's title, where it is known.
    pub title: Option<String>,
    /// Our microphone.
    pub microphone: Device,
    /// Our camera.
    pub camera: Device,
    /// Our share.
    pub share: Device,
    /// The host muted us last.
    pub muted_by_host: bool,
    /// Our hand is up.
    pub hand: bool,
    /// The meeting lets us raise it.
    pub may_raise_hand: bool,
    /// Messages that were not seen.
    pub unread: u32,
    /// How many others are there.
    pub others: usize,
}

/// [`Phase`] without what a stage alone does not need.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// No call.
    #[default]
    None,
    /// Name and devices are being chosen.
    PreJoin,
    /// On the way to the service.
    Connecting,
    /// Waiting to be let in.
    Lobby,
    /// In.
    InMeeting,
    /// In, and coming back.
    Reconnecting,
    /// Over, and its end is still shown.
    Ended,
}

/// [`DeviceState`], flat.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Device {
    /// Closed, by choice.
    #[default]
    Off,
    /// Being opened.
    Starting,
    /// Open.
    Live,
    /// Wanted, but it does not work; a code such as `device.busy`.
    Failed(String),
}

impl Standing {
    /// Whether we have joined and have not left.
    pub fn is_joined(&self) -> bool {
        use Stage::*;
        matches!(self.phase, Connecting | Lobby | InMeeting | Reconnecting)
    }

    /// Whether we are in the meeting itself.
    pub fn is_in_meeting(&self) -> bool {
        matches!(self.phase, Stage::InMeeting | Stage::Reconnecting)
    }
}

impl From<&CallView> for Standing {
    fn from(view: &CallView) -> Self {
        Self {
            phase: Stage::from(&view.phase),
            title: view.title.clone(),
            microphone: Device::from(&view.me.microphone),
            camera: Device::from(&view.me.camera),
            share: Device::from(&view.me.share),
            muted_by_host: view.me.muted_by_host,
            hand: view.me.hand.is_some(),
            may_raise_hand: view.abilities.hand,
            unread: view.unread,
            others: view.people.len(),
        }
    }
}

impl From<&Phase> for Stage {
    fn from(phase: &Phase) -> Self {
        match phase {
            Phase::PreJoin => Self::PreJoin,
            Phase::Connecting => Self::Connecting,
            Phase::Lobby => Self::Lobby,
            Phase::InMeeting => Self::InMeeting,
            Phase::Reconnecting => Self::Reconnecting,
            Phase::Ended { .. } => Self::Ended,
        }
    }
}

impl From<&DeviceState> for Device {
    fn from(state: &DeviceState) -> Self {
        match state {
            DeviceState::Off => Self::Off,
            DeviceState::Starting => Self::Starting,
            DeviceState::Live => Self::Live,
            DeviceState::Failed { code } => Self::Failed(code.clone()),
        }
    }
}
