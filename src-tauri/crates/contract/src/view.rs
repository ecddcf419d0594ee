//! What the UI draws: one snapshot of the call, sent whole whenever it changed.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A snapshot of the call. Everything on the screen follows from it and from the UI's own open panes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CallView {
    /// Where the call stands.
    pub phase: Phase,
    /// The meeting's title, as the service tells it; `None` before.
    pub title: Option<String>,
    /// Seconds-resolution clocks start here: milliseconds of the shell's clock when the lobby was entered.
    pub lobby_since_ms: Option<f64>,
    /// As `lobby_since_ms`, for the meeting.
    pub in_meeting_since_ms: Option<f64>,
    /// The shell's clock when this snapshot was made, to count from.
    pub now_ms: f64,
    /// Our own side.
    pub me: MeView,
    /// The others, in the order of joining.
    pub people: Vec<PersonView>,
    /// Who shares a screen, if anybody but us.
    pub share: Option<ShareView>,
    /// True while messages can be sent and received.
    pub chat_open: bool,
    /// Why there is no chat although we are in, such as `chat.not_allowed`.
    pub chat_absent: Option<String>,
    /// Whether the meeting is recorded or transcribed.
    pub keeping: KeepingView,
    /// Messages that the guest has not seen.
    pub unread: u32,
    /// What went wrong and did not end the call; the newest last. The UI explains by code.
    pub notices: Vec<Notice>,
}

/// What the meeting keeps of what is said and shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct KeepingView {
    /// It is recorded.
    pub recording: bool,
    /// It is transcribed.
    pub transcription: bool,
    /// Nothing of ours is sent before the guest agrees.
    pub waits_for_consent: bool,
}

/// The states of a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "state"
)]
pub enum Phase {
    /// Name and devices are being chosen; nothing has left this machine.
    PreJoin,
    /// On the way to the service.
    Connecting,
    /// Waiting to be let in.
    Lobby,
    /// In.
    InMeeting,
    /// In, but the connection is gone; coming back by itself.
    Reconnecting,
    /// Over. `reason` is a code such as `hungUp`, `deniedByHost`, `removed`, `meetingEnded`, `serverGone`.
    Ended {
        /// Why.
        reason: String,
        /// Whether joining the same meeting again makes sense.
        can_rejoin: bool,
    },
}

/// Our own devices and state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct MeView {
    /// The name others see.
    pub name: String,
    /// Microphone.
    pub microphone: DeviceState,
    /// True if the host muted us last and we have not unmuted since.
    pub muted_by_host: bool,
    /// Camera.
    pub camera: DeviceState,
    /// Speaker.
    pub speaker: DeviceState,
    /// Our own share.
    pub share: DeviceState,
    /// Feed of our own camera, as others get it.
    pub camera_feed: Option<u32>,
    /// Feed of our own share.
    pub share_feed: Option<u32>,
    /// True while we speak and are not muted.
    pub speaking: bool,
    /// Chosen camera.
    pub camera_id: Option<String>,
    /// Chosen microphone.
    pub microphone_id: Option<String>,
    /// Chosen speaker.
    pub speaker_id: Option<String>,
}

/// A device as the guest sees it. `live` exactly while it is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "state"
)]
pub enum DeviceState {
    /// Closed, by choice.
    Off,
    /// Being opened.
    Starting,
    /// Open.
    Live,
    /// Wanted, but it does not work; `code` such as `device.busy`.
    Failed {
        /// What the UI explains.
        code: String,
    },
}

/// Somebody else in the meeting or in its lobby.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct PersonView {
    /// Stable while they are in the meeting.
    pub id: String,
    /// Shown as given, never as markup.
    pub name: String,
    /// Host or guest.
    pub role: Role,
    /// Whether they are muted.
    pub muted: bool,
    /// Whether they are heard right now.
    pub speaking: bool,
    /// Feed of their camera; `None` while it is off.
    pub camera_feed: Option<u32>,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Admits, mutes, removes, ends.
    Host,
    /// Takes part.
    Guest,
}

/// A received screen share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ShareView {
    /// Who shares.
    pub person_id: String,
    /// Their name.
    pub name: String,
    /// The feed of the shared screen.
    pub feed: u32,
}

/// Something the guest should know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Notice {
    /// Counts up, so that the UI can tell which it has shown.
    pub id: u32,
    /// Such as `device.lost`, `call.mutedByHost`, `chat.notSent`.
    pub code: String,
    /// What belongs into the sentence: a name, or `camera`, `microphone`, `speaker`, `share` with a device's code.
    pub subject: Option<String>,
}

/// What happened to a chat message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum MessageState {
    /// It was written.
    New,
    /// It says something else now.
    Edited,
    /// It was taken back; its text is empty.
    Deleted,
}

/// A chat message, sent once for each of its states.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ChatMessage {
    /// Unique in the call.
    pub id: String,
    /// Who wrote it.
    pub from: String,
    /// True for our own.
    pub mine: bool,
    /// Plain text, shown as it is.
    pub text: String,
    /// Milliseconds since 1970.
    pub sent_at_ms: f64,
    /// Whether it is new; otherwise it takes the place of the one with its id.
    pub state: MessageState,
}

/// Loudness for meters and speaking rings, some ten times a second.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Levels {
    /// Peak of our microphone since the last report, in dBFS, -100 for silence.
    pub microphone_dbfs: f32,
}

/// What the shell sends to the UI about a call, in order, until `view.phase` is `ended`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(
    rename_all = "camelCase",
    rename_all_fields = "camelCase",
    tag = "event"
)]
#[allow(clippy::large_enum_variant)] // Views are the rule; a box would only cost.
pub enum CallEvent {
    /// The call changed.
    View {
        /// The whole new snapshot.
        view: CallView,
    },
    /// A message came or ours was accepted.
    Chat {
        /// The message.
        message: ChatMessage,
    },
    /// Loudness.
    Levels {
        /// The values.
        levels: Levels,
    },
}
