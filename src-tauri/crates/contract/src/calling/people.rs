//! Who is in a Teams meeting, as the SDK tells it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::bridge::Handle;

/// Somebody else. Told whole whenever anything of it changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingParticipant")]
pub struct Participant {
    /// Raw id.
    pub id: String,
    /// `communicationUser`, `microsoftTeamsUser`, `phoneNumber`, `microsoftTeamsApp` or `unknown`.
    pub kind: String,
    /// As they call themselves; empty if they do not.
    pub name: String,
    /// `Idle`, `Connecting`, `Ringing`, `Connected`, `Hold`, `InLobby`, `EarlyMedia` or `Disconnected`.
    pub state: String,
    /// `Unknown`, `Attendee`, `Presenter`, `Organizer`, `Co-organizer`, `Consumer` or `Collaborator`.
    pub role: String,
    /// `isMuted`.
    pub muted: bool,
    /// `isSpeaking`.
    pub speaking: bool,
    /// Their pictures.
    pub streams: Vec<Stream>,
}

/// A picture of somebody else.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingStream")]
pub struct Stream {
    /// `RemoteVideoStream.id`: unique among those of its participant.
    pub id: u32,
    /// `Video`, `ScreenSharing`, `RawMedia` or `LiveStream`.
    pub kind: String,
    /// Their side sends it.
    pub available: bool,
    /// Pictures arrive.
    pub receiving: bool,
    /// As it arrives, 0 before.
    pub width: u32,
    /// As it arrives, 0 before.
    pub height: u32,
    /// The bridge's handle of its track while it is watched.
    pub track: Option<Handle>,
}

/// A raised hand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(rename = "CallingHand")]
pub struct Hand {
    /// Whose; ours as well.
    pub participant: String,
    /// The lowest was first.
    pub order: u32,
}

/// Something said, in writing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingCaption")]
pub struct Caption {
    /// Who said it.
    pub participant: String,
    /// Their name.
    pub name: String,
    /// In the caption language.
    pub text: String,
    /// Of `text`, such as `en-us`.
    pub language: String,
    /// As it was spoken; empty if that is the same.
    pub spoken: String,
    /// It will not change any more.
    pub done: bool,
    /// Milliseconds since 1970.
    pub at_ms: f64,
}

/// Captions as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingCaptionState")]
pub struct CaptionState {
    /// Being made.
    pub active: bool,
    /// What is spoken, such as `en-us`; empty if not known.
    pub spoken: String,
    /// What is shown; empty if not known.
    pub shown: String,
    /// What may be set as spoken.
    pub spoken_languages: Vec<String>,
    /// What may be set as shown; empty without a Teams Premium licence.
    pub shown_languages: Vec<String>,
}

/// A telephone number of the meeting.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase", default)]
#[ts(rename = "CallingPhone")]
pub struct Phone {
    /// At one's own cost; empty if there is none.
    pub toll: String,
    /// Free of charge; empty if there is none.
    pub toll_free: String,
    /// Where.
    pub country: String,
    /// Where.
    pub city: String,
}
